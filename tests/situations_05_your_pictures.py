"""What readers bring to 05/your_pictures: pictures of every kind, folders in every order.

Pictures: the scene has four quarters, red, green, blue, white; one that is read right is seen so.
Folders: a drawing of them, {"cats": 5, "train": {"dogs": 9}}: a number of pictures, or folders.
"""

import os
import random
import sys

import numpy as np
from made_pictures import (
    GRAY16,
    GRAY32,
    PAGE,
    PHONE,
    POINTS,
    POSTSCRIPT,
    bits16,
    cut,
    frames,
    hidden,
    holding,
    saved,
    turned,
)
from PIL import Image, features
from situations import Situation

PREPARE = "05/your_pictures/prepare_pictures.py"
TUNE = "05/your_pictures/fine_tune.py"
CLASSIFY = "05/your_pictures/classify_pictures.py"
RECOGNIZE = "05/your_pictures/recognize_your_pictures.py"

RIGHT = ["red", "green", "blue", "white"]
READ = [
    ("a JPEG", "a.jpg", saved("JPEG"), RIGHT),
    ("a progressive JPEG", "a.jpg", saved("JPEG", progressive=True), RIGHT),
    ("a PNG", "a.png", saved("PNG"), RIGHT),
    ("a WebP", "a.webp", saved("WEBP"), RIGHT),
    ("a GIF", "a.gif", saved("GIF"), RIGHT),
    ("a BMP", "a.bmp", saved("BMP"), RIGHT),
    ("a TIFF", "a.tif", saved("TIFF"), RIGHT),
    ("a PPM", "a.ppm", saved("PPM"), RIGHT),
    ("a PNG called .jpg", "a.jpg", saved("PNG"), RIGHT),
    ("a JPEG called .heic", "a.heic", saved("JPEG"), RIGHT),
    ("a TIFF called .jpg", "a.jpg", saved("TIFF"), RIGHT),
    ("a picture without an ending", "a", saved("PNG"), RIGHT),
    ("a name with spaces, & and an apostrophe", "my dog's & cat.jpg", saved("JPEG"), RIGHT),
    ("a phone held to the left", "a.jpg", turned("JPEG", 6), RIGHT),
    ("a phone held to the right", "a.jpg", turned("JPEG", 8), RIGHT),
    ("a phone held upside down", "a.jpg", turned("JPEG", 3), RIGHT),
    ("a PNG with a note of its orientation", "a.png", turned("PNG", 6), RIGHT),
    ("a WebP with a note of its orientation", "a.webp", turned("WEBP", 8), RIGHT),
    ("a TIFF with a note of its orientation", "a.tif", turned("TIFF", 6), RIGHT),
    ("transparency over black", "a.png", hidden("RGBA"), RIGHT),
    ("a palette with transparency", "a.png", hidden("P"), RIGHT),
    ("a GIF with transparency", "a.gif", hidden("RGBA"), RIGHT),
    ("a WebP with transparency", "a.webp", hidden("RGBA"), RIGHT),
    ("a palette", "a.png", saved("PNG", "P"), RIGHT),
    ("four colors of a print shop (CMYK)", "a.jpg", saved("JPEG", "CMYK"), RIGHT),
    ("a TIFF in CMYK", "a.tif", saved("TIFF", "CMYK"), RIGHT),
    ("16 bits for each color", "a.png", bits16, RIGHT),
    ("an animated GIF: its first frame", "a.gif", frames("GIF"), RIGHT),
    ("an animated PNG: its first frame", "a.png", frames("PNG"), RIGHT),
    ("an animated WebP: its first frame", "a.webp", frames("WEBP"), RIGHT),
    ("two pages of a scanner: the first", "a.tif", frames("TIFF"), RIGHT),
    ("a camera's JPEG with a second picture", "a.jpg", frames("MPO"), RIGHT),
    ("a gray JPEG", "a.jpg", saved("JPEG", "L"), None),
    ("gray with transparency", "a.png", saved("PNG", "LA"), None),
    ("black and white, one bit", "a.bmp", saved("BMP", "1"), None),
    ("a JPEG of 180 million pixels", "a.jpg", saved("JPEG", "L", (15000, 12000)), None),
    ("a wide picture", "a.png", saved("PNG", size=(900, 50)), RIGHT),
]
if features.check("avif"):
    READ += [("an AVIF", "a.avif", saved("AVIF"), RIGHT)]
    READ += [("an AVIF called .jpg", "a.jpg", saved("AVIF"), RIGHT)]
REFUSED = [
    ("a HEIC of a phone", "a.heic", PHONE, "pillow-heif"),
    ("a HEIC called .jpg", "a.jpg", PHONE, "pillow-heif"),
    ("a web page called .jpg", "a.jpg", holding(PAGE), "not a picture"),
    ("a Word file called .png", "a.png", holding(b"PK\3\4" + bytes(500)), "not a picture"),
    ("PostScript called .jpg", "a.jpg", holding(POSTSCRIPT), "not a picture"),
    ("an empty file", "a.jpg", holding(b""), "empty"),
    ("half a JPEG", "a.jpg", cut("JPEG"), "truncated"),
    ("half a PNG", "a.png", cut("PNG"), ""),
    ("half a GIF", "a.gif", cut("GIF"), ""),
    ("half a WebP", "a.webp", cut("WEBP"), ""),
    ("half a BMP", "a.bmp", cut("BMP"), "truncated"),
    ("half a TIFF", "a.tif", cut("TIFF"), ""),
    ("one pixel of a web page", "a.gif", saved("GIF", size=(1, 1)), "smaller than 32 pixels"),
    ("an icon", "a.png", saved("PNG", size=(16, 16)), "smaller than 32 pixels"),
    ("120 million pixels", "a.png", saved("PNG", "1", (20000, 6000)), "larger than 100,000,000"),
    ("a strip", "a.png", saved("PNG", size=(6000, 40)), "a strip"),
    ("16 bits of gray", "a.png", GRAY16, "16 or 32 bits"),
    ("a TIFF with 16 bits of gray", "a.tif", GRAY16, "16 or 32 bits"),
    ("32 bits of gray", "a.tif", GRAY32, "16 or 32 bits"),
    ("numbers with a point", "a.tif", POINTS, "16 or 32 bits"),
]
NO_PICTURES = [
    ("an SVG", "a.svg", holding(b'<svg xmlns="http://www.w3.org/2000/svg"/>')),
    ("a PDF", "a.pdf", holding(b"%PDF-1.7\n" + bytes(500))),
    ("a film", "a.mp4", holding(b"\0\0\0\x20ftypisom" + bytes(500))),
    ("a table", "labels.csv", holding(b"file,label\n")),
]


def draw(path, folders, noise=None):
    """Make folders as drawn, with pictures of noise, each other than the rest; return the path."""
    noise = noise or random.Random(1)
    path.mkdir(parents=True, exist_ok=True)
    if isinstance(folders, int):
        for number in range(folders):
            picture(path / f"{number}.jpg", noise.random())
        return path
    for name, inner in folders.items():
        if callable(inner):
            inner(path / name)
        elif inner == "picture":
            picture(path / name, noise.random())
        else:
            draw(path / name, inner, noise)
    return path


def picture(file, seed):
    pixels = np.random.default_rng(int(seed * 1e9)).integers(0, 256, (5, 6, 3), "uint8")
    Image.fromarray(pixels).resize((60, 50)).save(file)


TWO = {"cats": 9, "dogs": 7}
THREE = {"cats": 3, "dogs": 3}
SEVEN = {f"{n}.jpg": "picture" for n in range(7)}
# What the folders are, a drawing of them, what is said, {class: pictures} or None if it stops.
FOLDERS = [
    ("two classes", TWO, "2 classes: cats, dogs", TWO),
    ("train, valid", {"train": TWO, "valid": TWO}, "For training: train", {"cats": 18, "dogs": 14}),
    ("Testing, Training", {"Testing": {"cats": 4, "dogs": 4}, "Training": TWO},
     "For training: Training, by name. For validation: Testing", {"cats": 13, "dogs": 11}),
    ("three parts in other words", {"eins": TWO, "zwei": THREE, "drei": TWO},
     "drei, eins, zwei hold the same folders", {"cats": 21, "dogs": 17}),
    ("as large as any, train by name", {"a": TWO, "training_set": TWO},
     "For training: training_set, by name", {"cats": 18, "dogs": 14}),
    ("less to learn from than to judge by", {"train": THREE, "test": TWO},
     "For training: train, by name. For validation: test", {"cats": 12, "dogs": 10}),
    ("each part in a folder of images", {"train": {"images": TWO}, "test": {"images": THREE}},
     "For training: train/images, by name. For validation: test/images", {"cats": 12, "dogs": 10}),
    ("a large and a small train", {"train": TWO, "train_small": THREE, "test": THREE},
     "For training: train, train_small, by name. For validation: test",
     {"cats": 15, "dogs": 13}),
    ("parts in German", {"Pr\u00fcfung": THREE, "\u00dcbung": TWO},
     "For training: \u00dcbung, for no part is larger", {"cats": 12, "dogs": 10}),
    ("five folds", {f"fold{n}": {"cats": 4 + n % 2, "dogs": 4} for n in range(1, 6)},
     "For training: fold1, fold2, fold3, fold4, for they are of similar size",
     {"cats": 23, "dogs": 20}),
    ("photos of Intel", {"seg_train": {"seg_train": TWO}, "seg_test": {"seg_test": THREE},
     "seg_pred": {"seg_pred": 7}}, "Passed over 7 pictures, for this is none of the parts",
     {"cats": 12, "dogs": 10}),
    ("classes in the names of files", {"train": {f"{kind}.{n}.jpg": "picture" for n in range(5)
     for kind in ("cat", "dog")}, "test1": 6}, "called like parts of a data set", None),
    ("pictures beside a table", {"images": 9, "labels.csv": holding(b"a")},
     "names of files have the classes", None),
    ("labels in files of text", {"images": {"train": 9, "val": 5}, "labels": {"train":
     {"0.txt": holding(b"0 1 1 2 2")}}}, "called like parts of a data set", None),
    ("parts of each class", {"cats": {"train": 9, "test": 4}, "dogs": {"train": 9, "test": 4}},
     "If cats, dogs are the classes, add --no-parts", None),
    ("two data sets", {"A": {"train": TWO, "test": THREE}, "B": {"train": TWO, "test": THREE}},
     "called like parts of a data set", None),
    ("other names in another part", {"train": TWO, "test": {"cat": 4, "dog": 4}},
     "Parts hold folders of the same names", None),
    ("an archive in an archive", {"a": {"archive": {"train": TWO, "test": THREE}}},
     "For training: train", {"cats": 12, "dogs": 10}),
    ("each part in a folder of its name", {"training_set": {"training_set": TWO},
     "test_set": {"test_set": THREE}}, "For training: training_set/training_set",
     {"cats": 12, "dogs": 10}),
    ("a part that lacks a class", {"train": TWO, "test": {"cats": 3}}, "test has no dogs",
     {"cats": 12, "dogs": 7}),
    ("a part with one class of four", {"train": {"a": 5, "b": 5, "c": 5, "d": 5}, "test": {"b": 2}},
     "test has no a, c, d", {"a": 5, "b": 7, "c": 5, "d": 5}),
    ("a class in the test part alone", {"train": TWO, "test": THREE | {"owls": 3}},
     "Passed over 3 pictures, for train has no such class", {"cats": 12, "dogs": 10}),
    ("other spelling in another part", {"train": TWO, "test": {"Cats": 3, "DOGS": 3}},
     "2 classes: cats, dogs", {"cats": 12, "dogs": 10}),
    ("parts beside models", {"train": TWO, "test": THREE, "models": {"x": 3, "y": 3}},
     "Passed over 6 pictures, for this is none of the parts", {"cats": 12, "dogs": 10}),
    ("parts beside folders without pictures", {"train": TWO, "test": THREE,
     "models": {"m.h5": holding(b"\x89HDF")}}, "Passed over folders without pictures (1)",
     {"cats": 12, "dogs": 10}),
    ("a part without labels", {"train": TWO, "valid": THREE, "test": 5},
     "Passed over 5 pictures, for this is none of the parts", {"cats": 12, "dogs": 10}),
    ("a data set that is there twice", {"train": TWO, "test": THREE,
     "data": {"train": {"cats": 2, "dogs": 2}, "test": {"cats": 2, "dogs": 2}}},
     "Passed over 8 pictures, for this is none of the parts", {"cats": 12, "dogs": 10}),
    ("one part with labels, one without", {"train": TWO, "test": 5}, "name ", None),
    ("one class divided", {"cats": {"inside": 5, "outside": 5}, "dogs": 7}, "add --no-parts", None),
    ("classes that share some folders", {"cats": {"in": 4, "out": 4, "x": 4},
     "dogs": {"out": 4, "y": 4, "z": 4}}, "both hold out", None),
    ("classes divided in their own ways", {"cats": {"siam": 5, "manx": 5},
     "dogs": {"pug": 5, "chow": 5}}, "2 classes: cats, dogs", {"cats": 10, "dogs": 10}),
    ("a folder in a class", {"cats": 9, "dogs": {"2019": 7}}, "2 classes", TWO),
    ("parts with one class", {"train": {"cats": 9}, "valid": {"cats": 9}}, "one class", None),
    ("one class", {"cats": 9}, "There is one class, cats", None),
    ("pictures without folders", 9, "All pictures lie in", None),
    ("nothing", {}, "There are no pictures", None),
    ("no pictures", {"cats": {"a.txt": holding(b"a")}}, "There are no pictures", None),
    ("loose pictures", TWO | {"x.jpg": "picture"}, "Passed over 1 picture beside", TWO),
    ("loose pictures in a part", {"train": TWO | {"x.jpg": "picture"}, "test": TWO},
     "Passed over 1 picture beside", {"cats": 18, "dogs": 14}),
    ("hidden folders", TWO | {".thumbnails": 9}, "hidden and system folders (1)", TWO),
    ("a NAS's copies", {"cats": 9, "dogs": {"@eaDir": 7} | SEVEN},
     "hidden and system folders (1)", TWO),
    ("a Mac's archive", {"mine": TWO, "__MACOSX": {"mine": TWO}}, "__MACOSX", TWO),
    ("a Mac's hidden files", {"cats": 9, "dogs": {"._0.jpg": holding(b"Mac")} | SEVEN},
     "hidden files (1)", TWO),
    ("other files", TWO | {"a.csv": holding(b"a")}, "no pictures we can read (1)", TWO),
    ("Cats and cats", {"Cats": 5, "cats": 4, "dogs": 7}, "the class Cats", {"Cats": 9, "dogs": 7}),
    ("blanks and umlauts", {"k\u00e4tzchen klein": 5, "dog s": 5}, "2 classes",
     {"k\u00e4tzchen klein": 5, "dog s": 5}),
    ("an accent in two ways", {"train": {"k\u00e4tzchen": 9, "dogs": 9},
     "test": {"ka\u0308tzchen": 3, "dogs": 3}}, "2 classes", {"k\u00e4tzchen": 12, "dogs": 12}),
    ("a class that is called train", {"cars": 8, "train": 8}, "2 classes", {"cars": 8, "train": 8}),
    ("an empty class", TWO | {"owls": {}}, "folders without pictures (1)", TWO),
    ("checkpoints of a notebook", {"cats": {".ipynb_checkpoints": 9} | SEVEN, "dogs": 7},
     "hidden and system folders (1)", {"cats": 7, "dogs": 7}),
    ("odd names", {"d.o.g.s. of v1.2": 5, "k" * 60: 5, "cats.jpg": 5}, "3 classes",
     {"d.o.g.s. of v1.2": 5, "k" * 60: 5, "cats.jpg": 5}),
    ("kinds of other programs", TWO | {"a.psd": holding(b"8BPS"), "b.jxl": holding(b"\xff\x0a")},
     "files that are no pictures we can read (2)", TWO),
    ("icons of many sizes", {"cats": 9, "dogs": {f"{n}.png": saved("PNG", size=(n, 9)) for n in
     range(9, 21)} | SEVEN}, "Left out (12), smaller than 32 pixels on a side", TWO),
    ("one picture", {"cats": 9, "dogs": 1}, "dogs: 1 picture can be used", None),
    ("too few", {"cats": 9, "dogs": 3}, "dogs: 3 pictures can be used", None),
    ("a class of broken ones", {"cats": 9, "dogs": {"1.jpg": cut("JPEG"), "2.jpg": cut("JPEG")}},
     "dogs: 0 pictures can be used", None),
    ("a broken one is named", {"cats": 9, "dogs": {"x.jpg": cut("JPEG")} | SEVEN},
     "image file is truncated", TWO),
    ("a HEIC is named", {"cats": 9, "dogs": {"x.heic": PHONE} | SEVEN}, "pillow-heif", TWO),
]  # fmt: skip
if sys.platform == "linux":  # other systems have no such names
    FOLDERS += [("a name of no alphabet", {os.fsdecode(b"caf\xe9"): 5, "dogs": 5}, "2 classes",
                 {"caf?": 5, "dogs": 5})]  # fmt: skip


def no_place(folder):
    """Bring pictures, and take the place of what is to be written."""
    (folder / "prepared.png").mkdir()
    return [draw(folder / "mine", TWO)]


SITUATIONS = [
    Situation(PREPARE, "nothing named", "usage: prepare_pictures.py", 2),
    Situation(PREPARE, "no such folder", "There is no folder nowhere", 1, lambda _: ["nowhere"]),
    Situation(PREPARE, "a file", "is a file", 1, lambda folder: [folder / "fine_tune.py"]),
    Situation(
        PREPARE, "no place to write", "It cannot go on: ", 1, no_place, changed=("*prepared/*",)
    ),
    Situation(CLASSIFY, "no picture named", "usage: classify_pictures.py", 2),
    Situation(RECOGNIZE, "nothing to recognize", "usage: recognize_your_pictures.py", 2),
    Situation(TUNE, "nothing prepared", "prepared/training", 1, traceback=True),
    Situation(
        CLASSIFY, "no network yet", "picture_network.keras", 1, lambda _: ["x.jpg"], traceback=True
    ),
]
