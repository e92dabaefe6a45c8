"""Let ResNet50 say what your own pictures show, whatever kind of file they are.

Chapter 5, more, script 1.
Reads:  your pictures, named behind the command: recognize_your_pictures.py cat.jpg "my dog.png"
Writes: nothing
Prints: for each picture the five likeliest of the 1,000 classes that ResNet50 knows
"""

import os
import socket
import sys
from pathlib import Path

import keras
import numpy as np
from keras.applications import resnet50
from PIL import Image, ImageOps

SIDE = 224  # pixels: ResNet50 learned from pictures of 224 x 224
SMALLEST, LARGEST = 32, 100_000_000  # pixels: the shorter side, the whole picture
AT = "https://storage.googleapis.com"  # from there, Keras fetches the network and the names
RESNET = f"{AT}/tensorflow/keras-applications/resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5"
NAMES = f"{AT}/download.tensorflow.org/data/imagenet_class_index.json"
KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
Image.MAX_IMAGE_PIXELS = None  # LARGEST takes the place of Pillow's own limit
sys.stdout.reconfigure(errors="backslashreplace")  # for names that a console cannot print


# 1. Read a picture as a person sees it: upright, in color, what is transparent on white.
def read(file):
    with Image.open(file, formats=KINDS) as opened:
        opened.draft("RGB", (4 * SIDE, 4 * SIDE))  # decode a large JPEG at a part of its size
        if min(opened.size) < SMALLEST or opened.width * opened.height > LARGEST:
            raise ValueError(f"{opened.width} x {opened.height} pixels are too few or too many")
        if opened.mode.startswith(("I", "F")):  # Pillow's letters for such kinds of gray
            raise ValueError("gray with 16 or 32 bits, save it with 8")
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    small = upright.resize((SIDE, SIDE))
    white = Image.new("RGBA", small.size, "white")
    return np.asarray(Image.alpha_composite(white, small).convert("RGB"))


# 2. Read all pictures. Say which cannot be read, and why, and go on with the others.
pictures = {}
for name in sys.argv[1:]:
    try:
        if "://" in name or Path(name).is_dir():
            raise ValueError("a web address or a folder, not the file of a picture")
        pictures[name] = read(name)
    except Exception as problem:  # Pillow has many words for a damaged file
        print(f"{name}: {problem}. It must be one of {', '.join(KINDS)}.", file=sys.stderr)
if not pictures:
    sys.exit(1 if len(sys.argv) > 1 else "Name your pictures behind the command: cat.jpg dog.png")

# 3. Load the network and the names of its classes. The first time, Keras downloads them.
keras.config.set_image_data_format("channels_last")  # pictures as (height, width, colors)
keras.config.set_floatx("float32")  # in case a keras.json of yours asks for other numbers
socket.setdefaulttimeout(20)  # seconds without an answer end a download
try:
    model = resnet50.ResNet50(weights="imagenet")
    resnet50.decode_predictions(np.zeros((1, 1000)))  # fetch the names now, not at the end
except Exception as problem:  # Keras has many words for a failed download
    home = os.environ.get("KERAS_HOME", Path.home() / ".keras")
    folder = Path(home if os.access(home, os.W_OK) else "/tmp/.keras", "models")  # as Keras does
    network = "URL fetch" in str(problem) or isinstance(problem, (ConnectionError, TimeoutError))
    cause = str(problem).split(" -- ")[-1]
    print(f"{cause}. Put these two, unchanged, into {folder}: {RESNET} {NAMES}", file=sys.stderr)
    sys.exit(75 if network else 1)

# 4. Put all pictures into one batch, prepare their colors as in the training, and predict.
prepared = resnet50.preprocess_input(np.stack(list(pictures.values())))
predictions = model.predict(prepared, verbose=0)

# 5. Name the five likeliest classes of each picture.
for name, guesses in zip(pictures, resnet50.decode_predictions(predictions), strict=True):
    print(f"{name} is a picture of:")
    for _, label, likelihood in guesses:
        print(f" - {label}: {likelihood:.2%}")
sys.exit(0 if len(pictures) == len(sys.argv) - 1 else 1)
