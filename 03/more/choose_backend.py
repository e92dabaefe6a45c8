"""Train the same network on every backend that is installed: who does the arithmetic for Keras?

Chapter 3, more, script 3.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: nothing
Prints: where keras.json lies and what it says, which backends are installed, and for each of them
        the seconds of training and the test MSE, from the same starting weights
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

try:
    import keras
    from keras import layers
except (ImportError, ValueError) as problem:
    sys.exit(
        f"{os.environ.get('KERAS_BACKEND', 'keras.json')}: {problem!r}. "
        "Set KERAS_BACKEND, or backend in keras.json, to tensorflow."
    )

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 10
INSTALL = {"tensorflow": "tensorflow==2.21.0", "jax": "jax==0.10.2", "torch": "torch==2.13.0"}
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

# 3. A process that step 6 started: train from the weights it was given, report, and stop here.
if len(sys.argv) == 2:
    model.load_weights(sys.argv[1])
    start = time.perf_counter()
    model.fit(X_train, Y_train, epochs=EPOCHS, shuffle=True, verbose=0)
    seconds = time.perf_counter() - start
    test_mse = model.evaluate(X_test, Y_test, verbose=0)
    print(f"{keras.config.backend():12}{seconds:9.1f}{test_mse:12.2e}")
    sys.exit()

# 4. What keras.json sets. It is read once, when Keras is imported.
file = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "keras.json"
print(f"{file}: {'found' if file.exists() else 'not there, Keras uses its defaults'}")
print(f"    floatx            = {keras.config.floatx()}: the kind of number in every array")
print(f"    epsilon           = {keras.config.epsilon()}: added where a division by 0 threatens")
print(f"    image_data_format = {keras.config.image_data_format()}: where a picture's colors stand")
print(f"    backend           = {keras.config.backend()}: who does the arithmetic")
print("KERAS_BACKEND, which goes before the file:", os.environ.get("KERAS_BACKEND", "not set"))

# 5. Which backends can be imported here? The others are a pip install away.
installed = [name for name in INSTALL if importlib.util.find_spec(name)]
for name, package in INSTALL.items():
    print(f"{name}:", "installed" if name in installed else f"python -m pip install {package}")

# 6. Train on each of them, in a process of its own, from the same starting weights.
print("backend       seconds    test MSE", flush=True)
with tempfile.TemporaryDirectory() as folder:
    weights = Path(folder) / "start.weights.h5"
    model.save_weights(weights)
    for name in installed:
        done = subprocess.run(
            [sys.executable, __file__, weights],
            # One thread: in so small a network PyTorch's threads would only wait for each other.
            env={"OMP_NUM_THREADS": "1", **os.environ, "KERAS_BACKEND": name},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        failure = f"{name:12} did not run: {done.stderr.strip().splitlines()[-1:]}"
        print(failure if done.returncode else done.stdout.strip(), flush=True)
print("Next: chapter 4, train_model.py")
