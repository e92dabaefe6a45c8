"""Draw what reuse is worth, from the output that the page shows: a line for each seed."""

import re
from pathlib import Path

import style

PAGE = Path(__file__).resolve().parent.parent / "05" / "more" / "README.md"
ROW = re.compile(
    r"^seed \d, +(\d+) examples: reused ([\d.]+)%, from scratch ([\d.]+)%$", re.MULTILINE
)


def main():
    rows = [tuple(map(float, row)) for row in ROW.findall(PAGE.read_text(encoding="utf-8"))]
    page, panels = style.figure(4.2, columns=2, sharey=True)
    for axes, examples in zip(panels, sorted({row[0] for row in rows}), strict=True):
        ends = [(scratch, reused) for count, reused, scratch in rows if count == examples]
        for pair in ends:
            axes.plot([0, 1], pair, color=style.GRAY, lw=style.THIN, marker="o")
        mean = [sum(pair[place] for pair in ends) / len(ends) for place in (0, 1)]
        axes.plot([0, 1], mean, color=style.ORANGE, lw=style.THICK, marker="o", ms=12)
        for place, value in enumerate(mean):
            axes.annotate(
                f"{value:.0f} %",
                (place, value),
                (-14 + 28 * place, 0),
                textcoords="offset points",
                ha="right" if place == 0 else "left",
                va="center",
            )
        axes.axhline(50, color=style.GRAY, lw=style.THIN, ls="--")
        axes.set_xlim(-0.6, 1.6)
        axes.set_ylim(45, 101)
        axes.set_xticks([0, 1], ["from scratch", "reused"])
        axes.set_title(f"{examples:.0f} pictures of each")
    panels[0].set_ylabel("8s and 9s told apart, percent")
    panels[0].annotate("guessing", (1.55, 50), (0, 5), textcoords="offset points", ha="right")
    style.save(page, "fine_tune.png")


if __name__ == "__main__":
    main()
