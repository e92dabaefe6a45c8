"""A model file is shown as it is; a file in the layout of Keras 2.0 is rescued, or left alone.

The old files are written by hand, the way Keras 2.0's `save_model` wrote them: attributes are
bytes, the config of a Sequential network is a bare list without an InputLayer, activations are
words, and weights carry names like "dense_1/kernel:0".
"""

import json
import re
import shutil

import course
import h5py
import keras
import numpy as np
import pandas as pd
import pytest

INSPECT = "04/inspect_saved_model.py"
RANDOM = np.random.default_rng(7)
GLOROT = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None},
}
ZEROS = {"class_name": "Zeros", "config": {}}


def layer(class_name, name, **config):
    return {"class_name": class_name, "config": {"name": name, "trainable": True, **config}}


def dense(name, units, activation, **config):
    return layer(
        "Dense",
        name,
        units=units,
        activation=activation,
        use_bias=True,
        kernel_initializer=GLOROT,
        bias_initializer=ZEROS,
        kernel_regularizer={"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}},
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint={"class_name": "MaxNorm", "config": {"max_value": 9, "axis": 0}},
        bias_constraint=None,
        **config,
    )


def conv(name, filters, **config):
    return layer(
        "Conv2D",
        name,
        filters=filters,
        kernel_size=[3, 3],
        strides=[1, 1],
        padding="valid",
        data_format="channels_last",
        dilation_rate=[1, 1],
        activation="relu",
        use_bias=True,
        kernel_initializer=GLOROT,
        bias_initializer=ZEROS,
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **config,
    )


def numbers(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def old_file(
    path, config, weights, *, version="2.0.4", class_name="Sequential", backend="tensorflow"
):
    """Write a model file in the layout of Keras 2.0. `weights`: {layer: {weight: array}}."""
    training = {
        "optimizer_config": {"class_name": "Adam", "config": {"lr": 0.001, "decay": 0.0}},
        "loss": "mean_squared_error",
        "metrics": [],
        "sample_weight_mode": None,
        "loss_weights": None,
    }
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version.encode()
        file.attrs["backend"] = backend.encode()
        model = {"class_name": class_name, "config": config}
        file.attrs["model_config"] = json.dumps(model).encode()
        file.attrs["training_config"] = json.dumps(training).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in weights]
        group.attrs["backend"] = backend.encode()
        group.attrs["keras_version"] = version.encode()
        for name, arrays in weights.items():
            folder = group.create_group(name)
            names = [f"{name}/{weight}:0" for weight in arrays]
            folder.attrs["weight_names"] = [weight.encode() for weight in names]
            for weight, array in zip(names, arrays.values(), strict=True):
                folder.create_dataset(weight, data=array)


def relu(values):
    return np.maximum(values, 0)


def softmax(values):
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sales_file(path, **more):
    """Write the sales network of 2017; return what it predicts, by numpy, for four rows."""
    config = [
        dense("dense_1", 50, "relu", batch_input_shape=[None, 9], dtype="float32"),
        layer("Dropout", "dropout_1", rate=0.5, noise_shape=None, seed=None),
        dense("dense_2", 10, "linear"),
        layer("Activation", "activation_1", activation="tanh"),
        dense("dense_3", 1, "linear"),
    ]
    weights = {
        "dense_1": {"kernel": numbers(9, 50), "bias": numbers(50)},
        "dropout_1": {},
        "dense_2": {"kernel": numbers(50, 10), "bias": numbers(10)},
        "activation_1": {},
        "dense_3": {"kernel": numbers(10, 1), "bias": numbers(1)},
    }
    old_file(path, more.pop("wrap", lambda layers: layers)(config), weights, **more)
    rows = numbers(4, 9)
    one, two, three = (weights[f"dense_{number}"] for number in (1, 2, 3))
    values = relu(rows @ one["kernel"] + one["bias"])
    values = np.tanh(values @ two["kernel"] + two["bias"])
    return rows, values @ three["kernel"] + three["bias"]


def rescue(chapter, path, **more):
    return course.run(chapter(INSPECT), path, KERAS_BACKEND="jax", **more)


@pytest.fixture(scope="module", autouse=True)
def quick_backend():
    pytest.importorskip("jax", reason="the rescue is run on JAX here: python -m pip install jax")


@pytest.mark.parametrize(
    "version, wrap",
    [
        ("2.0.4", lambda layers: layers),
        ("2.2.4", lambda layers: {"name": "sequential_1", "layers": layers}),
    ],
    ids=["2.0: a list", "2.2.4: a dict"],
)
def test_sequential_is_rescued(chapter, tmp_path, version, wrap):
    old = tmp_path / "old.h5"
    rows, expected = sales_file(old, version=version, wrap=wrap)
    before = old.read_bytes()
    done = rescue(chapter, old)
    assert done.returncode == 0, done.stderr
    assert f"saved by Keras {version}" in done.stdout
    assert "loss mean_squared_error, optimizer Adam" in done.stdout
    model = keras.saving.load_model(tmp_path / "old.keras")
    np.testing.assert_allclose(model.predict(rows, verbose=0), expected, rtol=1e-4, atol=1e-5)
    assert model.layers[0].name == "dense_1"
    assert old.read_bytes() == before
    files = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert files == {"old.h5", "old.keras"}


def test_keras_3_alone_cannot_read_the_list(tmp_path):
    """If this fails, Keras has learned to read old files, and the rescue may go."""
    sales_file(tmp_path / "old.h5")
    with pytest.raises(TypeError, match="pop expected at most 1 argument"):
        keras.saving.load_model(tmp_path / "old.h5")


def test_convolutional_is_rescued(chapter, tmp_path):
    """The network of a digits lab: Conv2D, BatchNormalization, MaxPooling2D, Flatten, softmax."""
    config = [
        conv("conv2d_1", 4, batch_input_shape=[None, 8, 8, 1], dtype="float32"),
        layer(
            "BatchNormalization",
            "batch_normalization_1",
            axis=-1,
            momentum=0.99,
            epsilon=0.001,
            center=True,
            scale=True,
            beta_initializer=ZEROS,
            gamma_initializer={"class_name": "Ones", "config": {}},
            moving_mean_initializer=ZEROS,
            moving_variance_initializer={"class_name": "Ones", "config": {}},
            beta_regularizer=None,
            gamma_regularizer=None,
            beta_constraint=None,
            gamma_constraint=None,
        ),
        layer(
            "MaxPooling2D",
            "max_pooling2d_1",
            pool_size=[2, 2],
            padding="valid",
            strides=[2, 2],
            data_format="channels_last",
        ),
        layer("Flatten", "flatten_1"),
        dense("dense_1", 10, "softmax"),
    ]
    kernel, bias = numbers(3, 3, 1, 4), numbers(4)
    gamma, beta, mean, variance = numbers(4), numbers(4), numbers(4), numbers(4) ** 2
    last, last_bias = numbers(36, 10), numbers(10)
    weights = {
        "conv2d_1": {"kernel": kernel, "bias": bias},
        "batch_normalization_1": {
            "gamma": gamma,
            "beta": beta,
            "moving_mean": mean,
            "moving_variance": variance,
        },
        "max_pooling2d_1": {},
        "flatten_1": {},
        "dense_1": {"kernel": last, "bias": last_bias},
    }
    old_file(tmp_path / "old.h5", config, weights)
    done = rescue(chapter, tmp_path / "old.h5")
    assert done.returncode == 0, done.stderr

    pictures = numbers(2, 8, 8, 1)
    seen = np.zeros((2, 6, 6, 4))
    for row in range(6):
        for column in range(6):
            patch = pictures[:, row : row + 3, column : column + 3, :]
            seen[:, row, column] = np.einsum("nabc,abcf->nf", patch, kernel) + bias
    seen = gamma * (relu(seen) - mean) / np.sqrt(variance + 0.001) + beta
    seen = seen.reshape(2, 3, 2, 3, 2, 4).max(axis=(2, 4)).reshape(2, 36)
    expected = softmax(seen @ last + last_bias)
    model = keras.saving.load_model(tmp_path / "old.keras")
    np.testing.assert_allclose(model.predict(pictures, verbose=0), expected, rtol=1e-3, atol=1e-5)


def test_functional_is_rescued(chapter, tmp_path):
    def called(inputs, entry):
        links = [[[name, 0, 0, {}] for name in inputs]] if inputs else []
        return {**entry, "name": entry["config"]["name"], "inbound_nodes": links}

    source = layer("InputLayer", "input_1", batch_input_shape=[None, 9], dtype="float32")
    source["config"].pop("trainable")
    config = {
        "name": "model_1",
        "layers": [
            called([], source),
            called(["input_1"], dense("dense_1", 5, "relu")),
            called(["input_1", "dense_1"], layer("Concatenate", "concatenate_1", axis=-1)),
            called(["concatenate_1"], dense("dense_2", 1, "linear")),
        ],
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["dense_2", 0, 0]],
    }
    weights = {
        "input_1": {},
        "dense_1": {"kernel": numbers(9, 5), "bias": numbers(5)},
        "concatenate_1": {},
        "dense_2": {"kernel": numbers(14, 1), "bias": numbers(1)},
    }
    old_file(tmp_path / "old.h5", config, weights, class_name="Model")
    done = rescue(chapter, tmp_path / "old.h5")
    assert done.returncode == 0, done.stderr
    rows = numbers(3, 9)
    hidden = relu(rows @ weights["dense_1"]["kernel"] + weights["dense_1"]["bias"])
    both = np.concatenate([rows, hidden], axis=1)
    expected = both @ weights["dense_2"]["kernel"] + weights["dense_2"]["bias"]
    model = keras.saving.load_model(tmp_path / "old.keras")
    np.testing.assert_allclose(model.predict(rows, verbose=0), expected, rtol=1e-4, atol=1e-5)


FIRST = dense("dense_1", 5, "relu", batch_input_shape=[None, 9], dtype="float32")
FIRST_WEIGHTS = {"dense_1": {"kernel": numbers(9, 5), "bias": numbers(5)}}


CANNOT = [
    ([FIRST, layer("LSTM", "lstm_1", units=3)], {}, "LSTM"),
    ([FIRST, layer("MyOwn", "my_own_1")], {}, "MyOwn"),
    ([FIRST, dense("dense_2", 1, "hard_sigmoid")], {}, "hard_sigmoid"),
    ([conv("c", 1, batch_input_shape=[None, 8, 8, 1])], {"backend": "theano"}, "Theano"),
    ([FIRST], {"version": "1.2.2"}, "Keras 1.2.2"),
    ([dense("dense_1", 5, "relu")], {}, "batch_input_shape"),
    ([FIRST, dense("dense_2", 1, "linear")], {}, "dense_2"),  # has no weights in the file
    ([{**FIRST, "config": {**FIRST["config"], "units": 6}}], {}, "shape"),
]


def test_what_cannot_be_rescued_is_named_and_nothing_is_written(chapter, tmp_path):
    script = chapter(INSPECT)
    folders = [tmp_path / f"models {number}" for number in range(len(CANNOT))]
    for folder, (config, more, _) in zip(folders, CANNOT, strict=True):
        folder.mkdir()
        old_file(folder / "old.h5", config, FIRST_WEIGHTS, **more)
    runs = course.run_all([(script, folder / "old.h5") for folder in folders], tmp_path)
    for folder, done, (_, _, said) in zip(folders, runs, CANNOT, strict=True):
        assert done.returncode == 1
        lines = course.said(done)
        assert len(lines) == 1, done.stderr
        assert said in lines[0] and "old.h5" in lines[0] and "nothing was written" in lines[0]
        assert [path.name for path in folder.iterdir()] == ["old.h5"]


def test_a_rescued_file_is_not_overwritten(chapter, tmp_path):
    sales_file(tmp_path / "old.h5")
    (tmp_path / "old.keras").write_bytes(b"precious")
    done = rescue(chapter, tmp_path / "old.h5")
    assert done.returncode == 1
    assert "old.keras: is there already" in done.stderr
    assert (tmp_path / "old.keras").read_bytes() == b"precious"


def test_no_model_file(chapter, tmp_path):
    files = {name: tmp_path / name for name in ("missing.h5", "empty.h5", "text.h5", "weights.h5")}
    files["empty.h5"].write_bytes(b"")
    files["text.h5"].write_bytes(b"not HDF5")
    with h5py.File(files["weights.h5"], "w") as h5:
        h5.create_group("model_weights")
    script = chapter(INSPECT)
    runs = course.run_all([(script, file) for file in files.values()], tmp_path)
    for file, done in zip(files.values(), runs, strict=True):
        assert done.returncode == 1
        assert len(course.said(done)) == 1, done.stderr
        assert str(file) in done.stderr and "save_trained_model.py" in done.stderr


def test_why_some_are_not_rescued():
    """hard_sigmoid, which LSTM and GRU used, was clip(0.2 x + 0.5) in 2017: 0.7 at 1."""
    today = float(keras.activations.hard_sigmoid(keras.ops.array(1.0)))
    assert abs(today - 0.7) > 0.01


def test_the_course_file_by_hand(finished):
    result = finished(INSPECT)
    assert re.search(r"numpy predicts (\d\.\d{5}), Keras predicts \1: equal", result.stdout)
    for text in ("kernel (9, 50)", "kernel (100, 50)", '"units": 100', "optimizer Adam"):
        assert text in result.stdout
    assert result.changed == []


def test_the_game_in_the_script_is_that_of_the_csv():
    text = (course.ROOT / INSPECT).read_text(encoding="utf-8")
    game = json.loads(re.search(r"np\.array\(\[(\[.+?\])\]\)", text)[1])
    assert pd.read_csv(course.ROOT / "04/proposed_new_product.csv").to_numpy().tolist() == [game]


def test_needs_no_rescue(finished, chapter):
    made = finished(INSPECT).folder + "/trained_model.h5"
    done = course.run(chapter(INSPECT), made, KERAS_BACKEND="jax")
    assert done.returncode == 0 and "No rescue needed" in done.stdout


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_on_other_backends(finished, chapter, backend):
    pytest.importorskip(backend)
    copy = chapter(INSPECT)
    shutil.copy(f"{finished(INSPECT).folder}/trained_model.h5", copy.parent)
    done = course.run(copy, KERAS_BACKEND=backend)
    assert done.returncode == 0, done.stderr
    assert "equal" in done.stdout


def test_readme_lists_what_is_rescued():
    text = (course.ROOT / INSPECT).read_text(encoding="utf-8")
    known = re.search(r'KNOWN_LAYERS = """(.+?)"""', text, re.S)[1].split()
    readme = (course.ROOT / "README.md").read_text(encoding="utf-8")
    sentence = re.search(r"What it rescues: (.+?)\. What it refuses", readme)[1]
    assert {*re.findall(r"`(\w+)`", sentence)} - {"Sequential"} == {*known} - {"InputLayer"}
