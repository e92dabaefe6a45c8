"""Ask the network of fine_tune.py what new pictures show.

Chapter 5, your_pictures, script 3.
Reads:  your pictures: the files named on the command line; and picture_network.keras
Writes: nothing
Prints: for each picture the two likeliest classes, with their shares

    python 05/your_pictures/classify_pictures.py cat.jpg dog.png
"""

import argparse
import importlib.util
import json
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent  # the folder of this script
SHORTER = 256  # pixels: the shorter side of a prepared picture
SMALLEST, LARGEST = 32, 100_000_000  # pixels: the shorter side, the whole picture
LONGEST = 20  # the longer side, in shorter sides
KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000", "PPM"]
if importlib.util.find_spec("pillow_heif"):  # for the HEIC pictures of phones
    import pillow_heif

    pillow_heif.register_heif_opener()
    KINDS.append("HEIF")
Image.MAX_IMAGE_PIXELS = None  # LARGEST takes the place of Pillow's own limit


def main():
    # 1. Which pictures, and which network?
    parser = argparse.ArgumentParser(description="Name the two likeliest classes of pictures.")
    parser.add_argument("files", nargs="+", type=Path, help="cat.jpg dog.png ...")
    parser.add_argument("--network", type=Path, default=HERE / "picture_network.keras")
    options = parser.parse_args()

    # 2. Load the network. Its file, a ZIP archive, has the names of the classes in it.
    model = keras.saving.load_model(options.network)
    with zipfile.ZipFile(options.network) as file:
        names = json.loads(file.read("classes.json"))
    side = model.input_shape[1]

    # 3. Read each picture as in the preparation, and take the square in its middle.
    unreadable = 0
    for file in options.files:
        try:
            seen = as_seen(file)
        except Exception as problem:  # Pillow has many words for a damaged file
            say(f"{file}: left out, {problem}")
            unreadable += 1
            continue
        numbers = keras.utils.img_to_array(seen)
        square = keras.preprocessing.image.smart_resize(numbers, (side, side))

        # 4. Predict, and name the two likeliest classes.
        shares = model.predict(np.expand_dims(square, axis=0), verbose=0)[0]
        first, second = np.argsort(shares)[::-1][:2]
        likely = f"{names[first]} {shares[first]:.1%}, {names[second]} {shares[second]:.1%}"
        say(f"{file}: {likely}")
    if unreadable:
        sys.exit(f"{unreadable} of {len(options.files)} pictures could not be read")


def as_seen(file):
    """Return a picture as a person sees it: upright, in color, what is transparent on white."""
    with Image.open(file, formats=KINDS) as opened:
        width, height = opened.size
        opened.draft("RGB", (2 * SHORTER, 2 * SHORTER))  # decode a JPEG at a part of its size
        if min(width, height) < SMALLEST:
            raise ValueError(f"smaller than {SMALLEST} pixels on a side")
        if opened.width * opened.height > LARGEST:
            raise ValueError(f"larger than {LARGEST:,} pixels")
        if max(width, height) > LONGEST * min(width, height):
            raise ValueError(f"a strip, more than {LONGEST} times as long as wide")
        if opened.mode.startswith(("I", "F")):  # Pillow's letters for such kinds of gray
            raise ValueError("gray with 16 or 32 bits: how bright is 9,999? Save it with 8")
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    scale = SHORTER / min(upright.size)
    small = upright.resize([round(scale * side) for side in upright.size])
    white = Image.new("RGBA", small.size, "white")
    return Image.alpha_composite(white, small).convert("RGB")


def say(text):
    """Print a text, also where a name has letters that a console does not know."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


if __name__ == "__main__":
    main()
