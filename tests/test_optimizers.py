"""compare_optimizers.py: seven optimizers from one start, three learning rates for each."""

import os
import re
from pathlib import Path

import course
import pytest
from PIL import Image

SCRIPT = "04/compare_optimizers.py"
NAMES = ["SGD", "momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "Adam, cosine"]


def table(stdout):
    """Return {name: (rate, [three verdicts])} of the table at the end."""
    rows = re.findall(
        r"(?m)^([A-Z][\w, ]+?|momentum) +([\d.]+) +(\S+) +(\S+) +(\S+)$",
        stdout.split("10 times smaller\n")[-1],
    )
    value = {"lost": float("inf")}
    return {
        name: (float(rate), [value.get(x) or float(x) for x in cells])
        for name, rate, *cells in rows
    }


def test_a_line_for_each_training_and_one_table(finished):
    stdout = finished(SCRIPT).stdout
    lines = re.findall(r"(?m)^(.+?) +rate \S+ +test MSE \S+ +\([\d.]+ s\)$", stdout)
    assert lines == NAMES * 3
    assert list(table(stdout)) == NAMES


def test_says_first_how_long_it_takes_and_keeps_to_two_minutes(finished):
    result = finished(SCRIPT)
    assert "this takes about a minute" in result.stdout.splitlines()[0]
    busy = max(1, os.getloadavg()[0] / os.cpu_count()) if hasattr(os, "getloadavg") else 2
    assert result.seconds < 120 * busy


def test_what_the_table_teaches(finished):
    rows = table(finished(SCRIPT).stdout)
    good = {name: cells[0] for name, (_, cells) in rows.items()}
    assert max(good.values()) < 0.002, "every optimizer learns with the rate that is given"
    assert good["momentum"] < good["SGD"] and good["Nesterov"] < good["SGD"]
    assert good["Adam, cosine"] == min(good.values())
    for name in ("SGD", "momentum", "Nesterov", "Adam, cosine"):
        right, larger, smaller = rows[name][1]
        assert larger > right, f"{name}: ten times larger is not too large"
        assert smaller > right, f"{name}: ten times smaller is not too small"


def test_all_start_from_the_same_weights_and_see_the_same_rows_on_jax(chapter):
    pytest.importorskip("jax")
    spy = "print('start', sum(abs(w).sum() for w in model.get_weights()), np.random.random())\n"
    place = "        model.compile(\n"
    path = course.change(chapter(SCRIPT), (place, f"        {spy}{place}"))
    done = course.run(path, KERAS_BACKEND="jax", KERAS_MAX_EPOCHS="1")
    starts = re.findall(r"(?m)^start .*$", done.stdout)
    assert len(starts) == 21, done.stderr
    assert len(set(starts)) == 1
    assert list(table(done.stdout)) == NAMES


def test_chart(finished):
    with Image.open(Path(finished(SCRIPT).folder) / "compare_optimizers.png") as chart:
        assert chart.width >= 600


def test_on_pytorch(finished):
    pytest.importorskip("torch")
    result = finished(SCRIPT, KERAS_BACKEND="torch", KERAS_MAX_EPOCHS="1")
    assert list(table(result.stdout)) == NAMES
