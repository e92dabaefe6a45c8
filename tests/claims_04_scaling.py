"""What 04/scaling/README.md says of trainings, and how a run shows that it holds."""

import re

from claims import Claim
from outputs import first_number
from running import replaced

PAGE = "04/scaling/README.md"
BIG, DEVICES = "04/scaling/train_on_big_data.py", "04/scaling/train_on_devices.py"
MACHINES, SPARK = "04/scaling/train_on_machines.py", "04/scaling/train_on_spark.py"
# The backend is chosen in the script itself, since a claim has no environment.
ON_JAX = (
    ("from pathlib import Path\n", "import os\n\nos.environ['KERAS_BACKEND'] = 'jax'\n"
     "from pathlib import Path\n"),
)  # fmt: skip


def seed_of_devices(text, seed):
    return replaced(text, ("SEED = 7", f"SEED = {seed}"))


def seed_of_spark(text, seed):
    """Another seed deals the rows otherwise, begins with other weights, and mixes otherwise."""
    return re.sub(r"(seed=|seed\(|rng\()7\b", rf"\g<1>{seed}", text)


def apart(out, name):
    """Return how far the test MSE of two devices is from that of one, as a share of the larger."""
    one, two = map(float, re.search(rf"(?m)^{name} +(\S+)  (\S+)$", out).groups())
    return abs(one - two) / max(one, two)


def devices(sentence, holds, changes=()):
    return Claim(PAGE, sentence, DEVICES, holds, reseed=seed_of_devices, changes=changes)


def spark(sentence, holds):
    return Claim(PAGE, sentence, SPARK, holds, reseed=seed_of_spark)


CLAIMS = [
    devices(
        "They agree to three digits at least.",
        lambda out: apart(out, "dense layers alone") < 5e-3,
    ),
    devices(
        "*With BatchNormalization:* another network comes out.",
        lambda out: apart(out, "with BatchNormalization") > 0.01,
    ),
    devices(
        "*With Dropout:* another network again.",
        lambda out: apart(out, "with Dropout") > 0.01,
    ),
    devices(
        "With `KERAS_BACKEND=jax` all three lines agree.",
        lambda out: all(
            apart(out, name) < 0.02
            for name in ("dense layers alone", "with BatchNormalization", "with Dropout")
        ),
        ON_JAX,
    ),
    Claim(
        PAGE,
        "between $5,000 and $5,100",
        BIG,
        lambda out: 5000 < first_number(out, "on the validation rows:") < 5100,
    ),
    Claim(
        PAGE,
        "between $1,500 and $3,500",
        MACHINES,
        lambda out: 1500 < first_number(out, "test games is $") < 3500,
    ),
    spark(
        "less than a fifth of the second",
        lambda out: (
            first_number(out, "the typical error is") < first_number(out, "would be wrong by") / 5
        ),
    ),
]
