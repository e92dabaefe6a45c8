"""The tours of layers and losses say the truth, on every backend."""

import os
import re

import course
import pytest

LAYERS, LOSSES = "03/explore_layers.py", "03/explore_losses.py"


@pytest.fixture(params=["tensorflow", "jax", "torch"])
def more(request):
    """Return the environment that chooses a backend, or skip where it is not installed."""
    if course.missing(f"; needs {request.param}"):
        assert not os.environ.get("CI"), f"on CI {request.param} is installed"
        pytest.skip(f"{request.param} is not installed")
    return {} if request.param == "tensorflow" else {"KERAS_BACKEND": request.param}


def test_every_formula_and_shape_of_a_layer(finished, more):
    lines = finished(LAYERS, **more).stdout.splitlines()[:15]
    tour = [re.fullmatch(r"(\w+) +(.+) -> (\(.+?\)) +(.+) = (\d+), (\w+)", line) for line in lines]
    assert all(tour), lines
    assert {found[6] for found in tour} == {"equal"}
    real = {found[1]: (found[3], int(found[5])) for found in tour}
    # By hand: the shape of a row that comes out, and the number of parameters.
    assert real == {
        "Dense": ("(4)", 16),
        "Dropout": ("(4)", 0),
        "Conv2D": ("(26, 26, 8)", 80),
        "MaxPooling2D": ("(13, 13, 8)", 0),
        "AveragePooling2D": ("(13, 13, 8)", 0),
        "GlobalAveragePooling2D": ("(8)", 0),
        "Flatten": ("(1352)", 0),
        "BatchNormalization": ("(8)", 32),
        "Embedding": ("(20, 16)", 16000),
        "SimpleRNN": ("(32)", 1568),
        "LSTM": ("(32)", 6272),
        "GRU": ("(32)", 4800),
        "Concatenate": ("(10)", 0),
        "Add": ("(4)", 0),
    }
    assert "3 * 4 = 12, equal" in lines[0], "the connections of the slides"


def test_dropout_activations_and_the_two_ways(finished, more):
    output = finished(LAYERS, **more).stdout
    dropped = re.search(r"training=True: ([02 ]+)\n", output)[1].split()
    assert {*dropped} == {"0", "2"}
    assert "training=False: 1 1 1 1 1 1 1 1" in output
    softmax = course.numbers(re.search(r"softmax +(.+)", output)[1])
    assert sum(softmax) == pytest.approx(1, abs=0.02) and softmax == sorted(softmax)
    assert re.search(r"relu +0.00 +0.00 +0.00 +1.00 +2.00", output)
    assert re.search(r"sigmoid +0.12 +0.27 +0.50 +0.73 +0.88", output)
    assert "551 parameters each, predict the same:\nTrue\n" in output
    assert "50 + 8 values side by side, 639 parameters, 5 predictions" in output


def test_a_wrong_formula_is_noticed(chapter):
    script = chapter(LAYERS)
    text = script.read_text(encoding="utf-8")
    assert "{3 * 4 + 4 = }" in text
    text = text.replace("{3 * 4 + 4 = }", "{3 * 4 + 2 = }").split("# 3. ")[0]
    script.write_text(text, encoding="utf-8")
    done = course.run(script)
    assert "3 * 4 + 2 = 14, DIFFERENT" in done.stdout and done.stdout.count("DIFFERENT") == 1


def test_every_loss_by_formula(finished, more):
    output = finished(LOSSES, **more).stdout
    pairs = re.findall(r"formula +(\S+) +Keras +(\S+) +(\w+)", output)
    assert len(pairs) == 8
    for formula, by_keras, verdict in pairs:
        assert formula == by_keras and verdict == "equal"
    # By hand, from the five rows in the script.
    assert [float(formula) for formula, _, _ in pairs[:2]] == [0.75, 0.7]
    assert float(pairs[4][0]) == 0.35
    names = re.findall(r"^(\w+), for ", output, re.M)
    assert len({*names}) == 8
    assert {"mean_squared_error", "huber", "sparse_categorical_crossentropy"} <= {*names}


def test_rows_of_a_loss_average_to_it(finished):
    output = finished(LOSSES).stdout
    found = re.findall(r"rows +(.+)\n +formula +(\S+)", output)
    assert len(found) == 8
    for rows, mean in found:
        values = course.numbers(rows)
        assert len(values) == 5
        assert sum(values) / 5 == pytest.approx(float(mean), abs=1e-4)


def test_what_an_outlier_does(finished, more):
    output = finished(LOSSES, **more).stdout
    # (7 - 70 + 1)**2 instead of 1, and 62 instead of 1, among five rows.
    assert re.search(r"mean_squared_error +0.75 -> 769.35, +1026 times", output)
    assert re.search(r"mean_absolute_error +0.70 -> +12.90, +18 times", output)
    assert "by MSE: 4.3 -> 16.9" in output and "by MAE: 4.0 -> 4.0" in output
