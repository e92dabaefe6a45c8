"""Let a ready-made network, ResNet50, say what a picture shows.

Chapter 5, more, script 1.
Reads:  bay.jpg
Writes: nothing
Prints: for each picture the nine likeliest of ImageNet's 1,000 classes, with percentages

image_recognition.py                         recognizes bay.jpg
image_recognition.py my_cat.png other.jpg    recognizes pictures of your own
image_recognition.py untrained               the same network before its training, no download
image_recognition.py weights.h5 my_cat.png   with a file of weights that you already have
"""

import io
import os
import socket
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras.applications import resnet50
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent
SIDE = 224  # pixels: the size of the pictures that ResNet50 learned from
SMALLEST, ENOUGH, LARGEST = 32, 4 * SIDE, 100_000_000  # pixels: a side, a side, all of them
PATIENCE = 30  # seconds without a byte before a download counts as failed
DOWNLOADS = {
    "resnet50_weights_tf_dim_ordering_tf_kernels.h5": (
        "https://storage.googleapis.com/tensorflow/keras-applications/resnet",
        "98 MB",
    ),
    "imagenet_class_index.json": (
        "https://storage.googleapis.com/download.tensorflow.org/data",
        "35 KB",
    ),
}
keras.utils.set_random_seed(7)
arguments = sys.argv[1:]
weights = "imagenet"
if arguments and (arguments[0] == "untrained" or arguments[0].endswith(".h5")):
    weights = arguments.pop(0)

# 1. Open each picture as a person sees it: upright, in color, what is transparent on white.
Image.MAX_IMAGE_PIXELS = None  # our own limit below knows that a JPEG can be opened smaller
batches = {}
for file in arguments or [HERE / "bay.jpg"]:
    try:
        with Image.open(file) as opened:
            if min(opened.size) < SMALLEST:
                raise ValueError(f"only {opened.width} x {opened.height} pixels")
            opened.draft("RGB", (ENOUGH, ENOUGH))  # decodes a large JPEG at a fraction of its size
            if opened.width * opened.height > LARGEST:
                raise ValueError(f"more than {LARGEST:,} pixels, save it smaller")
            picture = opened.convert("RGBA") if opened.mode == "P" else opened
            picture.thumbnail((ENOUGH, ENOUGH))
            picture = ImageOps.exif_transpose(picture)
        if picture.mode.startswith("I"):  # 16 bits for a pixel: the upper 8 are enough
            picture = Image.fromarray((np.asarray(picture) // 256).astype("uint8"))
        if picture.has_transparency_data:
            picture = picture.convert("RGBA")
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
        upright = io.BytesIO()
        picture.convert("RGB").save(upright, "PNG")
    except Exception as problem:  # Pillow has many words for a broken file
        print(f"{file}: {problem!r}. Name a JPEG, PNG, WebP or GIF picture.", file=sys.stderr)
        continue

    # 2. Make it what the network knows: 224 x 224 pixels, as numbers, in a batch of one.
    small = keras.utils.load_img(upright, target_size=(SIDE, SIDE), interpolation="bilinear")
    numbers = keras.utils.img_to_array(small)
    batch = np.expand_dims(numbers, axis=0)

    # 3. Order and center the colors as in the training: BGR, minus ImageNet's average color.
    batches[file] = resnet50.preprocess_input(batch)
if not batches:
    sys.exit(1)

# 4. Say what is downloaded, how much, and where to; the next run finds it there.
cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
if not os.access(cache, os.W_OK):  # then Keras takes this folder
    cache = Path("/tmp") if Path("/tmp").is_dir() else Path(tempfile.gettempdir())
    cache = cache / ".keras"
cache = cache / "models"
missing = [name for name in DOWNLOADS if not (cache / name).exists()]
if missing and weights == "imagenet":
    print(f"The first run downloads, once, into {cache}:")
    for name in missing:
        print(f"  {name}, {DOWNLOADS[name][1]}")

# 5. Build the network, and fill in the weights that it learned from 1.2 million pictures.
if weights != "imagenet":
    try:
        model = resnet50.ResNet50(weights=None if weights == "untrained" else weights)
    except Exception as problem:
        sys.exit(f"{weights}: {problem!r}. Name a file of weights for Keras' ResNet50.")
try:
    socket.setdefaulttimeout(PATIENCE)
    if weights == "imagenet":
        model = resnet50.ResNet50(weights="imagenet")
    if weights != "untrained":
        resnet50.decode_predictions(np.zeros((1, 1000)))  # fetches the names of the classes
except Exception as problem:
    print(f"{problem}\nA download failed. Where there is internet, fetch", file=sys.stderr)
    for name, (address, size) in DOWNLOADS.items():
        print(f"  {address}/{name} ({size})", file=sys.stderr)
    print(f"and put both files, unchanged, into {cache}", file=sys.stderr)
    sys.exit(75)

# 6. Predict: a picture in, 1,000 likelihoods out. Name the nine largest.
for file, batch in batches.items():
    likelihoods = model.predict(batch, verbose=0)
    if weights == "untrained":
        order = likelihoods[0].argsort()[::-1]
        likeliest = [("", f"class {number}", likelihoods[0][number]) for number in order[:9]]
    else:
        likeliest = resnet50.decode_predictions(likelihoods, top=9)[0]
    print(f"{Path(file).name} is an image of:")
    for _, name, likelihood in likeliest:
        print(f" - {name.replace('_', ' ')}: {likelihood:.2%}")
if len(batches) < len(arguments):
    sys.exit(1)
print("Next: your own pictures, named behind the command. Or model_zoo.py")
