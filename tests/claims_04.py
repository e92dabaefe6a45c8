"""What the README says of the trainings of chapter 4, for five seeds."""

import re

from claims import Claim
from outputs import first_number

PAGE, TRAIN, PREDICT = "README.md", "04/train_model.py", "04/predict.py"
FIT = "epochs=50, shuffle=True"
HELD_BACK = "validation_split=0.2, shuffle=True"
TOO_HIGH = ('optimizer="adam"', "optimizer=keras.optimizers.Adam(learning_rate=1.0)")
SPREAD = (
    'print("Next',
    'answers = model.predict(X_test, verbose=0)\nprint("spread", answers.max() - answers.min())\n'
    'print("Next',
)
EVERYWHERE = (
    'too few or empty.")\n',
    'too few or empty.")\ngames["is_exclusive_to_us"] = 0\n',
)


def losses(out, name):
    """Return the loss of each epoch: of the training rows (loss), or of others (val_loss)."""
    return [float(loss) for loss in re.findall(rf" {name}: (\S+)", out)]


def validated(out):
    """Return the validation loss after 5, 50 and 200 epochs."""
    curve = losses(out, "val_loss")
    return curve[4], curve[49], curve[199]


def train(sentence, holds, *changes):
    return Claim(PAGE, sentence, TRAIN, holds, changes=changes)


def batches_of(size, sentence, low, high):
    """Return a claim about the last validation loss with batches of this size."""
    fit = f"epochs=50, batch_size={size}, {HELD_BACK}"
    return train(sentence, lambda out: low <= losses(out, "val_loss")[-1] <= high, (FIT, fit))


LONG = (FIT, f"epochs=200, {HELD_BACK}")
CLAIMS = [
    train(
        "on others it lies between 2e-05 and 3e-04",
        lambda out: 2e-5 < first_number(out, "rows is") < 3e-4,
    ),
    train(
        "a network without fault is below 0.001 after five epochs",
        lambda out: losses(out, "loss")[4] < 0.001,
    ),
    batches_of(8, "between 7e-05 and 2.1e-04 for batches of 8", 7e-5, 2.1e-4),
    batches_of(32, "between 3.1e-05 and 5.8e-05 for 32", 3.1e-5, 5.8e-5),
    batches_of(128, "between 6.3e-05 and 1.1e-04 for 128", 6.25e-5, 1.15e-4),
    batches_of(1000, "above 1.5e-03 for 1,000", 1.5e-3, 1),
    train(
        "with every seed (by a factor of 7 to 22)",
        lambda out: 6.5 < validated(out)[0] / validated(out)[1] < 22.5,
        LONG,
    ),
    train(
        "the last number was between 2e-05 and 1.2e-04",
        lambda out: 1.95e-5 < validated(out)[2] < 1.25e-4,
        LONG,
    ),
    train(
        "With each of five seeds it was the same answer for all.",
        lambda out: first_number(out, "spread") < 1e-6,
        TOO_HIGH,
        SPREAD,
    ),
    Claim(
        PAGE,
        "the prediction lies between $250,000 and $278,000",
        PREDICT,
        lambda out: 250_000 < first_number(out, "product 1:") < 278_000,
    ),
    Claim(
        PAGE,
        "the prediction lies between $130,000 and $150,000",
        PREDICT,
        lambda out: 130_000 < first_number(out, "product 1:") < 150_000,
        changes=(EVERYWHERE,),
    ),
]
