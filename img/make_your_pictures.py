"""Show how recognize_your_pictures.py reads what a careless program misreads: three pairs."""

import tempfile
from pathlib import Path

import numpy as np
import style
from PIL import Image

CHAPTER = Path(__file__).resolve().parent.parent / "05"


def reader():
    """Return the function of the script, without the network that comes behind it."""
    text = (CHAPTER / "more" / "recognize_your_pictures.py").read_text(encoding="utf-8")
    names = {}
    exec(text[: text.index("# 2. ")], names)
    return names["read"]


def main():
    read = reader()
    bay = Image.open(CHAPTER / "bay.jpg").convert("RGB")
    note = Image.Exif()
    note[0x0112] = 6  # "turn me by 90 degrees"
    round_hole = Image.new("L", bay.size, 0)
    radius = np.hypot(
        *np.meshgrid(np.linspace(-1.5, 1.5, bay.width), np.linspace(-1, 1, bay.height))
    )
    round_hole.paste(Image.fromarray(np.where(radius < 0.95, 255, 0).astype("uint8")))
    sticker = Image.composite(bay, Image.new("RGB", bay.size), round_hole)
    sticker.putalpha(round_hole)
    gray16 = Image.fromarray(np.asarray(bay.convert("L")).astype("uint16") * 64)
    page, panels = style.figure(5.6, rows=2, columns=3)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("phone.jpg", "sticker.png", "scan.png")]
        bay.rotate(90, expand=True).save(files[0], exif=note)
        sticker.save(files[1])
        gray16.save(files[2])
        titles = ["a phone's picture", "a sticker", "16 bits of gray"]
        for column, (file, title) in enumerate(zip(files, titles, strict=True)):
            with Image.open(file) as opened:
                careless = opened.convert("RGB").resize((224, 224))
            panels[0, column].imshow(careless)
            panels[0, column].set_title(title)
            try:
                panels[1, column].imshow(read(file))
            except ValueError:
                panels[1, column].text(0.5, 0.5, "refused,\nin one line", ha="center", va="center")
                panels[1, column].set_box_aspect(1)
    for axes in panels.flat:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(False)
    panels[0, 0].set_ylabel("read carelessly")
    panels[1, 0].set_ylabel("as a person sees it")
    style.save(page, "your_pictures.png")


if __name__ == "__main__":
    main()
