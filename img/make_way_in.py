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
    figure, axes = style.figure(2.3, 1, 4, width_ratios=[1.5, 1, 1, 1])
    row, column = 200, 40
    red, green, blue = small[row, column]
    axes[0].imshow(photo.resize((480, 320), Image.Resampling.LANCZOS))
    axes[0].set_title("bay.jpg")
    axes[0].set_xlabel("1200 x 800 pixels")
    axes[1].imshow(small.astype("uint8"))
    axes[1].set_title("resized")
    axes[1].set_xlabel("224 x 224")
    axes[2].imshow(small.astype("uint8")[188:212, 28:52])
    axes[2].set_title("as numbers")
    axes[2].plot(column - 28, row - 188, "s", color=style.RED, markersize=9, fillstyle="none")
    axes[2].set_xlabel(f"R {red:.0f}, G {green:.0f}, B {blue:.0f}")
    axes[3].imshow((ready / 255 + 0.5).clip(0, 1))
    axes[3].set_title("centered")
    b, g, r = ready[row, column]
    axes[3].set_xlabel(f"B {b:+.0f}, G {g:+.0f}, R {r:+.0f}")
    for panel in axes:
        panel.set_xticks([])
        panel.set_yticks([])
        panel.grid(False)
        panel.title.set_fontsize(style.NORMAL)
        panel.xaxis.label.set_fontsize(12)
    style.save(figure, "way_in.png")


if __name__ == "__main__":
    main()
