"""Run the digits lab on scikit-learn's digits and draw what it knows at the end, for the README.

python img/make_digits.py    writes digits_vector.png, digits_curves.png, digits_mistakes.png
"""

import runpy
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import style

LAB = Path(__file__).resolve().parent.parent / "04" / "classify_digits.py"


def run_the_lab():
    """Run a copy of the script, so that nothing is written beside it; return its variables."""
    with tempfile.TemporaryDirectory() as folder:
        script = shutil.copy(LAB, folder)
        before, sys.argv = sys.argv, [script, "offline"]
        try:
            return runpy.run_path(script, run_name="__main__")
        finally:
            sys.argv = before


def vector(lab):
    """A picture, its 784 numbers, and ten probabilities."""
    index = int(np.argmin(np.abs(lab["probabilities"].max(axis=1) - 0.8)))  # neither sure nor lost
    pixels, chances = lab["X_test"][index], lab["probabilities"][index]
    page, axes = style.canvas(5.2)

    def place(left, bottom, width, height):
        return page.add_axes((left / 8, bottom / 5.2, width / 8, height / 5.2))

    picture = place(0.3, 2.35, 2.3, 2.3)
    picture.imshow(pixels.reshape(28, 28), cmap="gray", vmin=0, vmax=1)
    picture.set(xticks=[], yticks=[])
    picture.grid(False)
    axes.text(1.45, 4.95, "28 x 28 pixels", ha="center", va="center")
    row = place(0.3, 0.55, 7.4, 0.5)
    row.imshow(pixels.reshape(1, -1), cmap="gray", vmin=0, vmax=1, aspect="auto")
    row.set(xticks=[], yticks=[])
    row.grid(False)
    axes.text(4, 0.25, "one row of 784 numbers from 0 to 1", ha="center", va="center")
    style.arrow(axes, (1.45, 2.25), (1.45, 1.15))
    axes.text(1.65, 1.7, "row behind row", ha="left", va="center", fontsize=style.SMALL)
    style.arrow(axes, (6.2, 1.15), (6.2, 1.75))
    axes.text(6.0, 1.42, "network", ha="right", va="center", fontsize=style.SMALL)
    bars = place(4.0, 2.35, 3.7, 2.3)
    colors = [style.BLUE] * 10
    colors[int(chances.argmax())] = style.ORANGE
    bars.bar(range(10), chances, color=colors)
    bars.set(xticks=range(10), ylim=(0, 1), yticks=[0, 0.5, 1])
    axes.text(5.85, 4.95, "ten probabilities", ha="center", va="center")
    style.save(page, "digits_vector.png")


def curves(lab):
    """Accuracy and loss of both networks, training dashed, test solid."""
    page, axes = style.figure(8.4, rows=2, sharex=True)
    for axis, key in zip(axes, ("accuracy", "loss"), strict=True):
        for (name, curve), color in zip(
            lab["curves"].items(), (style.BLUE, style.ORANGE), strict=True
        ):
            axis.plot(curve[key], "--", color=color, label=f"{name}: {key}")
            axis.plot(curve[f"val_{key}"], color=color, label=f"{name}: val_{key}")
        axis.set(ylabel=key, xticks=curve.index)
        axis.legend(ncols=2)
    axes[1].set_xlabel("epoch")
    style.save(page, "digits_curves.png")


def mistakes(lab):
    """The six test pictures whose digit got the smallest probability."""
    page, axes = style.figure(6.2, rows=2, columns=3)
    for axis in axes.flat:
        axis.axis("off")
    for axis, i in zip(axes.flat, lab["worst"], strict=False):
        axis.imshow(lab["X_test"][i].reshape(28, 28), cmap="gray", vmin=0, vmax=1)
        share = lab["probabilities"][i].max()
        axis.set_title(f"{lab['y_test'][i]}, read as {lab['read'][i]}: {share:.0%}", fontsize=16)
    style.save(page, "digits_mistakes.png")


def main():
    lab = run_the_lab()
    vector(lab)
    curves(lab)
    mistakes(lab)


if __name__ == "__main__":
    main()
