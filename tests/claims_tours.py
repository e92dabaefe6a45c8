"""What the README says of two runs, and 06/more of the two losses of an epoch, for five seeds."""

import re

import course

HISTORY, PAGE = "06/more/plot_history.py", "06/more/README.md"
FIRST, LAST = "In epoch 1 val_loss is", "In the last ten epochs val_loss is"


def changed(*pairs):
    """Return how a copy of the script gets another seed, and these changes."""
    return lambda text, seed: course.replaced(text, ("seed(7)", f"seed({seed})"), *pairs)


def claim(sentence, holds, *pairs):
    """Return a claim about a script that was changed so."""
    return course.Claim(PAGE, sentence, HISTORY, holds, reseed=changed(*pairs))


def within(label, low, high):
    """Return a check: the first number behind a label lies between two bounds."""
    return lambda out: low <= course.first_number(out, label) <= high


def before(text):
    """Return a change that prints more: a line in front of what the script says of epoch 1."""
    return ('print(f"In epoch 1', f'{text}\nprint(f"In epoch 1')


def falls(name):
    """Return a check: the second number of a printed pair is the smaller one."""

    def holds(out):
        first = course.first_number(out, f"{name} first")
        return course.first_number(out, f"{name} then") < first

    return holds


PLAIN = (
    before(
        'print("val_loss first", curves["val_loss"][10])\n'
        'print("val_loss then", curves["val_loss"][50])'
    ),
)
SAME = (("validation_split=0.2", "validation_data=(X_train, y_train)"),)
RATE = "keras.optimizers.schedules.CosineDecay(0.003, 2500)"
GENTLE = (
    ("EPOCHS = 50", "EPOCHS = 100"),
    ('optimizer="adam"', f"optimizer=keras.optimizers.Adam({RATE})"),
)


def first_below(out, loss=0.001):
    """Return the epoch in which each of the two networks is below a loss for the first time."""
    losses = [float(x) for x in re.findall(r" loss: (\S+)", out)]
    return [next(n for n, x in enumerate(run) if x < loss) for run in (losses[:50], losses[50:])]


CLAIMS = [
    course.Claim(
        "README.md",
        "Here the network with 50 nodes is down sooner.",
        "06/visualize_training.py",
        lambda out: first_below(out)[0] < first_below(out)[1],
        reseed=changed(("verbose=0, callbacks", "verbose=2, callbacks")),
    ),
    claim("So val_loss is below loss in the first epoch", within(FIRST, 0, 0.99), *PLAIN),
    claim("`val_loss` is between 2 and 9 times as large as `loss`", within(LAST, 2, 9), *PLAIN),
    claim("At the end of 50 epochs it is lower than after ten", falls("val_loss"), *PLAIN),
    claim("`val_loss` is 0.4 times as large as `loss` in epoch 1", within(FIRST, 0, 0.4), *SAME),
    claim("`val_loss` is between 0.6 and 2 times `loss`", within(LAST, 0.6, 2), *SAME),
    claim("`val_loss` is between 5 and 30 times `loss`", within(LAST, 5, 30), *GENTLE),
]
