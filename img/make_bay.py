"""Render 05/bay.jpg, the picture that chapter 5 recognizes: a sandy bay on a summer day.

Everything is computed: a plane of water and a plane of sand in true perspective, seen from
3 meters above the beach, with value noise for whatever is irregular. The same to the byte
on every run with the same numpy and Pillow.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1200, 800
HORIZON = 330  # pixels from the top
FOCAL = 1000.0  # pixels
EYE = 3.0  # meters above the water
SUN = 860  # pixels from the left
LATTICE = np.random.RandomState(7).rand(256, 256).astype(np.float32)


def noise(x, y):
    """Return smooth noise from 0 to 1 at any place: a lattice of random numbers, interpolated."""
    left, top = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    u, v = x - left, y - top
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    x0, x1, y0, y1 = left & 255, (left + 1) & 255, top & 255, (top + 1) & 255
    a, b, c, d = LATTICE[y0, x0], LATTICE[y0, x1], LATTICE[y1, x0], LATTICE[y1, x1]
    return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v


def clouds_of_noise(x, y, octaves=5, gain=0.5):
    """Return noise upon noise, each layer finer and fainter than the one before."""
    total, strength, whole = 0.0, 1.0, 0.0
    for i in range(octaves):
        total = total + strength * noise(x * 2.03**i + 17.3 * i, y * 2.03**i + 9.1 * i)
        whole += strength
        strength *= gain
    return total / whole


def relief(a, down, right):
    """Return a picture minus itself, moved: what faces the light is above 0."""
    pad = np.pad(a, 6, mode="edge")
    rows, columns = a.shape
    return a - pad[6 - down : 6 - down + rows, 6 - right : 6 - right + columns]


def step(low, high, x):
    """Return 0 below `low`, 1 above `high`, and a smooth way between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def rgb(red, green, blue):
    return np.array((red, green, blue), np.float32) / 255


def mix(a, b, share):
    """Return color `a` where the share is 0, `b` where it is 1."""
    return a + (b - a) * np.asarray(share)[..., None]


def sky(elevation):
    """Return the color of the clear sky, from 0 at the horizon to 1 at the top."""
    low = mix(rgb(226, 232, 232), rgb(160, 196, 224), step(0, 0.42, elevation))
    return mix(low, rgb(78, 132, 190), step(0.15, 1.05, elevation))


def draw_clouds(picture, x, y):
    """Lay fair-weather clouds on a plane overhead, lit from the upper right."""
    up = np.maximum(HORIZON - y, 0.5)
    distance = 520 / (up + 40)
    across = (x - WIDTH / 2) * distance / 520 * 1.4 + 5
    body = clouds_of_noise(across, distance * 1.9 + 2, 8, 0.56)
    cover = step(0.5, 0.7, body) * step(0, 60, up)
    light = np.clip(0.93 + 2.0 * relief(body, -6, 5), 0.78, 1.0)
    veil = step(0.45, 0.8, clouds_of_noise(across * 0.6 + 40, distance * 3.4 + 9, 5))
    picture = mix(picture, rgb(240, 244, 246), 0.28 * veil * step(0, 90, up))
    return mix(picture, rgb(254, 253, 250) * light[..., None], 0.92 * cover)


def draw_headland(picture, x, y, left, right, *, height, base, seed, haze, falls):
    """Draw a headland: bushes above bare rock, falling to the "right" or to the "left"."""
    along = np.clip((x[0] - left) / (right - left), 0, 1)
    outline = (1 - along if falls == "right" else along) ** 0.5
    rough = 0.62 + 0.9 * (clouds_of_noise(x[0] / 150 + seed, np.full(WIDTH, seed), 7, 0.55) - 0.4)
    top = base - height * outline * rough
    depth = (y - top) / np.maximum(base - top, 1)
    scale = height / 200
    bumps = clouds_of_noise(
        x / (48 * scale) + seed + y / (120 * scale), y / (62 * scale) + seed, 7, 0.62
    )
    light = np.clip(0.76 + 5.0 * scale * relief(bumps, -2, 2), 0.3, 1.2)
    grain = clouds_of_noise(x / (14 * scale) + seed, y / (12 * scale), 5, 0.65)
    rock = mix(rgb(122, 104, 86), rgb(212, 192, 160), np.clip(grain * 1.6 - 0.3, 0, 1))
    bush = mix(rgb(38, 58, 34), rgb(120, 138, 76), np.clip(grain * 1.9 - 0.5, 0, 1))
    color = mix(bush, rock, step(0.5, 0.62, depth + 1.3 * (bumps - 0.5))) * light[..., None]
    color = mix(color, rgb(58, 52, 48), 0.7 * step(1 - 5 / height, 1.0, depth))
    color = mix(color, rgb(188, 206, 220), haze)
    inside = (x[0] >= left) & (x[0] <= right) & (y <= base)
    return mix(picture, color, step(-0.7, 0.7, y - top) * inside)


def draw_boat(picture, middle, waterline, length):
    """Draw a small sailing boat with its reflection, four times too large and then shrunk."""
    size = int(length * 3)
    big = Image.new("RGBA", (4 * size, 4 * size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(big)
    unit, line, center = 4 * length, 2.4 * 4 * length, 2 * size

    def place(*points):
        return [(center + unit * a, line - unit * b) for a, b in points]

    draw.polygon(place((0.03, 0.2), (0.03, 1.5), (0.55, 0.24)), fill=(250, 247, 238, 255))
    draw.polygon(place((-0.03, 0.22), (-0.03, 1.36), (-0.46, 0.22)), fill=(226, 224, 220, 255))
    draw.line(place((0, 0.1), (0, 1.54)), fill=(96, 78, 62, 255), width=max(2, length // 9))
    hull = place((-0.56, 0.17), (0.6, 0.19), (0.44, 0.0), (-0.42, 0.0))
    draw.polygon(hull, fill=(146, 52, 42, 255))
    draw.line(place((-0.56, 0.17), (0.6, 0.19)), fill=(244, 240, 232, 255), width=length // 5)
    for row in range(14):  # the reflection, broken up by the waves
        b = -0.03 - 0.045 * row
        wide, shift = 0.42 * (1 - row / 18), 0.05 * np.sin(2.3 * row)
        tint = (110, 60, 56, 150 - 5 * row) if row < 3 else (214, 220, 220, 120 - 8 * row)
        ends = place((shift - wide, b), (shift + wide, b))
        draw.line(ends, fill=tint, width=max(2, length // 8))
    small = np.asarray(big.resize((size, size), Image.Resampling.LANCZOS), np.float32) / 255
    top, left = int(waterline - 2.4 * length), int(middle - size / 2)
    part = picture[top : top + size, left : left + size]
    picture[top : top + size, left : left + size] = mix(part, small[..., :3], small[..., 3])
    return picture


def waves(wx, z, foot):
    """Return the slope of the water toward the eye, waves of many lengths; `foot` is a pixel's."""
    slope = np.zeros_like(z)
    for i, length in enumerate((7.0, 3.1, 1.5, 0.8, 0.4, 0.2, 0.1)):
        seen = np.clip(1.6 - foot / length, 0, 1)  # what is finer than a pixel is not drawn
        a, b = wx / (length * 1.7) + 0.2 * z / length + 13 * i, z / length + 5 * i
        slope += seen * (noise(a, b + 0.3) - noise(a, b)) * 0.95**i
    return slope


def draw_water(x, y, wx, z, *, below, foot, sea):
    """Return the colors of the sea: its body, the mirrored sky, glitter, breakers and foam."""
    slope = waves(wx, z, foot)
    far = clouds_of_noise(x / 55, y * 60 / (below + 14), 4, 0.65) - 0.5
    slope += far * 0.6 * np.clip(foot / 4, 0, 1)
    grazing = np.clip(below / 470, 0, 1)
    mirrored = np.clip(0.72 - 0.75 * grazing**0.6 - 1.1 * slope, 0.04, 0.95)
    body = mix(rgb(120, 170, 159), rgb(33, 92, 118), step(0, 30, sea + 8 * slope))
    body = mix(body, rgb(30, 80, 118), step(60, 400, z))
    water = mix(body, sky(np.clip(0.12 + 0.6 * slope, 0, 1)), mirrored)
    # The sun's glitter: small bright facets in a path toward the eye.
    path = np.exp(-(((x - SUN) / (60 + 0.42 * below)) ** 2))
    sparkle = clouds_of_noise(x / 3.2, y * 14 / (below + 26) * 4, 3, 0.7)
    glint = step(0.6, 0.78, sparkle + 0.3 * slope) * path * step(20, 60, sea) * (1 - 0.5 * grazing)
    water = mix(water, rgb(255, 250, 232), np.clip(0.85 * glint, 0, 1))
    # Breakers: a dark face, a white crest, lace behind it.
    lace = clouds_of_noise(wx / 1.3, z / 1.7, 6, 0.66)
    for where, width, power in (
        (0.5, 1.7, 1.0),
        (3.2, 2.2, 0.95),
        (7.0, 2.6, 0.95),
        (11.5, 2.4, 0.9),
        (18.0, 2.0, 0.85),
        (27.0, 1.6, 0.8),
    ):
        curl = clouds_of_noise(z / 17 + where, wx / 23 + where, 4) - 0.5
        d = sea - where - 5.0 * curl
        line = step(-width, -0.05, d) * (1 - step(-0.05, 0.18, d))
        gaps = 1.0
        if where > 1:
            gaps = step(0.28, 0.42, clouds_of_noise(z / 21 + 3 * where, wx / 40, 3))
        face = gaps * step(0.05, 0.3, d) * (1 - step(0.3, 1.6, d))
        water = mix(water, water * rgb(150, 190, 192), 0.75 * face)
        foam = step(0.58, 0.76, lace + 0.42 * line * gaps - 0.12)
        white = mix(rgb(214, 228, 230), rgb(252, 252, 250), step(0.42, 0.62, lace))
        water = mix(water, white, np.clip(power * foam * step(0, 0.15, line), 0, 0.96))
    return water


def draw_sand(wx, z, below, sea):
    """Return the colors of the beach: dry and rippled above, dark and shining where it is wet."""
    grain = clouds_of_noise(wx / 0.05, z / 0.09, 3, 0.8)
    dunes = clouds_of_noise(wx / 1.6, z / 2.0, 7, 0.55)
    near = 1 / (1 + z / 25)
    light = np.clip(0.97 + 1.5 * near * relief(dunes, 2, 3), 0.7, 1.12)
    tone = np.clip(0.5 + 1.3 * (dunes - 0.5) + 0.9 * (grain - 0.5), 0, 1)
    sand = mix(rgb(190, 170, 140), rgb(234, 218, 190), tone) * light[..., None]
    # Steps of many people, here and there: small dents with a lit edge.
    dents = clouds_of_noise(wx / 0.42 + 60, z / 0.62 + 8, 3, 0.5)
    trodden = step(0.42, 0.6, clouds_of_noise(wx / 5 + 3, z / 9 + 4, 3)) * step(30, 6, z)
    sand = sand * (1 + 0.5 * trodden * np.clip(relief(dents, 2, 2), -0.3, 0.3))[..., None]
    # The line of weed and shells that the last tide left.
    tide = sea + 2.6 * (clouds_of_noise(z / 5, wx / 5, 4) - 0.5)
    wrack = step(-5.0, -4.6, tide) * (1 - step(-4.5, -4.1, tide))
    bits = step(0.6, 0.7, clouds_of_noise(wx / 0.13, z / 0.2, 4, 0.7))
    sand = mix(sand, rgb(86, 72, 52), 0.75 * wrack * bits)
    shine = 0.72 * step(-2.4, -0.3, tide) * (1 - 0.4 * np.clip(below / 470, 0, 1))
    wet = mix(rgb(148, 122, 92), rgb(182, 200, 214), shine) * (0.92 + 0.16 * grain[..., None])
    return mix(sand, wet, step(-3.2, -2.4, tide))


def render():
    """Return the picture as an array of colors from 0 to 1."""
    x, y = np.meshgrid(
        np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32), indexing="xy"
    )
    picture = draw_clouds(sky(np.maximum(HORIZON - y, 0.5) / HORIZON), x, y)
    picture = draw_headland(
        picture, x, y, -200, 760, height=70, base=HORIZON + 2, seed=31.0, haze=0.74, falls="right"
    )
    picture = draw_headland(
        picture, x, y, 700, 1500, height=120, base=HORIZON + 4, seed=11.0, haze=0.52, falls="left"
    )

    # Where each pixel below the horizon lies on the ground, in meters: z ahead, wx to the right.
    below = np.maximum(y - HORIZON + 0.5, 0.5)
    z = EYE * FOCAL / below
    wx = (x - WIDTH / 2) * z / FOCAL
    foot = z * z / (EYE * FOCAL)
    shore = -34 + 0.0034 * np.minimum(z - 115, 0) ** 2
    sea = wx - shore + 3.0 * (clouds_of_noise(z / 13 + 3, wx / 30, 4) - 0.5)
    sea = sea + np.clip(z - 215, 0, 400)  # meters from the water's edge, seaward

    water = draw_water(x, y, wx, z, below=below, foot=foot, sea=sea)
    ground = mix(draw_sand(wx, z, below, sea), water, step(-0.25, 0.35, sea))
    ground = mix(ground, rgb(192, 208, 220), 0.45 * step(300, 4000, z))
    picture = mix(picture, ground, step(HORIZON - 0.5, HORIZON + 0.5, y))
    picture = draw_headland(
        picture, x, y, -260, 470, height=210, base=HORIZON + 22, seed=3.0, haze=0.12, falls="right"
    )
    picture = draw_boat(picture, 985, HORIZON + 24, 30)
    return np.clip(picture, 0, 1)


def main(file=ROOT / "05" / "bay.jpg"):
    Image.fromarray((render() * 255 + 0.5).astype(np.uint8)).save(file, quality=86)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", default=ROOT / "05" / "bay.jpg")
    main(parser.parse_args().file)
