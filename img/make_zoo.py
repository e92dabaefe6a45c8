"""Draw the chart of the model zoo from a measured table: accuracy against time, size as area.

python img/make_zoo.py                      img/model_zoo.png from img/model_zoo.csv
python img/make_zoo.py 05/model_zoo.csv     the same from your own measurement
"""

import sys
from pathlib import Path

import pandas as pd
import style

IMG = Path(__file__).resolve().parent


def main(file=IMG / "model_zoo.csv"):
    table = pd.read_csv(file)
    page, axes = style.figure(5.4)
    axes.scatter(
        table.milliseconds,
        table.top1,
        s=6 * table.megabytes,
        color=style.BLUE,
        alpha=0.45,
        edgecolor=style.INK,
    )
    for row in table.itertuples():
        radius = (6 * row.megabytes) ** 0.5 / 2  # points
        place, side = (radius + 4, -4), "left"
        if row.network == "VGG16":  # two circles that touch: one name goes below
            place = (0, -radius - 14)
        if row.network in ("DenseNet121", "InceptionV3"):  # their right side is taken
            place, side = (-radius - 4, -4), "right"
        axes.annotate(
            row.network,
            (row.milliseconds, row.top1),
            place,
            textcoords="offset points",
            horizontalalignment=side,
            fontsize=11,
        )
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds for one picture, measured")
    axes.set_ylabel("top-1 accuracy, percent, published")
    axes.set_ylim(68.5, 82.5)
    low, high = table.milliseconds.min(), table.milliseconds.max()
    axes.set_xlim(low / 1.5, high * 3)
    ticks = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
    ticks = [tick for tick in ticks if low / 1.5 < tick < high * 3]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_title("Larger is not better: area is size in memory")
    style.save(page, "model_zoo.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
