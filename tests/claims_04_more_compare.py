"""What 04/more/README.md says of the comparisons, and how a run shows that it holds."""

import re

from claims import Claim
from outputs import numbers
from running import replaced

PAGE = "04/more/README.md"
NETWORKS, OPTIMIZERS = "04/more/compare_networks.py", "04/more/compare_optimizers.py"
FEATURES = "04/more/which_features_matter.py"

# The first exercise, without waiting for scikit-learn.
FEW_EPOCHS = (("\nEPOCHS = 100\n", "\nEPOCHS = 20\n"), ('"max_iter": 2000', '"max_iter": 2'))
ALL = ["50 relu", "50-50 relu", "50-100-50 relu", "50-50 gelu"]
ALL += ["MLPRegressor 50-100-50", "MLPRegressor 20-20"]


def three_seeds(text, seed):
    """Three seeds for each of the five: 11, 12, 13 to 51, 52, 53."""
    return text.replace("SEEDS = [1, 2, 3]", f"SEEDS = [{seed}1, {seed}2, {seed}3]")


def row(out, name):
    """Return the numbers of the last line that begins with a name."""
    return numbers(re.findall(rf"(?m)^{re.escape(name)} +(\S.*)$", out)[-1].replace("$", ""))


def test_mse(out, name):
    return row(out, name)[1]


def times(out, name):
    return float(re.search(rf"(?m)^ +([\d,.]+) +[\d.]+  {name}$", out)[1].replace(",", ""))


def networks(sentence, holds):
    return Claim(PAGE, sentence, NETWORKS, holds, reseed=three_seeds)


def one_seed(text, seed):
    return replaced(text, ("SEED = 7", f"SEED = {seed}"))


def validated(out, name):
    """Return the validation MSE of an optimizer at each of its rates."""
    return re.findall(rf"(?m)^{name} +rate \S+ +validation MSE (\S+)$", out)


def judged(out, name):
    """Return the test MSE of an optimizer at its chosen rate."""
    return float(re.search(rf"(?m)^{name} +best rate \S+ +test MSE (\S+)$", out)[1])


def optimizers(sentence, holds):
    return Claim(PAGE, sentence, OPTIMIZERS, holds, reseed=one_seed)


CLAIMS = [
    networks(
        "its test MSE is more than 1.5 times as large",
        lambda out: test_mse(out, "50 relu") > 1.5 * test_mse(out, "50-100-50 relu"),
    ),
    networks(
        "50-50 gelu is more accurate than 50-50 relu",
        lambda out: test_mse(out, "50-50 gelu") < test_mse(out, "50-50 relu"),
    ),
    networks(
        "It is also more accurate than the course's 50-100-50 relu",
        lambda out: test_mse(out, "50-50 gelu") < test_mse(out, "50-100-50 relu"),
    ),
    Claim(
        PAGE,
        "The validation rows choose 50-50 gelu",
        NETWORKS,
        lambda out: "The validation rows choose 50-50 gelu." in out,
        reseed=three_seeds,
        changes=FEW_EPOCHS[1:],
    ),
    networks(
        "The cubic polynomial is better than every network here",
        lambda out: all(row(out, "cubic polynomial")[1] < row(out, name)[2] for name in ALL),
    ),
    networks(
        "the course's design has a smaller test MSE here than in scikit-learn",
        lambda out: test_mse(out, "50-100-50 relu") < test_mse(out, "MLPRegressor 50-100-50"),
    ),
    Claim(
        PAGE,
        "50-50 gelu is still ahead of 50-50 relu",
        NETWORKS,
        lambda out: test_mse(out, "50-50 gelu") < test_mse(out, "50-50 relu"),
        reseed=three_seeds,
        changes=FEW_EPOCHS,
    ),
    optimizers(
        "Momentum ends lower than plain SGD",
        lambda out: judged(out, "momentum") < judged(out, "SGD"),
    ),
    optimizers(
        "SGD and momentum are lost",
        lambda out: not any(float(mse) < 0.01 for mse in validated(out, "(?:SGD|momentum)")[2::3]),
    ),
    optimizers(
        "All of its rates end far below the yardstick",
        lambda out: max(float(mse) for mse in validated(out, "Adam")) < 0.004,
    ),
    Claim(
        PAGE,
        "The others need more time",
        OPTIMIZERS,
        lambda out: (
            judged(out, "Adam")
            < min(judged(out, name) for name in ("SGD", "momentum", "Adam, cosine"))
        ),
        reseed=one_seed,
        changes=(("\nEPOCHS = 30\n", "\nEPOCHS = 5\n"),),
    ),
    Claim(
        PAGE,
        "to something between 50 and 300",
        FEATURES,
        lambda out: 50 < times(out, "is_exclusive_to_us") < 300,
        changes=(("epochs=50", "epochs=5"),),
    ),
    Claim(
        PAGE,
        "exclusive first, far ahead of all others",
        FEATURES,
        lambda out: all(
            times(out, "is_exclusive_to_us") > 2 * times(out, name)
            for name in ("is_sequel", "critic_rating", "unit_price")
        ),
    ),
    Claim(
        PAGE,
        "then sequel, rating and price, each above every genre",
        FEATURES,
        lambda out: (
            min(times(out, x) for x in ("is_sequel", "critic_rating", "unit_price"))
            > max(times(out, x) for x in ("is_action", "is_role_playing", "is_sports"))
        ),
    ),
    Claim(
        PAGE,
        "all three at once count for less than the largest of them alone",
        FEATURES,
        lambda out: (
            times(out, "is_action, is_role_playing, is_sports")
            < max(times(out, x) for x in ("is_action", "is_role_playing", "is_sports"))
        ),
    ),
    Claim(
        PAGE,
        "Rating (1.81) and sequel (1.50) come out about equal",
        FEATURES,
        lambda out: 0.8 < times(out, "critic_rating") / times(out, "is_sequel") < 1.25,
    ),
]
