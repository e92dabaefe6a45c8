"""Look at a folder of your pictures, say what is there, and make of it what a network can trust.

Chapter 5, your_pictures, script 1.
Reads:  your pictures: the folder named on the command line, with a folder for each class
Writes: prepared/, prepared.png
Prints: what the folders are, which pictures are left out and why, and how many each class has

    python 05/your_pictures/prepare_pictures.py FOLDER
"""

import argparse
import csv
import importlib.util
import random
import sys
import unicodedata
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

HERE = Path(__file__).resolve().parent  # the folder of this script
PREPARED = HERE / "prepared"
SHORTER = 256  # pixels: the shorter side of a prepared picture
SMALLEST, LARGEST = 32, 100_000_000  # pixels: the shorter side, the whole picture
LONGEST = 20  # the longer side, in shorter sides
FEWEST = 4  # pictures of a class: two to learn from, two to judge by
LOOK = (16, 16)  # fields: their average colors are compared, to find the same picture twice
ALIKE = 8  # of 255: in no field do the colors of the same picture in two files differ more
FOR_TRAINING = ("train",)  # how such parts of a data set are called, wherever they come from
FOR_JUDGING = ("test", "val", "dev", "eval", "pred", "unlabel")  # they begin so
HIDDEN = (".", "@", "__")  # the names of hidden and of system folders begin so
LEFT_BY_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}
NOTE = b"made by prepare_pictures.py"  # in each prepared picture, so that we replace no other
KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000", "PPM"]
if importlib.util.find_spec("pillow_heif"):  # for the HEIC pictures of phones
    import pillow_heif

    pillow_heif.register_heif_opener()
    KINDS.append("HEIF")
SORT_THEM = "If tables or the names of files have the classes, make a folder for each class first."
TWO_OR_MORE = f"A network chooses between two or more. {SORT_THEM}"
Image.MAX_IMAGE_PIXELS = None  # LARGEST takes the place of Pillow's own limit
warnings.filterwarnings("ignore", module="PIL")  # on odd notes in a picture that can be read


@dataclass
class Folder:
    """A folder as we found it: its own pictures, and the folders in it that have pictures."""

    path: Path
    pictures: list = field(default_factory=list)
    folders: list = field(default_factory=list)

    def all_pictures(self):
        """Return the pictures in it, however deep they lie."""
        deeper = [file for folder in self.folders for file in folder.all_pictures()]
        return self.pictures + deeper

    def size(self):
        """Return the number of pictures in it."""
        return len(self.all_pictures())

    def is_divided(self):
        """Say whether most of its pictures lie in folders of their own."""
        return len(self.all_pictures()) > 2 * len(self.pictures)

    def names(self):
        """Return the names of the folders in it, in one spelling."""
        return {one_spelling(folder.path.name) for folder in self.folders}


@dataclass
class Picture:
    """A picture that can be read, and where it goes."""

    file: Path
    label: str  # the name of its class
    training: bool  # False: for validation
    look: bytes  # its average colors in 16 x 16 fields
    saved: Path


def main():
    folder, look_for_parts = read_command()
    earlier = made_earlier()

    # 1. Look into all folders, and decide what they are: classes, or parts of a data set.
    passed_over = {}
    found = look_into(folder, passed_over)
    for reason, names in passed_over.items():
        say(f"Passed over {reason} ({len(names):,}): {few(names)}")
    parts = find_parts_and_classes(found, look_for_parts)

    # 2. Read each picture once, and save it small. What cannot be read is left out, with a cause.
    remove(earlier)
    pictures, left_out = read_all(parts)

    # 3. The same picture twice teaches nothing, and in two parts or two classes it deceives.
    pictures = drop_copies(pictures, left_out)

    # 4. Put some of each class aside for validation, where no part of the data set is for that.
    put_aside(pictures)

    # 5. Say what was left out, and stop if too few are left. Else all go to their places.
    for reason in sorted(set(left_out.values())):
        files = [file for file in left_out if left_out[file] == reason]
        say(f"Left out ({len(files):,}), {reason}: {few(files)}")
    stop_if_too_few(parts, pictures)
    move_to_parts(pictures)
    write_list(pictures, left_out)
    print_counts(pictures, left_out)
    draw_sheet(pictures)
    say("Look at prepared.png. prepared/pictures.csv names every picture. Next: fine_tune.py")


def read_command():
    """Return the folder that the reader named, and whether we may look for parts in it."""
    parser = argparse.ArgumentParser(description="Prepare your pictures for fine_tune.py.")
    parser.add_argument("folder", type=Path, help="holds a folder of pictures for each class")
    no_parts = "the folders in it are the classes, even if they hold the same folders"
    parser.add_argument("--no-parts", action="store_true", help=no_parts)
    options = parser.parse_args()
    folder = options.folder
    if folder.is_file():
        stop(f"{folder} is a file. Name a folder, and unpack an archive first.")
    if not folder.is_dir():
        stop(f"There is no folder {folder}.")
    if PREPARED in [folder.resolve(), *folder.resolve().parents]:
        stop(f"{folder} was made by this script. Name the folder of your own pictures.")
    return folder, not options.no_parts


# ---- What is there? ----


def look_into(path, passed_over):
    """Return a Folder with all pictures below a path; what is no picture goes to passed_over."""
    found = Folder(path)
    try:
        places = sorted(path.iterdir())
    except OSError:
        passed_over.setdefault("folders that cannot be opened", []).append(path)
        return found
    for place in places:
        reason = None
        if place.is_symlink() and place.is_dir():
            reason = "links to other folders"
        elif place.is_dir() and place.name.startswith(HIDDEN):
            reason = "hidden and system folders"
        elif place.is_dir() and place.resolve() == PREPARED:
            reason = "what this script has made"
        elif place.is_dir():
            inner = look_into(place, passed_over)
            if inner.pictures or inner.folders:
                found.folders.append(inner)
            else:
                reason = "folders without pictures"
        elif place.name.startswith("."):
            reason = "hidden files"
        elif not place.is_file() or not is_picture(place):
            reason = "files that are no pictures we can read"
        else:
            found.pictures.append(place)
        if reason:
            passed_over.setdefault(reason, []).append(place)
    return found


def is_picture(file):
    """Say whether a file is a picture, or is called one: then its fault shall be named."""
    Image.init()
    ending = file.suffix.lower()
    if ending in (".heic", ".heif") or Image.registered_extensions().get(ending) in KINDS:
        return True
    try:
        with Image.open(file, formats=KINDS):
            return True
    except Exception:  # Pillow has many words for what it cannot read
        return False


def find_parts_and_classes(found, look_for_parts):
    """Return {"training": {class: files}, "validation": {class: files}}, or training alone."""
    while len(found.folders) == 1 and found.folders[0].is_divided():
        say_what_is_loose(found)
        found = found.folders[0]
        say(f"{found.path} is the only folder: looking there")
    if not found.folders and found.pictures:
        stop(f"All pictures lie in {found.path} itself. Make a folder in it for each class.")
    if not found.folders:
        stop(f"There are no pictures in {found.path}.")
    say_what_is_loose(found)
    parts = find_parts(found.folders) if look_for_parts else []
    if parts:
        return classes_of_parts(parts, found)
    if look_for_parts:
        stop_if_unclear(found.folders)
    classes = classes_in(found.folders)
    if len(classes) == 1:
        stop(f"There is one class, {few(classes)}. {TWO_OR_MORE}")
    if look_for_parts:
        stop_if_called_parts(classes, classes)
    say(f"{len(classes)} classes: {few(classes)}")
    return {"training": classes}


def find_parts(folders):
    """Return those that hold the same folders, all or half of them."""
    ladders = [levels(folder) for folder in folders]
    best, best_score = [], (1, True)
    for wanted in [level.names() for ladder in ladders for level in ladder]:
        alike = []
        for ladder in ladders:
            fitting = [level for level in ladder if is_half_the_same(level.names(), wanted)]
            alike += fitting[:1]
        score = len(alike), len(wanted) > 1  # as many as there are, and with several classes
        if score > best_score:
            best, best_score = alike, score
    return best


def levels(folder):
    """Return a folder, the only folder in it, and so on, as long as they are divided."""
    found = []
    while folder.is_divided():
        found.append(folder)
        if len(folder.folders) > 1:
            break
        folder = folder.folders[0]
    return found


def is_half_the_same(names, wanted):
    """Say whether names has nothing but what is wanted, or shares at least half with it."""
    return names <= wanted or 2 * len(names & wanted) >= len(names | wanted)


def share_out(parts):
    """Return the parts for training, those for validation, and why: train by name, or by size."""
    called_so = [part for part in parts if is_called(part.path.parts[-2:], FOR_TRAINING)]
    if called_so and len(called_so) < len(parts):
        return called_so, [part for part in parts if part not in called_so], "by name"
    by_size = sorted(parts, key=Folder.size, reverse=True)
    if len(parts) > 2 and 2 * by_size[-1].size() >= by_size[0].size():
        return parts[:-1], parts[-1:], "for they are of similar size"
    return by_size[:1], by_size[1:], "for no part is larger"


def is_called(names, words):
    """Say whether one of the words is in one of the names."""
    return any(word in name.casefold() for name in names for word in words)


def classes_of_parts(parts, found):
    """Return the classes for training and for validation of folders that are parts."""
    names = {part.path: part.path.relative_to(found.path).as_posix() for part in parts}
    say(f"{few(names.values())} hold the same folders: they are parts of a data set, not classes")
    say("    (if they are the classes, add --no-parts)")
    training, validation, why = share_out(parts)
    classes = classes_in([folder for part in training for folder in part.folders])
    if len(classes) == 1:
        stop(
            f"There is one class in them, {few(classes)}. {TWO_OR_MORE} "
            f"If {few(names.values())} are the classes, add --no-parts."
        )
    stop_if_called_parts(classes, names.values())
    for_training = few([names[part.path] for part in training])
    for_validation = few([names[part.path] for part in validation])
    say(f"For training: {for_training}, {why}. For validation: {for_validation}")
    say_what_is_no_part(found.folders, parts)
    say(f"{len(classes)} classes: {few(classes)}")
    known = []
    for part in validation:
        for folder in part.folders:
            if has_class(folder, classes):
                known.append(folder)
                continue
            count = number_of(folder.all_pictures())
            say(f"Passed over {count}, for {for_training} has no such class: {folder.path}")
        missing = [label for label in classes if one_spelling(label) not in part.names()]
        if missing:
            say(f"{names[part.path]} has no {few(missing)}")
    return {"training": classes, "validation": classes_in(known, list(classes))}


def say_what_is_no_part(folders, parts):
    """Name the pictures in none of the parts, and those that lie loose above the classes."""
    for folder in folders:
        inside = [part.path for part in parts if folder.path in [part.path, *part.path.parents]]
        if not inside:
            count = number_of(folder.all_pictures())
            say(f"Passed over {count}, for this is none of the parts: {folder.path}")
            continue
        for level in levels(folder):
            if level.path in [inside[0], *inside[0].parents]:
                say_what_is_loose(level)


def stop_if_called_parts(classes, otherwise):
    """Stop where classes are called as parts are: pictures in train and test are not sorted yet."""
    learn = [label for label in classes if is_called([label], FOR_TRAINING)]
    judge = [label for label in classes if label.casefold().startswith(FOR_JUDGING)]
    if learn and judge:
        stop(
            f"The classes would be {few(classes)}, which are called like parts of a data set. "
            f"Parts hold folders of the same names, one for each class. {SORT_THEM} "
            f"If {few(otherwise)} are the classes, add --no-parts."
        )


def stop_if_unclear(folders):
    """Stop where folders may be classes or parts of a data set, and only the reader can know."""
    ladders = {folder.path: levels(folder) for folder in folders}
    divided = [folder for folder in folders if has_several_folders(ladders[folder.path])]
    if len(divided) == 1 and len(folders) > 1:
        name, inner = divided[0].path.name, ladders[divided[0].path][-1]
        others = [folder.path.name for folder in folders if folder.path.name != name]
        stop(
            f"{name} holds {len(inner.folders)} folders with pictures, and {few(others)} one or "
            f"none. If these folders are the classes, name {inner.path} on the command line. If "
            f"{name} is a class itself, add --no-parts."
        )
    for place, folder in enumerate(divided):
        for other in divided[place + 1 :]:
            shared = names_below(folder) & names_below(other)
            if shared:
                stop(
                    f"{folder.path} and {other.path} both hold {few(sorted(shared))}, beside other "
                    f"folders. If they are classes, add --no-parts. If they are parts of a data "
                    f"set, name one of them on the command line."
                )


def has_several_folders(ladder):
    return len(ladder) > 0 and len(ladder[-1].folders) > 1


def names_below(folder):
    """Return the names of all folders in a folder, however deep they lie."""
    names = folder.names()
    for inner in folder.folders:
        names |= names_below(inner)
    return names


def has_class(folder, classes):
    return one_spelling(folder.path.name) in [one_spelling(label) for label in classes]


def classes_in(folders, labels=()):
    """Return {class: files}. Cats and cats are one class, called as among the labels, if there."""
    known = {one_spelling(label): label for label in labels}
    classes = {}
    for folder in folders:
        name = folder.path.name.encode(errors="replace").decode()  # from a ZIP of an old Windows
        name = unicodedata.normalize("NFC", name).strip() or name
        label = known.setdefault(one_spelling(name), name)
        if label in classes and label != name:
            say(f"{folder.path} belongs to the class {label}: only the spelling differs")
        classes.setdefault(label, []).extend(folder.all_pictures())
    return classes


def one_spelling(name):
    """Return a name in small letters, with one of the two ways in which letters have accents."""
    name = name.encode(errors="replace").decode()
    return unicodedata.normalize("NFC", name).strip().casefold()


def say_what_is_loose(folder):
    if folder.pictures:
        count = number_of(folder.pictures)
        say(f"Passed over {count} beside the folders of a class: {few(folder.pictures)}")


# ---- Read each picture once ----


def read_all(parts):
    """Return the pictures that can be read, saved small; and why the others cannot."""
    pictures, left_out, number = [], {}, 0
    total = sum(len(files) for classes in parts.values() for files in classes.values())
    for part, classes in parts.items():
        for label, files in classes.items():
            folder = PREPARED / "all" / label
            folder.mkdir(parents=True, exist_ok=True)
            for file in files:
                number += 1
                if number % 500 == 0:
                    say(f"Read {number:,} of {total:,} pictures")
                try:
                    small = as_seen(file)
                except Exception as problem:  # Pillow has many words for a damaged file
                    left_out[file] = cause(file, problem)
                    continue
                look = small.resize(LOOK, Image.Resampling.BOX).tobytes()
                saved = folder / f"{number:06}.jpg"
                small.save(saved, quality=90, comment=NOTE)
                pictures.append(Picture(file, label, part == "training", look, saved))
    return pictures, left_out


def as_seen(file):
    """Return a picture as a person sees it: upright, in color, what is transparent on white."""
    with Image.open(file, formats=KINDS) as opened:
        width, height = opened.size
        opened.draft("RGB", (2 * SHORTER, 2 * SHORTER))  # decode a JPEG at a part of its size
        if min(width, height) < SMALLEST:
            raise ValueError(f"smaller than {SMALLEST} pixels on a side")
        if opened.width * opened.height > LARGEST:
            raise ValueError(f"larger than {LARGEST:,} pixels")
        if max(width, height) > LONGEST * min(width, height):
            raise ValueError(f"a strip, more than {LONGEST} times as long as wide")
        if opened.mode.startswith(("I", "F")):  # Pillow's letters for such kinds of gray
            raise ValueError("gray with 16 or 32 bits: how bright is 9,999? Save it with 8")
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    scale = SHORTER / min(upright.size)
    small = upright.resize([round(scale * side) for side in upright.size])
    white = Image.new("RGBA", small.size, "white")
    return Image.alpha_composite(white, small).convert("RGB")


def cause(file, problem):
    """Return in a few words why a picture cannot be read."""
    if not isinstance(problem, UnidentifiedImageError):
        return f"{problem}".partition("\n")[0].partition(" (")[0] or repr(problem)
    with file.open("rb") as opened:
        start = opened.read(12)
    if not start:
        return "empty files"
    if start[4:] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1"):
        return "HEIC, the kind of phones; python -m pip install pillow-heif lets us read it"
    return "not a picture that we can read, whatever the name says"


# ---- Choose ----


def drop_copies(pictures, left_out):
    """Return the pictures without copies. A picture that is in two classes goes altogether."""
    kept = []
    for group in find_alike(pictures):
        labels = sorted({picture.label for picture in group})
        reason = f"the same picture in {' and in '.join(labels)}"
        if len(labels) == 1:
            best = max(group, key=training_and_large)
            kept.append(best)
            group.remove(best)
            reason = "copies of another picture"
        for picture in group:
            left_out[picture.file] = reason
            picture.saved.unlink()
    return kept


def find_alike(pictures):
    """Return lists of pictures that are the same, maybe in another size or saved once more."""
    looks = b"".join(picture.look for picture in pictures)
    looks = np.frombuffer(looks, "uint8").reshape(len(pictures), 2, 8, 2, 8, 3).astype("int16")
    quarters = looks.mean(axis=(2, 4))
    groups = {}  # the place of the first picture of a group: all of them
    for place, picture in enumerate(pictures):
        apart = np.abs(quarters[:place] - quarters[place]).max(axis=(1, 2, 3))
        for first in np.flatnonzero(apart <= ALIKE):  # the averages of the quarters are alike
            if first in groups and np.abs(looks[first] - looks[place]).max() <= ALIKE:
                groups[first].append(picture)
                break
        else:
            groups[place] = [picture]
    return list(groups.values())


def training_and_large(picture):
    """Say which of some copies to keep: one for training, and of these the largest file."""
    return picture.training, picture.file.stat().st_size


def put_aside(pictures):
    """Give a fifth of each class, two at least, to validation, unless two are there already."""
    choice = random.Random(7)  # the same choice in every run
    for label in sorted({picture.label for picture in pictures}):
        mine = [picture for picture in pictures if picture.label == label]
        training = [picture for picture in mine if picture.training]
        if len(mine) - len(training) < 2 and len(mine) >= FEWEST:
            for picture in choice.sample(training, max(2, round(len(training) / 5))):
                picture.training = False


def stop_if_too_few(parts, pictures):
    """Stop where a class has too few pictures to learn from and to judge by."""
    for label in next(iter(parts.values())):
        mine = [picture for picture in pictures if picture.label == label]
        training = [picture for picture in mine if picture.training]
        if len(training) < 2 or len(mine) < FEWEST:
            remove(made_earlier())
            stop(
                f"{label}: {number_of(mine)} can be used, {len(training)} of them to learn "
                f"from. A class needs {FEWEST} at least, and far more are better."
            )


# ---- Write and show ----


def made_earlier():
    """Return what this script has left in prepared/. Stop if there is anything else."""
    places = sorted(PREPARED.rglob("*"))
    strange = [place for place in places if not is_ours(place)]
    if PREPARED.is_file():
        strange = [PREPARED]
    if strange:
        stop(f"Not made by this script, so move it out of the way first: {few(strange)}")
    return places


def is_ours(place):
    """Say whether this script, or the system on its own, has made a file or folder."""
    if place.is_symlink():
        return False
    if place.is_dir() or place.name in LEFT_BY_SYSTEMS or place == PREPARED / "pictures.csv":
        return True
    try:
        with Image.open(place, formats=["JPEG"]) as opened:
            return opened.info.get("comment") == NOTE
    except Exception:  # it is no picture
        return False


def remove(places):
    """Remove files and folders, in each folder what is in it first."""
    for place in reversed(places):
        if place.is_dir():
            place.rmdir()
        else:
            place.unlink()


def move_to_parts(pictures):
    """Move the pictures to prepared/training/CLASS/ and prepared/validation/CLASS/."""
    for picture in pictures:
        part = "training" if picture.training else "validation"
        place = PREPARED / part / picture.label / picture.saved.name
        place.parent.mkdir(parents=True, exist_ok=True)
        picture.saved = picture.saved.rename(place)
    remove([PREPARED / "all", *sorted((PREPARED / "all").rglob("*"))])


def write_list(pictures, left_out):
    """Write prepared/pictures.csv: each picture, and its place or why it is left out."""
    rows = [[picture.file, picture.saved.relative_to(HERE).as_posix()] for picture in pictures]
    rows += [[file, f"left out: {reason}"] for file, reason in left_out.items()]
    place, lenient = PREPARED / "pictures.csv", "backslashreplace"
    with place.open("w", encoding="utf-8", errors=lenient, newline="") as file:
        csv.writer(file).writerows([["picture", "what became of it"], *sorted(rows)])


def print_counts(pictures, left_out):
    """Print how many pictures of each class are in each part."""
    say(f"{'class':24}training  validation")
    for label in sorted({picture.label for picture in pictures}):
        mine = [picture.training for picture in pictures if picture.label == label]
        say(f"{label:24}{mine.count(True):8,}{mine.count(False):12,}")
    training = [picture.training for picture in pictures]
    say(f"{'all':24}{training.count(True):8,}{training.count(False):12,}")
    say(f"{len(left_out):,} pictures were left out")


def draw_sheet(pictures):
    """Draw prepared.png: a row for each class, up to twenty, with up to eight of its pictures."""
    labels = sorted({picture.label for picture in pictures})[:20]
    sheet = Image.new("RGB", (8 * 132 + 4, len(labels) * 164), "white")
    pen, letters = ImageDraw.Draw(sheet), ImageFont.load_default(18)
    for row, label in enumerate(labels):
        mine = [picture for picture in pictures if picture.label == label]
        top = 164 * row
        pen.text((4, top + 6), f"{label}, {len(mine):,} pictures", "black", letters)
        for column, picture in enumerate(mine[:: max(1, len(mine) // 8)][:8]):
            with Image.open(picture.saved) as opened:
                sheet.paste(ImageOps.fit(opened, (128, 128)), (132 * column + 4, top + 32))
    sheet.save(HERE / "prepared.png")


def number_of(pictures):
    return "1 picture" if len(pictures) == 1 else f"{len(pictures):,} pictures"


def few(names):
    """Return up to eight names, and how many more there are."""
    names = [str(name) for name in names]
    more = f" and {len(names) - 8:,} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more


def say(text):
    """Print a text, also where a name has letters that a console does not know."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def stop(text):
    sys.exit(text)


if __name__ == "__main__":
    try:
        main()
    except OSError as problem:  # a full disk, or a folder that may not be written to
        stop(f"It cannot go on: {problem}")
