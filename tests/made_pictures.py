"""Pictures as readers bring them: of every kind, turned, transparent, cut off; or something else.

The scene has four quarters: red, green, blue, white. Each function returns a maker: make(file).
"""

import struct
import zlib

import numpy as np
from PIL import Image

COLORS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}
COLORS |= {"white": (255, 255, 255), "black": (0, 0, 0)}


def scene(mode="RGB", size=(300, 200)):
    quarters = Image.new("RGB", (2, 2))
    quarters.putdata([COLORS[name] for name in ("red", "green", "blue", "white")])
    return quarters.resize(size, Image.Resampling.NEAREST).convert(mode)


def turned(kind, value):
    """Return a maker of a picture that lies on its side, with the note how to turn it."""

    def make(file):
        back = {3: 180, 6: 90, 8: 270}[value]
        exif = Image.Exif()
        exif[0x0112] = value
        scene().rotate(back, expand=True).save(file, kind, exif=exif)

    return make


def hidden(mode):
    """The white quarter is transparent; under it lies black."""

    def make(file):
        picture = scene("RGBA")
        picture.paste((0, 0, 0, 0), (150, 100, 300, 200))
        picture.convert(mode).save(file)

    return make


def bits16(file):
    """Write a PNG with 16 bits for each color: Pillow reads such files, but writes none."""
    pixels = np.asarray(scene()).astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(kind, data):
        length, check = (struct.pack(">I", n) for n in (len(data), zlib.crc32(kind + data)))
        return length + kind + data + check

    head = struct.pack(">IIBBBBB", 300, 200, 16, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)


def frames(kind):
    def make(file):
        scene().save(file, kind, save_all=True, append_images=[Image.new("RGB", (300, 200))])

    return make


def saved(kind, mode="RGB", size=(300, 200), **options):
    return lambda file: scene(mode, size).save(file, kind, **options)


def cut(kind, share=0.5):
    """Return a maker of a file that ends too early."""

    def make(file):
        saved(kind)(file)
        whole = file.read_bytes()
        file.write_bytes(whole[: int(len(whole) * share)])

    return make


def holding(data):
    return lambda file: file.write_bytes(data)


def array(values):
    return lambda file: Image.fromarray(values).save(file)


PHONE = holding(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(999))
POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"
GRAY16, GRAY32 = array(np.full((99, 99), 9999, "uint16")), array(np.full((99, 99), 99999, "int32"))
POINTS = array(np.full((99, 99), 0.5, "float32"))
PAGE = b"<!DOCTYPE html><html><body>404 Not found</body></html>"


def seen(pixels):
    """Return the colors of the four quarters: upper left, upper right, lower left, lower right."""
    quarters = [pixels[y, x].astype(int) for y in (50, 170) for x in (50, 170)]
    return [min(COLORS, key=lambda name: abs(q - COLORS[name]).sum()) for q in quarters]
