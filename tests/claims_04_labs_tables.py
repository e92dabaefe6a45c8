"""What 04/labs/README.md says of rare hits and of forecasts, for five seeds."""

import re

from claims import Claim
from claims_04_more_stops import another_seed, row
from outputs import numbers

PAGE = "04/labs/README.md"
HITS, SALES = "04/labs/classify_hits.py", "04/labs/forecast_sales.py"


def found(out):
    """Return how many hits are found with the threshold 0.50, and with the chosen one."""
    return [numbers(row)[1] for row in re.findall(r"(?m)^threshold 0\.\d\d +(.+)$", out)]


def seconds(out, name):
    """Return how long a network of the forecasts was trained."""
    return int(re.search(rf"(?m)^{name} .* (\d+)s$", out)[1])


ALIKE = ("COST_OF_ALARM = 5, 1", "COST_OF_ALARM = 1, 1")  # a miss costs as much as an alarm


def hits(sentence, holds):
    return Claim(PAGE, sentence, HITS, holds)


def sales(sentence, holds):
    return Claim(PAGE, sentence, SALES, holds, reseed=another_seed)


CLAIMS = [
    hits("misses more than half of the hits", lambda out: row(out, "threshold 0.50")[2] > 17.5),
    hits(
        'hardly better than "always no"',
        lambda out: 0 <= row(out, "threshold 0.50")[0] - row(out, "always no")[0] < 2,
    ),
    hits(
        "both cost less than half of what the threshold 0.50 costs",
        lambda out: (
            max(
                row(out, line.split("  ")[0])[-1]
                for line in out.splitlines()
                if line.startswith(("threshold", "class_w")) and "0.50" not in line
            )
            < row(out, "threshold 0.50")[-1] / 2
        ),
    ),
    hits(
        'less accurate than "always no"',
        lambda out: (
            max(
                row(out, line.split("  ")[0])[0]
                for line in out.splitlines()
                if line.startswith(("threshold", "class_w")) and "0.50" not in line
            )
            < row(out, "always no")[0]
        ),
    ),
    sales(
        "Both networks beat both naive forecasts",
        lambda out: (
            max(row(out, "Dense")[0], row(out, "GRU")[0])
            < min(row(out, "same as last week")[0], row(out, "same week last year")[0])
        ),
    ),
    sales(
        "neither is more than a fifth away from it",
        lambda out: all(
            0.8 < row(out, name)[0] / row(out, "same week last year, plus the growth")[0] < 1.2
            for name in ("Dense", "GRU")
        ),
    ),
    Claim(
        PAGE,
        "fewer than with 0.50",
        HITS,
        lambda out: found(out)[1] < found(out)[0],
        changes=(ALIKE,),
    ),
    Claim(
        PAGE,
        "5 to 9 with other seeds",
        HITS,
        lambda out: 5 <= found(out)[1] <= 9,
        changes=(ALIKE,),
    ),
    Claim(
        PAGE,
        "to 33 or 34 with other seeds",
        HITS,
        lambda out: found(out)[0] in (33, 34),
        changes=((', "unit_price"]', "]"), ("shape=(7,)", "shape=(8,)")),
    ),
    hits("find nearly all hits", lambda out: min(found(out)[1], row(out, "class_weight")[1]) >= 32),
    sales("The GRU takes longer", lambda out: seconds(out, "GRU") > seconds(out, "Dense")),
    Claim(
        PAGE,
        "between 5 and 70 with other seeds",
        SALES,
        lambda out: 5 < row(out, "Dense")[0] < 70,
        reseed=another_seed,
        changes=(("LUCK = 0.05", "LUCK = 0"),),
    ),
    Claim(
        PAGE,
        "between 136 and 220, instead of 133",
        SALES,
        lambda out: 136 <= row(out, "Dense")[0] <= 220,
        reseed=another_seed,
        changes=(("mean = X.mean(axis=1)", "mean = np.full(len(X), X[train].mean())"),),
    ),
]
