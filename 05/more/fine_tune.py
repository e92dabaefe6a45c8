"""Teach a network that knows ImageNet your own classes: a new head first, then every layer.

Chapter 5, more, script 4.
Reads:  your folder, named behind the command, with a folder of pictures for each class
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


# 2. Read the pictures of each class: each folder in the reader's folder is one.
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
X, y = np.array(pictures), np.array(numbers)
# A quarter of each class is held back, to judge.
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, stratify=y)

# 3. Load the base: MobileNetV2 without its top, the layer that knows ImageNet's classes.
keras.config.set_image_data_format("channels_last")  # pictures as (height, width, colors)
keras.config.set_floatx("float32")  # in case a keras.json of yours asks for other numbers
socket.setdefaulttimeout(20)  # seconds without an answer end a download
try:
    base = keras.applications.MobileNetV2((SIDE, SIDE, 3), include_top=False, pooling="avg")
except Exception as problem:  # Keras has many words for a failed download, or a damaged file
    home = os.environ.get("KERAS_HOME", Path.home() / ".keras")
    home = home if os.access(home, os.W_OK) else "/tmp/.keras"  # as Keras does
    file = Path(home, "models", FILE)
    network = "URL fetch" in str(problem) or isinstance(problem, (ConnectionError, TimeoutError))
    print(f"{problem}. Delete {file}, or put a whole one there", file=sys.stderr)
    sys.exit(75 if network else 1)

# 4. Put a new head on the base. This base wants colors from -1 to 1.
inputs = keras.Input(shape=(SIDE, SIDE, 3))
features = base(layers.Rescaling(1 / 127.5, offset=-1)(inputs))
model = keras.Model(inputs, layers.Dense(len(names), activation="softmax")(features))

# 5. The idea, on one tiny layer: fit changes trainable weights, and a frozen layer has none.
tiny = layers.Dense(3)
tiny.build((None, 4))
tiny.trainable = False
print(f"Frozen: fit changes {len(tiny.trainable_weights)} of {len(tiny.weights)} arrays of weights")

# 6. Freeze the base, and train the new head alone.
base.trainable = False
adam = keras.optimizers.Adam(learning_rate=1e-3)
model.compile(adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(X_train, y_train, epochs=10, verbose=2)
accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
print(f"New head: {accuracy:.1%} of {len(y_test)} held-back pictures named right")

# 7. Free the base, but for BatchNormalization, which would forget ImageNet's averages. Compile
#    again, so that fit knows what is free, and take steps a hundred times smaller.
base.trainable = True
for layer in base.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
adam = keras.optimizers.Adam(learning_rate=1e-5)
model.compile(adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(X_train, y_train, epochs=5, verbose=2)
accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
print(f"Fine-tuned: {accuracy:.1%} of {len(y_test)} held-back pictures named right")

# 8. Save it. Its answers stand for the classes in the order of their names.
model.save(HERE / "my_network.keras")
print(f"Saved my_network.keras: its answers stand for {', '.join(names)}")
