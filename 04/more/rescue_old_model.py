"""Rescue an old model file: translate its structure, keep its weights, save it as .keras.

Chapter 4, more, script 3.
Reads:  your old model file, named behind the command
Writes: nothing
Prints: which Keras saved your file OLD.h5, and that OLD_rescued.keras loads and predicts

This is a tool. To use it, you need not read it.
"""

import json
import sys
import tempfile
import traceback
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
    linear nearest relu relu6 selu sigmoid softmax softplus softsign swish tanh""".split()
warnings.simplefilter("ignore")  # old files use old words, such as input_shape and alpha
keras.config.set_floatx("float32")  # old files count on these three, not on your keras.json
keras.config.set_dtype_policy("float32")
keras.config.set_image_data_format("channels_last")


def stop(what):
    advice = "Nothing was written. If you can, load it with that Keras, and save it there as .h5."
    sys.exit(f"{file}, saved by Keras {version}: {what:.240}. {advice}")


def translate(layer):  # the description of a layer, or of a network of layers
    kind, config = layer["class_name"].replace("Model", "Functional"), layer["config"]
    config = {"layers": config} if isinstance(config, list) else config  # until Keras 2.2.2
    parts = [translate(part) for part in config.get("layers", [])]
    if kind == "Sequential":
        config = dict(name=None, layers=parts, build_input_shape=config.get("build_input_shape"))
    elif kind == "Functional":
        kinds = {part["name"]: part["class_name"] for part in parts}
        ends = [config[key] for key in ("input_layers", "output_layers")]
        ends = [names[0] if len(names) == 1 else names for names in ends]  # one is no list today
        for call in [call for part in parts for node in part["inbound_nodes"] for call in node]:
            if kinds[call[0]] in ("Sequential", "Functional"):  # Keras 2 counted these from 1
                call[1] -= 1
        for call in [ends[1]] if isinstance(ends[1][0], str) else ends[1]:
            if kinds[call[0]] == "Sequential":
                call[1] -= 1
        config = dict(name=None, layers=parts, input_layers=ends[0], output_layers=ends[1])
    elif kind != "InputLayer":
        used = [config[key] for key in config if key.endswith(("activation", "interpolation"))]
        for name in [kind, *used]:
            if isinstance(name, str) and (name not in KNOWN or (theano and "Conv" in name)):
                by = " trained with Theano" if theano else ""
                stop(f"no rescue for {name}{by}")
        config["input_shape"] = config.get("batch_input_shape", [])[1:] or None
        neutral = {"groups": 1, "time_major": False, "trainable": True}  # and unknown to some today
        gone = [k for k in config if k.endswith(("_initializer", "batch_input_shape", "dtype"))]
        gone += [key for key in config if config[key] is None or config[key] == neutral.get(key)]
        config = {key: config[key] for key in config if key not in gone}
        for key in ("activation", "layer"):
            if isinstance(config.get(key), dict):  # a layer in a layer
                config[key] = translate(config[key]) | {"module": "keras.layers"}
    return {k: layer[k] for k in layer if k != "module"} | {"class_name": kind, "config": config}


file, version = Path(sys.argv[-1]), "(unknown)"
rescued = file.with_name(f"{file.stem}_rescued.keras")
if len(sys.argv) != 2 or not file.is_file() or rescued.exists():
    sys.exit(f"Name one file, such as OLD.h5. There must be {file}, and no {rescued.name} yet.")
try:
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        # 1. Work on a copy. An .h5 file is HDF5: there, give the structure its form of today.
        zipped, new = zipfile.is_zipfile(file), Path(folder) / "new.keras"
        copy = Path(folder) / ("copy.keras" if zipped else "copy.h5")
        copy.write_bytes(file.read_bytes())
        if zipped:
            version = json.loads(zipfile.ZipFile(file).read("metadata.json"))["keras_version"]
        else:
            with h5py.File(copy, "r+") as h5:
                version = str(np.array(h5.attrs.get("keras_version", version)).astype(str))
                if "model_config" not in h5.attrs:
                    stop("it holds no structure (model_config), perhaps weights alone")
                if version.startswith("2."):
                    theano = "theano" in str(h5.attrs.get("backend"))
                    structure = translate(json.loads(h5.attrs["model_config"]))
                    h5.attrs["model_config"] = json.dumps(structure)
        # 2. Load the copy, save it as .keras, load that and predict for ones.
        keras.saving.load_model(copy, compile=version.startswith("3.")).save(new)
        model = keras.saving.load_model(new)
        ones = [np.ones([1] + [size or 64 for size in part.shape[1:]]) for part in model.inputs]
        model.predict(ones if len(ones) > 1 else ones[0], verbose=0)
        new.rename(rescued)
except Exception as problem:
    stop("".join(traceback.format_exception_only(problem)).strip().splitlines()[-1])
print(f"{file.name!a}, saved by Keras {version}, loads and predicts as {rescued.name!a}")
