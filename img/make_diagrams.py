"""Draw the diagrams of the README, from the course's own data where a chapter has them.

python img/make_diagrams.py
"""

import itertools
import json
import os
import tempfile

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
    text = (COURSE / "03" / "sales_data_scaling.json").read_text(encoding="utf-8")
    note = json.loads(text)[TARGET]
    return note["multiply_by"], note["add"]


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


def train_test_evaluate():
    """Train on some rows, test on others, then use the network."""
    page, axes = style.canvas(5.4)
    rows = (
        ("1  Train", "training rows,\nwith their earnings", "model.fit", "weights\nthat fit"),
        ("2  Test", "test rows it\nnever saw", "model.evaluate", "how wrong\non average"),
        ("3  Use", "a new game,\nearnings unknown", "model.predict", "its earnings"),
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
    style.save(page, "train_test_evaluate.png")


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
    axes.text(3.63, 2.2, f"* {multiply_by:.10f}\n{add:+.6f}", ha="center", va="center",
              fontsize=15)  # fmt: skip
    axes.text(0.5, 4.3, "total_earnings in dollars", color=style.ORANGE, fontweight="bold",
              va="center")  # fmt: skip
    axes.text(0.5, 0.4, "total_earnings scaled", color=style.BLUE, fontweight="bold", va="center")
    style.save(page, "scaling.png")


def scaled_prediction():
    """From the network's number back to dollars, and what an error means in dollars."""
    multiply_by, add = earnings_scaling()
    page, axes = style.canvas(4.5)
    prediction = 0.75
    steps = (
        (1.25, "the network\nsays", f"{prediction}", style.PALE_BLUE, style.BLUE),
        (3.95, f"subtract\n{add:.6f}", f"{prediction - add:.6f}", style.PALE, style.GRAY),
        (6.65, f"divide by\n{multiply_by:.10f}", f"${(prediction - add) / multiply_by:,.0f}",
         style.PALE_ORANGE, style.ORANGE),
    )  # fmt: skip
    for x, words, value, pale, dark in steps:
        axes.text(x, 4.0, words, ha="center", va="center", fontsize=15)
        style.box(axes, (x, 3.1), (2.1, 0.8), value, facecolor=pale, edgecolor=dark, fontsize=19,
                  fontweight="bold")  # fmt: skip
    style.arrow(axes, (2.35, 3.1), (2.85, 3.1))
    style.arrow(axes, (5.05, 3.1), (5.55, 3.1))
    axes.text(0.2, 2.1, "How large is an error?", fontweight="bold", va="center", fontsize=17)
    error = 0.01
    for x, words, value in (
        (1.25, "loss (MSE)", f"{error**2:.4f}"),
        (3.95, "its square root", f"{error}"),
        (6.65, "in dollars", f"${error / multiply_by:,.0f}"),
    ):
        axes.text(x, 1.55, words, ha="center", va="center", fontsize=15)
        style.box(axes, (x, 0.8), (2.1, 0.8), value, facecolor=style.PAPER, edgecolor=style.RED,
                  fontsize=19, fontweight="bold")  # fmt: skip
    style.arrow(axes, (2.35, 0.8), (2.85, 0.8))
    style.arrow(axes, (5.05, 0.8), (5.55, 0.8))
    style.save(page, "scaled_prediction.png")


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
        nn, training_data, train_test_evaluate, activations, loss, gradient_descent,
        epochs_and_batches, overfitting, scaling, scaled_prediction, model_file,
    ):  # fmt: skip
        draw()


if __name__ == "__main__":
    main()
