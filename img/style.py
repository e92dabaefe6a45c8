"""One look for every picture of the course: colors, fonts, line widths, sizes.

import style                      # from another script in img/
figure, axes = style.figure(4.5)  # 1,400 pixels wide, 4.5 * 175 pixels high
style.save(figure, "name.png")    # beside this file, the same bytes every time

The letters are large because a phone shows a picture about 360 pixels wide: 16 points of a figure
8 inches wide are 10 pixels there. The paper is opaque, so that GitHub's dark theme does not matter.
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")  # draw into files, never into a window

from matplotlib import pyplot as plt
from PIL import Image

IMG = Path(__file__).resolve().parent
WIDTH = 8.0  # inches
DPI = 175  # 8 inches are 1,400 pixels
HEAVY = 300_000  # bytes

PAPER = "#fbfaf7"
INK = "#22272e"
GRAY = "#8a8f98"
PALE = "#e4e2dc"
BLUE = "#2867b2"  # what goes in, training rows
ORANGE = "#d9661f"  # what comes out, test rows, the target
GREEN = "#2f8f5b"
PURPLE = "#7d55a8"
RED = "#c23b4a"
PALE_BLUE = "#d6e4f5"
PALE_ORANGE = "#fbe3d3"
PALE_GREEN = "#d5ecdf"
PALE_PURPLE = "#e8def2"

SMALL, NORMAL, LARGE = 14, 16, 19  # points
THIN, LINE, THICK = 1.2, 3.0, 4.5  # points

SETTINGS = {
    "figure.facecolor": PAPER,
    "figure.dpi": DPI,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.12,
    "figure.constrained_layout.w_pad": 0.12,
    "savefig.facecolor": PAPER,
    "savefig.dpi": DPI,
    "axes.facecolor": PAPER,
    "axes.edgecolor": GRAY,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": LARGE,
    "axes.titlepad": 10,
    "axes.labelsize": NORMAL,
    "axes.linewidth": THIN,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, PURPLE, RED, GRAY]),
    "grid.color": PALE,
    "grid.linewidth": 1.0,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "text.color": INK,
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same letters everywhere
    "font.size": NORMAL,
    "lines.linewidth": LINE,
    "lines.markersize": 9,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
}


def figure(height, rows=1, columns=1, **more):
    """Return a figure of the course's width, `height` inches high, and its axes."""
    plt.close("all")
    mpl.rcdefaults()
    mpl.rcParams.update(SETTINGS)
    return plt.subplots(rows, columns, figsize=(WIDTH, height), **more)


def canvas(height):
    """Return a figure without axes to draw on in inches: x from 0 to 8, y from 0 to `height`."""
    page, axes = figure(height)
    page.set_layout_engine("none")
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    return page, axes


def box(axes, middle, size, text="", **more):
    """Draw a box with rounded corners of a (width, height), with text in its middle."""
    (x, y), (width, height) = middle, size
    look = {"facecolor": PALE_BLUE, "edgecolor": BLUE, "linewidth": 2} | more
    letters = {key: look.pop(key) for key in ("color", "fontsize", "fontweight") if key in look}
    axes.add_patch(
        mpl.patches.FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.12",
            **look,
        )
    )
    axes.text(x, y, text, ha="center", va="center", **letters)


def arrow(axes, start, end, **more):
    """Draw an arrow from one point to another."""
    look = {"color": GRAY, "lw": LINE, "arrowstyle": "-|>", "mutation_scale": 22} | more
    look |= {"shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=look)


def save(page, name):
    """Save a picture beside this file and say so."""
    file = IMG / name
    page.savefig(file, metadata={"Software": None}, pil_kwargs={"optimize": True})
    plt.close(page)
    if file.stat().st_size > HEAVY:  # a photo in it: 256 colors are enough
        with Image.open(file) as picture:
            few = picture.convert("RGB").quantize(256)
        few.save(file, optimize=True)
    print(f"{name}: {file.stat().st_size / 1024:.0f} KB")
