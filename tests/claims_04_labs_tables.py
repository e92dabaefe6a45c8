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
        changes=(("COST_OF_ALARM = 5, 1", "COST_OF_ALARM = 1, 1"),),
    ),
]
