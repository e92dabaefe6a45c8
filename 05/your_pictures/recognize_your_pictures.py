"""Let a network that knows the 1,000 classes of ImageNet say what your pictures show.

Chapter 5, your_pictures, script 4.
Reads:  your pictures: the files named on the command line
Writes: nothing
Prints: for each picture the five likeliest classes, with their shares

    python 05/your_pictures/recognize_your_pictures.py cat.jpg dog.png
"""

import argparse
import importlib.util
import json
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
from keras.applications import resnet50
from PIL import Image, ImageOps

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
    parser = argparse.ArgumentParser(description="Name the five likeliest classes of pictures.")
    parser.add_argument("files", nargs="+", type=Path, help="cat.jpg dog.png ...")
    other = "instead of ResNet50: ../more/efficientnet_lite0.keras, which bring_weights.py makes"
    parser.add_argument("--network", type=Path, help=other)
    options = parser.parse_args()

    # 2. Load the network: ResNet50, which Keras downloads the first time (98 MB), or the file,
    #    a ZIP archive, which has the names of the classes in it.
    if options.network:
        model = keras.saving.load_model(options.network)
        with zipfile.ZipFile(options.network) as file:
            names = json.loads(file.read("classes.json"))
    else:
        model = resnet50.ResNet50(weights="imagenet")
    side = model.input_shape[1]

    # 3. Read each picture as a person sees it, and take the square in its middle.
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
        batch = np.expand_dims(square, axis=0)

        # 4. Predict, and name the five likeliest classes.
        say(f"{file} is a picture of:")
        if options.network:
            shares = model.predict(batch, verbose=0)[0]
            for place in np.argsort(shares)[::-1][:5]:
                say(f" - {names[place]}: {shares[place]:.2%}")
        else:
            shares = model.predict(resnet50.preprocess_input(batch), verbose=0)
            for _, name, share in resnet50.decode_predictions(shares)[0]:
                say(f" - {name}: {share:.2%}")
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
