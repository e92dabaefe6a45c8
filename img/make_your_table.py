"""Draw how a row of a table becomes numbers, and how far off the trained network is.

python img/make_your_table.py
"""

import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import style

COURSE = Path(__file__).resolve().parent.parent
GAME = "Game 0003"  # nobody knows its rating


def trained():
    """Return everything that train_table.py knows at its end, and the row of our game."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(COURSE / "04/your_table", f"{folder}/your_table"))
        subprocess.run([sys.executable, copy / "prepare_table.py"], check=True)
        run = runpy.run_path(str(copy / "train_table.py"))
        rows = [pd.read_csv(copy / f"{part}_rows.csv") for part in ("training", "test")]
    games = pd.concat(rows).set_index("game")
    return run, games.loc[GAME]


def cells_and_numbers(run, game):
    """Return, for some columns, the cell of the game, what is done, and the numbers it becomes."""
    training, found = run["training"], []
    for name in ["released year", "price", "rating"]:
        known = training[name]
        scaled = (game[name] - known.mean()) / known.std()
        numbers = [f"{scaled:.2f}"] if game[name] == game[name] else ["0"]
        if known.isna().any():
            numbers.append("0" if game[name] == game[name] else "1")
        cell = f"{game[name]:g}" if game[name] == game[name] else "(empty)"
        found.append(
            (name, cell, "scale" if len(numbers) == 1 else "scale, and is it empty?", numbers)
        )
    for name in ["genre", "exclusive"]:
        words = sorted(training[name].unique())
        numbers = ["1" if word == game[name] else "0" for word in words]
        found.append((name, game[name], "a place for each word", numbers))
    return found


def encoding(run, game):
    """Draw a row: what stands in it, what the layers in front do, and what the network gets."""
    height = 8.0
    page, axes = style.canvas(height)
    titles = [(1.5, "the row of a game"), (4.1, "the layer in front"), (6.65, "numbers")]
    for x, title in titles:
        axes.text(x, height - 0.45, title, ha="center", va="center", fontsize=style.LARGE)
    for place, (name, cell, what, numbers) in enumerate(cells_and_numbers(run, game)):
        y = height - 1.25 - 1.08 * place
        style.box(axes, (1.5, y), (2.6, 0.86), f"{name}\n{cell}", fontsize=style.NORMAL)
        style.arrow(axes, (2.85, y), (3.15, y))
        words = what.replace(", ", ",\n").replace("for each", "for\neach")
        axes.text(4.1, y, words, ha="center", va="center", fontsize=style.NORMAL)
        style.arrow(axes, (5.1, y), (5.4, y))
        for number, text in enumerate(numbers):
            middle = (6.65 + 0.6 * (number - (len(numbers) - 1) / 2), y)
            look = {"facecolor": style.PALE_ORANGE, "edgecolor": style.ORANGE}
            width = 0.9 if len(text) > 1 else 0.5
            style.box(axes, middle, (width, 0.6), text, fontsize=style.NORMAL, **look)
    style.arrow(axes, (6.65, 1.9), (6.65, 1.4))
    look = {"facecolor": style.PALE_GREEN, "edgecolor": style.GREEN}
    style.box(axes, (4.0, 0.85), (7.4, 0.9), "side by side: Concatenate, then the network", **look)
    style.save(page, "table_encoding.png")


def test_rows(run):
    """Draw what the network predicts for the test rows beside what they earned."""
    test, predicted = run["test"], run["predicted"]["earnings"] / 1000
    earned = test["earnings"] / 1000
    gap = test[run["numbers"]].isna().any(axis=1) | (test[run["words"]] == "").any(axis=1)
    page, axes = style.figure(6.4)
    axes.axline((100, 100), slope=1, color=style.GRAY, linewidth=style.THIN)
    for rows, color, label in [
        (~gap, style.BLUE, f"{(~gap).sum()} rows without a gap"),
        (gap, style.ORANGE, f"{gap.sum()} rows with an empty cell"),
    ]:
        axes.plot(
            earned[rows], predicted[rows], "o", color=color, markersize=6, alpha=0.7, label=label
        )
    axes.set(title="280 games that the network never saw", xlabel="earned, in thousand dollars")
    axes.set(ylabel="predicted")
    axes.legend(loc="upper left")
    style.save(page, "table_test_rows.png")


if __name__ == "__main__":
    known, row = trained()
    encoding(known, row)
    test_rows(known)
