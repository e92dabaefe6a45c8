"""What readers bring to chapter 5: pictures of every kind, folders of classes, no connection.

The scene has four quarters: red, green, blue, white. A picture that is read right is seen so.
A row that must be read is run up to the step that reads (`sees`): the network is not the point.
"""

import re
import sys

from layout import text_of
from made_pictures import (
    COLORS,
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
from PIL import features
from running import change, replaced
from situations import ASCII, Situation

RECOGNIZE, TUNE = "05/more/recognize_your_pictures.py", "05/more/fine_tune.py"
SEEN = f"""
COLORS = {COLORS}
for name, picture in pictures.items():
    quarters = [picture[y : y + 1, x].mean(axis=0) for y in (50, 170) for x in (50, 170)]
    seen = [min(COLORS, key=lambda c: abs(q - COLORS[c]).sum()) for q in quarters]
    print("sees", *seen)
sys.exit(0 if len(pictures) == len(sys.argv) - 1 else 1)
"""


RIGHT = "sees red green blue white"
READ = [
    ("a JPEG", "a.jpg", saved("JPEG"), RIGHT),
    ("a progressive JPEG", "a.jpg", saved("JPEG", progressive=True), RIGHT),
    ("a PNG", "a.png", saved("PNG"), RIGHT),
    ("a WebP", "a.webp", saved("WEBP"), RIGHT),
    ("a GIF", "a.gif", saved("GIF"), RIGHT),
    ("a BMP", "a.bmp", saved("BMP"), RIGHT),
    ("a TIFF", "a.tif", saved("TIFF"), RIGHT),
    ("a PNG called .jpg", "a.jpg", saved("PNG"), RIGHT),
    ("a JPEG called .heic", "a.heic", saved("JPEG"), RIGHT),
    ("a TIFF called .jpg", "a.jpg", saved("TIFF"), RIGHT),
    ("a picture without an extension", "a", saved("PNG"), RIGHT),
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
    ("a gray JPEG", "a.jpg", saved("JPEG", "L"), "white"),
    ("gray with transparency", "a.png", saved("PNG", "LA"), "white"),
    ("black and white, one bit", "a.bmp", saved("BMP", "1"), "white"),
    ("a JPEG of 180 million pixels", "a.jpg", saved("JPEG", "L", (15000, 12000)), "white"),
    ("a very wide picture", "a.png", saved("PNG", size=(6000, 40)), RIGHT),
]
if features.check("avif"):
    READ += [("an AVIF", "a.avif", saved("AVIF"), RIGHT)]
    READ += [("an AVIF called .jpg", "a.jpg", saved("AVIF"), RIGHT)]
REFUSED = [
    ("a HEIC of a phone", "a.heic", PHONE, "cannot identify"),
    ("a HEIC called .jpg", "a.jpg", PHONE, "cannot identify"),
    ("an SVG", "a.svg", holding(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), "JPEG, PNG"),
    ("a web page called .jpg", "a.jpg", holding(PAGE), "cannot identify"),
    ("a PDF", "a.pdf", holding(b"%PDF-1.7\n" + bytes(500)), "cannot identify"),
    ("PostScript", "a.eps", holding(POSTSCRIPT), "cannot identify"),
    ("a film", "a.mp4", holding(b"\0\0\0\x20ftypisom" + bytes(500)), "cannot identify"),
    ("a Word file called .png", "a.png", holding(b"PK\3\4" + bytes(500)), "cannot identify"),
    ("an empty file", "a.jpg", holding(b""), "cannot identify"),
    ("half a JPEG", "a.jpg", cut("JPEG"), "truncated"),
    ("half a PNG", "a.png", cut("PNG"), "a.png"),
    ("half a GIF", "a.gif", cut("GIF"), "a.gif"),
    ("half a WebP", "a.webp", cut("WEBP"), "a.webp"),
    ("half a BMP", "a.bmp", cut("BMP"), "truncated"),
    ("half a TIFF", "a.tif", cut("TIFF"), "a.tif"),
    ("one pixel of a web page", "a.gif", saved("GIF", size=(1, 1)), "1 x 1 pixels are too few"),
    ("an icon", "a.png", saved("PNG", size=(16, 16)), "16 x 16 pixels are too few"),
    ("120 million pixels", "a.png", saved("PNG", "1", (20000, 6000)), "20000 x 6000 pixels"),
    ("16 bits of gray", "a.png", GRAY16, "16 or 32 bits"),
    ("a TIFF with 16 bits of gray", "a.tif", GRAY16, "16 or 32 bits"),
    ("32 bits of gray", "a.tif", GRAY32, "16 or 32 bits"),
    ("numbers with a point", "a.tif", POINTS, "16 or 32 bits"),
    ("a folder called .jpg", "a.jpg", lambda file: file.mkdir(), "a folder"),
]  # fmt: skip


def reader(*changes):
    """Return the function that reads a picture, as it stands in the script but for the changes."""
    begin = text_of(RECOGNIZE).split("# 2. ")[0]
    code = re.sub(r"(?m)^(import keras|from keras).*$", "", begin)
    names = {}
    exec(replaced(code, *changes), names)
    return names["read"]


def reading(name, make, more=()):
    """Return a `bring` that makes a picture and shortens the copied script to what reads it."""

    def bring(folder):
        copy = folder / "recognize_your_pictures.py"
        text = copy.read_text(encoding="utf-8")
        start = text.index("# 3. ")
        change(copy, (text[start:], SEEN))
        make(folder / name)
        return [folder / name, *more]

    return bring


def bringing(name, make):
    def bring(folder):
        make(folder / name)
        return [folder / name]

    return bring


def classes(*, keep=False, **counts):
    """Return a `bring` that makes a folder of classes, with so many good pictures in each.

    A value may be a list of (name, maker) for other files. With `keep`, the copied script ends
    where the pictures are read.
    """

    def bring(folder):
        if keep:
            copy = folder / "fine_tune.py"
            text = copy.read_text(encoding="utf-8")
            change(copy, (text[text.index("# 3. ") :], "print('read all')\n"))
        for place, content in counts.items():
            where = folder / "mine" / place.replace("__", "/").replace("HIDDEN_", ".")
            where.mkdir(parents=True)
            number = content if isinstance(content, int) else 0
            files = content if isinstance(content, list) else []
            files = files + [(f"{n}.jpg", saved("JPEG")) for n in range(number)]
            for file, make in files:
                (where / file).parent.mkdir(exist_ok=True)
                make(where / file)
        (folder / "mine").mkdir(exist_ok=True)
        return [folder / "mine"]

    return bring


EIGHT = [(f"{n}.jpg", saved("JPEG")) for n in range(8)]


def also(name, make):
    """Return a `bring` of two good classes, with one more file in the second."""
    return classes(keep=True, cat=8, dog=[*EIGHT, (name, make)])


def loose(folder):
    (arguments,) = classes(keep=True, cat=8, dog=8)(folder)
    saved("JPEG")(folder / "mine" / "beside.jpg")
    return [arguments]


def only_loose(folder):
    (arguments,) = classes()(folder)
    for n in range(9):
        saved("JPEG")(folder / "mine" / f"{n}.jpg")
    return [arguments]


FOLDERS = [
    ("no folder named", None, "two folders or more", 1),
    ("a folder that is not there", lambda folder: [folder / "nowhere"], "nowhere", 1),
    ("a picture for a folder", bringing("a.jpg", saved("JPEG")), "two folders or more", 1),
    ("an empty folder", classes(), "Found: []", 1),
    ("pictures without folders", only_loose, "Found: []", 1),
    ("one class", classes(cat=9), "Found: ['cat']", 1),
    ("train and test for classes", classes(train=9, test=9), "Found: ['test', 'train']", 1),
    ("Train and Val for classes", classes(Train__cat=9, Val__cat=9), "Found: ['Train', 'Val']", 1),
    ("an empty class", classes(cat=9, dog=0), "dog: at least 8", 1),
    ("three classes, one empty", classes(ape=9, cat=0, dog=9), "cat: at least 8", 1),
    ("too few pictures", classes(cat=9, dog=7), "dog: at least 8", 1),
    ("a class of HEIC", classes(cat=9, dog=[("1.heic", PHONE)] * 9), "dog: at least 8", 1),
    ("a notebook's hidden folder", classes(cat=9, HIDDEN_ipynb_checkpoints=0), "checkpoints", 1),
    ("eight pictures each", classes(keep=True, cat=8, dog=8), "dog: 8 pictures", 0),
    ("a HEIC among them is named", also("x.heic", PHONE), "x.heic", 0),
    ("a broken picture is named", also("x.jpg", cut("JPEG")), "x.jpg: image file is truncated", 0),
    ("a broken one deeper is named", also("old/x.png", holding(PAGE)), "x.png: cannot identify", 0),
    ("a folder deeper", classes(keep=True, cat=8, dog__2019=9), "dog: 9 pictures", 0),
    ("a TIFF called .jpg counts", also("t.jpg", saved("TIFF")), "dog: 9 pictures", 0),
    ("a BMP of one bit counts", also("t.bmp", saved("BMP", "1")), "dog: 9 pictures", 0),
    ("16 bits of gray are named", also("g.png", GRAY16), "g.png: gray with 16", 0),
    ("a class that is called train", classes(keep=True, car=8, train=8), "train: 8 pictures", 0),
    ("a picture beside the classes is named", loose, "beside them: beside.jpg", 0),
]  # fmt: skip
LETTERS = ASCII | ({"LC_ALL": "C.UTF-8"} if sys.platform == "linux" else {})

SITUATIONS = [
    *(Situation(RECOGNIZE, what, says, 0, reading(name, make))
      for what, name, make, says in READ),
    *(Situation(RECOGNIZE, what, says, 1, bringing(name, make))
      for what, name, make, says in REFUSED),
    Situation(RECOGNIZE, "nothing named", "Name your pictures"),
    Situation(RECOGNIZE, "no such picture", "No such file", 1, lambda _: ["x.jpg"]),
    Situation(RECOGNIZE, "a web address", "a web address", 1, lambda _: ["https://a.b/c"]),
    Situation(RECOGNIZE, "a good picture beside one that is not there", "No such file", 1,
                     reading("a.jpg", saved("JPEG"), ["nowhere.png"])),
    Situation(RECOGNIZE, "a name beyond the console's letters", RIGHT, 0,
                     reading("Gr\u00fc\u00dfe \u732b.jpg", saved("JPEG")), environment=LETTERS),
    *(Situation(TUNE, what, says, status, bring) for what, bring, says, status in FOLDERS),
    Situation(TUNE, "classes beyond the console's letters", "read all", 0,
                     classes(keep=True, **{"k\u00e4tzchen": 8, "\u732b": 8}), environment=LETTERS),
]  # fmt: skip
