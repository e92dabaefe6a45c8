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


SCRIPT, SHOW = "06/visualize_training.py", ("verbose=0,", "verbose=2,")
# After each epoch, print how far the biases and the weights of each layer are spread.
SPREAD = (
    "callbacks=[logger]\n    )",
    "callbacks=[logger, spread]\n    )",
)
PRINTED = (
    "    history = model.fit(",
    "    spread = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs, model=model: "
    "print('spread', epoch, *[array.std() for array in model.get_weights()]))\n"
    "    history = model.fit(",
)


def claim(sentence, holds):
    """Return a claim about the curves that TensorBoard draws."""
    return Claim("README.md", sentence, SCRIPT, lambda out: holds(curves(out)), changes=(SHOW,))


def spreads(out, epoch):
    """Return the spreads of layer_1's and layer_2's kernel and bias in run 1, in one epoch."""
    return [float(x) for x in re.search(rf"(?m)^spread {epoch} (.+)$", out)[1].split()[:4]]


def biases_spread_and_kernels_do_not(out):
    first, last = spreads(out, 0), spreads(out, 45)
    times = [after / before for before, after in zip(first, last, strict=True)]
    return min(times[1], times[3]) > 1.3 and max(times[0], times[2]) < 1.1


def last(out, run):
    return float(re.search(rf"(?m)^run {run} .* rows is (\S+)$", out)[1])


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
    claim(
        "Its MSE lies between 2e-05 and 2e-04, that of run 2 between 5e-05 and 2e-03",
        lambda run: 2e-5 < run[1][-1] < 2e-4 and 5e-5 < run[3][-1] < 2e-3,
    ),
    Claim(
        "README.md",
        "The biases spread out; the kernels look almost still",
        SCRIPT,
        biases_spread_and_kernels_do_not,
        changes=(SPREAD, PRINTED),
    ),
    Claim(
        "README.md",
        "and each time above that of five nodes",
        SCRIPT,
        lambda out: last(out, 3) > last(out, 2),
        changes=(("[50, 5]", "[50, 5, 1]"),),
    ),
]
