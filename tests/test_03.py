"""Chapter 3: the scaling, the rows and the network are what the README says."""

import re

import numpy as np
import pandas as pd
from layout import ROOT

TARGET = "total_earnings"


def table(name):
    return pd.read_csv(ROOT / "03" / name)


def test_the_scaling_is_that_of_the_training_rows_and_comes_out_the_same(finished):
    result = finished("03/preprocess_data.py")
    assert result.changed == [], "the committed files are what the script writes"
    training, test = (table(f"sales_data_{name}.csv") for name in ("training", "test"))
    low, high = training.min(), training.max()
    for rows, name in ((training, "training"), (test, "test")):
        expected = (rows - low) / (high - low)  # a second way to compute it
        np.testing.assert_allclose(table(f"sales_data_{name}_scaled.csv"), expected, atol=1e-9)
    scaling = table("sales_data_scaling.csv").set_index("column")
    np.testing.assert_allclose(scaling["multiply_by"], 1 / (high - low))
    np.testing.assert_allclose(scaling["add"], -low / (high - low))
    assert "multiplying by 0.0000036968 and adding -0.115913" in result.stdout


def test_the_rows_are_those_of_the_readme():
    training, test = (table(f"sales_data_{name}.csv") for name in ("training", "test"))
    assert (len(training), len(test)) == (1000, 400)
    assert (training[TARGET].min(), training[TARGET].max()) == (31_355, 301_860)
    assert (training[["is_action", "is_role_playing", "is_sports"]].sum(axis=1) == 1).all()
    assert set(training["unit_price"]) == {39.99, 49.99, 59.99}
    assert set(training["critic_rating"]) == {2, 2.5, 3, 3.5, 4, 4.5, 5}


def test_the_network_has_the_layers_of_the_readme(finished):
    out = finished("03/create_model.py").stdout
    found = re.findall(r"\(None, (\d+)\)\s*\S\s*([\d,]+)", out)
    units = [9, 50, 100, 50, 1]
    for (size, count), before, after in zip(found, units[:-1], units[1:], strict=True):
        assert int(size) == after
        assert int(count.replace(",", "")) == before * after + after
