"""What 06/more/README.md says of the two losses of an epoch, for five seeds."""

from claims import Claim
from outputs import first_number

HISTORY, PAGE = "06/more/plot_history.py", "06/more/README.md"
FIRST, LAST = "In epoch 1 val_loss is", "In the last ten epochs val_loss is"


def claim(sentence, holds, *pairs):
    """Return a claim about a script that was changed so."""
    return Claim(PAGE, sentence, HISTORY, holds, changes=pairs)


def within(label, low, high):
    """Return a check: the first number behind a label lies between two bounds."""
    return lambda out: low <= first_number(out, label) <= high


def before(text):
    """Return a change that prints more: a line in front of what the script says of epoch 1."""
    return ('print(f"In epoch 1', f'{text}\nprint(f"In epoch 1')


def falls(name):
    """Return a check: the second number of a printed pair is the smaller one."""

    def holds(out):
        first = first_number(out, f"{name} first")
        return first_number(out, f"{name} then") < first

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


CLAIMS = [
    claim("So val_loss is below loss in the first epoch", within(FIRST, 0, 0.99)),
    claim("`val_loss` is between 2 and 9 times as large as `loss`", within(LAST, 2, 9)),
    claim("At the end of 50 epochs it is lower than after ten", falls("val_loss"), *PLAIN),
    claim("`val_loss` is 0.4 times as large as `loss` in epoch 1", within(FIRST, 0, 0.4), *SAME),
    claim("`val_loss` is between 0.6 and 2 times `loss`", within(LAST, 0.6, 2), *SAME),
    claim("`val_loss` is between 5 and 30 times `loss`", within(LAST, 5, 30), *GENTLE),
]
