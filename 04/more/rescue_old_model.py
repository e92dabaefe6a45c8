"""Rescue an old model file: translate its structure, keep its weights, save it as .keras.

Chapter 4, more, script 3.
Reads:  nothing
Writes: nothing
Prints: which Keras saved your file, and what became of it

python 04/more/rescue_old_model.py OLD.h5 writes OLD_rescued.keras beside your file.
"""

import json
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

# What computes today what it computed in Keras 2. Lambda and hard_sigmoid, for example, do not.
KNOWN = """Activation Add Average AveragePooling1D AveragePooling2D BatchNormalization Bidirectional
    Concatenate Conv1D Conv2D Conv2DTranspose Conv3D Cropping2D Dense DepthwiseConv2D Dropout ELU
    Embedding Flatten GRU GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D LSTM Permute
    GlobalMaxPooling1D GlobalMaxPooling2D LeakyReLU Masking MaxPooling1D MaxPooling2D Maximum ReLU
    Multiply PReLU RepeatVector Rescaling Reshape SeparableConv2D SimpleRNN Softmax Subtract elu
    SpatialDropout1D SpatialDropout2D TimeDistributed UpSampling2D ZeroPadding1D ZeroPadding2D gelu
    linear relu relu6 selu sigmoid softmax softplus softsign swish tanh""".split()
NETWORKS = ["Model", "Functional"]
warnings.filterwarnings("ignore", "Do not pass an `input_shape`")  # old files do
keras.config.set_floatx("float32")  # an old file counts on this, whatever keras.json says
keras.config.set_dtype_policy("float32")
keras.config.set_image_data_format("channels_last")


def stop(what):
    advice = "Nothing was written. If you can, load it with that Keras, and save it there as .h5."
    sys.exit(f"{file}, saved by Keras {version}: {what:.240}. {advice}")


def translate(layer):  # the description of a layer, or of a network of layers
    kind, config = layer["class_name"], layer["config"]
    if kind == "Sequential":  # until Keras 2.2.2 a bare list of layers
        config = {"layers": config} if isinstance(config, list) else config
        parts = [translate(part) for part in config["layers"]]
        config = dict(name=None, layers=parts, build_input_shape=config.get("build_input_shape"))
    elif kind in NETWORKS:
        parts = [translate(part) for part in config["layers"]]
        ends = [config["input_layers"], config["output_layers"]]
        ends = [refs[0] if len(refs) == 1 else refs for refs in ends]
        outputs = [ends[1]] if isinstance(ends[1][0], str) else ends[1]
        calls = [call for part in parts for node in part["inbound_nodes"] for call in node]
        for part in parts:  # the calls of a network in the network counted from 1, now from 0
            own = [call for call in calls + outputs if call[0] == part["name"]]
            first = min([call[1] for call in own], default=0)
            for call in own:
                call[1] += (part["class_name"] in NETWORKS and call in outputs) - first
        config = dict(
            name=config["name"], layers=parts, input_layers=ends[0], output_layers=ends[1]
        )
    elif kind == "InputLayer":
        config = dict(name=config["name"], batch_shape=config["batch_input_shape"])
    else:
        names = [kind] + [config[key] for key in config if key.endswith("activation")]
        unknown = [name for name in names if isinstance(name, str) and name not in KNOWN]
        other = config.get("time_major") or config.get("interpolation", "nearest") != "nearest"
        if unknown or other or (about.get("backend") == "theano" and "Conv" in kind):
            stop(f"no rescue for {', '.join(unknown) or kind}")
        gone = ["batch_input_shape", "dtype", "time_major"] + ["groups"] * (kind != "Conv2D")
        gone += [key for key in config if key.endswith("_initializer")]
        if "batch_input_shape" in config:
            config["input_shape"] = config["batch_input_shape"][1:]
        config = {key: value for key, value in config.items() if key not in gone}
        for key in ("activation", "layer"):
            if isinstance(config.get(key), dict):  # a layer in a layer
                config[key] = translate(config[key]) | {"module": "keras.layers"}
    kept = {key: layer[key] for key in ("name", "inbound_nodes") if key in layer}
    return {"class_name": kind, "config": config} | kept


def answers(model):  # what a network predicts for ones, as one row of numbers
    shapes = [[size or 64 for size in values.shape[1:]] for values in model.inputs]
    outputs = model.predict([np.ones([1, *shape]) for shape in shapes], verbose=0)
    return np.concatenate([np.ravel(output) for output in keras.tree.flatten(outputs)])


file, version, about = Path(sys.argv[-1]), "(unknown)", {}
rescued = file.with_name(f"{file.stem}_rescued.keras")
if len(sys.argv) != 2 or not file.is_file() or rescued.exists():
    sys.exit(f"Name one file, such as OLD.h5. There must be {file}, and no {rescued.name} yet.")
try:
    # 1. Read which Keras saved the file. A .keras file is a zip archive, an .h5 file is HDF5.
    if zipfile.is_zipfile(file):
        version = json.loads(zipfile.ZipFile(file).read("metadata.json"))["keras_version"]
    else:
        with h5py.File(file) as h5:
            about = {k: v.decode() if isinstance(v, bytes) else v for k, v in h5.attrs.items()}
        version = about.get("keras_version", version)
        if "model_config" not in about:
            stop("it holds no structure, perhaps weights alone")

    # 2. Only an HDF5 file of Keras 2 is translated. All others load as they are, or do not.
    if not about or not version.startswith("2."):
        answers(keras.saving.load_model(file))
        print(f"Saved by Keras {version}. It loads and predicts as it is.")
        sys.exit()
    structure = translate(json.loads(about["model_config"]))
    build = keras.Sequential if structure["class_name"] == "Sequential" else keras.Model
    model = build.from_config(structure["config"])

    # 3. Put the weights in, save, load again, predict. Only then does the new file get its name.
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        old, new = Path(folder) / "old.h5", Path(folder) / "new.keras"
        old.write_bytes(file.read_bytes())
        model.load_weights(old)
        model.save(new)
        if not np.allclose(answers(keras.saving.load_model(new)), answers(model)):
            stop("once rescued, it predicts no numbers, or others")
        new.rename(rescued)
except Exception as problem:
    stop(f"{type(problem).__name__}: {str(problem).strip().rpartition(chr(10))[2]}")
print(f"Saved by Keras {version}. The rescued file loads and predicts: {rescued.name!a}")
