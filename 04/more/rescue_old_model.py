"""Rescue an old model file: translate its structure, keep its weights, save it as .keras.

Chapter 4, more, script 3.
Reads:  your model file of Keras 2, such as OLD.h5
Writes: OLD_rescued.keras, beside your file
Prints: which Keras saved the file, and that the rescued one predicts; or what helps instead

    python 04/more/rescue_old_model.py OLD.h5

This is a tool. To use it, you need not read it.
"""

import argparse
import json
import shutil
import sys
import tempfile
import traceback
import warnings
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

# What computes today what it computed in Keras 2. A Lambda, for example, does not.
LAYERS = """
    Activation Add Average AveragePooling1D AveragePooling2D BatchNormalization Bidirectional
    Concatenate Conv1D Conv2D Conv2DTranspose Conv3D Cropping2D Dense DepthwiseConv2D Dropout ELU
    Embedding Flatten GRU GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalMaxPooling1D GlobalMaxPooling2D LSTM LeakyReLU Masking MaxPooling1D MaxPooling2D Maximum
    Multiply PReLU Permute ReLU RepeatVector Rescaling Reshape SeparableConv2D SimpleRNN Softmax
    SpatialDropout1D SpatialDropout2D Subtract TimeDistributed UpSampling2D ZeroPadding1D
    ZeroPadding2D
""".split()
ACTIVATIONS = """
    elu gelu hard_sigmoid linear relu relu6 selu sigmoid softmax softplus softsign swish tanh
""".split()

# hard_sigmoid was 0.2 * x + 0.5, cut off below 0 and above 1. Today it has another slope.
HARD_SIGMOID = {
    "module": "keras",
    "class_name": "Sequential",
    "registered_name": None,
    "config": {
        "name": "hard_sigmoid_of_keras_2",
        "layers": [
            {
                "module": "keras.layers",
                "class_name": "Rescaling",
                "config": {"scale": 0.2, "offset": 0.5},
            },
            {"module": "keras.layers", "class_name": "ReLU", "config": {"max_value": 1.0}},
        ],
    },
}

# The last Keras 2 still exists as a package of its own. It reads whatever Keras 2 has written.
WITH_TF_KERAS = """What helps: let the last Keras 2 read it and save it as .h5, and rescue that.
    python -m pip install --no-deps tf-keras==2.21.0
    python -c "import tf_keras; tf_keras.models.load_model('{old}').save('OLD.h5')"
    python 04/more/rescue_old_model.py OLD.h5"""


def main():
    parser = argparse.ArgumentParser(description="Rescue a model file of Keras 2.")
    parser.add_argument("file", type=Path, help="the old file, such as OLD.h5")
    old = parser.parse_args().file
    try:
        rescue(old)
    except Exception as problem:  # a damaged file fails in one of many ways
        last = traceback.format_exception_only(problem)[-1].strip().splitlines()[-1]
        sys.exit(f"{old} cannot be rescued. {last:.300}")


def rescue(old):
    """Write the network of an old file as a .keras file beside it, or stop and say what helps."""
    rescued = old.with_name(f"{old.stem}_rescued.keras")
    if rescued.exists():
        sys.exit(f"{rescued} is there already. Move it away first.")

    # 1. Look what kind of file it is, and which Keras saved it.
    version, backend, structure = look_into(old)
    print(f"{old.name}: saved by Keras {version}")

    # 2. Give the structure its form of today, in a copy of the file, and let Keras load that.
    warnings.simplefilter("ignore")  # old files use old words, such as input_shape and alpha
    keras.config.set_dtype_policy("float32")  # old files count on this, and on the next
    keras.config.set_image_data_format("channels_last")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / ("copy.keras" if structure is None else "copy.h5")
        shutil.copy(old, copy)
        if structure and version.startswith("2."):
            translated = translate(without_slashes(structure), backend)
            with h5py.File(copy, "r+") as file:
                file.attrs["model_config"] = json.dumps(translated)
        model = keras.saving.load_model(copy, compile=version.startswith("3."))

    # 3. Predict for ones, save the network, and see whether the saved one predicts the same.
    ones = [np.ones([1] + [size or 64 for size in part.shape[1:]]) for part in model.inputs]
    ones = ones if len(ones) > 1 else ones[0]
    predictions = model.predict(ones, verbose=0)
    model.save(rescued)
    again = keras.saving.load_model(rescued).predict(ones, verbose=0)
    np.testing.assert_allclose(again, predictions, rtol=1e-4, atol=1e-6)
    print(f"{rescued.name} loads, and predicts the same")


def look_into(old):
    """Return a file's version of Keras, its backend, and its structure (None in a .keras file)."""
    path = old.as_posix()  # in Python's quotes, a backslash of Windows would not be one
    with_tf_keras = WITH_TF_KERAS.format(old=path)
    if old.is_dir():
        if not (old / "saved_model.pb").exists():
            sys.exit(f"{old} is a folder without saved_model.pb. Name a model file.")
        sys.exit(f"{old} is a folder, a SavedModel of TensorFlow.\n{with_tf_keras}")
    if zipfile.is_zipfile(old):
        version = json.loads(zipfile.ZipFile(old).read("metadata.json"))["keras_version"]
        if version.startswith("2."):
            form = f"{old} is a .keras file of Keras {version}, of another form."
            sys.exit(f"{form}\n{with_tf_keras}")
        return version, "", None
    with h5py.File(old) as file:
        version = decoded(file.attrs.get("keras_version", "(unknown)"))
        if "model_config" in file.attrs:
            backend = decoded(file.attrs.get("backend", ""))
            return version, backend, json.loads(file.attrs["model_config"])
        print(f"{old} holds weights alone, and no structure. Its arrays:")
        file.visititems(show_array)
        sys.exit(
            "What helps: build the network in a program, with a layer for each kernel above: a "
            f"Dense kernel (9, 50) has 9 inputs and 50 units. Then model.load_weights('{path}')."
        )


def decoded(attribute):
    """Return an attribute of an HDF5 file as a str: old files hold bytes."""
    return attribute.decode() if isinstance(attribute, bytes) else str(attribute)


def show_array(path, item):
    """Print the path and the shape of an array in an HDF5 file."""
    if isinstance(item, h5py.Dataset):
        print(f"    {path} {item.shape}")


def without_slashes(part):
    """Return a structure whose names have no slash, as in DenseNet: Keras 3 allows none."""
    if isinstance(part, dict):
        return {key: without_slashes(value) for key, value in part.items()}
    if isinstance(part, list):
        return [without_slashes(value) for value in part]
    return part.replace("/", "_") if isinstance(part, str) else part


def translate(layer, backend):
    """Return the description of a layer, or of a whole network, in the words of today."""
    kind, config = layer["class_name"], layer["config"]
    if isinstance(config, list):  # until Keras 2.2.2 a Sequential network was a bare list
        config = {"layers": config}
    if kind == "InputLayer":
        new = {"class_name": kind, "config": config}
    elif kind == "Sequential":
        parts = [translate(part, backend) for part in config["layers"]]
        shape = config.get("build_input_shape")
        new = {"class_name": kind, "config": {"layers": parts, "build_input_shape": shape}}
        new["config"]["name"] = config.get("name")
    elif kind in ("Model", "Functional"):
        new = {"class_name": "Functional", "config": translate_functional(config, backend)}
    else:
        new = {"class_name": kind, "config": translate_config(kind, config, backend)}
    for key in ("name", "inbound_nodes"):  # how a functional network calls it
        if key in layer:
            new[key] = layer[key]
    return new


def translate_functional(config, backend):
    """Return the description of a functional network: its layers, and who calls whom."""
    parts = [translate(part, backend) for part in config["layers"]]
    kinds = {part["name"]: part["class_name"] for part in parts}
    # A call is [name of the layer, number of the call, number of the output, arguments]. Keras 2
    # counted the calls of a network within a network from 1, today they count from 0.
    for part in parts:
        for node in part["inbound_nodes"]:
            for call in node:
                if kinds[call[0]] in ("Sequential", "Functional"):
                    call[1] -= 1
    inputs, outputs = config["input_layers"], config["output_layers"]
    for call in outputs:
        if kinds[call[0]] == "Sequential":
            call[1] -= 1
    return {
        "name": config.get("name"),
        "layers": parts,
        "input_layers": inputs[0] if len(inputs) == 1 else inputs,
        "output_layers": outputs[0] if len(outputs) == 1 else outputs,
    }


def translate_config(kind, config, backend):
    """Return the arguments of a layer: known ones, with the values that they had in Keras 2."""
    refuse_unknown(kind, LAYERS)
    if "theano" in backend and "Conv" in kind:
        sys.exit(f"No rescue for {kind} trained with Theano, which turned its patterns around.")
    if kind == "GRU":
        config = {"reset_after": False, **config}  # until Keras 2.2 there was no other GRU
    if kind == "BatchNormalization" and isinstance(config.get("axis"), list):
        (axis,) = config["axis"]
        config = {**config, "axis": axis}
    if "batch_input_shape" in config:
        config = {**config, "input_shape": config["batch_input_shape"][1:]}
    neutral = {"groups": 1, "time_major": False, "trainable": True}  # some know it no more
    new = {}
    for key, value in config.items():
        if key.endswith(("_initializer", "batch_input_shape", "dtype")):
            continue  # how a new network begins
        if value is None or (key in neutral and value == neutral[key]):
            continue
        if key.endswith("activation"):
            new[key] = translate_activation(value, backend)
        elif key == "interpolation":
            refuse_unknown(value, ["nearest"])  # bilinear was another one
            new[key] = value
        elif key == "layer":  # of Bidirectional or TimeDistributed
            new[key] = {**translate(value, backend), "module": "keras.layers"}
        else:
            new[key] = value
    return new


def translate_activation(activation, backend):
    """Return an activation: a name, or the description of a layer."""
    if isinstance(activation, dict):
        return {**translate(activation, backend), "module": "keras.layers"}
    refuse_unknown(activation, ACTIVATIONS)
    return HARD_SIGMOID if activation == "hard_sigmoid" else activation


def refuse_unknown(name, known):
    """Stop at something that might load today and predict something else without a word."""
    if name not in known:
        raise ValueError(
            f"No rescue for {name}: today it may compute something else. Build the network with "
            "the layers of today, and train it again."
        )


if __name__ == "__main__":
    main()
