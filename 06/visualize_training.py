"""Train two designs, each logged into a run folder of its own, and compare them.

Chapter 6, script 2.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: logs/run 1 with 50 nodes, logs/run 2 with 5 nodes
Prints: the test MSE of each run, and the command that starts TensorBoard
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # TensorBoard belongs to TensorFlow

import shutil
from pathlib import Path

import keras
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script

# 1. Load the scaled rows: nine features of each game, and what it earned.
training = pd.read_csv(HERE / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]
test = pd.read_csv(HERE / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]

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

    # 4. Train, and log the loss of every epoch and the weights of every fifth.
    logger = keras.callbacks.TensorBoard(log_dir=run, histogram_freq=5)
    model.fit(X_train, y_train, epochs=50, shuffle=True, verbose=0, callbacks=[logger])

    # 5. Test the network on the test rows.
    test_mse = model.evaluate(X_test, y_test, verbose=0)
    print(f"{name}: the mean squared error (MSE) of the test rows is {test_mse:.2e}")

print("Next, from the folder of the course: tensorboard --logdir 06/logs")
