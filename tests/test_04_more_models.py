"""Chapter 4, more, scripts 1 to 3: the scaling inside, a saved file by hand, old files rescued."""

import re
from pathlib import Path

import brought_models
import numpy as np
import old_models as old
import pandas as pd
import pytest
from layout import ROOT, text_of
from outputs import first_number, own_lines
from running import change, completed, completed_all, output_of
from situations_04 import LOADED

GAME = "04/more/predict_your_game.py"
INSPECT = "04/more/inspect_saved_model.py"
RESCUE = "04/more/rescue_old_model.py"
PAGE = text_of("04/more/README.md")
SCALING = pd.read_csv(ROOT / "04/sales_data_scaling.csv", index_col="column")


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


def forward(layers, values):
    """Return what Dense layers, given as [kernel, bias, activation], compute."""
    for kernel, bias, activation in layers:
        values = activation(values @ kernel + bias)
    return values


def relu(values):
    return np.maximum(values, 0)


def linear(values):
    return values


# ---- predict_your_game.py ----


def test_the_scaling_inside_gives_what_the_scaling_outside_gives(finished, keras):
    model = keras.saving.load_model(f"{finished(GAME).folder}/predict_your_game.keras")
    raw = pd.read_csv(ROOT / "03/sales_data_test.csv")
    scaled = pd.read_csv(ROOT / "04/sales_data_test_scaled.csv")
    names = SCALING.index.drop("total_earnings")
    multiply_by, add = (SCALING.loc["total_earnings", key] for key in ("multiply_by", "add"))
    trained = [[*layer.get_weights(), relu] for layer in model.layers[1].layers]
    trained[-1][2] = linear
    outside = (forward(trained, scaled[names].to_numpy())[:, 0] - add) / multiply_by
    inside = model.predict(raw[names], verbose=0)[:, 0]
    np.testing.assert_allclose(inside, outside, atol=1)  # a dollar
    assert np.median(np.abs(inside - raw["total_earnings"])) < 3000
    # The old course's own scaling, as its note prints it.
    np.testing.assert_allclose(model.layers[2].scale, 1 / 0.0000036968, rtol=1e-4)
    np.testing.assert_allclose(model.layers[2].offset, 0.115913 / 0.0000036968, rtol=1e-4)
    # What it prints: its mean error, and that of the training games' average.
    printed = finished(GAME).stdout
    error = np.abs(inside - raw["total_earnings"]).mean()
    assert first_number(printed, "off by $") == pytest.approx(error, abs=1)
    average = pd.read_csv(ROOT / "03/sales_data_training.csv")["total_earnings"].mean()
    yardstick = np.abs(average - raw["total_earnings"]).mean()
    assert first_number(printed, "would be off by $") == pytest.approx(yardstick, abs=1)
    assert error < yardstick / 10


def test_the_game_in_the_table_is_the_proposed_one_and_earns_about_the_same(finished):
    lines = re.findall(r"(?m)^ {8}(\w+)=([\d.]+),", text_of(GAME))
    typed = {name: float(value) for name, value in lines}
    (proposed,) = pd.read_csv(ROOT / "04/proposed_new_product.csv").to_dict("records")
    assert typed.keys() == proposed.keys()
    for name, value in typed.items():
        multiply_by, add = SCALING.loc[name]
        assert value * multiply_by + add == pytest.approx(proposed[name], abs=1e-9)
    dollars = first_number(finished(GAME).stdout, "predicted earnings $")
    copies = 850 * (1 + 0.27 * (typed["critic_rating"] - 2)) * 1.85 * 1.5 * 1.08 * 1.10 * 1.08
    rule = 1.0108 * copies * typed["unit_price"] - 5818
    assert rule == pytest.approx(262_564, abs=100) and "$262,564" in PAGE
    assert dollars == pytest.approx(rule, rel=0.03)


# ---- inspect_saved_model.py ----


def test_numpy_and_keras_agree_and_the_weights_are_10701(finished):
    result = finished(INSPECT)
    by_hand = first_number(result.stdout, "numpy predicts ")
    assert first_number(result.stdout, "Keras predicts ") == pytest.approx(by_hand, abs=2e-5)
    assert 0.8 < by_hand < 0.92
    tree = result.stdout.split("optimizer_weights")[0]
    shapes = re.findall(r"(?:kernel|bias) \(([\d, ]+)\)", tree)
    sizes = [np.prod([int(size) for size in re.findall(r"\d+", shape)]) for shape in shapes]
    assert len(sizes) == 8 and sum(sizes) == 10_701


def test_what_the_biases_are_worth(finished, chapter):
    """The second exercise."""
    script = change(chapter(INSPECT), ("values @ kernel + bias", "values @ kernel"))
    made = Path(finished(INSPECT).folder).parent / "trained_model.h5"
    (script.parents[1] / made.name).write_bytes(made.read_bytes())
    done = completed(script)
    without = first_number(done.stdout, "numpy predicts ")
    assert without == pytest.approx(0.909, rel=0.1) and "0.909 instead of 0.861" in PAGE
    assert without > first_number(done.stdout, "Keras predicts ")


def test_an_h5_file_does_not_bring_the_optimizer_back_and_a_keras_file_does(finished, keras):
    folder = Path(finished(INSPECT).folder).parent
    rows = np.zeros((4, 9)), np.zeros(4)
    model = keras.saving.load_model(folder / "trained_model.keras")
    assert len(model.optimizer.variables) == 18
    model.fit(*rows, verbose=0)
    model = keras.saving.load_model(folder / "trained_model.h5")
    with pytest.raises(ValueError, match="Unknown variable"):
        model.fit(*rows, verbose=0)
    model.compile(loss="mean_squared_error", optimizer="adam")
    model.fit(*rows, verbose=0)


# ---- rescue_old_model.py ----


def weights(entry):
    return [array.astype("float32") for array in entry["weights"].values()]


def leaky(values):
    return np.where(values > 0, values, 0.2 * values)


ROWS = np.random.default_rng(7).normal(size=(4, 9)).astype("float32")
ONE, TWO = old.first("a", 9, 5), old.dense("b", 5, 1)
SALES = forward([[*weights(ONE), relu], [*weights(TWO), linear]], ROWS)
IN_1, IN_2 = brought_models.INNER["config"]
INNER = forward([[*weights(IN_1), relu], [*weights(IN_2), linear]], ROWS)
F = forward([[*weights(old.dense("d", 9, 2)), linear]], ROWS)
CALLED_TWICE = old.functional(
    "twice", 9, "sum",
    old.called({**brought_models.FUNCTIONAL, "name": "f"}, "twice_in"),
    old.called(old.dense("back", 2, 9), ("f", 1)),
    old.called(old.layer("Add", "sum"), ("f", 1), ("f", 2)),
)  # fmt: skip
CALLED_TWICE["config"]["layers"][1]["inbound_nodes"].append([["back", 0, 0, {}]])
BACK = forward([[*weights(old.dense("back", 2, 9)), linear]], F)


def hard_sigmoid(values):
    """Return what it was in Keras 2."""
    return np.clip(0.2 * values + 0.5, 0, 1)


def old_gru(rows):
    """Return what a GRU of Keras 2.0 computed, written from its formula: no bias of its own."""
    kernel, recurrent, bias = weights(brought_models.GRU["config"][0])
    state = np.zeros((len(rows), 3))
    for step in range(rows.shape[1]):
        z_in, r_in, h_in = np.split(rows[:, step] @ kernel + bias, 3, axis=1)
        z_old, r_old, h_old = np.split(recurrent, 3, axis=1)
        z, r = hard_sigmoid(z_in + state @ z_old), hard_sigmoid(r_in + state @ r_old)
        state = z * state + (1 - z) * np.tanh(h_in + (r * state) @ h_old)
    return state


SERIES = np.random.default_rng(7).normal(size=(4, 7, 9)).astype("float32")
CASES = {
    "a list": (brought_models.SALES, SALES),
    "a dict": (brought_models.DICT, SALES),
    "names with a slash": (brought_models.SLASHES, forward(
        [[*weights(old.dense("f", 9, 2)), linear], [*weights(old.dense("l", 2, 1)), linear]],
        ROWS)),
    "an old GRU": (brought_models.GRU, old_gru(SERIES)),
    "nested": (old.network(brought_models.INNER, old.dense("last", 3, 1)),
               forward([[*weights(old.dense("last", 3, 1)), linear]], INNER)),
    "both in a functional one": (brought_models.BOTH, forward(
        [[*weights(old.dense("last", 5, 1)), linear]], np.concatenate([INNER, F], axis=1))),
    "an inner one called twice": (
        CALLED_TWICE, F + forward([[*weights(old.dense("d", 9, 2)), linear]], BACK)),
    "an activation that is a layer": (
        old.network(old.first("a", 9, 5, brought_models.LEAKY), TWO),
        forward([[*weights(ONE), leaky], [*weights(TWO), linear]], ROWS)),
}  # fmt: skip


def test_a_rescued_network_predicts_what_its_weights_say(tmp_path, chapter, keras):
    script = chapter(RESCUE)
    paths = [old.save(tmp_path / f"{n}.h5", case) for n, (case, _) in enumerate(CASES.values())]
    runs = completed_all([[script, path] for path in paths], tmp_path)
    for path, done in zip(paths, runs, strict=True):
        assert done.returncode == 0, done.stderr
        assert f"{path.stem}_rescued.keras loads, and predicts the same" in done.stdout
    for path, (name, (_, expected)) in zip(paths, CASES.items(), strict=True):
        model = keras.saving.load_model(path.with_name(f"{path.stem}_rescued.keras"))
        predicted = model.predict(SERIES if name == "an old GRU" else ROWS, verbose=0)
        np.testing.assert_allclose(predicted, expected, rtol=1e-4, atol=1e-5, err_msg=name)


def test_keras_3_alone_cannot_read_the_list(tmp_path, keras):
    """If this fails, Keras has learned to read old files, and the rescue may go."""
    with pytest.raises(TypeError, match="pop expected at most 1 argument, got 2"):
        keras.saving.load_model(old.save(tmp_path / "old.h5", brought_models.SALES))


def test_a_good_file_and_the_same_again(finished, chapter):
    """The two exercises of the rescue."""
    made = Path(finished(INSPECT).folder).parent / "trained_model.h5"
    script = chapter(RESCUE)
    good = script.parents[1] / "trained_model.h5"
    good.write_bytes(made.read_bytes())
    root = script.parents[2]
    said = output_of(script, "04/trained_model.h5", cwd=root)
    for line in said.splitlines():
        assert line in PAGE
    done = completed(script, "04/trained_model.h5", cwd=root)
    assert done.returncode == 1
    assert own_lines(done)[-1] in PAGE


def test_why_hard_sigmoid_is_written_as_two_layers(keras):
    """It was clip(0.2 x + 0.5): 0.7 at 1. Today its slope is 1/6."""
    today = float(keras.activations.hard_sigmoid(keras.ops.array(1.0)))
    assert today == pytest.approx(0.5 + 1 / 6, abs=1e-6)


def test_the_page_lists_what_is_rescued_and_the_words_of_keras():
    text = text_of(RESCUE)
    for name, pattern in [("LAYERS", r"made of these layers: (.+?)\. The act"),
                          ("ACTIVATIONS", r"The activations are (.+?)\.")]:  # fmt: skip
        known = re.search(rf'{name} = """(.+?)"""', text, re.S)[1].split()
        assert re.findall(r"`(\w+)`", re.search(pattern, PAGE)[1]) == known
    words = [row.says for row in LOADED]
    section = PAGE.split("## Rescue")[1].split("\n## ")[0]
    for message in re.findall(r"(?m)^\| `(.+?)(?: \.\.\.)?` \|", section):
        assert any(message in said for said in words), message
