"""Read pictures as pictures: a convolution finds a stroke wherever it is.

Chapter 4, labs, script 5.
Reads:  nothing
Writes: nothing
Prints: what Dense and Conv2D networks read, what becomes of photos, and of your own digit
"""

import socket
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image, ImageOps

WHITE = 255  # the brightest pixel; 0 is black
keras.config.set_image_data_format("channels_last")  # pictures as (height, width, colors)
keras.config.set_floatx("float32")  # in case a keras.json of yours asks for other numbers
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result
for name in sys.argv[1:]:
    if not Path(name).is_file():  # say so before the training
        sys.exit(f"{name}: No such file. Bring a PNG or JPEG file of one digit.")

# 1. Load MNIST, which classify_digits.py has downloaded.
socket.setdefaulttimeout(20)  # seconds to wait for a server that says nothing
try:
    (X_train, y_train), (X_test, y_test) = keras.datasets.mnist.load_data()
except Exception as problem:  # Keras raises nothing narrower
    print(f"No MNIST: {problem}. Run classify_digits.py: it says what to do", file=sys.stderr)
    sys.exit(75 if "URL fetch" in str(problem) and "CERTIFICATE" not in str(problem) else 1)

# 2. Scale the pictures to 0 to 1. They stay pictures: 28 rows, 28 columns, 1 color.
X_train = X_train.reshape(-1, 28, 28, 1).astype("float32") / WHITE
X_test = X_test.reshape(-1, 28, 28, 1).astype("float32") / WHITE

# 3. Define a Dense network, and one of convolutions, up to their last layer.
dense = [keras.Input(shape=(28, 28, 1)), layers.Flatten(), layers.Dense(32, activation="relu")]
convolutions = [
    keras.Input(shape=(28, 28, 1)),
    layers.Conv2D(16, 3, activation="relu"),  # 16 patterns of 3 x 3 pixels
    layers.MaxPooling2D(),  # of 2 x 2 answers, the strongest
    layers.Conv2D(32, 3, activation="relu"),  # 32 patterns of those patterns
    layers.MaxPooling2D(),
    layers.Flatten(),  # row behind row
    layers.Dropout(0.5),  # while training, half of the numbers are left out
]

# 4. Train both in the same way. This loss takes labels as they are, without one-hot.
for name, stack in [("Dense", dense), ("Conv2D", convolutions)]:
    model = keras.Sequential(stack)
    model.add(layers.Dense(10, activation="softmax"))  # both end in ten probabilities
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(X_train, y_train, epochs=5, validation_split=0.1, verbose=2)
    loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
    print(f"{name}: {model.count_params():,} parameters, {accuracy:.1%} of the test pictures right")


# 5. Bring a photo to what MNIST looks like: white on black, 20 pixels large, in the middle of 28.
def prepare(picture):
    if picture.mode[0] in "IF":  # Pillow's letters for gray with 16 or 32 bits
        raise ValueError("more than 8 bits in a pixel")
    picture = ImageOps.exif_transpose(picture).convert("RGBA")  # turned as the phone was held
    picture = Image.alpha_composite(Image.new("RGBA", picture.size, "gray"), picture)
    gray = np.float32(picture.convert("L"))
    paper = np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]]))
    ink = abs(gray - paper)  # what differs from the border, dark on white or white on dark
    if ink.max() < 30:
        raise ValueError("nothing stands out from its border")
    ink[ink < ink.max() / 3] = 0  # shadows and grain of the paper
    ink = Image.fromarray(np.uint8(ink / ink.max() * WHITE))
    left, top, right, bottom = ink.getbbox()
    side = max(right - left, bottom - top)
    digit = ink.crop((left, top, left + side, top + side)).resize((20, 20))
    digit = np.pad(np.float32(digit), 4)  # 28 x 28
    rows, columns = np.indices((28, 28))
    down = 14 - (rows * digit).sum() / digit.sum()  # from the middle of the ink to the middle
    across = 14 - (columns * digit).sum() / digit.sum()
    return np.roll(digit / digit.max(), (round(down), round(across)), axis=(0, 1))


# 6. Make photos of 500 test pictures: dark on white paper, off the middle. Read them three ways.
papers = np.pad(X_test[:500, :, :, 0], ((0, 0), (2, 40), (30, 12)))  # of 70 x 70 pixels
photos = [Image.fromarray(np.uint8(WHITE - paper * WHITE)) for paper in papers]
small = np.array([np.float32(photo.resize((28, 28))) / WHITE for photo in photos])
prepared = np.array([prepare(photo) for photo in photos])
for way, X in [("as they are", small), ("inverted", 1 - small), ("prepared", prepared)]:
    read = model.predict(X[..., None], verbose=0).argmax(axis=1)
    print(f"Photos {way}: {np.mean(read == y_test[:500]):.1%} right")

# 7. Read your own pictures, and show what the network sees of them.
for name in sys.argv[1:]:
    try:
        with Image.open(name) as picture:
            careless = np.float32(picture.convert("L").resize((28, 28))) / WHITE
            careful = prepare(picture)
    except Exception as problem:  # Pillow raises errors of many kinds for a broken file
        sys.exit(f"{name}: {problem}. Bring a PNG or JPEG file of one digit.")
    for row in careful:
        print("".join(2 * " .:-=+*#%@"[int(pixel * 9)] for pixel in row).rstrip())
    before, after = model.predict(np.array([careless, careful])[..., None], verbose=0)
    print(f"This is a {after.argmax()} ({after.max():.0%}). Not prepared: {before.argmax()}")
