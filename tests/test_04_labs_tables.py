"""The labs on tables: rare hits are counted right, forecasts beat what is naive."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from claims_04_labs_tables import HITS, SALES
from claims_04_more_stops import row
from layout import ROOT, text_of
from missing import needs
from outputs import numbers
from pages import excerpt
from running import output_of


def test_no_row_is_in_two_parts():
    """The steps that load and split, alone: validation rows are not among the training rows."""

    def read_csv(file, **more):
        """Read a table; that of the test rows has its columns in another order."""
        table = pd.read_csv(file, **more)
        return table[table.columns[::-1]] if "test" in file.name else table

    names = {"pd": SimpleNamespace(read_csv=read_csv), "CHAPTER": ROOT / "04"}
    exec("\n".join(re.findall(r"(?m)^(?:HIT|UNKNOWN) = .+", text_of(HITS))), names)
    exec(excerpt(f"{HITS}, steps 1 to 2").rpartition("print")[0], names)
    training, validation = names["X_train"].index, names["X_val"].index
    assert [*training, *validation] == [*range(1000)] and len(training) == 700
    assert names["y_train"].index.equals(training) and names["y_val"].index.equals(validation)
    assert names["X_test"].columns.equals(names["X_train"].columns), "by name, not by position"


def test_hits_are_counted_right(finished):
    out = finished(HITS).stdout
    ways = re.findall(r"(?m)^(always no|threshold 0\.\d\d|class_weight) +(.+)$", out)
    assert len(ways) == 4
    for _, printed in ways:
        row = numbers(printed.replace("%", ""))
        accuracy, found, missed, alarms, precision, recall, cost = row
        assert found + missed == 35 and 0 <= alarms <= 365
        assert accuracy == pytest.approx((found + 365 - alarms) / 4, abs=0.051)
        assert precision == pytest.approx(found / max(1, found + alarms), abs=0.0051)
        assert recall == pytest.approx(found / 35, abs=0.0051)
        assert cost == 5 * missed + alarms


def test_the_naive_forecasts_by_a_second_computation(finished):
    out = finished(SALES).stdout
    week = np.arange(520)
    peak = 1 + 0.6 * np.isin(week % 52, [47, 48, 49, 50])
    rule = (1000 + 3 * week) * (1 + np.sin(week * np.pi / 26) / 4) * peak
    sales = rule * np.random.default_rng(7).normal(1, 0.05, 520)
    growth = np.mean([sales[k + 52] - sales[k] for k in range(520 - 156 - 52)])
    for name, forecast in {
        "same as last week": sales[415:519],
        "same week last year": sales[364:468],
        "same week last year, plus the growth": sales[364:468] + growth,
        "the rule, without luck": rule[416:],
    }.items():
        error = np.abs(forecast - sales[416:]).mean()
        assert row(out, name)[0] == pytest.approx(error, abs=0.51)
        assert row(out, name)[0] >= row(out, "the rule, without luck")[0]


@pytest.mark.parametrize("script", [HITS, SALES])
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_runs_on_other_backends(script, backend, chapter):
    needs(backend)
    output_of(chapter(script), KERAS_BACKEND=backend, KERAS_MAX_EPOCHS="2")
