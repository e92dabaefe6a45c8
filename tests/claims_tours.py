"""What the page of 06/more says of the two losses of an epoch, for five seeds."""

import course

HISTORY, PAGE = "06/more/plot_history.py", "06/more/README.md"
FIRST, LAST = "In epoch 1 val_loss is", "In the last ten epochs val_loss is"


def changed(*replaced):
    """Return how a copy of the script gets another seed, and these changes."""

    def reseed(text, seed):
        for old, new in (("seed(7)", f"seed({seed})"), *replaced):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    return reseed


def claim(sentence, holds, *replaced):
    return course.Claim(PAGE, sentence, HISTORY, holds, reseed=changed(*replaced))


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


SAME = ("validation_split=0.2", "validation_data=(X_train, y_train)")
LONG = ("EPOCHS = 50", "EPOCHS = 300")

CLAIMS = [
    claim("So val_loss is below loss in the first epoch", within(FIRST, 0, 0.99)),
    claim("`val_loss` is between 2 and 9 times as large as `loss`", within(LAST, 2, 9)),
    claim(
        "At the end of 50 epochs it is lower than after ten",
        falls("val_loss"),
        before('for n, when in ((10, "first"), (50, "then")):\n'
               '    print("val_loss", when, curves["val_loss"][n])'),
    ),
    claim("and still `val_loss` is 0.4 times as large as `loss` in epoch 1, or less",
          within(FIRST, 0, 0.45), SAME),
    claim("`val_loss` is between 0.6 and 2 times `loss`", within(LAST, 0.6, 2), SAME),
    claim("`val_loss` is between 0.8 and 3 times `loss`", within(LAST, 0.8, 3), LONG),
    claim(
        "because `loss` is higher than it was in epoch 50",
        falls("loss"),
        LONG,
        before('print("loss first", curves["loss"].tail(10).mean())\n'
               'print("loss then", curves["loss"][50])'),
    ),
]  # fmt: skip
