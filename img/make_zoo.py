"""Draw the chart of the model zoo from a measured table: accuracy against time, size as area.

python img/make_zoo.py                      img/model_zoo.png from img/model_zoo.csv
python img/make_zoo.py 05/model_zoo.csv     the same from your own measurement
"""

import sys
from pathlib import Path

import pandas as pd
import style

IMG = Path(__file__).resolve().parent
# Where a name stands beside its circle: right and up, in points.
PLACES = {
    "VGG16": (-14, 30),
    "VGG19": (-6, -40),
    "MobileNet": (-10, -26),
    "MobileNetV2": (-26, 14),
    "EfficientNetB0": (-20, -28),
    "EfficientNetV2B0": (-50, 16),
    "ResNet50": (-24, -30),
    "DenseNet121": (-30, -26),
    "DenseNet169": (-12, -30),
    "DenseNet201": (16, 2),
    "InceptionV3": (-40, 22),
    "Xception": (14, 10),
    "InceptionResNetV2": (-110, 22),
}


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
        axes.annotate(
            row.network,
            (row.milliseconds, row.top1),
            PLACES[row.network],
            textcoords="offset points",
            fontsize=11,
        )
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds for one picture, measured")
    axes.set_ylabel("top-1 accuracy, percent, published")
    axes.set_ylim(68.5, 82.5)
    low, high = table.milliseconds.min(), table.milliseconds.max()
    axes.set_xlim(low / 1.5, high * 1.8)
    ticks = [t for t in (10, 20, 50, 100, 200, 500, 1000, 2000) if low / 1.5 < t < high * 1.8]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_title("Larger is not better: area is size in memory")
    style.save(page, "model_zoo.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
