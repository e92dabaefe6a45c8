"""Read handwritten digits: a picture becomes a vector, a network picks one of ten classes.

Chapter 4, labs, script 3.
Reads:  nothing
Writes: digits_curves.png, digits_mistakes.png
Prints: one digit, every epoch of a small and a bigger network, which digits are confused
"""

import os
import socket
import sys
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
MNIST = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
WHITE = 255  # the brightest pixel; 0 is black
keras.config.set_floatx("float32")  # in case a keras.json of yours asks for other numbers
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load MNIST. The first time, Keras downloads it: 11 MB.
socket.setdefaulttimeout(20)  # seconds to wait for a server that says nothing
try:
    (X_train, y_train), (X_test, y_test) = keras.datasets.mnist.load_data()
except Exception as problem:  # Keras raises nothing narrower
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    home = home if os.access(home, os.W_OK) else Path("/tmp/.keras")  # as Keras does
    cause = str(problem).rpartition(" -- ")[2].rstrip(".")
    advice = f"Fetch {MNIST} by hand and save it as {home / 'datasets' / 'mnist.npz'}"
    print(f"No MNIST: {cause}. {advice}", file=sys.stderr)
    offline = isinstance(problem, TimeoutError | ConnectionError) or "URL fetch" in str(problem)
    sys.exit(75 if offline and "CERTIFICATE" not in cause else 1)

# 2. Look at the data, and at the first digit: the larger a number, the darker its letter.
print(f"Training pictures: {X_train.shape} {X_train.dtype}. Test pictures: {X_test.shape}")
for row in X_train[0]:
    line = ""
    for pixel in row:
        line += 2 * " .:-=+*#%@"[pixel // 26]  # ten letters for 256 values
    print(line.rstrip())

# 3. Turn 28 x 28 whole numbers from 0 to 255 into a row of 784 numbers from 0 to 1.
X_train = X_train.reshape(-1, 784).astype("float32") / WHITE
X_test = X_test.reshape(-1, 784).astype("float32") / WHITE

# 4. Turn each label into ten numbers, with a 1 in the digit's place: one-hot.
Y_train = keras.utils.to_categorical(y_train, 10)
Y_test = keras.utils.to_categorical(y_test, 10)
print(f"This is a {y_train[0]}. Its label becomes {Y_train[0]}")

networks, curves = {}, {}
for name, units in [("small", 25), ("bigger", 250)]:
    # 5. Define the network. softmax: ten probabilities with the sum 1.
    model = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            layers.Dense(units, activation="sigmoid"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="SGD", metrics=["accuracy"])
    print(f"The {name} network has {model.count_params():,} parameters")

    # 6. Train it. The last tenth of the training pictures only watches: validation.
    history = model.fit(X_train, Y_train, batch_size=32, epochs=10, validation_split=0.1, verbose=2)
    curves[name] = pd.DataFrame(history.history)
    networks[name] = model

# 7. Compare the last epoch. Low accuracy: underfitting; val_accuracy far below it: overfitting.
print(pd.DataFrame({name: curve.iloc[-1] for name, curve in curves.items()}).round(3))
chart, axes = plt.subplots(1, 2, figsize=(12, 5), layout="tight")
for axis, key in zip(axes, ["accuracy", "loss"], strict=True):
    for name, curve in curves.items():
        curve[[key, f"val_{key}"]].add_prefix(f"{name}: ").plot(ax=axis, title=key, xlabel="epoch")
chart.savefig(HERE / "digits_curves.png")

# 8. Test both networks, once: on pictures that neither trained them nor watched.
for name, model in networks.items():
    loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
    print(f"The {name} network reads {accuracy:.1%} of the {len(X_test):,} test pictures right")

# 9. Which digits does the small network confuse? The largest probability is its answer.
probabilities = networks["small"].predict(X_test, verbose=0)
read = probabilities.argmax(axis=1)
print(pd.crosstab(y_test, read, rownames=["digit"], colnames=["read as"]))

# 10. Draw its ten worst mistakes: where the right digit got the smallest probability.
right = (probabilities * Y_test).sum(axis=1)  # one-hot leaves the right digit's probability
worst = right.argsort()[:10]  # the row numbers of the ten smallest
mistakes, axes = plt.subplots(2, 5, figsize=(12, 5), subplot_kw={"xticks": [], "yticks": []})
for axis, i in zip(axes.flat, worst, strict=True):
    axis.imshow(X_test[i].reshape(28, 28), cmap="gray")
    axis.set_title(f"{y_test[i]}, read as {read[i]}: {probabilities[i].max():.0%}")
mistakes.savefig(HERE / "digits_mistakes.png")
print("See digits_curves.png and digits_mistakes.png. Next: classify_digits_exercise.py")
