"""Read handwritten digits: a picture becomes a vector, a network picks one of ten classes.

Chapter 4, labs, script 3.
Reads:  MNIST, which Keras downloads once (11 MB)
Writes: digits_curves.png, digits_mistakes.png
Prints: one digit, every epoch of the training, the test accuracy, which digits are confused
Takes:  about a minute
"""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
WHITE = 255  # the brightest pixel; 0 is black
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load MNIST: pictures of digits, and which digit each one is. Keras downloads it once (11 MB).
(X_train, y_train), (X_test, y_test) = keras.datasets.mnist.load_data()
print(f"Training pictures: {X_train.shape} {X_train.dtype}. Test pictures: {X_test.shape}")

# 2. Look at the first digit: the larger a number, the darker its letter.
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

# 5. Define the network. softmax: ten probabilities with the sum 1.
model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(25, activation="sigmoid"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.summary()
model.compile(loss="categorical_crossentropy", optimizer="SGD", metrics=["accuracy"])

# 6. Train it. The last tenth of the training pictures only watches: validation.
history = model.fit(X_train, Y_train, batch_size=32, epochs=10, validation_split=0.1, verbose=2)

# 7. Draw the curves. Low accuracy: underfitting; val_accuracy far below accuracy: overfitting.
curves = pd.DataFrame(history.history)
curves.index += 1  # epochs count from 1
chart, (left, right) = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
curves[["accuracy", "val_accuracy"]].plot(ax=left, title="accuracy", xlabel="epoch")
curves[["loss", "val_loss"]].plot(ax=right, title="loss", xlabel="epoch")
chart.savefig(HERE / "digits_curves.png")

# 8. Test it, once: on pictures that neither trained it nor watched.
loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
print(f"The network reads {accuracy:.1%} of the {len(X_test):,} test pictures right")

# 9. Which digits does it confuse? The largest of the ten probabilities is its answer.
probabilities = model.predict(X_test, verbose=0)
read = probabilities.argmax(axis=1)
print(pd.crosstab(y_test, read, rownames=["digit"], colnames=["read as"]))

# 10. Draw its ten worst mistakes: where the right digit got the smallest probability.
right_digit = (probabilities * Y_test).sum(axis=1)  # one-hot leaves the right digit's probability
worst = right_digit.argsort()[:10]  # the row numbers of the ten smallest
mistakes, axes = plt.subplots(2, 5, figsize=(12, 5), subplot_kw={"xticks": [], "yticks": []})
for axis, i in zip(axes.flat, worst, strict=True):
    axis.imshow(X_test[i].reshape(28, 28), cmap="gray")
    axis.set_title(f"{y_test[i]}, read as {read[i]}: {probabilities[i].max():.0%}")
mistakes.savefig(HERE / "digits_mistakes.png")
print("See digits_curves.png and digits_mistakes.png. Next: classify_digits_exercise.py")
