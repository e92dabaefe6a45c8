"""Look inside a model file, predict from it with numpy alone, rescue a file from 2017.

Chapter 4, more, script 2.
Reads:  trained_model.h5
Writes: nothing
Prints: the tree of the file, the network's structure, the weights of its last layer, and a
        prediction by numpy beside the one by Keras

python 04/inspect_saved_model.py old.h5 looks into your own file instead. If a Keras 2.0 to 2.3
saved it, the network is written beside it as old.keras, which today's Keras loads.
"""

import json
import sys
import tempfile
from pathlib import Path

import h5py
import keras
import numpy as np

HERE = Path(__file__).resolve().parent
GAME = np.array([[0.7, 1, 1, 1, 0, 1, 0, 1, 0.8]])  # the row of proposed_new_product.csv
# What still means what it meant in 2017. LSTM, GRU and hard_sigmoid, for example, do not.
KNOWN_LAYERS = """Activation Add AveragePooling2D BatchNormalization Concatenate Conv2D Dense
    Dropout Flatten GlobalAveragePooling2D InputLayer MaxPooling2D""".split()
KNOWN_ACTIVATIONS = "elu linear relu selu sigmoid softmax softplus softsign tanh".split()

# 1. Open the file, only to read. The structure is a text, the weights are arrays.
file = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "trained_model.h5"
try:
    h5 = h5py.File(file, "r")
    weights = h5["model_weights"]
    about = {key: v.decode() if isinstance(v, bytes) else v for key, v in h5.attrs.items()}
    version, structure = about["keras_version"], json.loads(about["model_config"])
    layers = structure["config"]  # Keras 2.0 to 2.2.2: the list itself; later a dict around it
    layers = layers["layers"] if isinstance(layers, dict) else layers
except (OSError, KeyError, ValueError, TypeError) as problem:
    sys.exit(f"{file}: {problem!r}. Name a file of model.save(), or run save_trained_model.py.")

# 2. Show the tree: groups lie in groups like folders, arrays have a shape.
print(f"{file.name}, saved by Keras {version}")
h5.visititems(
    lambda path, item: print(
        "    " * path.count("/") + path.split("/")[-1], getattr(item, "shape", "/")
    )
)

# 3. Show the structure: JSON, one layer a line (without the entries that are empty or nested).
print(f"model_config: {structure['class_name']}")
for layer in layers:
    plain = {k: v for k, v in layer["config"].items() if v is not None and not isinstance(v, dict)}
    print(json.dumps({"class_name": layer["class_name"], "config": plain}))
training = json.loads(about.get("training_config", "{}"))
optimizer = training.get("optimizer_config", {}).get("class_name")
print(f"training_config: loss {training.get('loss')}, optimizer {optimizer}")

# 4. The course's own file: the last layer, and a prediction by hand, layer by layer.
if len(sys.argv) == 1:
    values = GAME
    for layer in layers[1:]:
        group = weights[layer["config"]["name"]]
        kernel, bias = (group[name][()] for name in group.attrs["weight_names"])
        values = values @ kernel + bias
        if layer["config"]["activation"] == "relu":
            values = np.maximum(values, 0)
    print(f"last layer: {kernel.size} weights, {kernel.min():.3f} to {kernel.max():.3f}")
    by_keras = keras.saving.load_model(file).predict(GAME, verbose=0)
    verdict = "equal" if np.allclose(values, by_keras, rtol=1e-5) else "DIFFERENT"
    print(f"numpy predicts {values[0, 0]:.5f}, Keras predicts {by_keras[0, 0]:.5f}: {verdict}")
    sys.exit()

# 5. Your own file: is it one that needs the rescue, and can every part of it be rescued?
if version.startswith("3."):
    print("No rescue needed: keras.saving.load_model reads this file.")
    sys.exit()
activations = {layer["config"].get("activation", "linear") for layer in layers}
kinds = {layer["class_name"] for layer in layers}
unknown = (kinds - {*KNOWN_LAYERS}) | {str(name) for name in activations - {*KNOWN_ACTIVATIONS}}
if about.get("backend") == "theano" and "Conv2D" in kinds:
    unknown.add("Conv2D by Theano")  # it turned the filters around, and padded differently
if version.startswith("1."):
    unknown.add(f"Keras {version}")
if unknown:
    sys.exit(f"{file}: no rescue for {sorted(unknown)}. Rebuild the network; nothing was written.")
rescued = file.with_suffix(".keras")
if rescued.exists():
    sys.exit(f"{rescued}: is there already. Move it away first; nothing was written.")

# 6. Rescue: give the list of layers what is missing today, build the network, put the weights in.
try:
    if structure["class_name"] == "Sequential":
        # In 2017 the first layer told the shape of the input; today an InputLayer does.
        shape = layers[0]["config"].pop("batch_input_shape")
        if layers[0]["class_name"] != "InputLayer":
            layers.insert(0, {"class_name": "InputLayer", "config": {}})
        layers[0]["config"] = {"batch_shape": shape}
        model = keras.Sequential.from_config({"name": "rescued", "layers": layers})
    else:
        model = keras.Model.from_config(structure["config"])
    for layer in model.layers:
        names = weights[layer.name].attrs["weight_names"] if layer.weights else []
        layer.set_weights([weights[layer.name][name][()] for name in names])
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        model.save(Path(folder) / rescued.name)
        (Path(folder) / rescued.name).replace(rescued)
except (OSError, KeyError, ValueError, TypeError) as problem:
    sys.exit(f"{file}: {str(problem)[:200]!r}. Rebuild the network; nothing was written.")
print(f"{rescued.name} written: {model.count_params():,} weights. It needs a compile() to go on.")
