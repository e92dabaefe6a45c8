"""The sales data: made again to the byte; their shape; the scaling; what a line can do."""

import json

import course
import numpy as np
import pandas as pd
import pytest

COLUMNS = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids total_earnings unit_price"
).split()
CHAPTER = course.ROOT / "03"


def shares(column):
    return column.value_counts(normalize=True).sort_index().round(3).to_dict()


@pytest.fixture(scope="module")
def raw():
    return {
        name: pd.read_csv(CHAPTER / f"sales_data_{name}.csv", encoding="utf-8")
        for name in ("training", "test")
    }


@pytest.mark.parametrize("script", ["03/make_sales_data.py", "03/preprocess_data.py"])
def test_the_committed_files_are_made_again_to_the_byte(script, finished):
    assert finished(script).changed == []


def test_columns_rows_and_ranges(raw):
    for name, rows in (("training", 1000), ("test", 400)):
        assert list(raw[name].columns) == COLUMNS
        assert len(raw[name]) == rows
    earnings = raw["training"]["total_earnings"]
    assert (earnings.min(), earnings.max()) == (31_355, 301_860)
    assert earnings.dtype == np.int64
    genres = raw["training"][["is_action", "is_role_playing", "is_sports"]]
    assert (genres.sum(axis=1) == 1).all()


def test_training_shares_are_those_of_the_old_course(raw):
    training = raw["training"]
    assert shares(training["critic_rating"]) == {
        2.0: 0.087,
        2.5: 0.085,
        3.0: 0.085,
        3.5: 0.243,
        4.0: 0.247,
        4.5: 0.170,
        5.0: 0.083,
    }
    assert shares(training["unit_price"]) == {39.99: 0.20, 49.99: 0.18, 59.99: 0.62}
    ones = {
        "is_action": 0.466,
        "is_exclusive_to_us": 0.267,
        "is_portable": 0.243,
        "is_role_playing": 0.347,
        "is_sequel": 0.746,
        "is_sports": 0.187,
        "suitable_for_kids": 0.270,
    }
    for column, share in ones.items():
        assert shares(training[column]) == {0: round(1 - share, 3), 1: share}, column
        assert abs(raw["test"][column].mean() - share) < 0.002


def test_earnings_follow_the_documented_rule(raw):
    """The rule in the docstring, written again, leaves luck of about 10 copies a game."""
    games = raw["training"]
    copies = 850 * (1 + 0.27 * (games["critic_rating"] - 2))
    for column, factor in (
        ("is_exclusive_to_us", 1.85),
        ("is_sequel", 1.5),
        ("is_portable", 1.08),
        ("suitable_for_kids", 1.1),
        ("is_action", 1.08),
        ("is_sports", 0.95),
    ):
        copies = copies * np.where(games[column] == 1, factor, 1.0)
    expected = copies * games["unit_price"]
    slope, offset = np.polyfit(expected, games["total_earnings"], 1)
    luck = (games["total_earnings"] - slope * expected - offset) / (slope * games["unit_price"])
    assert 9 < luck.std() < 11


def test_scaling_against_a_computation_of_our_own(raw):
    scaling = json.loads((CHAPTER / "sales_data_scaling.json").read_text(encoding="utf-8"))
    assert list(scaling) == COLUMNS
    low, high = raw["training"].min(), raw["training"].max()
    for name, table in raw.items():
        scaled = pd.read_csv(CHAPTER / f"sales_data_{name}_scaled.csv", encoding="utf-8")
        assert list(scaled.columns) == COLUMNS
        expected = (table - low) / (high - low)  # the training rows' range, for both
        np.testing.assert_allclose(scaled, expected, atol=1e-9)
    for column in COLUMNS:
        factor = 1 / (high[column] - low[column])
        assert scaling[column]["multiply_by"] == pytest.approx(factor, rel=1e-12)
        assert scaling[column]["add"] == pytest.approx(-low[column] * factor, rel=1e-12)


def test_the_scalers_note(finished):
    assert (
        "multiplying by 0.0000036968 and adding -0.115913"
        in finished("03/preprocess_data.py").stdout
    )


def test_a_straight_line_does_clearly_worse_than_the_network(finished):
    train, test = (
        pd.read_csv(CHAPTER / f"sales_data_{name}_scaled.csv", encoding="utf-8")
        for name in ("training", "test")
    )
    features = [column for column in COLUMNS if column != "total_earnings"]

    def with_bias(table):
        return np.column_stack([table[features], np.ones(len(table))])

    weights, *_ = np.linalg.lstsq(with_bias(train), train["total_earnings"], rcond=None)
    line = np.mean((with_bias(test) @ weights - test["total_earnings"]) ** 2)
    network = course.first_number(finished("04/train_model.py").stdout, "rows is")
    assert 2e-5 < network < 2e-4
    assert line > 5 * network
