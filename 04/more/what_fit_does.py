"""Train one network in three ways, from fit down to bare TensorFlow: the same loss comes out.

Chapter 4, more, script 4.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: nothing
Prints: for each way the test MSE, one prediction, the seconds, and the lines and characters of
        code it took
"""

import re
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 20
BATCH = 32  # rows, the default of fit
keras.config.set_floatx("float64")  # 16 digits, so that rounding cannot blur the comparison
keras.utils.set_random_seed(7)

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

# 2. Define the network: nine features in, three hidden layers, one number out.
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

# 3. Keep the starting weights: every way begins with them, and takes the rows in the same order.
starting_weights = model.get_weights()
results = {}

# 4. First way, fit: epochs, batches, gradients and corrections in one line.
start = time.perf_counter()
model.fit(X_train, Y_train, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
seconds = time.perf_counter() - start
loss = model.evaluate(X_test, Y_test, verbose=0)
results["fit"] = loss, model.predict(X_test[:1], verbose=0)[0, 0], seconds

# 5. Second way, train_on_batch: we write the loops, Keras does one batch.
model.set_weights(starting_weights)
model.compile(loss="mean_squared_error", optimizer="adam")
start = time.perf_counter()
for _ in range(EPOCHS):
    for first in range(0, len(X_train), BATCH):
        model.train_on_batch(X_train[first : first + BATCH], Y_train[first : first + BATCH])
seconds = time.perf_counter() - start
loss = model.test_on_batch(X_test, Y_test)
results["train_on_batch"] = loss, model.predict_on_batch(X_test[:1])[0, 0], seconds

# 6. Third way, TensorFlow alone: our own weights, layers and loss, and what Adam remembers.
variables = [tf.Variable(weight) for weight in starting_weights]
means = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
squares = [tf.Variable(tf.zeros_like(variable)) for variable in variables]


def predict(values):
    for kernel, bias in zip(variables[0:6:2], variables[1:6:2], strict=True):
        values = tf.nn.relu(values @ kernel + bias)
    return (values @ variables[6] + variables[7])[:, 0]


def mean_squared_error(values, targets):
    return tf.reduce_mean((predict(values) - targets) ** 2)


# 7. One step of training: the gradients of one batch, and Adam's correction of every weight.
@tf.function(reduce_retracing=True)
def train_step(values, targets, step):
    with tf.GradientTape() as tape:
        loss = mean_squared_error(values, targets)
    beta_1, beta_2 = tf.cast(0.9, tf.float64), tf.cast(0.999, tf.float64)
    rate = 0.001 * tf.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    gradients = tape.gradient(loss, variables)
    for variable, mean, square, gradient in zip(variables, means, squares, gradients, strict=True):
        mean.assign_add(0.1 * (gradient - mean))
        square.assign_add(0.001 * (gradient**2 - square))
        variable.assign_sub(rate * mean / (tf.sqrt(square) + 1e-7))


# 8. Train with it, then judge as before.
start, step = time.perf_counter(), 0
for _ in range(EPOCHS):
    for first in range(0, len(X_train), BATCH):
        step += 1
        rows = tf.constant(X_train[first : first + BATCH])
        targets = tf.constant(Y_train[first : first + BATCH])
        train_step(rows, targets, tf.constant(step, tf.float64))
seconds = time.perf_counter() - start
loss = float(mean_squared_error(X_test, Y_test))
results["TensorFlow"] = loss, float(predict(X_test[:1])[0]), seconds

# 9. Compare. The lines are counted in this very file, without comments and empty lines.
text = Path(__file__).read_text(encoding="utf-8")
steps = dict(re.findall(r"^# (\d)\. .*?\n(.*?)(?=^# \d\. |\Z)", text, re.M | re.S))
code = {"fit": steps["2"] + steps["4"], "train_on_batch": steps["2"] + steps["5"]}
code["TensorFlow"] = steps["6"] + steps["7"] + steps["8"]
print("way                  test MSE   first test row   seconds   lines   characters")
for way, (loss, prediction, seconds) in results.items():
    lines = [line for line in code[way].splitlines() if line.strip()]
    characters = len("".join("".join(lines).split()))
    print(f"{way:16}{loss:13.4e}{prediction:17.6f}", end="")
    print(f"{seconds:10.1f}{len(lines):8}{characters:13}")
losses = [loss for loss, _, _ in results.values()]
same = np.allclose(losses, losses[0], rtol=1e-5)
print("The three losses are", "equal to five digits." if same else "DIFFERENT.")
