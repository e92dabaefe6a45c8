"""Train two designs, each logged into a run folder of its own, and compare them.

Chapter 6, script 2.
Reads:  sales_data_training_scaled.csv
Writes: logs/run 1 with 50 nodes, logs/run 2 with 5 nodes
Prints: the validation MSE of each run, and the command that starts TensorBoard
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # TensorBoard belongs to TensorFlow

import shutil
from pathlib import Path

import keras
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script

# 1. Load the scaled training rows: nine features of each game, and what it earned.
training = pd.read_csv(HERE / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]

for number, nodes in enumerate([50, 5], start=1):
    # 2. Give each run a folder. Delete what an earlier run with this name logged there.
    name = f"run {number} with {nodes} nodes"
    run = HERE / "logs" / name
    if run.exists():
        shutil.rmtree(run)

    # 3. Define the network with this many nodes in its first layer, from the same seed.
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input(shape=(9,)),
            layers.Dense(nodes, activation="relu", name="layer_1"),
            layers.Dense(100, activation="relu", name="layer_2"),
            layers.Dense(50, activation="relu", name="layer_3"),
            layers.Dense(1, activation="linear", name="output_layer"),
        ]
    )
    model.compile(loss="mean_squared_error", optimizer="adam")

    # 4. Train on the first 800 rows. After each epoch, log the loss of the last 200 too.
    logger = keras.callbacks.TensorBoard(log_dir=run, histogram_freq=5)
    history = model.fit(
        X_train, y_train, epochs=50, verbose=0, validation_split=0.2, callbacks=[logger]
    )

    # 5. Compare by these validation rows. The test rows are for the design that they choose.
    val_mse = history.history["val_loss"][-1]  # after the last epoch
    print(f"{name}: the mean squared error (MSE) of the validation rows is {val_mse:.2e}")

print("Next, from the folder of the course: tensorboard --logdir 06/logs")
