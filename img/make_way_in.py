"""Draw what happens to bay.jpg on its way into ResNet50: one panel for each step."""

from pathlib import Path

import numpy as np
import style
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
AVERAGE = np.array([123.68, 116.779, 103.939])  # ImageNet's average red, green and blue


def main():
    photo = Image.open(ROOT / "05" / "bay.jpg")
    small = np.asarray(photo.resize((224, 224), Image.Resampling.BILINEAR), float)
    ready = (small - AVERAGE)[..., ::-1]
    figure, axes = style.figure(7.2, 2, 2)
    axes = axes.flat
    row, column = 93, 183
    red, green, blue = small[row, column]
    axes[0].imshow(photo.resize((480, 320), Image.Resampling.LANCZOS))
    axes[0].set_title("1. bay.jpg")
    axes[0].set_xlabel("1200 x 800 pixels")
    axes[1].imshow(small.astype("uint8"))
    axes[1].set_title("2. resized")
    axes[1].set_xlabel("224 x 224, squeezed")
    axes[2].imshow(small.astype("uint8")[84:108, 172:196])
    axes[2].set_title("3. numbers, here of a part")
    axes[2].plot(column - 172, row - 84, "s", color="black", markersize=16, fillstyle="none")
    axes[2].set_xlabel(f"red {red:.0f}, green {green:.0f}, blue {blue:.0f}")
    axes[3].imshow((ready / 255 + 0.5).clip(0, 1))
    axes[3].set_title("4. blue first, centered")
    b, g, r = ready[row, column]
    axes[3].set_xlabel(f"blue {b:+.0f}, green {g:+.0f}, red {r:+.0f}")
    for panel in axes:
        panel.set_xticks([])
        panel.set_yticks([])
        panel.grid(False)
    style.save(figure, "way_in.png")


if __name__ == "__main__":
    main()
