"""Teach a network that knows ImageNet your own classes: a new head first, then every layer.

Chapter 5, more, script 4.
Reads:  the folder named behind the command, with a folder of pictures for each class
Writes: my_network.keras
Prints: the pictures of each class, and the share of held-back ones named right after each step
"""

import os
import socket
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image, ImageOps
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent  # the folder of this script
SIDE = 160  # pixels: the pictures are resized to 160 x 160
SMALLEST, LARGEST = 32, 100_000_000  # pixels: the shorter side, the whole picture
KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
FILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_160_no_top.h5"
Image.MAX_IMAGE_PIXELS = None  # LARGEST takes the place of Pillow's own limit
sys.stdout.reconfigure(errors="backslashreplace")  # for names that a console cannot print
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. The idea, on one tiny layer: fit changes trainable weights, and a frozen layer has none.
tiny = layers.Dense(3)
tiny.build((None, 4))
tiny.trainable = False
print(f"Frozen: fit changes {len(tiny.trainable_weights)} of {len(tiny.weights)} arrays of weights")


# 2. Read a picture as a person sees it: upright, in color, what is transparent on white.
def read(file):
    with Image.open(file, formats=KINDS) as opened:
        opened.draft("RGB", (4 * SIDE, 4 * SIDE))  # decode a large JPEG at a part of its size
        if min(opened.size) < SMALLEST or opened.width * opened.height > LARGEST:
            raise ValueError(f"{opened.width} x {opened.height} pixels are too few or too many")
        if opened.mode.startswith(("I", "F")):
            raise ValueError("gray with 16 or 32 bits, save it with 8")
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    small = upright.resize((SIDE, SIDE))
    white = Image.new("RGBA", small.size, "white")
    return np.asarray(Image.alpha_composite(white, small).convert("RGB"))


# 3. Read the pictures of each class: each folder in the reader's folder is one.
folder = Path(sys.argv[-1])
names = [place.name for place in sorted(folder.glob("*/"))]
if len(names) < 2 or {name.lower() for name in names} <= {"train", "test", "val", "validation"}:
    sys.exit(f"{folder}: two folders or more are needed, one for each class. Found: {names}")
loose = [place.name for place in folder.glob("*") if place.name not in names]
print(f"Classes: {', '.join(names)}. Passed over beside them: {', '.join(loose) or 'nothing'}")
pictures, numbers = [], []
for number, name in enumerate(names):
    for file in [path for path in sorted((folder / name).rglob("*")) if path.is_file()]:
        try:
            pictures.append(read(file))
            numbers.append(number)
        except Exception as problem:  # Pillow has many words for a damaged file
            print(f"Passed over {file}: {problem}")
    print(f"{name}: {numbers.count(number)} pictures")
    if numbers.count(number) < 8:  # six to learn from, two held back
        sys.exit(f"{folder / name}: at least 8 pictures are needed: {', '.join(KINDS)}")
X, y = np.array(pictures), np.array(numbers)  # a quarter of each class is held back, to judge
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, stratify=y)

# 4. Load the base: MobileNetV2 without its top, the layer that knows ImageNet's classes.
keras.config.set_image_data_format("channels_last")  # what the weights were made for,
keras.config.set_floatx("float32")  # whatever keras.json says
socket.setdefaulttimeout(20)  # seconds without an answer end a download
try:
    base = keras.applications.MobileNetV2((SIDE, SIDE, 3), include_top=False, pooling="avg")
except Exception as problem:  # Keras has many words for a failed download, or a damaged file
    home = os.environ.get("KERAS_HOME", Path.home() / ".keras")
    file = Path(home if os.access(home, os.W_OK) else "/tmp/.keras", "models", FILE)  # as Keras
    network = "URL fetch" in str(problem) or isinstance(problem, (ConnectionError, TimeoutError))
    print(f"{problem}. Delete {file}, or put a whole one there", file=sys.stderr)
    sys.exit(75 if network else 1)

# 5. Put a new head on the base. This base wants colors from -1 to 1.
inputs = keras.Input(shape=(SIDE, SIDE, 3))
features = base(layers.Rescaling(1 / 127.5, offset=-1)(inputs))
model = keras.Model(inputs, layers.Dense(len(names), activation="softmax")(features))

# 6. Train the head alone, on the frozen base. Then free the base and take far smaller steps; only
#    BatchNormalization stays frozen: it would forget ImageNet's averages.
for step, free, rate, epochs in [("New head", False, 1e-3, 10), ("Fine-tuned", True, 1e-5, 5)]:
    for layer in base.layers:
        layer.trainable = free and not isinstance(layer, layers.BatchNormalization)
    adam = keras.optimizers.Adam(learning_rate=rate)
    model.compile(adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(X_train, y_train, epochs=epochs, verbose=2)
    accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
    print(f"{step}: {accuracy:.1%} of {len(y_test)} held-back pictures named right")
model.save(HERE / "my_network.keras")
print(f"Saved my_network.keras: its answers stand for {', '.join(names)}")
