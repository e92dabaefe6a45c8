"""Layers and losses say the truth, backends come to the same, the made-up data keep the rule."""

import re

import numpy as np
import pandas as pd
import pytest
from layout import ROOT, text_of
from missing import needs
from outputs import difference, first_number, numbers
from running import change, completed, copy_chapter, output_of
from sklearn.linear_model import LinearRegression

LAYERS, LOSSES = "03/more/explore_layers.py", "03/more/explore_losses.py"
BACKEND, DATA = "03/more/choose_backend.py", "03/more/make_sales_data.py"
PAGE = text_of("03/more/README.md")
FACTORS = {"is_exclusive_to_us": 1.85, "is_sequel": 1.50, "is_portable": 1.08}
FACTORS |= {"suitable_for_kids": 1.10, "is_action": 1.08, "is_sports": 0.95}


def rule(games):
    """Return what games earn without luck: the rule in the docstring, written again."""
    copies = 850 * (1 + 0.27 * (games["critic_rating"] - 2))
    for column, factor in FACTORS.items():
        copies = copies * np.where(games[column] == 1, factor, 1.0)
    return 1.0108 * copies * games["unit_price"] - 5818


def test_shapes_and_parameters_of_sixteen_layers(finished):
    line = r"(?m)^(\w+) +(?:\S.*\)|\[.+\]) +(\(.+?\)) +([\d,]+)  as expected$"
    assert re.findall(line, finished(LAYERS).stdout) == [
        ("dense", "(4,)", "12"), ("dense_1", "(4,)", "16"), ("dense_2", "(13, 13, 4)", "36"),
        ("flatten", "(1352,)", "0"), ("dropout", "(4,)", "0"),
        ("batch_normalization", "(8,)", "32"), ("conv2d", "(26, 26, 8)", "80"),
        ("max_pooling2d", "(13, 13, 8)", "0"), ("average_pooling2d", "(13, 13, 8)", "0"),
        ("global_average_pooling2d", "(8,)", "0"), ("embedding", "(20, 16)", "16,000"),
        ("simple_rnn", "(32,)", "1,568"), ("lstm", "(32,)", "6,272"), ("gru", "(32,)", "4,800"),
        ("concatenate", "(10,)", "0"), ("add", "(4,)", "0"),
    ]  # fmt: skip


def test_dropout_activations_and_two_ways_to_build(finished):
    out = finished(LAYERS).stdout
    assert {*re.search(r"training=True: \[(.+)\]", out)[1].split()} == {"0", "2"}
    assert "training=False: [1 1 1 1 1 1 1 1]" in out
    sums = np.arange(-2.0, 3)
    for name, expected in {
        "linear": sums,
        "relu": np.maximum(sums, 0),
        "sigmoid": 1 / (1 + np.exp(-sums)),
        "tanh": np.tanh(sums),
        "elu": np.where(sums > 0, sums, np.exp(sums) - 1),
        "softmax": np.exp(sums) / np.exp(sums).sum(),
    }.items():
        printed = numbers(re.search(rf"(?m)^{name} .+", out)[0])
        assert printed == pytest.approx(expected, abs=0.006), name
    assert "551 parameters each: same = True" in out
    assert "639 parameters, 5 predictions for 5 games" in out


def test_every_loss_by_hand(finished):
    out = finished(LOSSES).stdout
    found = re.findall(r"(\w+)\n +rows +(.+)\n +formula +(\S+) +Keras +(\S+) +equal", out)
    means = {name: float(by_keras) for name, _, _, by_keras in found}
    for name, rows, formula, by_keras in found:
        assert np.mean(numbers(rows)) == pytest.approx(float(formula), abs=1e-4), name
        assert formula == by_keras
    assert means == {
        "mean_squared_error": 0.75, "mean_absolute_error": 0.7, "huber": 0.35,
        "mean_absolute_percentage_error": 20.6905, "mean_squared_logarithmic_error": 0.0336,
        "binary_crossentropy": 0.4297, "categorical_crossentropy": 0.6422,
        "sparse_categorical_crossentropy": 0.6422,
    }  # fmt: skip
    # (7 - 70 + 1)**2 instead of 1, and 62 instead of 1, among five rows.
    assert re.search(r"mean_squared_error +0.75 -> 769.35, +1026 times", out)
    assert re.search(r"mean_absolute_error +0.70 -> +12.90, +18 times", out)


def test_softmax_and_logits_agree_until_the_probability_is_too_small(finished):
    logits = np.array([2.0, 1.0, -1.0])
    true = np.log(np.exp(logits).sum()) - logits[2]
    pairs = re.findall(r"from softmax (\S+), from logits (\S+)", finished(LOSSES).stdout)
    (same, also), (cut, exact) = [[float(number) for number in pair] for pair in pairs]
    assert same == also == pytest.approx(true, abs=1e-4)
    assert cut == pytest.approx(-np.log(1e-7), abs=1e-3)
    assert exact == pytest.approx(20 * (2 - -1), abs=1e-3)
    # Softmax twice, of three classes: the best that can come out is 1, 0, 0 once more.
    assert f"{np.log(np.e + 2) - 1:.2f}" == "0.55" and "below 0.55" in PAGE


MIXED = """
import keras
from keras import layers
from sklearn.datasets import load_iris
x, y = load_iris(return_X_y=True)
for activation, logits, seed in [("softmax", True, 7), *((None, False, n) for n in range(1, 6))]:
    keras.utils.set_random_seed(seed)
    last = layers.Dense(3, activation)
    model = keras.Sequential([keras.Input((4,)), layers.Dense(16, "relu"), last])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=logits)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss, metrics=["accuracy"])
    model.fit(x, y, epochs=30, verbose=0)
    print("accuracy", model.evaluate(x, y, verbose=0)[1])
"""


def test_mixing_softmax_and_logits_does_what_the_page_says(tmp_path):
    script = tmp_path / "mixed.py"
    script.write_text(MIXED, encoding="utf-8")
    done = completed(script)
    twice, *never = numbers(done.stdout)
    assert twice > 0.9 and len(never) == 5 and max(never) < 0.8, done.stdout + done.stderr
    for words in ("received `from_logits=True`, but", "was produced by a Softmax activation"):
        assert words in done.stderr
        assert words.replace("`", "") in PAGE


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_every_backend_comes_to_the_same(finished, backend):
    needs(backend)
    more = {} if backend == "tensorflow" else {"KERAS_BACKEND": backend}
    out = finished(BACKEND, **more).stdout
    line = re.search(rf"(?m)^{backend}: .+", out)[0]
    assert first_number(line, "test MSE") == pytest.approx(2.13e-4, rel=0.02)
    (quoted,) = re.findall(rf"(?m)^{backend}: .+", PAGE)
    assert difference(quoted, line, ("factor", float("inf"))) is None
    assert "MSE 2.13e-04" in quoted
    assert f"backend           = {backend}:" in out


def test_versions_are_those_of_the_requirements():
    for file in ("requirements.txt", "tests/requirements.txt", "04/scaling/requirements.txt"):
        if (ROOT / file).exists():
            pinned = text_of(file)
            for name, version in re.findall(r"(?m)^(tensorflow|jax|torch)==([\d.]+)", pinned):
                quoted = re.findall(rf"\b{name}(?:\[[\w-]+\])?==([\d.]+\d)", PAGE)
                assert {*quoted} == {version}, name


def test_the_committed_files_are_made_again_to_the_byte(finished):
    assert finished(DATA).changed == []


def test_games_follow_the_rule_and_luck_is_as_large_as_printed(finished):
    multiply_by = pd.read_csv(ROOT / "03/sales_data_scaling.csv", index_col="column")
    printed = re.findall(r"typically \$(\d+)", finished(DATA).stdout)
    for name, dollars, mse in (("training", 542, "4.0e-06"), ("test", 552, "4.2e-06")):
        games = pd.read_csv(ROOT / f"03/sales_data_{name}.csv")
        luck = games["total_earnings"] - rule(games)
        assert (luck**2).mean() ** 0.5 == pytest.approx(dollars, abs=1)
        assert str(dollars) == printed.pop(0) and f"${dollars}" in PAGE
        scaled = luck * multiply_by.loc["total_earnings", "multiply_by"]
        assert f"{(scaled**2).mean():.1e}" == mse and mse in PAGE
        assert (luck / games["unit_price"] / 1.0108).std() == pytest.approx(10, abs=0.5)


def test_the_proposed_game_and_a_straight_line_through_logarithms():
    scaling = pd.read_csv(ROOT / "03/sales_data_scaling.csv", index_col="column")
    proposed = pd.read_csv(ROOT / "04/proposed_new_product.csv")
    game = (proposed - scaling["add"]) / scaling["multiply_by"]
    assert (game["critic_rating"][0], game["unit_price"][0]) == pytest.approx((4.1, 55.99))
    assert rule(game)[0] == pytest.approx(262_564, abs=20) and "$262,564" in PAGE
    training, test = (
        pd.read_csv(ROOT / f"03/sales_data_{name}.csv") for name in ("training", "test")
    )
    features = training.columns.drop("total_earnings")
    line = LinearRegression().fit(training[features], np.log(training["total_earnings"]))
    error = np.exp(line.predict(test[features])) - test["total_earnings"]
    mse = ((error * scaling.loc["total_earnings", "multiply_by"]) ** 2).mean()
    assert f"{mse:.1e}" == "8.8e-05" and "8.8e-05" in PAGE


@pytest.mark.parametrize("rows", [1, 2, 7, 100, 300, 999, 3000])
def test_any_number_of_games(tmp_path, rows):
    """Each value as often as its share says, within one game; exactly one genre for each game."""
    script = copy_chapter(DATA, tmp_path)
    ROWS = {"sales_data_training.csv": rows, "sales_data_test.csv": 3}
    output_of(change(script, ROWS=ROWS))
    games = pd.read_csv(script.parents[1] / "sales_data_training.csv")
    assert len(games) == rows
    assert (games[["is_action", "is_role_playing", "is_sports"]].sum(axis=1) == 1).all()
    assert abs((games["is_sequel"] == 1).sum() - 0.746 * rows) <= 1
    assert abs((games["unit_price"] == 59.99).sum() - 0.62 * rows) <= 1
    assert (games["total_earnings"] - rule(games)).abs().max() < 60 * 10 * 5  # five times the luck
