"""Draw for 05/your_pictures: what is read carelessly, augmentation, and both steps of training."""

import importlib.util
import re
import tempfile
from pathlib import Path

import keras
import numpy as np
import style
from PIL import Image

CHAPTER = Path(__file__).resolve().parent.parent / "05"
PAGE = CHAPTER / "your_pictures" / "README.md"
EPOCH = re.compile(r" accuracy: ([\d.]+) .* val_accuracy: ([\d.]+) ")


def main():
    draw_reading()
    draw_augmentation()
    draw_curves()


def draw_reading():
    """Draw three pairs: what a careless program sees, and what the preparation sees."""
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
        as_seen = module("prepare_pictures").as_seen
        for column, (file, title) in enumerate(zip(files, titles, strict=True)):
            with Image.open(file) as opened:
                panels[0, column].imshow(opened.convert("RGB"))
            panels[0, column].set_title(title)
            try:
                panels[1, column].imshow(as_seen(file))
            except ValueError:
                panels[1, column].text(0.5, 0.5, "refused,\nin one line", ha="center", va="center")
                panels[1, column].set_box_aspect(1)
    bare(panels)
    panels[0, 0].set_ylabel("read carelessly")
    panels[1, 0].set_ylabel("as a person sees it")
    style.save(page, "your_pictures.png")


def draw_augmentation():
    """Draw the bay as the augmentation of fine_tune.py shows it in eight epochs."""
    text = (CHAPTER / "your_pictures" / "fine_tune.py").read_text(encoding="utf-8")
    code = text[text.index("augmentation = ") : text.index("pictures, _ = ")]
    names = {"keras": keras, "layers": keras.layers}
    keras.utils.set_random_seed(1)
    exec(code, names)
    bay = keras.utils.load_img(CHAPTER / "bay.jpg").resize((448, 299))
    pixels = np.asarray(bay.crop((75, 0, 374, 299)), dtype="float32")
    page, panels = style.figure(5.4, rows=2, columns=4)
    for number, axes in enumerate(panels.flat):
        seen = pixels[None]
        if number:
            seen = names["augmentation"](seen, training=True)
        axes.imshow(np.asarray(seen)[0].clip(0, 255).astype("uint8"))
        axes.set_title(f"epoch {number}" if number else "the picture")
    bare(panels)
    style.save(page, "augmentation.png")


def draw_curves():
    """Draw the accuracy in each epoch, from the output that the page shows."""
    lines = PAGE.read_text(encoding="utf-8").partition("\nFreed: ")
    first, second = (np.array(EPOCH.findall(text), dtype=float) for text in lines[::2])
    values = np.vstack([first, second]) * 100
    epochs = range(1, len(values) + 1)
    page, axes = style.figure(4.4)
    axes.plot(epochs, values[:, 0], color=style.BLUE, marker="o", label="training pictures")
    axes.plot(epochs, values[:, 1], color=style.ORANGE, marker="o", label="validation pictures")
    axes.axvline(len(first) + 0.5, color=style.GRAY, lw=style.THIN, ls="--")
    axes.text(len(first) + 0.6, values.min(), "the base is freed", color=style.GRAY)
    axes.set_xlabel("epoch")
    axes.set_ylabel("named right, percent")
    axes.legend(loc="upper left")
    style.save(page, "fine_tune_curves.png")


def module(name):
    """Return a script of the folder as a module."""
    place = CHAPTER / "your_pictures" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, place)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def bare(panels):
    for axes in panels.flat:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(False)


if __name__ == "__main__":
    main()
