"""Draw the chart of the zoo from the table on its page: accuracy against time, size as area."""

import re
from pathlib import Path

import style

PAGE = Path(__file__).resolve().parent.parent / "05" / "more" / "README.md"
ROW = re.compile(
    r"^(\w+) +[\d,]+ +(\d+) +\d+ +\d+ +\d+ +(\d+) +([\d.]+) +(?:[\d.]+|-)$", re.MULTILINE
)


def main():
    found = ROW.findall(PAGE.read_text(encoding="utf-8").split("\n![", 1)[0])
    rows = {row[0]: (row[0], *map(float, row[1:])) for row in reversed(found)}.values()
    page, axes = style.figure(5.4)
    for network, mebibytes, milliseconds, top1 in rows:
        axes.scatter(
            milliseconds,
            top1,
            s=6 * mebibytes,
            color=style.BLUE,
            alpha=0.45,
            edgecolor=style.INK,
        )
        radius = (6 * mebibytes) ** 0.5 / 2  # points
        place, side = (radius + 4, -4), "left"
        if network in ("VGG16", "EfficientNetLite0"):  # two names would touch: one goes below
            place = (0, -radius - 14)
        if network in ("DenseNet121", "InceptionV3"):  # right of them is taken
            place, side = (-radius - 8, -4), "right"
        axes.annotate(
            network,
            (milliseconds, top1),
            place,
            textcoords="offset points",
            horizontalalignment=side,
            fontsize=11,
        )
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds for one picture, measured")
    axes.set_ylabel("top-1 accuracy, percent, published")
    axes.set_ylim(68.5, 82.5)
    low, high = min(row[2] for row in rows) / 1.5, max(row[2] for row in rows) * 3
    axes.set_xlim(low, high)
    ticks = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
    ticks = [tick for tick in ticks if low < tick < high]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_title("Larger is not better: area is size in memory")
    style.save(page, "model_zoo.png")


if __name__ == "__main__":
    main()
