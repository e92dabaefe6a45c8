"""Read pictures as pictures: a convolution finds a stroke wherever it is.

Chapter 4, labs, script 5.
Reads:  MNIST, which Keras downloads once (11 MB)
Writes: digits_conv.keras
Prints: every epoch of a Dense and a Conv2D network, and what each reads of the test pictures
Takes:  about a minute
"""

from pathlib import Path

import keras
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
WHITE = 255  # the brightest pixel; 0 is black
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load MNIST: pictures of digits, and which digit each one is. Keras downloads it once (11 MB).
(X_train, y_train), (X_test, y_test) = keras.datasets.mnist.load_data()

# 2. Scale the pictures to 0 to 1. They stay pictures: 28 rows, 28 columns, 1 color.
X_train = X_train.reshape(-1, 28, 28, 1).astype("float32") / WHITE
X_test = X_test.reshape(-1, 28, 28, 1).astype("float32") / WHITE

# 3. Define a network of Dense layers, to compare: for it, a picture is a row of 784 numbers.
dense = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Flatten(),  # row behind row
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)

# 4. Train it and test it. This loss takes labels as they are, without one-hot.
dense.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
dense.fit(X_train, y_train, batch_size=128, epochs=5, validation_split=0.1, verbose=2)
loss, accuracy = dense.evaluate(X_test, y_test, verbose=0)
print(f"Dense: {dense.count_params():,} parameters, {accuracy:.1%} of the test pictures right")

# 5. Define a network of convolutions.
convolutions = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(16, kernel_size=3, activation="relu"),  # 16 patterns of 3 x 3 pixels
        layers.MaxPooling2D(pool_size=2),  # of 2 x 2 answers, the strongest
        layers.Conv2D(32, kernel_size=3, activation="relu"),  # 32 patterns of those patterns
        layers.MaxPooling2D(pool_size=2),
        layers.Flatten(),
        layers.Dropout(0.5),  # while training, half of the numbers are left out
        layers.Dense(10, activation="softmax"),
    ]
)
convolutions.summary()

# 6. Train it and test it in the same way, and save it. Both networks were fixed beforehand: the
#    test pictures choose nothing.
convolutions.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
convolutions.fit(X_train, y_train, batch_size=128, epochs=5, validation_split=0.1, verbose=2)
loss, accuracy = convolutions.evaluate(X_test, y_test, verbose=0)
size = convolutions.count_params()
print(f"Conv2D: {size:,} parameters, {accuracy:.1%} of the test pictures right")
convolutions.save(HERE / "digits_conv.keras")
print("Saved digits_conv.keras. Next: read_digit_photos.py")
