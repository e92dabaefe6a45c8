"""Draw the diagrams of the README, from the course's own data where a chapter has them.

python img/make_diagrams.py
"""

import itertools
import os
import re
import tempfile
import zipfile

import h5py
import numpy as np
import pandas as pd
import style
from sklearn.linear_model import LinearRegression

COURSE = style.IMG.parent
UNITS = [9, 50, 100, 50, 1]
TARGET = "total_earnings"


def read(name, **more):
    """Return a CSV of chapter 3."""
    return pd.read_csv(COURSE / "03" / name, encoding="utf-8", **more)


def earnings_scaling():
    """Return what preprocess_data.py noted about the earnings: multiply_by and add."""
    scaling = read("sales_data_scaling.csv", index_col="column")
    return scaling.loc[TARGET, "multiply_by"], scaling.loc[TARGET, "add"]


def quoted(label):
    """Return the first number behind a label in an output that the README quotes."""
    text = (COURSE / "README.md").read_text(encoding="utf-8")
    return float(re.search(re.escape(label) + r"([\d,.]+(?:e-\d+)?)", text)[1].replace(",", ""))


def nn():
    """Layers, units, connections, and data that flow from left to right."""
    page, axes = style.canvas(5.6)
    places = []
    for x, units in zip(np.linspace(1.3, 6.75, 5), UNITS, strict=True):
        ys = [2.75] if units == 1 else [4.35, 3.7, 3.05, 1.15]
        places.append([(x, y) for y in ys])
    for left, right in itertools.pairwise(places):
        for x1, y1 in left:
            for x2, y2 in right:
                axes.plot([x1, x2], [y1, y2], color=style.GRAY, lw=1.0, alpha=0.6, zorder=1)
    looks = [(style.PALE_BLUE, style.BLUE)]
    looks += [(style.PALE_GREEN, style.GREEN)] * 3 + [(style.PALE_ORANGE, style.ORANGE)]
    names = ["input", "layer 1", "layer 2", "layer 3", "output"]
    below = ["features", "units", "units", "units", "unit"]
    for spots, units, (pale, dark), name, word in zip(
        places, UNITS, looks, names, below, strict=True
    ):
        for x, y in spots:
            axes.scatter(x, y, s=820, color=pale, edgecolor=dark, lw=2.5, zorder=2)
        x = spots[0][0]
        if units > 1:
            axes.text(x, 2.1, "\u22ee", ha="center", va="center", fontsize=34, color=dark)
        axes.text(x, 5.15, name, ha="center", va="center", fontsize=17, fontweight="bold")
        axes.text(x, 0.45, f"{units} {word}", ha="center", va="center", fontsize=15)
    style.arrow(axes, (0.2, 2.75), (0.9, 2.75), color=style.BLUE, lw=style.THICK)
    style.arrow(axes, (7.1, 2.75), (7.75, 2.75), color=style.ORANGE, lw=style.THICK)
    axes.text(0.5, 3.1, "a game", ha="center", fontsize=style.SMALL, color=style.BLUE)
    axes.text(7.35, 3.25, "its\nearnings", ha="center", fontsize=style.SMALL, color=style.ORANGE)
    style.save(page, "nn.png")


def training_data():
    """The first rows of the sales data, with the target marked."""
    rows = read("sales_data_training.csv").head(6)
    page, axes = style.canvas(6.0)
    widths = np.array([0.72 if c.startswith(("is_", "suit")) else 0.82 for c in rows.columns])
    widths[list(rows.columns).index(TARGET)] = 1.05
    widths *= 7.2 / widths.sum()
    lefts = 0.3 + np.concatenate([[0], np.cumsum(widths)[:-1]])
    for column, left, width in zip(rows.columns, lefts, widths, strict=True):
        target = column == TARGET
        color = style.ORANGE if target else style.BLUE
        pale = style.PALE_ORANGE if target else style.PALE_BLUE
        middle = left + width / 2
        axes.fill_between([left + 0.03, left + width - 0.03], 0.7, 5.85, color=pale, lw=0)
        axes.text(
            middle, 3.45, column, rotation=90, ha="center", va="bottom", fontsize=15, color=color,
            fontweight="bold",
        )  # fmt: skip
        for number, value in enumerate(rows[column]):
            text = f"{value:,}" if target else f"{value:g}"
            axes.text(middle, 3.1 - 0.44 * number, text, ha="center", va="center", fontsize=15)
    axes.plot([0.3, 7.5], [3.35, 3.35], color=style.INK, lw=style.THIN)
    left, width = (pair[list(rows.columns).index(TARGET)] for pair in (lefts, widths))
    axes.text(left + width / 2, 0.4, "target", color=style.ORANGE, ha="center", va="center",
              fontweight="bold")  # fmt: skip
    axes.text(left + width + 0.35, 0.4, "feature", color=style.BLUE, ha="center", va="center",
              fontweight="bold", fontsize=14)  # fmt: skip
    axes.text(0.3 + (left - 0.3) / 2, 0.4, "eight features", color=style.BLUE,
              ha="center", va="center", fontweight="bold")  # fmt: skip
    style.save(page, "training_data.png")


def train_test_predict():
    """Train on some rows, test on others, then predict for new ones."""
    page, axes = style.canvas(5.4)
    rows = (
        ("1  Train", "training rows,\nwith their earnings", "model.fit", "weights\nthat fit"),
        ("2  Test", "test rows it\nnever saw", "model.evaluate", "how wrong\non average"),
        ("3  Predict", "a new game,\nearnings unknown", "model.predict", "its earnings"),
    )
    looks = (
        (style.PALE_BLUE, style.BLUE),
        (style.PALE_PURPLE, style.PURPLE),
        (style.PALE_ORANGE, style.ORANGE),
    )
    for y, (name, given, call, result), (pale, dark) in zip(
        (4.55, 2.75, 0.95), rows, looks, strict=True
    ):
        axes.text(0.2, y + 0.62, name, fontweight="bold", color=dark, va="center", fontsize=18)
        style.box(axes, (1.4, y - 0.1), (2.4, 0.9), given, facecolor=pale, edgecolor=dark,
                  fontsize=15)  # fmt: skip
        style.box(axes, (4.1, y - 0.1), (2.1, 0.9), call, facecolor=style.PALE_GREEN,
                  edgecolor=style.GREEN, fontsize=15, fontweight="bold")  # fmt: skip
        style.box(axes, (6.8, y - 0.1), (1.95, 0.9), result, facecolor=pale, edgecolor=dark,
                  fontsize=15)  # fmt: skip
        style.arrow(axes, (2.62, y - 0.1), (3.03, y - 0.1))
        style.arrow(axes, (5.17, y - 0.1), (5.8, y - 0.1))
    for y in (4.0, 2.2):
        style.arrow(axes, (4.1, y - 0.05), (4.1, y - 0.87), color=style.GREEN)
        axes.text(4.3, y - 0.42, "the same network", color=style.GREEN, va="center", fontsize=14)
    style.save(page, "train_test_predict.png")


def activations():
    """What goes into a unit's activation, and what comes out."""
    page, axes = style.figure(6.6, 2, 2)
    x = np.linspace(-4, 4, 401)
    curves = (
        ("relu: nothing below 0", np.maximum(x, 0), style.BLUE),
        ("sigmoid: 0 to 1", 1 / (1 + np.exp(-x)), style.GREEN),
        ("linear: as it is", x, style.PURPLE),
    )
    for chart, (title, y, color) in zip(axes.flat, curves, strict=False):
        chart.plot(x, y, color=color, lw=style.THICK)
        chart.axhline(0, color=style.GRAY, lw=style.THIN, zorder=1)
        chart.axvline(0, color=style.GRAY, lw=style.THIN, zorder=1)
        chart.set_title(title, fontsize=17)
        chart.set(xlabel="in", ylabel="out")
    chart = axes[1, 1]
    scores = np.array([2.0, 1.0, -1.0])
    shares = np.exp(scores) / np.exp(scores).sum()
    bars = chart.bar(["2", "1", "-1"], shares, color=style.ORANGE)
    chart.bar_label(bars, [f"{share:.2f}" for share in shares], fontsize=15)
    chart.set_title("softmax: shares of 1", fontsize=17)
    chart.set(xlabel="in: three scores", ylabel="out", ylim=(0, 0.9))
    style.save(page, "activations.png")


def loss():
    """The mean squared error, on games of the test rows and a simple model's predictions."""
    training, test = (read(f"sales_data_{name}_scaled.csv") for name in ("training", "test"))
    line = LinearRegression().fit(training[["critic_rating", "is_sequel"]], training[TARGET])
    games = test.iloc[[0, 2, 5, 6, 9]]
    real, predicted = games[TARGET].to_numpy(), line.predict(games[["critic_rating", "is_sequel"]])
    page, chart = style.figure(5.2)
    places = np.arange(1, len(games) + 1)
    for place, truth, guess in zip(places, real, predicted, strict=True):
        chart.plot([place, place], [truth, guess], color=style.RED, lw=style.THICK, zorder=1)
        label = f"error {guess - truth:+.2f}\nsquared:\n{(guess - truth) ** 2:.4f}"
        chart.annotate(label, (place, max(truth, guess)), (0, 14), textcoords="offset points",
                       ha="center", fontsize=14)  # fmt: skip
    chart.scatter(places, real, s=150, color=style.BLUE, label="what the game earned", zorder=2)
    chart.scatter(places, predicted, s=150, color=style.ORANGE, marker="D",
                  label="what a model predicts", zorder=2)  # fmt: skip
    chart.set(xlabel="five games of the test rows", ylabel="earnings, scaled", xlim=(0.4, 5.6))
    top = max(real.max(), predicted.max())
    chart.set(ylim=(0, top * 1.75), xticks=places)
    chart.legend(loc="upper left", ncols=2, fontsize=14, columnspacing=1, handletextpad=0.2)
    mean = ((predicted - real) ** 2).mean()
    chart.set_title(f"loss = mean of the squared errors = {mean:.4f}", fontsize=18)
    style.save(page, "loss.png")


def gradient_descent():
    """The loss of one weight, and the steps that walk down: small, fitting, and too large."""
    rows = read("sales_data_training_scaled.csv")
    x, y = rows["critic_rating"].to_numpy(), rows[TARGET].to_numpy()

    def mse(weight):
        return ((weight * x - y) ** 2).mean()

    page, charts = style.figure(4.2, 1, 3, sharey=True)
    weights = np.linspace(-0.9, 1.9, 200)
    best = (x * y).mean() / (x * x).mean()
    for chart, rate, title in zip(
        charts, (0.1, 0.9, 2.7), ("rate too small", "fitting", "too large"), strict=True
    ):
        chart.plot(weights, [mse(w) for w in weights], color=style.GRAY)
        walk = [-0.4]
        for _ in range(5):
            gradient = 2 * ((walk[-1] * x - y) * x).mean()
            walk.append(walk[-1] - rate * gradient)
        chart.plot(walk, [mse(w) for w in walk], "o-", color=style.BLUE, lw=2)
        chart.plot(walk[0], mse(walk[0]), "o", color=style.ORANGE, markersize=13)
        chart.axvline(best, color=style.GREEN, lw=2, ls=(0, (2, 2)), zorder=0)
        chart.set_title(title, fontsize=17)
        chart.set(xlabel="one weight", xlim=(-0.9, 1.9), xticks=[0, 1], ylim=(-0.01, 0.68))
    charts[0].set_ylabel("loss")
    charts[0].annotate("start", (-0.4, mse(-0.4)), (14, 2), textcoords="offset points")
    style.save(page, "gradient_descent.png")


def epochs_and_batches():
    """1,000 rows, 32 at a time: 32 corrections of the weights in an epoch, 50 epochs."""
    rows, batch, epochs = len(read("sales_data_training.csv")), 32, 50
    batches = -(-rows // batch)
    last = rows - (batches - 1) * batch
    page, axes = style.canvas(4.9)
    axes.text(0.3, 4.55, f"One epoch: all {rows:,} training rows, shuffled", fontweight="bold",
              va="center", fontsize=17)  # fmt: skip
    for n, name in enumerate(("batch 1", "batch 2", "batch 3", "...", f"batch {batches}")):
        x = 1.0 + n * 1.5
        if name == "...":
            axes.text(x, 3.75, ". . .", ha="center", va="center", fontsize=22)
            continue
        count = last if n == 4 else batch
        style.box(axes, (x, 3.75), (1.4, 0.85), f"{name}\n{count} rows", fontsize=15)
        style.arrow(axes, (x, 3.28), (x, 2.72))
        style.box(axes, (x, 2.35), (1.4, 0.7), "correct\nthe weights", fontsize=13,
                  facecolor=style.PALE_GREEN, edgecolor=style.GREEN)  # fmt: skip
    axes.text(0.3, 1.45, f"Training: {epochs} epochs = {epochs} * {batches} = "
              f"{epochs * batches:,} corrections", fontweight="bold", va="center",
              fontsize=17)  # fmt: skip
    for n in range(epochs):
        x = 0.3 + n * 7.4 / epochs
        axes.fill_between([x, x + 0.115], 0.65, 1.1, color=style.BLUE, alpha=0.3 + 0.7 * n / 50)
    axes.text(0.3, 0.35, "1", va="center", fontsize=14)
    axes.text(7.7, 0.35, str(epochs), va="center", ha="right", fontsize=14)
    style.save(page, "epochs_and_batches.png")


def overfitting():
    """Too simple, about right, too flexible: the same points, three curves."""
    random = np.random.default_rng(3)
    x = np.sort(random.uniform(0, 1, 24))
    y = np.sin(2 * np.pi * x) + random.normal(0, 0.25, x.size)
    train, held = np.arange(24) % 2 == 0, np.arange(24) % 2 == 1
    page, charts = style.figure(4.7, 1, 3, sharey=True)
    smooth = np.linspace(0, 1, 400)
    for chart, degree, title in zip(
        charts, (1, 3, 9), ("underfitting", "about right", "overfitting"), strict=True
    ):
        curve = np.polynomial.Polynomial.fit(x[train], y[train], degree)
        chart.plot(smooth, curve(smooth), color=style.GRAY)
        chart.scatter(x[train], y[train], s=70, color=style.BLUE, zorder=3, label="training rows")
        chart.scatter(x[held], y[held], s=70, color=style.ORANGE, marker="D", zorder=3,
                      label="test rows")  # fmt: skip
        errors = [((curve(x[rows]) - y[rows]) ** 2).mean() for rows in (train, held)]
        chart.set_title(title, fontsize=17)
        chart.set(ylim=(-2.1, 2.1), xlim=(-0.03, 1.03), xticks=[], yticks=[])
        test = f"{errors[1]:.2f}" if errors[1] < 10 else f"{errors[1]:,.0f}"
        chart.set_xlabel(f"training loss {errors[0]:.2f}\ntest loss {test}", fontsize=15)
    handles, labels = charts[0].get_legend_handles_labels()
    page.legend(handles, labels, loc="outside upper center", ncols=2, fontsize=15)
    style.save(page, "overfitting.png")


def scaling():
    """Dollars on one line, 0 to 1 on the other, joined by what preprocess_data.py learned."""
    multiply_by, add = earnings_scaling()
    earnings = read("sales_data_training.csv")[TARGET]
    low, high = earnings.min(), earnings.max()
    page, axes = style.canvas(4.6)

    def place(scaled):
        return 1.0 + 6.0 * scaled

    for y, color in ((3.1, style.ORANGE), (1.3, style.BLUE)):
        axes.plot([0.5, 7.5], [y, y], color=color, lw=style.THICK)
    for dollars in (low, 100_000, 200_000, high):
        scaled = dollars * multiply_by + add
        x = place(scaled)
        style.arrow(axes, (x, 3.0), (x, 1.42))
        axes.scatter([x, x], [3.1, 1.3], s=130, color=[style.ORANGE, style.BLUE], zorder=3)
        axes.text(x, 3.42, f"${dollars:,}", ha="center", va="center", fontsize=17)
        axes.text(x, 0.95, f"{scaled:.2f}", ha="center", va="center", fontsize=17)
    axes.text(0.5, 3.85, "lowest training row", ha="left", va="center", color=style.GRAY)
    axes.text(7.5, 3.85, "highest training row", ha="right", va="center", color=style.GRAY)
    axes.text(3.66, 2.2, f"* {multiply_by:.10f}\n+ ({add:.6f})", ha="center", va="center",
              fontsize=15)  # fmt: skip
    axes.text(0.5, 4.3, "total_earnings in dollars", color=style.ORANGE, fontweight="bold",
              va="center")  # fmt: skip
    axes.text(0.5, 0.4, "total_earnings scaled", color=style.BLUE, fontweight="bold", va="center")
    style.save(page, "scaling.png")


def scaled_prediction():
    """From the network's number back to dollars, and what an MSE means in dollars."""
    multiply_by, add = earnings_scaling()
    dollars, mse = quoted("proposed product 1: $"), quoted("(MSE) of the test rows is ")
    prediction = dollars * multiply_by + add
    page, axes = style.canvas(4.9)
    axes.text(0.2, 4.65, "From scaled back to dollars", fontweight="bold", va="center", fontsize=17)
    rows = (
        (3.3, style.PALE_BLUE, style.BLUE, style.PALE_ORANGE, style.ORANGE, (
            ("the network\nsays", f"{prediction:.4f}"),
            (f"take off what was\nadded: - ({add:.4f})", f"{prediction - add:.4f}"),
            (f"divide by\n{multiply_by:.10f}", f"${dollars:,.0f}"),
        )),
        (0.7, style.PAPER, style.RED, style.PAPER, style.RED, (
            ("MSE of the\ntest rows", f"{mse:.2e}"),
            ("its square root:\na typical error", f"{mse**0.5:.5f}"),
            (f"divide by\n{multiply_by:.10f}", f"${mse**0.5 / multiply_by:,.0f}"),
        )),
    )  # fmt: skip
    axes.text(0.2, 2.2, "How large is an error?", fontweight="bold", va="center", fontsize=17)
    for y, pale, dark, last_pale, last_dark, steps in rows:
        for x, (words, value) in zip((1.25, 3.95, 6.65), steps, strict=True):
            last = x > 5
            axes.text(x, y + 0.78, words, ha="center", va="center", fontsize=14)
            style.box(axes, (x, y), (2.1, 0.7), value, facecolor=last_pale if last else pale,
                      edgecolor=last_dark if last else dark, fontsize=19,
                      fontweight="bold")  # fmt: skip
        style.arrow(axes, (2.35, y), (2.85, y))
        style.arrow(axes, (5.05, y), (5.55, y))
    style.save(page, "scaled_prediction.png")


def road():
    """The nine scripts, the files that pass between them, and where the side roads leave."""
    page, axes = style.canvas(9.4)
    # script, its y, the file below it, the side road beside it
    stops = (
        ("03/preprocess_data.py", "writes the scaled CSVs (copies: 04, 06)", ""),
        ("03/create_model.py", "", "03/more: layers, losses, backends"),
        ("04/train_model.py", "", "04/labs: flowers, hits, digits, weeks"),
        ("04/predict.py", "", "04/more: use and improve it"),
        (
            "04/save_trained_model.py",
            "writes trained_model.keras and .h5",
            "04/scaling: data, machines",
        ),
        ("04/load_saved_model.py", "", "04/your_table: a table of yours"),
        ("05/image_recognition.py", "", "05/more, 05/your_pictures: networks, photos"),
        ("06/model_logging.py", "", "06/more: charts"),
        ("06/visualize_training.py", "both write 06/logs, for TensorBoard", ""),
    )
    colors = {"03": (style.PALE_BLUE, style.BLUE), "04": (style.PALE_GREEN, style.GREEN),
              "05": (style.PALE_PURPLE, style.PURPLE),
              "06": (style.PALE_ORANGE, style.ORANGE)}  # fmt: skip
    for number, (script, file, side) in enumerate(stops):
        y = 8.85 - 1.02 * number
        pale, dark = colors[script[:2]]
        style.box(axes, (2.1, y), (3.8, 0.58), script, facecolor=pale, edgecolor=dark,
                  fontsize=16, fontweight="bold")  # fmt: skip
        if number < len(stops) - 1:
            style.arrow(axes, (2.1, y - 0.3), (2.1, y - 0.72))
        if file:
            axes.text(2.3, y - 0.5, file, va="center", fontsize=14, color=style.INK, style="italic")
        if side:
            axes.plot([4.05, 4.4], [y, y], color=style.GRAY, lw=style.LINE, ls=(0, (1, 1)))
            name, _, what = side.partition(": ")
            axes.text(4.5, y + 0.14, name, va="center", fontsize=15, color=dark, fontweight="bold")
            axes.text(4.5, y - 0.14, what, va="center", fontsize=14, color=style.INK)
    axes.text(4.5, 8.95, "side roads", va="center", fontsize=17, fontweight="bold",
              color=style.GRAY)  # fmt: skip
    style.save(page, "road.png")


def workflow():
    """The steps of every project, in the words of Keras."""
    page, axes = style.canvas(4.1)
    steps = (
        ("prepare", "scale, set test\nrows aside"),
        ("define", "Sequential([...])"),
        ("compile", "loss, optimizer"),
        ("fit", "train, validate"),
        ("evaluate", "test, once"),
        ("predict, save", "use it"),
    )
    looks = (
        (style.PALE_BLUE, style.BLUE), (style.PALE_GREEN, style.GREEN),
        (style.PALE_GREEN, style.GREEN), (style.PALE_GREEN, style.GREEN),
        (style.PALE_PURPLE, style.PURPLE), (style.PALE_ORANGE, style.ORANGE),
    )  # fmt: skip
    places = [(1.3, 3.2), (4.0, 3.2), (6.7, 3.2), (6.7, 1.0), (4.0, 1.0), (1.3, 1.0)]
    for (x, y), (name, what), (pale, dark) in zip(places, steps, looks, strict=True):
        style.box(axes, (x, y), (2.1, 0.75), name, facecolor=pale, edgecolor=dark,
                  fontsize=18, fontweight="bold")  # fmt: skip
        below = y + 0.7 if y > 3 else y - 0.7
        axes.text(x, below, what.replace("\n", " "), ha="center", va="center", fontsize=13)
    style.arrow(axes, (2.4, 3.2), (2.9, 3.2))
    style.arrow(axes, (5.1, 3.2), (5.6, 3.2))
    style.arrow(axes, (6.7, 2.78), (6.7, 1.42))
    style.arrow(axes, (5.6, 1.0), (5.1, 1.0))
    style.arrow(axes, (2.9, 1.0), (2.4, 1.0))
    style.arrow(axes, (5.9, 1.42), (4.7, 2.78), color=style.RED, ls=(0, (2, 1)))
    axes.text(4.9, 2.1, "not good enough for the validation rows?\nchange and train again",
              ha="right", va="center", fontsize=14, color=style.RED)  # fmt: skip
    style.save(page, "workflow.png")


def keras_file():
    """The parts of a .keras file, read from a real one."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras  # noqa: PLC0415 (only this diagram needs it)

    keras.utils.clear_session()  # the names of the layers count from the start again
    dense = [keras.layers.Dense(units, activation="relu") for units in UNITS[1:-1]]
    model = keras.Sequential([keras.Input(shape=(9,)), *dense, keras.layers.Dense(1)])
    model.compile(loss="mean_squared_error", optimizer="adam")
    model.train_on_batch(np.zeros((1, 9)), np.zeros((1, 1)))
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/trained_model.keras")
        with zipfile.ZipFile(f"{folder}/trained_model.keras") as archive:
            archive.extractall(folder)
        parts = sorted(archive.namelist())
        with h5py.File(f"{folder}/model.weights.h5") as file:
            shapes = [
                [file[f"layers/{layer.name}/vars/{n}"].shape for n in (0, 1)]
                for layer in model.layers
            ]
            memory = len(file["optimizer/vars"])
    assert parts == ["config.json", "metadata.json", "model.weights.h5"], parts
    lines = [("trained_model.keras", 0, "a ZIP file of three files", style.INK)]
    lines += [("metadata.json", 1, "the Keras version, the date", style.GRAY)]
    lines += [("config.json", 1, "layers, loss, optimizer, as text", style.PURPLE)]
    lines += [("model.weights.h5", 1, "the numbers", style.BLUE)]
    for layer, (kernel, bias) in zip(model.layers, shapes, strict=True):
        text = f"{kernel[0]} x {kernel[1]} weights, {bias[0]} bias{'es' if bias[0] > 1 else ''}"
        lines.append((layer.name, 2, text, style.BLUE))
    lines += [("optimizer", 2, f"{memory} arrays: Adam's state", style.GREEN)]
    page, axes = style.canvas(0.5 * len(lines) + 0.5)
    parents = {}
    for number, (name, depth, meaning, color) in enumerate(lines):
        y = 0.5 * (len(lines) - number) - 0.02
        x = 0.3 + 0.45 * depth
        parents[depth] = y
        if depth:
            top = parents[depth - 1] - 0.2
            axes.plot([x - 0.3, x - 0.3, x - 0.06], [top, y, y], color=style.GRAY, lw=2)
        weight = "bold" if depth < 2 else "normal"
        axes.text(x, y, name, va="center", color=color, fontweight=weight)
        axes.text(3.55, y, meaning, va="center", fontsize=15)
    style.save(page, "keras_file.png")


def model_file():
    """The parts of an HDF5 model file, read from a real one."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras  # noqa: PLC0415 (only this diagram needs it)

    keras.utils.set_random_seed(7)
    dense = [keras.layers.Dense(units, activation="relu") for units in UNITS[1:-1]]
    model = keras.Sequential([keras.Input(shape=(9,)), *dense, keras.layers.Dense(1)])
    model.compile(loss="mean_squared_error", optimizer="adam")
    model.train_on_batch(np.zeros((1, 9)), np.zeros((1, 1)))
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/trained_model.h5")
        with h5py.File(f"{folder}/trained_model.h5") as file:
            attributes = sorted(file.attrs)
            shapes = {}
            file["model_weights"].visititems(
                lambda name, item: (
                    shapes.update({name: item.shape}) if isinstance(item, h5py.Dataset) else None
                )
            )
            groups = sorted(file)
    meanings = {
        "model_config": "the structure: layers, units, activations",
        "training_config": "loss, optimizer, learning rate",
        "keras_version": "who wrote the file",
        "backend": "",
    }
    layers = [layer.name for layer in model.layers]
    lines = [("trained_model.h5", 0, "", style.INK)]
    lines += [("attributes (text)", 1, "", style.PURPLE)]
    for name in ("model_config", "training_config", "keras_version"):
        assert name in attributes
        lines.append((name, 2, meanings[name], style.PURPLE))
    assert groups == ["model_weights", "optimizer_weights"], groups
    lines += [("model_weights", 1, "numbers the network learned", style.BLUE)]
    for name in layers:
        kernel, bias = (
            next(shape for path, shape in shapes.items() if f"{name}/{part}" in path)
            for part in ("kernel", "bias")
        )
        lines.append((name, 2, f"kernel {kernel[0]} x {kernel[1]}, bias {bias[0]}", style.BLUE))
    lines += [("optimizer_weights", 1, "Adam's memory of past steps", style.GREEN)]
    page, axes = style.canvas(0.5 * len(lines) + 0.5)
    parents = {}
    for number, (name, depth, meaning, color) in enumerate(lines):
        y = 0.5 * (len(lines) - number) - 0.02
        x = 0.3 + 0.45 * depth
        parents[depth] = y
        if depth:
            top = parents[depth - 1] - 0.2
            axes.plot([x - 0.3, x - 0.3, x - 0.06], [top, y, y], color=style.GRAY, lw=2)
        weight = "bold" if depth < 2 else "normal"
        axes.text(x, y, name, va="center", color=color, fontweight=weight)
        axes.text(3.55, y, meaning, va="center", fontsize=15)
    style.save(page, "model_file.png")


def main():
    for draw in (
        nn, training_data, train_test_predict, activations, loss, gradient_descent,
        epochs_and_batches, overfitting, scaling, scaled_prediction, model_file, road, workflow,
        keras_file,
    ):  # fmt: skip
        draw()


if __name__ == "__main__":
    main()
