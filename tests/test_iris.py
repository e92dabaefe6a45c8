"""classify_iris.py: a stratified split, 67 parameters, at least 95 % right."""

import re
from pathlib import Path

import course
import pytest
from PIL import Image
from sklearn.datasets import load_iris

SCRIPT = "04/classify_iris.py"


def matrix(stdout):
    """Return the confusion matrix as three lists of numbers."""
    lines = stdout.split("Confusion matrix")[1].splitlines()[2:5]
    return [[int(cell) for cell in line.split()[1:]] for line in lines]


def test_median_accuracy(finished):
    stdout = finished(SCRIPT).stdout
    seeds = [float(x) for x in re.findall(r"Seed \d+: .* test accuracy ([\d.]+)%", stdout)]
    assert len(seeds) >= 5
    median = course.first_number(stdout, f"Median accuracy over {len(seeds)} seeds")
    assert median == sorted(seeds)[len(seeds) // 2]
    assert median >= 95


def test_labels_and_split(finished):
    stdout = finished(SCRIPT).stdout
    for kind, row in zip(
        load_iris().target_names, ("1. 0. 0.", "0. 1. 0.", "0. 0. 1."), strict=True
    ):
        assert f"{kind}: [{row}]" in stdout
    train, watch, judge = (
        int(x) for x in re.search(r"(\d+) flowers train, (\d+) watch, (\d+) judge", stdout).groups()
    )
    assert train + watch + judge == 150
    # Stratified: each kind is a third of the flowers that judge.
    assert [sum(row) for row in matrix(stdout)] == [judge // 3] * 3


def test_parameters(finished):
    assert course.first_number(finished(SCRIPT).stdout, "Parameters:") == 4 * 8 + 8 + 8 * 3 + 3


def test_confusion_matrix_agrees_with_the_accuracy(finished):
    stdout = finished(SCRIPT).stdout
    rows = matrix(stdout)
    right = sum(rows[n][n] for n in range(3))
    last = float(re.findall(r"Seed \d+: .* test accuracy ([\d.]+)%", stdout)[-1])
    assert last == pytest.approx(100 * right / sum(map(sum, rows)), abs=0.06)


def test_probabilities(finished):
    stdout = finished(SCRIPT).stdout.split("The network says:")[1]
    shares = [float(x) for x in re.findall(r"([\d.]+)%", stdout)]
    assert len(shares) == 4
    assert sum(shares[:3]) == pytest.approx(100, abs=0.02) and shares[3] == 100


def test_the_flower_is_the_versicolor_with_long_petals(finished):
    found = re.search(r"A versicolor of ([\d., ]+) cm", finished(SCRIPT).stdout)
    flower = [float(x) for x in found[1].split(",")]
    iris = load_iris()
    assert flower in iris.data[iris.target == 1].tolist()


def test_chart(finished):
    with Image.open(Path(finished(SCRIPT).folder) / "classify_iris.png") as chart:
        assert chart.width >= 600


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_other_backends(chapter, backend):
    pytest.importorskip(backend)
    path = course.change(chapter(SCRIPT), SEEDS=[7])
    done = course.run(path, KERAS_BACKEND=backend, KERAS_MAX_EPOCHS="1")
    assert done.returncode == 0, done.stderr
    assert "Median accuracy over 1 seeds" in done.stdout
