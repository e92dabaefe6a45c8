"""Model files that a reader may have, of every age and damage: each function returns a `bring`."""

import json
import zipfile

import h5py
import numpy as np
import old_models as old

DROPOUT = old.layer("Dropout", "dropout_1", rate=0.5)
SALES = old.network(old.first("dense_1", 9, 5), DROPOUT, old.dense("dense_2", 5, 1))
DICT = {"class_name": "Sequential", "config": {"name": "s", "layers": SALES["config"]}}
LEAKY = old.layer("LeakyReLU", "leaky_1", alpha=0.2)
INNER = old.network(old.first("inner_1", 9, 4), old.dense("inner_2", 4, 3))
FUNCTIONAL = old.functional("f", 9, "dense_1", old.called(old.dense("dense_1", 9, 2), "f_in"))
BOTH = old.functional(
    "both", 9, "last",
    old.called({**INNER, "name": "inner"}, "both_in"),
    old.called({**FUNCTIONAL, "name": "f"}, "both_in"),
    old.called(old.layer("Concatenate", "joined", axis=-1), ("inner", 1), ("f", 1)),
    old.called(old.dense("last", 5, 1), "joined"),
)  # fmt: skip
GRU_SHAPES = {"kernel": (9, 9), "recurrent_kernel": (3, 9), "bias": (9,)}  # 3 units: z, r and h
GRU = old.network(old.layer(
    "GRU", "gru_1", units=3, activation="tanh", recurrent_activation="hard_sigmoid",
    batch_input_shape=[None, 7, 9],
) | {"weights": {key: np.random.default_rng(7).normal(size=shape)
                 for key, shape in GRU_SHAPES.items()}})  # fmt: skip
SLASHES = old.functional(
    "f", 9, "block/last",
    old.called(old.dense("block/first", 9, 2), "f_in"),
    old.called(old.dense("block/last", 2, 1), "block/first"),
)  # fmt: skip
CONV = old.layer("Conv2D", "conv", filters=1, kernel_size=[3, 3], batch_input_shape=[None, 8, 8, 1])
CODE = ["4wEAAAA=\n", None, None]
LAMBDA = old.layer("Lambda", "lambda_1", function=CODE, function_type="lambda")
FUTURE = {"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 9]}},
    {"class_name": "Dense2030", "config": {"name": "d", "units": 1}}]}}  # fmt: skip


def model(structure, name="old.h5", **more):
    """Bring a model file, beside the script, and give its name as the argument."""

    def bring(folder):
        return [old.save(folder / name, structure, **more)]

    return bring


def edited(edit, name="old.h5"):
    """Bring a model file whose bytes went through something."""

    def bring(folder):
        path = old.save(folder / "whole.h5", SALES)
        content = edit(path.read_bytes())
        path.unlink()
        (folder / name).write_bytes(content)
        return [folder / name]

    return bring


def weights_alone(folder):
    with h5py.File(folder / "old.h5", "w") as file:
        old.save_weights(file, SALES)
    return [folder / "old.h5"]


def zipped(version, config, name="model.keras"):
    """Bring a .keras file: a zip archive of a description, a structure and weights."""

    def bring(folder):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("metadata.json", json.dumps({"keras_version": version}))
            archive.writestr("config.json", json.dumps(config))
        return [folder / name]

    return bring


def another_zip(folder):
    with zipfile.ZipFile(folder / "letter.keras", "w") as archive:
        archive.writestr("letter.txt", "Dear reader")
    return [folder / "letter.keras"]


def flipped(content):
    """Return a file with one byte of its structure flipped, so that the JSON is none."""
    place = content.index(b'"class_name"')
    return content[:place] + b"?" + content[place + 1 :]


TF_KERAS = {"module": "keras", "class_name": "Sequential", "registered_name": None, "config": {
    "name": "s", "layers": [{"module": "keras.layers", "class_name": "Dense", "config": {
        "name": "d", "batch_input_shape": [None, 9], "units": 1}}]}}  # fmt: skip


LISTED = old.network(old.layer("InputLayer", "in", batch_input_shape=[None, 9], dtype="float32"),
                     old.dense("dense_1", 9, 1), name="s")  # fmt: skip
GROUPS = old.layer("DepthwiseConv2D", "d", kernel_size=[3, 3], groups=1)
