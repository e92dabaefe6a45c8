"""What 04/more/README.md says of cross-validation, and how a run shows that it holds."""

import re

from claims import Claim
from outputs import numbers

PAGE, SCRIPT = "04/more/README.md", "04/more/cross_validate.py"


def other_seed(text, seed):
    """Other folds, other weights, and other designs drawn."""
    return re.sub(r"(random_state=|seed\()7\b", rf"\g<1>{seed}", text)


def folds(out, method):
    """Return the average typical error of a method, and its smallest and largest in a fold."""
    return numbers(re.search(rf"(?m)^{method} .*RMSE\) (.+)$", out)[1].replace("$", " "))


def designs(out):
    """Return {(units, learning rate): typical error} of the designs that were drawn."""
    found = re.findall(r"(?m)^ *(\d+) units, learning rate (\S+): \$([\d,]+)$", out)
    return {(int(a), float(b)): float(c.replace(",", "")) for a, b, c in found}


def larger_rate_is_better(out):
    drawn = designs(out)
    both = [units for units, rate in drawn if rate == 0.01 and (units, 0.001) in drawn]
    return all(drawn[units, 0.01] < drawn[units, 0.001] for units in both)


CLAIMS = [
    Claim(PAGE, sentence, SCRIPT, holds, reseed=other_seed)
    for sentence, holds in [
        (
            "Here the linear model is clearly the worst of the three.",
            lambda out: (
                folds(out, "linear model")[1]
                > max(folds(out, "gradient boosting")[2], folds(out, "network")[2])
            ),
        ),
        (
            "the larger learning rate is better with each number of units that was drawn with both",
            larger_rate_is_better,
        ),
    ]
]
