"""Train the same network in a fraction of the seconds, and see what that does to the test MSE.

Chapter 4, scaling, script 1.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: nothing
Prints: for each way, the seconds of a first and of a second training, and the test MSE
Takes:  about half a minute
"""

import math
import time
from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf
from keras import layers

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
EPOCHS = 50
BATCH = 32  # rows for each step of the optimizer
BACKEND = keras.config.backend()
tf.get_logger().setLevel("ERROR")  # TensorFlow warns of many new compilations: here on purpose

# 1. Load the chapter's scaled rows, in the 32-bit numbers with which Keras computes.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv").astype("float32")
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv").astype("float32")
X_train, y_train = training.drop(columns="total_earnings"), training["total_earnings"]
X_test, y_test = test[X_train.columns], test["total_earnings"]
steps = math.ceil(len(X_train) / BATCH)  # batches in an epoch: 32

# 2. The same rows as a pipeline: shuffle them, pack batches, prepare the next ones ahead.
rows = tf.data.Dataset.from_tensor_slices((X_train, y_train))
pipeline = rows.shuffle(len(X_train)).batch(BATCH).prefetch(tf.data.AUTOTUNE)

# 3. The ways to call fit: features, targets, epochs, batches in a call, compiled with XLA?
ways = [
    ("arrays", X_train, y_train, EPOCHS, 1, "auto"),
    ("arrays, an epoch in a call", X_train, y_train, EPOCHS, steps, "auto"),
    ("tf.data", pipeline, None, EPOCHS, 1, "auto"),
    ("tf.data, an epoch in a call", pipeline, None, EPOCHS, steps, "auto"),
    ("tf.data, an epoch in a call, XLA", pipeline, None, EPOCHS, steps, True),
    ("tf.data, all epochs in a call", pipeline.repeat(EPOCHS), None, 1, steps * EPOCHS, "auto"),
]

# 4. Train with each way twice: the second training finds everything compiled.
print(f"{'fit on ' + BACKEND:32} first, s  again, s  test MSE")
for name, x, y, epochs, batches_in_a_call, xla in ways:
    if xla is True and BACKEND != "tensorflow":
        continue  # JAX compiles with XLA in any case, PyTorch never
    if batches_in_a_call > 1 and BACKEND == "torch":
        continue  # PyTorch takes one batch in a call
    shuffle = x is X_train  # a pipeline shuffles by itself, and Keras warns if it is told to
    keras.utils.set_random_seed(7)  # the same first weights for each way
    model = keras.Sequential(
        [
            keras.Input(shape=(9,)),
            layers.Dense(50, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(50, activation="relu"),
            layers.Dense(1, activation="linear"),
        ]
    )
    model.compile(
        loss="mean_squared_error",
        optimizer="adam",
        steps_per_execution=batches_in_a_call,
        jit_compile=xla,
    )
    start = time.perf_counter()
    model.fit(x, y, batch_size=BATCH, epochs=epochs, shuffle=shuffle, verbose=0)
    first = time.perf_counter() - start
    test_mse = model.evaluate(X_test, y_test, verbose=0)
    start = time.perf_counter()
    model.fit(x, y, batch_size=BATCH, epochs=epochs, shuffle=shuffle, verbose=0)
    again = time.perf_counter() - start
    print(f"{name:33} {first:7.2f} {again:9.2f}  {test_mse:.2e}", flush=True)

# 5. Without fit: the whole training as one function of TensorFlow, to see what fit costs.
if BACKEND == "tensorflow":
    model = keras.models.clone_model(model)  # the same layers with new weights
    model.compile(loss="mean_squared_error", optimizer="adam")
    model.optimizer.build(model.trainable_variables)  # its state must be there beforehand

    @tf.function
    def train():
        for x, y in pipeline.repeat(EPOCHS):
            model.train_step((x, y))  # what fit does with each batch

    start = time.perf_counter()
    train()
    first = time.perf_counter() - start
    test_mse = model.evaluate(X_test, y_test, verbose=0)
    start = time.perf_counter()
    train()
    again = time.perf_counter() - start
    print(f"{'a loop without fit':33} {first:7.2f} {again:9.2f}  {test_mse:.2e}")
