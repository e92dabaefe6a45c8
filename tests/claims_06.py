"""What the README says of the two networks in chapter 6, for five seeds."""

import re

from claims import Claim


def curves(out):
    """Return the four curves of the two runs: train 1, validation 1, train 2, validation 2."""
    found = re.findall(r"- loss: (\S+) - val_loss: (\S+)", out)
    train, validation = ([float(x) for x in curve] for curve in zip(*found, strict=True))
    return train[:50], validation[:50], train[50:], validation[50:]


def down(curve, loss=0.001):
    """Return the epoch in which a curve is below a loss for the first time."""
    return next(epoch for epoch, value in enumerate(curve, start=1) if value < loss)


def fall(curve):
    """Return how much of the loss is gone between epochs 26 to 30 and the last five."""
    return 1 - sum(curve[45:]) / sum(curve[25:30])


def claim(sentence, holds):
    """Return a claim about the curves that TensorBoard draws."""
    script, show = "06/visualize_training.py", ("verbose=0,", "verbose=2,")
    return Claim("README.md", sentence, script, lambda out: holds(curves(out)), changes=(show,))


def sooner(run):
    return down(run[0]) < down(run[2]) and down(run[1]) < down(run[3])


def flat(run):
    return run[0][-1] < run[1][-1] / 2 and fall(run[1]) < fall(run[0])


CLAIMS = [
    claim("Here the network with 50 nodes is down sooner.", sooner),
    claim("with each of five seeds run 1 is the better one", lambda run: run[1][-1] < run[3][-1]),
    claim(
        "A *validation* curve that still falls at the right edge would profit from more epochs",
        lambda run: fall(run[3]) > 0.35,
    ),
    claim(
        "The training curve ends far below the validation curve, which flattens, as in run 1", flat
    ),
]
