"""What 04/more/README.md says of overfitting and of saving, for five seeds."""

from claims import Claim
from outputs import first_number
from running import replaced

PAGE = "04/more/README.md"
STOP, KEEP = "04/more/stop_in_time.py", "04/more/keep_the_best.py"


def row(out, name):
    """Return the numbers in the row of a printed table that begins with a name."""
    (line,) = [line for line in out.splitlines() if line.startswith(f"{name}  ")]
    words = line.removeprefix(name).replace(",", "").split()
    return [float(word.strip("%")) for word in words if word.strip("%").replace(".", "").isdigit()]


def test_accuracy(out):
    """Return the test accuracy of each of the five ways."""
    return {way: row(out, way)[-1] for way in "plain L2 dropout stopping both".split()}


def losses(out):
    """Return the losses of keep_the_best.py: (never interrupted, gone on, state lost)."""
    return list(zip(*[row(out, str(epoch))[:3] for epoch in range(41, 51)], strict=True))


def another_seed(text, seed):
    """Give a script another value of its constant SEED."""
    return replaced(text, ("\nSEED = 7\n", f"\nSEED = {seed}\n"))


def stop(sentence, holds):
    return Claim(PAGE, sentence, STOP, holds, reseed=another_seed)


def keep(sentence, holds):
    return Claim(PAGE, sentence, KEEP, holds)


CLAIMS = [
    stop(
        "it knows practically all 150 pictures by heart, the wrong labels included",
        lambda out: row(out, "plain")[-2] >= 0.99,
    ),
    stop(
        "from its lowest point to the last epoch, `val_loss` climbs by more than a quarter",
        lambda out: (
            first_number(out, "its val_loss is")
            > 1.25 * float(out.split("is lowest in epoch ")[1].split()[1])
        ),
    ),
    stop(
        "stopping alone and dropout alone both read more pictures than the plain network",
        lambda out: min(row(out, "stopping")[-1], row(out, "dropout")[-1]) > row(out, "plain")[-1],
    ),
    stop(
        "together are the best of all, or at most one point behind stopping alone",
        lambda out: row(out, "both")[-1] > max(test_accuracy(out).values()) - 0.01,
    ),
    stop(
        "Of the four ways, L2 helps least",
        lambda out: sorted(test_accuracy(out), key=test_accuracy(out).get).index("L2") < 2,
    ),
    keep(
        "the losses are equal in all printed digits",
        lambda out: losses(out)[0] == losses(out)[1],
    ),
    Claim(
        PAGE,
        '"Gone on" does not jump',
        KEEP,
        lambda out: losses(out)[1][0] < 3 * losses(out)[0][0] < 0.3 * losses(out)[2][0],
        changes=(("shuffle=False", "shuffle=True"),),
    ),
    keep(
        "its first epoch has more than ten times the loss",
        lambda out: losses(out)[2][0] > 10 * losses(out)[0][0],
    ),
    keep(
        "in epoch 50 its loss is less than two and a half times that of the others",
        lambda out: losses(out)[2][-1] < 2.5 * losses(out)[0][-1],
    ),
    keep(
        "On the test rows `best.keras` is as good as the last network, or better",
        lambda out: first_number(out, "of best.keras") <= first_number(out, "last network is"),
    ),
]
