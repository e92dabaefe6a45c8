"""What the README says of the two networks in chapter 6, for five seeds."""

import re

from claims import Claim


def first_below(out, loss=0.001):
    """Return the epoch in which each of the two networks is below a loss for the first time."""
    losses = [float(x) for x in re.findall(r" loss: (\S+)", out)]
    return [next(n for n, x in enumerate(run) if x < loss) for run in (losses[:50], losses[50:])]


CLAIMS = [
    Claim(
        "README.md",
        "Here the network with 50 nodes is down sooner.",
        "06/visualize_training.py",
        lambda out: first_below(out)[0] < first_below(out)[1],
        changes=(("verbose=0, callbacks", "verbose=2, callbacks"),),
    ),
]
