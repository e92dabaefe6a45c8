"""Train one network in four ways, from fit down to bare TensorFlow: the same loss comes out.

Chapter 4, more, script 4.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: nothing
Prints: the test MSE that each way comes to, and whether they are equal
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # the last two ways are written in TensorFlow

from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf
from keras import layers

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
EPOCHS = 20
BATCH = 32  # rows
RATE = 0.1  # the learning rate: how long a step is
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load the scaled rows as arrays of float32, the kind of number that Keras computes with.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv", dtype="float32")
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv", dtype="float32")[training.columns]
X_train = training.drop(columns="total_earnings").to_numpy()
y_train = training["total_earnings"].to_numpy()
X_test = test.drop(columns="total_earnings").to_numpy()
y_test = test["total_earnings"].to_numpy()
batches = [(X_train[n : n + BATCH], y_train[n : n + BATCH]) for n in range(0, len(X_train), BATCH)]

# 2. Define the network of train_model.py, with plain gradient descent as its optimizer.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
model.compile(loss="mean_squared_error", optimizer=keras.optimizers.SGD(RATE))

# 3. Keep the starting weights: every way begins with them.
starting_weights = model.get_weights()
losses = {}

# 4. First way, fit: epochs, batches, gradients and steps in one line.
model.fit(X_train, y_train, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
losses["fit"] = model.evaluate(X_test, y_test, verbose=0)

# 5. Second way, train_on_batch: the two loops are ours, each step is Keras' own.
model.set_weights(starting_weights)
for epoch in range(1, EPOCHS + 1):
    for X, y in batches:
        loss = model.train_on_batch(X, y)
    if epoch % 10 == 0:
        print(f"train_on_batch, epoch {epoch}: the loss of the last batch was {loss:.3e}")
losses["train_on_batch"] = model.test_on_batch(X_test, y_test)

# 6. Third way, GradientTape: the step is ours too; layers and optimizer are Keras' own.
model.set_weights(starting_weights)
optimizer = keras.optimizers.SGD(RATE)
for epoch in range(1, EPOCHS + 1):
    for X, y in batches:
        # The tape records each calculation with the weights, and then runs backward through the
        # record: from the loss to each weight, how the one changes with the other.
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X)[:, 0] - y) ** 2)  # predict, measure
        gradients = tape.gradient(loss, model.trainable_variables)  # differentiate
        optimizer.apply(gradients, model.trainable_variables)  # correct
    if epoch % 10 == 0:
        print(f"GradientTape, epoch {epoch}: the loss of the last batch was {loss:.3e}")
losses["GradientTape"] = float(tf.reduce_mean((model(X_test)[:, 0] - y_test) ** 2))

# 7. Fourth way, bare TensorFlow: the layers are multiplications with arrays of weights.
variables = [tf.Variable(weights) for weights in starting_weights]
kernel_1, bias_1, kernel_2, bias_2, kernel_3, bias_3, kernel_4, bias_4 = variables


def network(X):
    values = tf.nn.relu(X @ kernel_1 + bias_1)
    values = tf.nn.relu(values @ kernel_2 + bias_2)
    values = tf.nn.relu(values @ kernel_3 + bias_3)
    return (values @ kernel_4 + bias_4)[:, 0]


# 8. Train it: the last line of the loop is gradient descent, a step against the gradient.
for epoch in range(1, EPOCHS + 1):
    for X, y in batches:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((network(X) - y) ** 2)  # predict, measure
        gradients = tape.gradient(loss, variables)  # differentiate
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.assign_sub(RATE * gradient)  # correct
    if epoch % 10 == 0:
        print(f"bare TensorFlow, epoch {epoch}: the loss of the last batch was {loss:.3e}")
losses["bare TensorFlow"] = float(tf.reduce_mean((network(X_test) - y_test) ** 2))

# 9. Compare. The last digits may differ: each way adds up its numbers in another order.
for way, loss in losses.items():
    print(f"{way:16} test MSE {loss:.3e}")
equal = all(abs(loss / losses["fit"] - 1) < 0.01 for loss in losses.values())  # not if one is nan
print("The four losses are equal to within 1%." if equal else "The four losses are DIFFERENT.")
