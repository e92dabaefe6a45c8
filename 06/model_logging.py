"""Write logs while a network trains, for TensorBoard to draw: losses, weights and the graph.

Chapter 6, script 1.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: logs/
Prints: the loss after each epoch, the test MSE, and the command that starts TensorBoard
"""

import importlib.util
import os
import shlex
import subprocess
import sys
from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf
from keras import layers

HERE = Path(__file__).resolve().parent
LOGS = HERE / "logs"
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 50
SHORT_NAMES = {  # what Keras calls an operation: what TensorBoard shows
    "_1/": "/",
    "Cast/ReadVariableOp": "kernel",
    "BiasAdd/ReadVariableOp": "bias",
    "Add/ReadVariableOp": "bias",
    "/resource": "_variable",
}
keras.utils.set_random_seed(7)

if not importlib.util.find_spec("tensorboard"):
    sys.exit("tensorboard is not installed. Run: python -m pip install tensorboard==2.21.0")

# 1. Load the scaled rows: numbers only, columns by name, values around 0 to 1.
tables = {}
for name in ("training", "test"):
    file = HERE / f"sales_data_{name}_scaled.csv"
    try:
        rows = pd.read_csv(file, dtype=float, na_filter=False)
        odd = {*rows} ^ {*FEATURES, TARGET}
        if odd:
            raise ValueError(f"columns missing or unknown: {sorted(odd)}")
        if not rows.abs().max(axis=None) < 2:
            raise ValueError("no rows, or numbers that are not scaled")
    except (OSError, ValueError) as problem:
        sys.exit(f"{file}: {problem!r}. Copy the file here again from chapter folder 03.")
    tables[name] = rows
X_train, Y_train = tables["training"][FEATURES].to_numpy(), tables["training"][TARGET].to_numpy()
X_test, Y_test = tables["test"][FEATURES].to_numpy(), tables["test"][TARGET].to_numpy()

# 2. Give this run a folder of its own: the first number that is free.
try:
    LOGS.mkdir(exist_ok=True)
    number = 1
    while (LOGS / f"model logging {number}").exists():
        number += 1
    run_folder = LOGS / f"model logging {number}"
    run_folder.mkdir()
except OSError as problem:
    sys.exit(f"{LOGS}: cannot write here: {problem!r}. Move it away, or check the disk.")

# 3. Define the network, this time with a name for it and for each layer.
model = keras.Sequential(
    [
        keras.Input(shape=(9,), name="features"),
        layers.Dense(50, activation="relu", name="layer_1"),
        layers.Dense(100, activation="relu", name="layer_2"),
        layers.Dense(50, activation="relu", name="layer_3"),
        layers.Dense(1, activation="linear", name="output_layer"),
    ],
    name="network",
)
model.compile(loss="mean_squared_error", optimizer="adam")

# 4. Train with a logger: losses every epoch, histograms of all weights every 5 epochs.
logger = keras.callbacks.TensorBoard(log_dir=run_folder, histogram_freq=5, write_graph=True)
model.fit(X_train, Y_train, epochs=EPOCHS, shuffle=True, verbose=2, callbacks=[logger])

# 5. Log the graph of operations too, with short names, so that equal layers look equal.
network = tf.function(model.call).get_concrete_function(
    tf.TensorSpec([None, 9], tf.float32, name="features")
)
graph = network.graph.as_graph_def(add_shapes=True)
for node in graph.node:
    for old, new in SHORT_NAMES.items():
        node.name = node.name.replace(old, new)
        node.input[:] = [name.replace(old, new) for name in node.input]
with tf.summary.create_file_writer(str(run_folder)).as_default():
    tf.summary.graph(graph)

# 6. Judge the network on the test rows.
test_mse = model.evaluate(X_test, Y_test, verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 7. Say how to look at the logs on this machine.
command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(LOGS)]
quoted = subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
print("Logged. Start TensorBoard with this line, and open http://localhost:6006/ :")
print(quoted)
