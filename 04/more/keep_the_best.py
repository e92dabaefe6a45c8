"""Keep the best network on disk, and go on with a training that was interrupted.

Chapter 4, more, script 8.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: best.keras, latest.keras
Prints: the test MSE of the best and of the last network, and the loss of each epoch around the
        interruption: never interrupted, gone on, and gone on without the optimizer's state
"""

from pathlib import Path

import keras
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
EPOCHS, INTERRUPTED = 50, 40  # the training should have 50 epochs, and stops after 40
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load the scaled rows: 800 train, 200 validation rows choose, and the test rows judge.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
X, y = training.drop(columns="total_earnings"), training["total_earnings"]
X_train, X_val, y_train, y_val = X[:800], X[800:], y[:800], y[800:]
X_test, y_test = test[X.columns], test["total_earnings"]


# 2. A part of a training: from one epoch to another.
def train(model, first, last, callbacks=None):
    """Train a network further; return the loss of each epoch."""
    history = model.fit(
        X_train,
        y_train,
        initial_epoch=first,  # this many epochs are done already
        epochs=last,  # the number of the last epoch, not how many
        shuffle=False,  # the same batches in the same order, so that the losses can be compared
        validation_data=(X_val, y_val),
        callbacks=callbacks,
        verbose=0,
    )
    return history.history["loss"]


# 3. Define the network: nine features in, three hidden layers, one number out.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
model.compile(loss="mean_squared_error", optimizer="adam")

# 4. After each epoch, save the network: in one file always, in the other if it is the best.
latest = keras.callbacks.ModelCheckpoint(HERE / "latest.keras")
best = keras.callbacks.ModelCheckpoint(HERE / "best.keras", save_best_only=True)

# 5. Train 40 epochs with both callbacks. Here somebody pulls the plug: latest.keras stays.
train(model, 0, INTERRUPTED, [latest, best])

# 6. To compare: the training that nobody interrupts.
losses = {"never interrupted": train(model, INTERRUPTED, EPOCHS, [best])}
last_mse = model.evaluate(X_test, y_test, verbose=0)

# 7. Go on: load the file, and call fit again.
model = keras.saving.load_model(HERE / "latest.keras")
print(f"latest.keras: {int(model.optimizer.iterations)} steps of the optimizer are done")
losses["gone on"] = train(model, INTERRUPTED, EPOCHS)

# 8. The control: the same weights, but a new optimizer that knows nothing of the 40 epochs.
model = keras.saving.load_model(HERE / "latest.keras", compile=False)
model.compile(loss="mean_squared_error", optimizer="adam")
losses["new optimizer"] = train(model, INTERRUPTED, EPOCHS)

# 9. Compare the losses, epoch by epoch.
table = pd.DataFrame(losses, index=range(INTERRUPTED + 1, EPOCHS + 1))
print(table.to_string(float_format="{:.8f}".format))

# 10. Compare the last network with the best one: best means the lowest val_loss.
best_mse = keras.saving.load_model(HERE / "best.keras").evaluate(X_test, y_test, verbose=0)
print(f"The test MSE of the last network is {last_mse:.2e}, of best.keras {best_mse:.2e}")
