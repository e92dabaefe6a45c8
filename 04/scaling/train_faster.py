"""Reach the same result in a fraction of the time, one change after the other.

Chapter 4, scaling, script 1.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: train_faster.png
Prints: for each way, the seconds, how many times faster than plain fit, and the test MSE

Every way trains the same network for 50 epochs in batches of 32, and then for 50 more: the
second training finds everything compiled. Each way is run three times, in turns and with
another seed each time; the middle one (the median) counts.
"""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import mean_squared_error
from sklearn.neural_network import MLPRegressor

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 50
BATCH = 32  # 1,000 rows are 32 batches: steps_per_execution=32 is one call for each epoch
SEEDS = [7, 8, 9]

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


# 2. The ways: each returns a network, and the function that trains it for 50 epochs.
def network(**how):
    """Return the same network every time, compiled as `how` says."""
    model = keras.Sequential(
        [
            keras.Input(shape=(9,)),
            layers.Dense(50, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(50, activation="relu"),
            layers.Dense(1, activation="linear"),
        ]
    )
    model.compile(loss="mean_squared_error", optimizer="adam", **how)
    return model


def arrays(**how):
    """Hand the arrays to fit, as in train_model.py."""
    model = network(**how)
    return model, lambda: model.fit(X_train, Y_train, batch_size=BATCH, epochs=EPOCHS, verbose=0)


def batches():
    """Return the rows as a tf.data pipeline: keep, shuffle, pack into batches, work ahead."""
    data = tf.data.Dataset.from_tensor_slices((X_train.astype("float32"), Y_train))
    return data.cache().shuffle(len(X_train)).batch(BATCH).prefetch(tf.data.AUTOTUNE)


def pipeline(**how):
    """Hand fit a tf.data pipeline, which shuffles by itself."""
    model = network(**how)
    return model, lambda: model.fit(batches(), epochs=EPOCHS, shuffle=False, verbose=0)


def one_call():
    """Let fit see the 50 epochs as one long one: a single call, no word in between."""
    model = network(steps_per_execution=BATCH * EPOCHS)
    return model, lambda: model.fit(batches().repeat(EPOCHS), shuffle=False, verbose=0)


def compiled_loop():
    """Do without fit: the whole training is one compiled TensorFlow function."""
    model = network()
    model.optimizer.build(model.trainable_variables)
    x, y = tf.constant(X_train, "float32"), tf.constant(Y_train, "float32")

    @tf.function
    def train():
        for _ in tf.range(EPOCHS):
            order = tf.random.shuffle(tf.range(len(x)))
            for first in tf.range(0, len(x), BATCH):
                rows = order[first : first + BATCH]
                model.train_step((tf.gather(x, rows), tf.gather(y, rows)))

    return model, train


def scikit_learn():
    """Train scikit-learn's own network with the same layers; it has no use for a GPU."""
    warnings.simplefilter("ignore", ConvergenceWarning)  # we want 50 epochs, not more
    model = MLPRegressor(
        hidden_layer_sizes=(50, 100, 50), batch_size=BATCH, max_iter=EPOCHS, tol=0, alpha=0
    )
    return model, lambda: model.fit(X_train, Y_train)


# 3. Try every way once for each seed, in turns, so that a busy minute hits all of them.
ways = {
    "arrays into fit": arrays,
    "arrays, steps_per_execution=32": lambda: arrays(steps_per_execution=32),
}
on_tensorflow = keras.backend.backend() == "tensorflow"
if on_tensorflow:
    ways["tf.data"] = pipeline
    ways["tf.data, steps_per_execution=32"] = lambda: pipeline(steps_per_execution=32)
    ways["tf.data, all epochs in one call"] = one_call
    ways["compiled loop without fit"] = compiled_loop
    ways["scikit-learn's MLPRegressor"] = scikit_learn
results = {way: [] for way in ways}
for seed in SEEDS:
    for way, prepare in ways.items():
        keras.utils.set_random_seed(seed)
        start = time.perf_counter()
        model, train = prepare()
        train()
        first = time.perf_counter() - start
        predictions = model(X_test) if isinstance(model, keras.Model) else model.predict(X_test)
        test_mse = mean_squared_error(Y_test, keras.ops.convert_to_numpy(predictions))
        start = time.perf_counter()
        train()
        second = time.perf_counter() - start
        results[way].append((first, second, test_mse))

# 4. The JAX backend needs a process of its own: this script again, which stops here.
if not on_tensorflow:
    print(json.dumps(results))
    sys.exit()
if importlib.util.find_spec("jax"):
    done = subprocess.run(
        [sys.executable, __file__],
        env=os.environ | {"KERAS_BACKEND": "jax"},
        stdout=subprocess.PIPE,
        check=True,
    )
    for way, runs in json.loads(done.stdout.splitlines()[-1]).items():
        results[f"JAX: {way}"] = runs

# 5. Compare the medians.
first = {way: statistics.median(run[0] for run in runs) for way, runs in results.items()}
second = {way: statistics.median(run[1] for run in runs) for way, runs in results.items()}
plain = "arrays into fit"
print("                                  50 epochs  times  50 more  times")
print("                                    seconds faster  seconds faster  test MSE, three seeds")
for way, runs in results.items():
    errors = sorted(run[2] for run in runs)
    print(f"{way:35} {first[way]:7.2f} {first[plain] / first[way]:6.1f}", end=" ")
    print(f"{second[way]:8.2f} {second[plain] / second[way]:6.1f}", end="  ")
    print(f"{errors[0]:.1e} to {errors[-1]:.1e}")
if "JAX: arrays into fit" not in results:
    print("JAX is not installed: pip install -r 04/scaling_requirements.txt adds two lines.")

# 6. Draw the seconds.
figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
for seconds, offset, label in ((first, -0.2, "50 epochs"), (second, 0.2, "50 more, all compiled")):
    places = [place + offset for place in range(len(seconds))]
    axes.bar_label(axes.barh(places, list(seconds.values()), 0.4, label=label), fmt=" %.2f")
axes.set_yticks(range(len(first)), list(first))
axes.invert_yaxis()
axes.margins(x=0.12)
axes.set_xlabel("seconds, median of three runs")
axes.legend(loc="lower right")
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        figure.savefig(Path(folder) / "train_faster.png", dpi=150)
        (Path(folder) / "train_faster.png").replace(HERE / "train_faster.png")
except OSError as problem:
    sys.exit(
        f"{HERE}: cannot write here: {problem!r}. Check the disk and the folder's permissions."
    )
print("Wrote train_faster.png")
