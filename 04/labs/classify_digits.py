"""Read handwritten digits: a picture becomes a vector, a network picks one of ten classes.

Chapter 4, labs, script 3.
Reads:  nothing
Writes: digits_curves.png, digits_mistakes.png
Prints: one digit, every epoch of a small and a bigger network, which digits are confused

Keras downloads MNIST once, 11 MB. "python classify_digits.py offline" does not even ask for it.
"""

import socket
import sys
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent
WHITE = 255  # the brightest pixel; 0 is black
AT_ONCE = 1 if keras.config.backend() == "torch" else 25  # steps in one go; PyTorch takes one
keras.utils.set_random_seed(7)

# 1. Load MNIST. A server that keeps silent for 10 seconds counts as no internet.
socket.setdefaulttimeout(10)
try:
    if "offline" in sys.argv:
        raise OSError("you asked for offline")
    source, data = "MNIST", keras.datasets.mnist.load_data()
except Exception as problem:
    print(f"No MNIST: {problem!r}. We go on with scikit-learn's handwritten digits.")
    source, data = "scikit-learn's digits", None

# 2. Without MNIST, bring scikit-learn's 1,797 digits, 8 x 8 with values 0 to 16, to its form.
if data is None:
    digits = load_digits()
    images = [Image.fromarray(np.uint8(digit * 255 / 16)) for digit in digits.images]
    images = [np.pad(image.resize((20, 20), Image.Resampling.BICUBIC), 4) for image in images]
    X_train, X_test, y_train, y_test = train_test_split(
        np.stack(images), digits.target, train_size=1500, stratify=digits.target, random_state=7
    )
    # Each of the 1,500 training digits 40 times: an epoch has as many steps as with MNIST.
    data = (np.tile(X_train, (40, 1, 1)), np.tile(y_train, 40)), (X_test, y_test)

# 3. Look at the data, and at one digit.
(X_train, y_train), (X_test, y_test) = data
print(f"Training pictures: {X_train.shape} {X_train.dtype}. Test pictures: {X_test.shape}")
picture, label = X_train[0], y_train[0]
for row in picture:
    print("".join(" .:-=+*#%@"[pixel // 26] * 2 for pixel in row).rstrip())

# 4. Turn 28 x 28 whole numbers from 0 to 255 into 784 numbers from 0 to 1.
X_train = X_train.reshape(len(X_train), 784).astype("float32")
X_test = X_test.reshape(len(X_test), 784).astype("float32")
X_train, X_test = X_train / WHITE, X_test / WHITE

# 5. Turn each label into ten numbers, with a 1 in the digit's place: one-hot.
Y_train = keras.utils.to_categorical(y_train, 10)
Y_test = keras.utils.to_categorical(y_test, 10)
print(f"This is a {label}. Its label becomes {Y_train[0]}")

# 6. Define a small network and a bigger one. softmax: ten probabilities with the sum 1.
model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(25, activation="sigmoid"),
        layers.Dense(10, activation="softmax"),
    ]
)
print(f"Parameters: 784 x 25 + 25 + 25 x 10 + 10 = {model.count_params():,}")
hidden = [layers.Dense(128, activation="relu"), layers.Dense(64, activation="relu")]
bigger = keras.Sequential([keras.Input(shape=(784,)), *hidden, layers.Dense(10, "softmax")])
networks = {"small": model, "bigger": bigger}

# 7. Train both the same way. Several steps in one go: the same result in half the time.
curves = {}
for name, model in networks.items():
    print(f"Training the {name} network, {model.count_params():,} parameters, half a minute:")
    how = {"loss": "categorical_crossentropy", "optimizer": "SGD", "metrics": ["accuracy"]}
    model.compile(**how, steps_per_execution=AT_ONCE)
    history = model.fit(
        X_train, Y_train, batch_size=32, epochs=10, validation_data=(X_test, Y_test), verbose=2
    )
    curves[name] = pd.DataFrame(history.history, index=np.add(history.epoch, 1))

# 8. Compare: is the training accuracy low (underfitting), is val_accuracy behind (overfitting)?
print(pd.DataFrame({name: curve.iloc[-1] for name, curve in curves.items()}).round(3))
chart, axes = plt.subplots(1, 2, figsize=(12, 5), layout="tight")
for axis, key in zip(axes, ("accuracy", "loss"), strict=True):
    for (name, curve), color in zip(curves.items(), ("C0", "C1"), strict=True):
        pair = curve[[key, f"val_{key}"]].add_prefix(f"{name}: ")
        pair.plot(ax=axis, color=color, style=["--", "-"], title=key, xlabel="epoch")

# 9. Which digits does the small network confuse?
probabilities = networks["small"].predict(X_test, verbose=0)
read = probabilities.argmax(axis=1)
print(pd.crosstab(y_test, read, rownames=["digit"], colnames=["read as"]))

# 10. Draw its worst mistakes: the right digit got the smallest probability.
worst = sorted(np.flatnonzero(read != y_test), key=lambda i: probabilities[i, y_test[i]])
mistakes, axes = plt.subplots(2, 5, figsize=(12, 5), subplot_kw={"xticks": [], "yticks": []})
for axis, i in zip(axes.flat, worst, strict=False):
    axis.imshow(X_test[i].reshape(28, 28), cmap="gray")
    axis.set_title(f"{y_test[i]}, read as {read[i]}: {probabilities[i].max():.0%}")

# 11. Save both pictures; no half-written file replaces a good one.
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        for name, figure in (("digits_curves.png", chart), ("digits_mistakes.png", mistakes)):
            figure.savefig(f"{folder}/{name}")
            Path(folder, name).replace(HERE / name)
except OSError as problem:
    sys.exit(f"{HERE}: cannot write here: {problem!r}. Check the disk and its permissions.")
print(f"Pictures: {source}. See digits_curves.png, digits_mistakes.png. Next: the exercise")
