"""compare_networks.py: honest rules for the comparison, and a network that beats MLPRegressor."""

import itertools
import os
import re
from pathlib import Path

import course
import numpy as np
import pandas as pd
import pytest
from PIL import Image

SCRIPT = "04/compare_networks.py"
TARGET = "total_earnings"


def tables(stdout):
    """Return both tables as {name: [parameters, MSE, ...]}."""
    first, second = re.split(r"\n.*test MSE +lowest.*\n", stdout)
    row = re.compile(r"(?m)^([\w -]*?[a-z\d])  +((?:[\d,.e-]+ +){2,}\$?[\d,.e-]+)")
    return tuple(
        {found[1]: course.numbers(found[2]) for found in row.finditer(text)}
        for text in (first.split("seconds\n")[1], second)
    )


def designs(rows):
    return [name for name in rows if name.endswith((" relu", " gelu"))]


def test_every_design_has_its_parameters_and_its_spread(finished):
    chosen_by, judged = tables(finished(SCRIPT).stdout)
    assert len(designs(chosen_by)) >= 5
    for name in designs(chosen_by):
        sizes = [9, *map(int, name.split()[0].split("-")), 1]
        count = sum(a * b + b for a, b in itertools.pairwise(sizes))
        assert chosen_by[name][0] == judged[name][0] == count
        _, median, low, high, _ = judged[name]
        assert 0 < low <= median <= high
        assert low < high, "five networks, one result: they are not five"


def test_says_first_how_long_it_takes_and_keeps_to_two_minutes(finished):
    result = finished(SCRIPT)
    assert "this takes one to two minutes" in result.stdout.split(" relu")[0]
    busy = max(1, os.getloadavg()[0] / os.cpu_count()) if hasattr(os, "getloadavg") else 2
    assert result.seconds < 120 * busy


def test_the_validation_rows_choose(finished):
    result = finished(SCRIPT)
    chosen_by, _ = tables(result.stdout)
    best = re.search(r"validation rows choose ([\w -]+);", result.stdout)[1]
    assert chosen_by[best][1] == min(chosen_by[name][1] for name in designs(chosen_by))


def test_the_best_network_beats_both_of_scikit_learns(finished):
    result = finished(SCRIPT)
    _, judged = tables(result.stdout)
    best = re.search(r"validation rows choose ([\w -]+);", result.stdout)[1]
    rivals = [judged[name][1] for name in judged if name.startswith("MLPRegressor")]
    assert len(rivals) == 2
    assert judged[best][1] < min(rivals)
    assert max(rivals) < 2e-4, "MLPRegressor was not given time to finish"
    assert course.first_number(result.stdout, "the test MSE is") > 1


def test_the_linear_model_is_that_of_numpy(finished):
    _, judged = tables(finished(SCRIPT).stdout)
    folder = course.ROOT / "04"
    train, test = (pd.read_csv(folder / f"sales_data_{x}_scaled.csv") for x in ("training", "test"))
    X, X_test = (np.c_[np.ones(len(t)), t.drop(columns=TARGET)] for t in (train[:800], test))
    weights = np.linalg.lstsq(X, train[TARGET][:800], rcond=None)[0]
    mse = np.mean((X_test @ weights - test[TARGET]) ** 2)
    assert judged["linear model"][1] == pytest.approx(mse, rel=0.06)
    assert judged["cubic polynomial"][1] < 1e-5 < judged["linear model"][1]


def test_the_luck_is_that_of_the_simulation(finished):
    luck = course.first_number(finished(SCRIPT).stdout, "luck alone")
    text = (course.ROOT / "03/make_sales_data.py").read_text(encoding="utf-8")
    assert "NOISE = 10 " in text
    assert luck == pytest.approx((10 * 55 * 3.7e-6) ** 2, rel=0.15)


def test_chart(finished):
    with Image.open(Path(finished(SCRIPT).folder) / "compare_networks.png") as chart:
        assert chart.width >= 600


def small(path):
    """Leave two designs, two networks of each, and less patience: a comparison of seconds."""
    course.change(path, ('"max_iter": 2000', '"max_iter": 20'), SEEDS=[1, 2])
    text = path.read_text(encoding="utf-8")
    text, dropped = re.subn(r'    \(\[(50|10, 10|50, 50|50, 100, 50)\], "\w+"\),.*\n', "", text)
    assert dropped == 5
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_other_backends(chapter, backend):
    pytest.importorskip(backend)
    done = course.run(small(chapter(SCRIPT)), KERAS_BACKEND=backend, KERAS_MAX_EPOCHS="1")
    assert done.returncode == 0, done.stderr
    assert len(designs(tables(done.stdout)[1])) == 2
    assert "The chart is in" in done.stdout


def test_the_test_rows_have_no_say_in_the_choice(tmp_path):
    """With other earnings in the test rows the first half is the same, the verdict is not."""
    outputs = []
    for step in (1, -1):
        path = small(course.copy_chapter(SCRIPT, tmp_path / str(step)))
        file = path.with_name("sales_data_test_scaled.csv")
        rows = pd.read_csv(file)
        rows[TARGET] = rows[TARGET].to_numpy()[::step]
        rows.to_csv(file, index=False, encoding="utf-8")
        done = course.run(path, KERAS_MAX_EPOCHS="1")
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
    before, after = ([row[1] for row in tables(text)[0].values()] for text in outputs)
    assert before == after
    choice = re.compile(r"The validation rows choose .*")
    assert choice.search(outputs[0])[0] == choice.search(outputs[1])[0]
    assert tables(outputs[0])[1] != tables(outputs[1])[1]


def test_a_broken_scaling_is_one_line(chapter):
    path = chapter(SCRIPT)
    path.with_name("sales_data_scaling.json").write_text("{}", encoding="utf-8")
    done = course.run(path)
    assert done.returncode == 1
    assert len(course.said(done)) == 1 and "sales_data_scaling.json" in done.stderr
    assert not path.with_suffix(".png").exists()
