"""Model files of Keras 2, written by hand in the layouts of their time, for the tests.

Attributes are bytes; the structure of a Sequential network is a bare list until Keras 2.2.2;
there may be no InputLayer; weights carry names like "dense_1/kernel:0".
"""

import json

import h5py
import numpy as np


def layer(kind, name, **config):
    return {"class_name": kind, "config": {"name": name, "trainable": True, **config}}


def dense(name, inputs, units, activation="linear", **config):
    """Return the description of a Dense layer, with its weights beside it under "weights"."""
    random = np.random.default_rng(inputs + units)
    start = {"class_name": "VarianceScaling", "config": {"distribution": "uniform"}}
    config = {"units": units, "activation": activation, "kernel_initializer": start, **config}
    kernel, bias = random.normal(size=(inputs, units)), random.normal(size=units)
    return layer("Dense", name, **config) | {"weights": {"kernel": kernel, "bias": bias}}


def first(name, inputs, units, activation="relu"):
    shape = {"batch_input_shape": [None, inputs], "dtype": "float32"}
    return dense(name, inputs, units, activation, **shape)


def network(*layers, **more):
    """Return a Sequential network of the time: a bare list of layers, or a dict with `more`."""
    config = {"layers": list(layers), **more} if more else list(layers)
    return {"class_name": "Sequential", "config": config}


def called(entry, *inputs):
    """Return a layer of a functional network, with what it is called on: names, or (name, 1)."""
    pairs = [pair if isinstance(pair, tuple) else (pair, 0) for pair in inputs]
    nodes = [[[name, number, 0, {}] for name, number in pairs]] if inputs else []
    name = entry.get("name") or entry["config"]["name"]
    return {**entry, "name": name, "inbound_nodes": nodes}


def functional(name, inputs, output, *layers):
    shape = {"batch_input_shape": [None, inputs], "dtype": "float32", "sparse": False}
    source = {"class_name": "InputLayer", "config": {"name": f"{name}_in", **shape}}
    config = {"name": name, "layers": [called(source), *layers]}
    config |= {"input_layers": [[f"{name}_in", 0, 0]], "output_layers": [[output, 0, 0]]}
    return {"class_name": "Model", "config": config}


def parts(entry):
    config = entry["config"]
    return config if isinstance(config, list) else config.get("layers", [])


def weights_of(entry):
    """Return the weights of a layer, or of a network in a network: {"dense_1/kernel:0": array}."""
    arrays = entry.get("weights", {})
    own = {f"{entry['config']['name']}/{key}:0": array for key, array in arrays.items()}
    for part in parts(entry):
        own |= weights_of(part)
    return own


def save(path, model, version="2.0.8", backend="tensorflow", optimizer=None):
    """Write a model file as Keras `version` did."""
    optimizer = optimizer or {"lr": 0.001, "decay": 0.0}
    training = {"optimizer_config": {"class_name": "Adam", "config": optimizer}, "metrics": []}
    training |= {"loss": "mean_squared_error", "sample_weight_mode": None, "loss_weights": None}
    structure = json.dumps(model, default=lambda _: None)  # "weights" say nothing to Keras
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = version.encode(), backend.encode()
        file.attrs["model_config"] = structure.encode()
        file.attrs["training_config"] = json.dumps(training).encode()
        save_weights(file.create_group("model_weights"), model, version)
    return path


def save_weights(file, model, version="2.0.8"):
    names = []
    for number, part in enumerate(parts(model)):
        bare = isinstance(part["config"], list)
        name = part.get("name") or (f"sequential_{number}" if bare else part["config"]["name"])
        group = file.create_group(name)
        own = weights_of(part)
        group.attrs["weight_names"] = [key.encode() for key in own]
        for key, array in own.items():
            group.create_dataset(key, data=array.astype("float32"))
        names.append(name)
    file.attrs["layer_names"] = [name.encode() for name in names]
    file.attrs["keras_version"], file.attrs["backend"] = version.encode(), b"tensorflow"
