"""Train the same network on the backend of your choice: who does the arithmetic for Keras?

Chapter 3, more, script 3.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: nothing
Prints: what keras.json sets, the backend, and the seconds and the test MSE of a training that
        starts from the same weights on every backend
"""

import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
KERAS_HOME = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")).expanduser()
KERAS_JSON = KERAS_HOME / "keras.json"
sys.stdout.reconfigure(errors="backslashreplace")  # the name of a folder may have any letter

# 1. Import Keras. It reads keras.json and KERAS_BACKEND now, and never again in this program.
BACK = "To go back: unset KERAS_BACKEND (bash), Remove-Item Env:KERAS_BACKEND (PowerShell)"
try:
    import keras
    from keras import layers
except ModuleNotFoundError as problem:  # a backend that requirements.txt does not bring
    name = problem.name
    print(f"{name} is not installed: python -m pip install {name}. {BACK}.", file=sys.stderr)
    sys.exit(69)  # tells run_course.py that a package is missing
except ValueError as problem:
    sys.exit(f"{problem}. Backends are tensorflow, jax and torch. {BACK}, or edit {KERAS_JSON}")
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 2. Say what is set. KERAS_BACKEND goes before the backend in the file.
print(f"{KERAS_JSON}:", "found" if KERAS_JSON.exists() else "not there, Keras uses its defaults")
print(f"    floatx            = {keras.config.floatx()}: the kind of number in every array")
print(f"    epsilon           = {keras.config.epsilon()}: added where a division by 0 threatens")
print(f"    image_data_format = {keras.config.image_data_format()}: where a picture's colors stand")
print(f"    backend           = {keras.config.backend()}: who does the arithmetic")
print("KERAS_BACKEND, which goes before the file:", os.environ.get("KERAS_BACKEND", "not set"))
if keras.config.floatx() == "float16":
    sys.exit(f"float16 is too coarse for this training: write float32 into {KERAS_JSON}")

# 3. Load the scaled rows of the chapter: nine features of each game, and what it earned.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]

# 4. Define the network: nine features in, three hidden layers, one number out.
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

# 5. Start from weights that do not depend on the backend, in the range that Keras draws from.
random = np.random.default_rng(7)
for layer in model.layers:
    inputs, units = layer.kernel.shape
    limit = (6 / (inputs + units)) ** 0.5  # Glorot's rule: more connections, smaller weights
    layer.set_weights([random.uniform(-limit, limit, (inputs, units)), np.zeros(units)])

# 6. Train in the order of the file, the same for every backend, and take the time.
start = time.perf_counter()
model.fit(X_train, y_train, epochs=10, shuffle=False, verbose=0)
seconds = time.perf_counter() - start

# 7. Test the network, and say how it went.
test_mse = model.evaluate(X_test, y_test, verbose=0)
print(f"{keras.config.backend()}: {seconds:.1f} seconds of training, test MSE {test_mse:.2e}")
print("Next: make_sales_data.py")
