"""Run the labs on flowers and digits and draw what they know at the end, for their page.

python img/make_digits.py

The digits are MNIST's, as in the tests: python tests/digits.py brings them.
"""

import runpy
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
import style
from matplotlib import pyplot as plt
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

import digits  # noqa: E402
from running import copy_chapter  # noqa: E402


def run(name):
    """Run a copy of a lab, so that nothing is written beside it; return its variables."""
    with tempfile.TemporaryDirectory() as folder:
        script = copy_chapter(f"04/labs/{name}.py", folder)
        before, sys.argv = sys.argv, [str(script)]
        try:
            return runpy.run_path(str(script), run_name="__main__")
        finally:
            sys.argv = before
            plt.close("all")


def show(axis, pixels, title=""):
    """Draw a digit, white on black, without a frame."""
    axis.imshow(np.reshape(pixels, np.shape(pixels)[:2]), cmap="gray", vmin=0, vmax=1)
    axis.set_title(title, fontsize=style.NORMAL)
    axis.axis("off")


def iris(lab):
    """Loss and accuracy of the first network, training dashed, validation solid."""
    page, axes = style.figure(7.6, rows=2, sharex=True)
    epochs = range(1, len(lab["curves"]) + 1)
    for axis, key in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(epochs, lab["curves"][key], "--", label=f"{key}: 60 training flowers")
        axis.plot(epochs, lab["curves"][f"val_{key}"], label=f"val_{key}: 30 validation flowers")
        axis.set(ylabel=key, ylim=(0, None))
        axis.legend()
    axes[1].set_xlabel("epoch")
    style.save(page, "classify_iris.png")


def vector(lab):
    """A picture, its 784 numbers, and ten probabilities."""
    index = int(np.argmin(np.abs(lab["probabilities"].max(axis=1) - 0.6)))  # neither sure nor lost
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
    """Accuracy and loss, training dashed, validation solid."""
    page, axes = style.figure(8.4, rows=2, sharex=True)
    curve = lab["curves"]
    for axis, key in zip(axes, ("accuracy", "loss"), strict=True):
        axis.plot(curve.index, curve[key], "--", label=key)
        axis.plot(curve.index, curve[f"val_{key}"], label=f"val_{key}")
        axis.set(ylabel=key, xticks=curve.index, ylim=(0, None))
        axis.legend()
    axes[1].set_xlabel("epoch")
    style.save(page, "digits_curves.png")


def mistakes(lab):
    """The six test pictures whose digit got the smallest probability."""
    page, axes = style.figure(6.2, rows=2, columns=3)
    for axis, i in zip(axes.flat, lab["worst"], strict=False):
        share = lab["probabilities"][i].max()
        title = f"{lab['y_test'][i]}, read as {lab['read'][i]}: {share:.0%}"
        show(axis, lab["X_test"][i].reshape(28, 28), title)
    style.save(page, "digits_mistakes.png")


def convolution(lab):
    """Four of the first layer's 16 patterns, and where each of them is found in a digit."""
    model, digit = lab["convolutions"], lab["X_test"][:1]
    patterns = model.layers[0].get_weights()[0][:, :, 0]
    found = keras.Model(model.inputs, model.layers[0].output).predict(digit, verbose=0)[0]
    pooled = keras.Model(model.inputs, model.layers[1].output).predict(digit, verbose=0)[0]
    edges = abs(patterns.sum(axis=(0, 1))) / abs(patterns).sum(axis=(0, 1))  # 0: light beside dark
    edges[found.max(axis=(0, 1)) < found.max() / 3] = 1  # hardly found in this digit
    page, axes = style.figure(5.6, rows=3, columns=5)
    for axis in axes.flat:
        axis.axis("off")
    show(axes[1, 0], digit[0], "28 x 28")
    for axis, text in zip(
        axes[[0, 2], 0], ("weights of\n3 x 3 pixels", "pooled:\n13 x 13"), strict=True
    ):
        axis.text(0.5, 0.5, text, ha="center", va="center", transform=axis.transAxes)
    for column, i in enumerate(edges.argsort()[:4], start=1):
        largest = abs(patterns[:, :, i]).max()
        axes[0, column].imshow(patterns[:, :, i], cmap="RdBu_r", vmin=-largest, vmax=largest)
        show(axes[1, column], found[:, :, i] / found[:, :, i].max(), "26 x 26")
        show(axes[2, column], pooled[:, :, i] / found[:, :, i].max())
    style.save(page, "digits_conv.png")


def prepared(model, digits_as_they_are):
    """Three photos, read as they are, inverted and prepared."""
    functions = runpy.run_path(str(ROOT / "04/labs/read_digit_photos.py"))
    papers = 255 - np.pad(digits_as_they_are, ((0, 0), (2, 40), (30, 12)))
    page, axes = style.figure(7.4, rows=3, columns=4)
    for row in range(3):
        photo = Image.fromarray(papers[row])
        show(axes[row, 0], papers[row] / 255, "the photo\n" if row == 0 else "")
        views = {
            "as it is": functions["resize"](photo),
            "inverted": 1 - functions["resize"](photo),
            "prepared": functions["prepare"](photo, "a test picture"),
        }
        for axis, (name, pixels) in zip(axes[row, 1:], views.items(), strict=True):
            answer = model.predict(pixels[None], verbose=0)[0]
            head = f"{name}\n" if row == 0 else ""
            show(axis, pixels, f"{head}{answer.argmax()} ({answer.max():.0%})")
    style.save(page, "digits_prepared.png")


def main():
    if not digits.there():
        sys.exit("MNIST is not there: python tests/digits.py")
    iris(run("classify_iris"))
    digits.redirect_to(digits.real_digits)
    lab = run("classify_digits")
    vector(lab)
    curves(lab)
    mistakes(lab)
    lab = run("classify_digits_conv")
    convolution(lab)
    prepared(lab["convolutions"], np.rint(lab["X_test"][:3, :, :, 0] * 255).astype("uint8"))


if __name__ == "__main__":
    main()
