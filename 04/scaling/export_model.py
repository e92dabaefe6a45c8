"""Use the network from any program: export it, then read it back without Keras.

Chapter 4, scaling, script 6.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv,
        proposed_new_product.csv, sales_data_scaling.json
Writes: exported_model/
Prints: for each format, its size, the seconds from start to answer, and the dollars it predicts

Keras' own file needs Keras. A SavedModel needs TensorFlow alone, from Python, C++, Java or Go.
An ONNX file needs one small library, onnxruntime, which many languages have.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 50
# Dollars and cents need eight digits: float32 has seven, float64 sixteen.
keras.config.set_floatx("float64")
keras.utils.set_random_seed(7)

# Three programs, each run in a fresh process. None as a module makes its import an error.
START = """
import json, sys
import numpy as np
file, rows = sys.argv[1], np.array(json.load(sys.stdin))
"""
PROGRAMS = {
    "keras_own.keras": """
import keras
keras.config.set_floatx("float64")
network = keras.saving.load_model(file)
predictions = network.predict(rows, verbose=0)
""",
    "saved_model": """
sys.modules["keras"] = None
import tensorflow as tf
network = tf.saved_model.load(file)
predictions = network.serve(rows).numpy()
""",
    "network.onnx": """
sys.modules["keras"] = sys.modules["tensorflow"] = None
import onnxruntime
network = onnxruntime.InferenceSession(file)
predictions = network.run(None, {network.get_inputs()[0].name: rows})[0]
""",
}
END = "print(json.dumps(predictions[:, 0].tolist()))"

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

# 3. Train as before, without a line for every epoch.
model.fit(X_train, Y_train, epochs=EPOCHS, shuffle=True, verbose=0)

# 4. Load the new games, scaled like the training rows, and the scaling of the earnings.
try:
    file = HERE / "proposed_new_product.csv"
    games = pd.read_csv(file, dtype=float, na_filter=False)
    odd = {*games} ^ {*FEATURES}
    if odd:
        raise ValueError(f"columns missing or unknown: {sorted(odd)}")
    if not games.abs().max(axis=None) < 2:
        raise ValueError("no rows, or numbers that are not scaled")
    file = HERE / "sales_data_scaling.json"
    scaling = json.loads(file.read_text(encoding="utf-8"))[TARGET]
    multiply_by, add = float(scaling["multiply_by"]), float(scaling["add"])
except (OSError, ValueError, KeyError, TypeError) as problem:
    sys.exit(f"{file}: {problem!r}. Put the course's own copy of this file back.")

# 5. Export: the computation from features to prediction, without optimizer and loss.
missing = [
    name for name in ("onnx", "tf2onnx", "onnxruntime") if not importlib.util.find_spec(name)
]
exported = HERE / "exported_model"
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        new = Path(folder) / "new"
        new.mkdir()
        model.save(new / "keras_own.keras")
        model.export(new / "saved_model", verbose=False)
        if not missing:
            model.export(new / "network.onnx", format="onnx", verbose=False)
        if exported.exists():
            exported.rename(Path(folder) / "old")
        new.rename(exported)
except OSError as problem:
    sys.exit(
        f"{exported}: cannot write here: {problem!r}. Check the disk and the folder's permissions."
    )

# 6. Read each file back in a fresh process: the new games first, then all test rows.
rows = np.vstack([games[FEATURES].to_numpy(), X_test])
predictions = model.predict(rows, verbose=0)[:, 0].astype(float)
expected = ((predictions - add) / multiply_by).round(2)
print(f"{'in exported_model':17}      bytes  seconds     dollars  equal to the cent")
for name, program in PROGRAMS.items():
    path = exported / name
    if not path.exists():
        continue
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", START + program + END, str(path)],
        check=False,
        input=json.dumps(rows.tolist()),
        capture_output=True,
        encoding="utf-8",
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{path}: {done.stderr.strip().splitlines()[-1]}. Run export_model.py again.")
    size = sum(file.stat().st_size for file in [path, *path.rglob("*")] if file.is_file())
    dollars = ((np.array(json.loads(done.stdout)) - add) / multiply_by).round(2)
    same = (dollars == expected).sum()
    print(
        f"{name:17} {size:10,} {seconds:8.2f} {dollars[0]:11,.2f}  {same:,} of {len(rows):,} games"
    )
if missing:
    print(
        f"{', '.join(missing)} missing: the SavedModel is made, the ONNX file is not. "
        "For both: pip install -r 04/scaling_requirements.txt",
        file=sys.stderr,
    )
    sys.exit(69)
