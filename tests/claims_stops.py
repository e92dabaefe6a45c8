"""What the pages say of overfitting, saving, rare hits and forecasts, for five seeds."""

from course import Claim, first_number

STOP, KEEP = "04/more/stop_in_time.py", "04/more/keep_the_best.py"
HITS, SALES = "04/labs/classify_hits.py", "04/labs/forecast_sales.py"


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


def claim(script, sentence, holds):
    page = script.rpartition("/")[0] + "/README.md"
    name = {STOP: "SEED = ", SALES: "SEED = "}.get(script)
    if name:
        return Claim(
            page,
            sentence,
            script,
            holds,
            reseed=lambda text, seed: text.replace("\nSEED = 7\n", f"\nSEED = {seed}\n"),
        )
    return Claim(page, sentence, script, holds)


CLAIMS = [
    claim(
        STOP,
        "it knows practically all 150 pictures by heart, the wrong labels included",
        lambda out: row(out, "plain")[-2] >= 0.99,
    ),
    claim(
        STOP,
        "from its lowest point to the last epoch, `val_loss` climbs by more than a quarter",
        lambda out: (
            first_number(out, "its val_loss is")
            > 1.25 * float(out.split("is lowest in epoch ")[1].split()[1])
        ),
    ),
    claim(
        STOP,
        "stopping alone and dropout alone both read more pictures than the plain network",
        lambda out: min(row(out, "stopping")[-1], row(out, "dropout")[-1]) > row(out, "plain")[-1],
    ),
    claim(
        STOP,
        "together are the best of all, or at most one point behind stopping alone",
        lambda out: row(out, "both")[-1] > max(test_accuracy(out).values()) - 0.01,
    ),
    claim(
        STOP,
        "Of the four ways, L2 helps least",
        lambda out: sorted(test_accuracy(out), key=test_accuracy(out).get).index("L2") < 2,
    ),
    claim(
        KEEP,
        "the losses are equal in all printed digits",
        lambda out: losses(out)[0] == losses(out)[1],
    ),
    claim(
        KEEP,
        "its first epoch has more than ten times the loss",
        lambda out: losses(out)[2][0] > 10 * losses(out)[0][0],
    ),
    claim(
        KEEP,
        "in epoch 50 its loss is less than two and a half times that of the others",
        lambda out: losses(out)[2][-1] < 2.5 * losses(out)[0][-1],
    ),
    claim(
        KEEP,
        "On the test rows `best.keras` is as good as the last network, or better",
        lambda out: first_number(out, "of best.keras") <= first_number(out, "last network is"),
    ),
    claim(
        HITS, "misses more than half of the hits", lambda out: row(out, "threshold 0.50")[2] > 17.5
    ),
    claim(
        HITS,
        'hardly better than "always no"',
        lambda out: 0 <= row(out, "threshold 0.50")[0] - row(out, "always no")[0] < 2,
    ),
    claim(
        HITS,
        "both cost less than half of what the threshold 0.50 costs",
        lambda out: (
            max(
                row(out, line.split("  ")[0])[-1]
                for line in out.splitlines()
                if line.startswith(("threshold", "class_w")) and "0.50" not in line
            )
            < row(out, "threshold 0.50")[-1] / 2
        ),
    ),
    claim(
        HITS,
        'less accurate than "always no"',
        lambda out: (
            max(
                row(out, line.split("  ")[0])[0]
                for line in out.splitlines()
                if line.startswith(("threshold", "class_w")) and "0.50" not in line
            )
            < row(out, "always no")[0]
        ),
    ),
    claim(
        SALES,
        "Both networks beat both naive forecasts",
        lambda out: (
            max(row(out, "Dense")[0], row(out, "GRU")[0])
            < min(row(out, "same as last week")[0], row(out, "same week last year")[0])
        ),
    ),
    claim(
        SALES,
        "neither is more than a fifth away from it",
        lambda out: all(
            0.8 < row(out, name)[0] / row(out, "same week last year, plus the growth")[0] < 1.2
            for name in ("Dense", "GRU")
        ),
    ),
]
