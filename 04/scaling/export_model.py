"""Export a network, with its scaling inside, for programs that do not have Keras.

Chapter 4, scaling, script 6.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_scaling.csv,
        ../proposed_new_product.csv, predict_without_keras.txt
Writes: exported/
Prints: what Keras predicts, and what programs without Keras predict with the exported files
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # it can write all three formats

import importlib
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
TOLERANCE = 1e-5  # of an answer: each program adds the same products in an order of its own
keras.config.set_dtype_policy("float32")  # in case a keras.json of yours asks for other numbers
keras.config.set_image_data_format("channels_last")  # otherwise Rescaling expects pictures
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load the chapter's scaling, and its proposed game, which becomes a game as shops write it.
scaling = pd.read_csv(CHAPTER / "sales_data_scaling.csv", index_col="column")
earnings, features = scaling.loc["total_earnings"], scaling.drop(index="total_earnings")
factors, summands = features["multiply_by"].tolist(), features["add"].tolist()
new = pd.read_csv(CHAPTER / "proposed_new_product.csv", engine="pyarrow", keep_default_na=False)
games = ((new[features.index] - summands) / factors).round(2)  # stars and dollars again
answer = "${answer[0]:,.2f}"  # how the program that we write will print an answer

# 2. Load your network, or train the chapter's on scaled rows and put the scaling inside.
if len(sys.argv) > 1:
    try:
        model = keras.saving.load_model(sys.argv[1])
        takes, answers = model.input_shape, model.output_shape
    except Exception as problem:  # Keras raises errors of many kinds about a file it cannot use
        sys.exit(f"{sys.argv[1]}: {str(problem).strip().splitlines()[-1]:.300}")
    if np.shape(takes) != (2,) or answers != (None, 1):
        sys.exit(f"{sys.argv[1]} takes {takes} and answers {answers}, not (None, n) and (None, 1)")
    if getattr(model.layers[0], "scale", None) != factors:  # other columns than the chapter's
        names = [f"column_{place + 1}" for place in range(takes[1])]
        games = pd.DataFrame(1.0, index=[0], columns=names)
        answer = "{answer[0]:.7g}"
else:
    training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
    trained = keras.Sequential([keras.Input(shape=(9,))])
    for units in (50, 100, 50):
        trained.add(layers.Dense(units, activation="relu"))
    trained.add(layers.Dense(1, activation="linear"))
    trained.compile(loss="mean_squared_error", optimizer="adam")
    trained.fit(training[features.index], training["total_earnings"], epochs=50, verbose=0)
    model = keras.Sequential([keras.Input(shape=(9,)), layers.Rescaling(factors, summands)])
    model.add(trained)
    stretch = 1 / earnings["multiply_by"]
    model.add(layers.Rescaling(stretch, -earnings["add"] * stretch))

# 3. The formats: Keras' name, the file, the package that reads it, how it loads and asks it.
LITERT = 'get_signature_runner()(row=rows)["output_0"]'
FORMATS = [
    ("tf_saved_model", "saved_model", "tensorflow", "saved_model.load", "serve(rows).numpy()"),
    ("onnx", "network.onnx", "onnxruntime", "InferenceSession", 'run(None, {"row": rows})[0]'),
    ("litert", "network.tflite", "ai_edge_litert.interpreter", "Interpreter", LITERT),
]

# 4. Export it, write a program beside each file, and run that program.
exported = HERE / "exported"
exported.mkdir(exist_ok=True)
games.to_csv(exported / "games.csv", index=False)
expected = float(model.predict(games, verbose=0)[0, 0])
print(f"Keras predicts {expected:,.2f} for the first row of exported/games.csv")
row = keras.Input(shape=model.input_shape[1:], name="row")
network = keras.Model(row, model(row))
template = (HERE / "predict_without_keras.txt").read_text(encoding="utf-8")
columns = "".join(f'    "{name}",\n' for name in games)
for way, file, package, load, ask in FORMATS:
    try:
        importlib.import_module(package)
        network.export(exported / file, format=way, verbose=False)
    except ImportError as problem:
        words = f"{file} needs more: {str(problem).splitlines()[0]}"
        print(f"{words}: pip install -r 04/scaling/requirements.txt", file=sys.stderr)
        sys.exit(69)
    words = {"file": file, "package": package, "load": load, "ask": ask, "columns": columns}
    program = exported / f"predict_with_{way.replace('tf_saved_model', 'tensorflow')}.py"
    program.write_text(template.format(answer=answer, **words), encoding="utf-8")
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{program.name} fails: {done.stderr.strip().splitlines()[-1]:.300}")
    said = done.stdout.split()[0]
    away = abs(float(said.strip("$").replace(",", "")) / expected - 1)
    same = "equal" if away < TOLERANCE else "NOT equal"
    print(f"{program.name} predicts {said}: {same} within {TOLERANCE:.3%}", flush=True)
print("Made exported/: copy a program, its network and games.csv to where you need them.")
