"""Draw what reuse is worth, from the table that 05/fine_tune.py wrote: a line for each seed."""

from pathlib import Path

import pandas as pd
import style

IMG = Path(__file__).resolve().parent


def main(file=IMG / "fine_tune.csv"):
    table = pd.read_csv(file).pivot(index="seed", columns="way", values="accuracy") * 100
    page, axes = style.figure(4.2)
    for row in table.itertuples():
        axes.plot([0, 1], [row[1], row[2]], color=style.GRAY, lw=style.THIN, marker="o")
    mean = table.mean()
    ends = [mean["from scratch"], mean["reused"]]
    axes.plot([0, 1], ends, color=style.ORANGE, lw=style.THICK, marker="o", ms=12)
    axes.annotate(f"{ends[0]:.0f} %", (0, ends[0]), (-62, -6), textcoords="offset points")
    axes.annotate(f"{ends[1]:.0f} %", (1, ends[1]), (16, -6), textcoords="offset points")
    axes.set_xlim(-0.35, 1.35)
    axes.set_xticks([0, 1], ["from scratch", "first layers reused"])
    axes.set_ylabel("new digits named right, percent")
    axes.set_title("Five pictures of each digit to learn from")
    style.save(page, "fine_tune.png")


if __name__ == "__main__":
    main()
