"""What 04/labs/README.md says of runs on flowers and digits."""

import re

import numpy as np
from claims import Claim
from outputs import first_number

PAGE = "04/labs/README.md"
IRIS = "04/labs/classify_iris.py"
LAB, CONV = "04/labs/classify_digits.py", "04/labs/classify_digits_conv.py"


def table(stdout, corner, size):
    """Return the numbers of a printed confusion matrix, without the names of its rows."""
    lines = stdout.split(corner)[1].splitlines()[2 : 2 + size]
    return np.array([[int(cell) for cell in line.split()[-size:]] for line in lines])


def shown(out):
    """Return {label: (small, bigger)} of the table behind the training."""
    rows = re.findall(r"(?m)^((?:val_)?(?:accuracy|loss)) +([\d.]+) +([\d.]+)$", out)
    return {label: (float(small), float(bigger)) for label, small, bigger in rows}


def five_others(text, seed):
    """Give the flowers five other seeds."""
    seeds = [10 * seed + place for place in range(5)]
    return text.replace("SEEDS = [7, 8, 9, 10, 11]", f"SEEDS = {seeds}")


def reads(out):
    """Return what both networks read of the test pictures, in percent."""
    return [first_number(out, f"The {name} network reads") for name in ("small", "bigger")]


def gaps(out):
    last = shown(out)
    return np.abs(np.subtract(last["accuracy"], last["val_accuracy"]))


def still_falling(out):
    losses = [float(x) for x in re.findall(r" loss: ([\d.]+)", out)]
    return losses[9] == min(losses[:10]) and losses[19] == min(losses[10:])


def misread(out):
    """Return how many test pictures Dense and Conv2D misread, and their parameters."""
    found = re.findall(r"(?m)^\w+: ([\d,]+) parameters, ([\d.]+)%", out)
    return [(int(size.replace(",", "")), 100 - float(right)) for size, right in found]


def photos(out):
    return [float(x) for x in re.findall(r"Photos .+: ([\d.]+)%", out)]


def fives_and_fours(out):
    confused = table(out, "read as", 10)
    right = confused.diagonal() / confused.sum(axis=1)
    return right.argmin() == 5 and confused[4, 9] > 2 * confused[4, 1]


CLAIMS = [
    Claim(
        PAGE,
        "The median accuracy lies between 95% and 100%.",
        IRIS,
        lambda out: first_number(out, "5 seeds:") >= 95,
        reseed=five_others,
    ),
    Claim(
        PAGE,
        "Setosa is never mistaken.",
        IRIS,
        lambda out: table(out, "taken for", 3)[0].tolist() == [20, 0, 0],
        reseed=five_others,
    ),
    Claim(PAGE, "Neither overfits.", LAB, lambda out: max(gaps(out)) < 0.03),
    Claim(PAGE, "both losses are still falling in the last epoch", LAB, still_falling),
    Claim(
        PAGE,
        "more of the test pictures read right after the same ten epochs",
        LAB,
        lambda out: reads(out)[0] < reads(out)[1],
    ),
    Claim(PAGE, "The small network reads the 5s worst of all digits", LAB, fives_and_fours),
    Claim(
        PAGE,
        "misreads about half as many test pictures, or fewer",
        CONV,
        lambda out: misread(out)[1][1] < 0.55 * misread(out)[0][1],
    ),
    Claim(
        PAGE,
        "the photos are read no better than by guessing",
        CONV,
        lambda out: photos(out)[0] < 20,
    ),
    Claim(PAGE, "Inverted is not enough.", CONV, lambda out: photos(out)[1] < 30),
    Claim(
        PAGE,
        "and does not catch up",
        CONV,
        lambda out: misread(out)[1][1] < misread(out)[0][1],
        changes=(("layers.Dense(32", "layers.Dense(128"),),
    ),
    Claim(
        PAGE,
        "The bigger one still reads more",
        LAB,
        lambda out: reads(out)[0] < reads(out)[1],
        changes=(('optimizer="SGD"', 'optimizer="adam"'),),
    ),
]
