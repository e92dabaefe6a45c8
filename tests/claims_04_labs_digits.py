"""What 04/labs/README.md says of runs on flowers and digits."""

import re

import numpy as np
from claims import Claim
from outputs import first_number
from running import replaced

PAGE = "04/labs/README.md"
IRIS = "04/labs/classify_iris.py"
LAB, CONV = "04/labs/classify_digits.py", "04/labs/classify_digits_conv.py"


def table(stdout, corner, size):
    """Return the numbers of a printed confusion matrix, without the names of its rows."""
    lines = stdout.split(corner)[1].splitlines()[2 : 2 + size]
    return np.array([[int(cell) for cell in line.split()[1:]] for line in lines])


def last_epoch(out):
    """Return {name: value} of the last line that `fit` printed."""
    line = re.findall(r"(?m)^\d+/\d+ - .*", out)[-1]
    return {name: float(value) for name, value in re.findall(r"(\w+): ([\d.]+)", line)}


def losses(out, name):
    return [float(value) for value in re.findall(rf" {name}: ([\d.]+)", out)]


def misread(out):
    """Return how many of a hundred test pictures Dense and Conv2D misread."""
    return [100 - float(right) for right in re.findall(r"parameters, ([\d.]+)%", out)]


def photos(out):
    return [float(x) for x in re.findall(r"Photos .+: ([\d.]+)%", out)]


def most_between_the_alike(out):
    confused = table(out, "taken for", 3)
    between = confused[1, 2] + confused[2, 1]
    return between > confused.sum() - confused.trace() - between


def fives_and_fours(out):
    confused = table(out, "read as", 10)
    right = confused.diagonal() / confused.sum(axis=1)
    return right.argmin() == 5 and confused[4, 9] > 2 * confused[4, 1]


def another_seed(text, seed):
    """Give the flowers another seed, and five other ones behind it."""
    others = [10 * seed + place for place in range(5)]
    return replaced(text, ("SEED = 7", f"SEED = {seed}"), ("[8, 9, 10, 11, 12]", str(others)))


CLAIMS = [
    Claim(
        PAGE,
        "it was at most one of the 20",
        IRIS,
        lambda out: table(out, "taken for", 3)[0, 0] >= 19,
        reseed=another_seed,
    ),
    Claim(
        PAGE,
        "Most mistakes lie between versicolor and virginica",
        IRIS,
        most_between_the_alike,
        reseed=another_seed,
    ),
    Claim(
        PAGE,
        "with 25 other seeds it was between 88% and 100%",
        IRIS,
        lambda out: first_number(out, "From") >= 88,
        reseed=another_seed,
    ),
    Claim(
        PAGE,
        "between 90.7% and 91.2% with five others",
        LAB,
        lambda out: 90.6 < first_number(out, "The network reads") < 91.3,
    ),
    Claim(
        PAGE,
        "they are within 3 points of each other",
        LAB,
        lambda out: abs(last_epoch(out)["accuracy"] - last_epoch(out)["val_accuracy"]) < 0.03,
    ),
    Claim(
        PAGE,
        "both losses are still falling in the last epoch",
        LAB,
        lambda out: all(
            x == sorted(x)[::-1] for x in (losses(out, "loss"), losses(out, "val_loss"))
        ),
    ),
    Claim(PAGE, "the network reads the 5s worst of all digits", LAB, fives_and_fours),
    Claim(
        PAGE,
        "misreads less than half as many test pictures",
        CONV,
        lambda out: misread(out)[1] < 0.5 * misread(out)[0],
    ),
    Claim(
        PAGE,
        "1.4% to 1.7% against 4.5% to 5.2%",
        CONV,
        lambda out: 4.45 < misread(out)[0] < 5.25 and 1.35 < misread(out)[1] < 1.75,
    ),
    Claim(
        PAGE,
        "and does not catch up",
        CONV,
        lambda out: misread(out)[1] < misread(out)[0],
        changes=(("layers.Dense(32", "layers.Dense(128"),),
    ),
]
