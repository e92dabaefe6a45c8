"""Stop in time: see a network learn its rows by heart, and four ways against it.

Chapter 4, more, script 7.
Reads:  nothing
Writes: stop_in_time.png
Prints: for five ways of training: epochs, training and test accuracy; and when to stop
Takes:  about half a minute
"""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

HERE = Path(__file__).resolve().parent  # the folder of this script
SEED = 7
EPOCHS = 100

# 1. Load 1,797 handwritten digits of 8 by 8 pixels; they come with scikit-learn.
pixels, digits = load_digits(return_X_y=True)
random = np.random.default_rng(SEED)
order = random.permutation(len(pixels))
pixels, digits = pixels[order] / 16, digits[order]

# 2. Few rows train, 150 choose when to stop, all others are for the test.
X_train, X_val, X_test = pixels[:150], pixels[150:300], pixels[300:]
y_train, y_val, y_test = digits[:150], digits[150:300], digits[300:]

# 3. Write a wrong label on 30 of the 150: nothing in these pictures explains it.
wrong = random.choice(150, size=30, replace=False)
y_train[wrong] = (y_train[wrong] + random.integers(1, 10, size=30)) % 10  # 1 to 9 on; 0 follows 9


# 4. Two layers of 256: far more weights than 150 pictures need.
def train(dropout, l2, stop):
    """Train one network; return its curves, and its accuracy on the training and test rows."""
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input(shape=(64,)),
            layers.Dense(256, activation="relu", kernel_regularizer=keras.regularizers.L2(l2)),
            layers.Dropout(dropout),
            layers.Dense(256, activation="relu", kernel_regularizer=keras.regularizers.L2(l2)),
            layers.Dropout(dropout),
            layers.Dense(10, activation="softmax"),
        ]
    )
    # 5. L2 adds a penalty to the loss. To compare the curves, measure the plain loss as well.
    plain_loss = keras.metrics.SparseCategoricalCrossentropy(name="plain_loss")
    model.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy", plain_loss]
    )
    # 6. Stop when val_loss has had no new low for 10 epochs, and go back to the lowest.
    stopping = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
    history = model.fit(
        X_train,
        y_train,
        epochs=EPOCHS,
        validation_data=(X_val, y_val),
        callbacks=[stopping] if stop else [],
        verbose=0,
    )
    on_training = model.evaluate(X_train, y_train, verbose=0, return_dict=True)
    on_test = model.evaluate(X_test, y_test, verbose=0, return_dict=True)
    return history.history, on_training["accuracy"], on_test["accuracy"]


# 7. Train five times from the same start, and test each network. (The test rows choose none of the
#    five. To choose one, compare by the validation rows.)
ways = [  # dropout, L2, stopping?
    ("plain", 0, 0, False),
    ("L2", 0, 0.01, False),
    ("dropout", 0.5, 0, False),
    ("stopping", 0, 0, True),
    ("both", 0.5, 0, True),
]
histories = {}
print("way       epochs  training accuracy  test accuracy")
for way, dropout, l2, stop in ways:
    curves, known, tested = train(dropout, l2, stop)
    histories[way] = curves
    print(f"{way:8}  {len(curves['loss']):6}  {known:17.3f}  {tested:13.3f}", flush=True)

# 8. When should the plain training have stopped?
val_loss = histories["plain"]["val_loss"]
lowest = np.argmin(val_loss) + 1
print(f"The plain network's val_loss is lowest in epoch {lowest}: {min(val_loss):.3f}")
print(f"In epoch {len(val_loss)} its val_loss is {val_loss[-1]:.3f}")

# 9. Draw the losses of the three trainings that nothing stopped.
plt.rcParams["font.size"] = 14  # to be read on a phone, too
figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
epochs = range(1, len(val_loss) + 1)
axes.plot(epochs, histories["plain"]["loss"], "C3--", label="plain: training")
for way in ["plain", "L2", "dropout"]:
    axes.plot(epochs, histories[way]["val_plain_loss"], label=f"{way}: validation")
axes.plot(lowest, min(val_loss), "kv", label="what stopping keeps")
axes.set(xlabel="epoch", ylabel="loss", ylim=(0, 2.5))
axes.legend()
figure.savefig(HERE / "stop_in_time.png", dpi=150)
print("The curves are in stop_in_time.png")
