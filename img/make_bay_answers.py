"""Draw what EfficientNet-Lite0 says of the bay as it is, and of the bay changed in seven ways.

It needs 05/more/efficientnet_lite0.keras, which 05/more/bring_weights.py makes.
"""

import json
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import style
from PIL import Image, ImageFilter, ImageOps

ROOT = Path(__file__).resolve().parent.parent
NETWORK = ROOT / "05" / "more" / "efficientnet_lite0.keras"
BICUBIC = Image.Resampling.BICUBIC


def changed(bay):
    """Return the bay as it is and changed, each by its title."""
    width, height = bay.size
    left = (width - height) // 2
    outlines = bay.convert("L").resize((600, 400), BICUBIC).filter(ImageFilter.CONTOUR)
    return {
        "as it is": bay,
        "its middle": bay.crop((left, 0, left + height, height)),
        "left half": bay.crop((0, 0, width // 2, height)),
        "lower third": bay.crop((0, 2 * height // 3, width, height)),
        "gray": ImageOps.grayscale(bay).convert("RGB"),
        "turned": bay.transpose(Image.Transpose.ROTATE_90),
        "upside down": bay.transpose(Image.Transpose.ROTATE_180),
        "a drawing": outlines.convert("RGB"),
    }


def answers(pictures):
    """Return the likelihoods of the network for each picture, squeezed into 224 x 224."""
    model = keras.saving.load_model(NETWORK)
    small = [np.asarray(picture.resize((224, 224), BICUBIC)) for picture in pictures]
    return model.predict(np.array(small, dtype="float32"), verbose=0)


def main():
    if not NETWORK.exists():
        sys.exit("not made: 05/more/efficientnet_lite0.keras is missing, run bring_weights.py")
    with zipfile.ZipFile(NETWORK) as file:
        names = json.loads(file.read("classes.json"))
    pictures = changed(Image.open(ROOT / "05" / "bay.jpg"))
    figure, axes = style.figure(9.0, 4, 2)
    for panel, (title, picture), likelihoods in zip(
        axes.flat, pictures.items(), answers(pictures.values()), strict=True
    ):
        panel.imshow(picture.resize((160, 160), BICUBIC), interpolation="nearest")
        panel.set_title(title)
        best = likelihoods.argsort()[::-1][:3]
        lines = [f"{names[number]} {likelihoods[number]:.0%}" for number in best]
        panel.set_xticks([])
        panel.set_yticks([])
        panel.grid(False)
        panel.text(1.06, 0.5, "\n".join(lines), transform=panel.transAxes, va="center", fontsize=15)
        print(f"| {title} | " + " | ".join(lines) + " |")
    style.save(figure, "bay_answers.png")


if __name__ == "__main__":
    main()
