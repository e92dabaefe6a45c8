"""Folders and damaged pictures that nobody thought of: understood, or refused in plain words."""

import contextlib
import importlib.util
import io
import re
import tempfile
import warnings
from pathlib import Path

import made_pictures
import numpy as np
from fuzz import often
from hypothesis import given
from hypothesis import strategies as st
from layout import ROOT
from PIL import Image, features
from situations_05_your_pictures import PREPARE

spec = importlib.util.spec_from_file_location("prepare_pictures", ROOT / PREPARE)
prepare = importlib.util.module_from_spec(spec)
spec.loader.exec_module(prepare)

TURN = {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"}
KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO"]
KINDS += ["AVIF"] if features.check("avif") else []
MODES = [(kind, "RGB") for kind in KINDS] + [("TIFF", mode) for mode in ("RGBA", "P", "L", "CMYK")]
MODES += [("PNG", mode) for mode in ("RGBA", "P", "L")]


def picture(kind, mode):
    file = io.BytesIO()
    more = TURN if kind in ("JPEG", "PNG", "WEBP") else {}
    made_pictures.scene(mode, (48, 40)).save(file, kind, **more)
    return file.getvalue()


WHOLE = [picture(kind, mode) for kind, mode in MODES]
CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)), max_size=6)


def damaged(whole, changes, length, cut):
    data = bytearray(whole)
    for place, new in changes:
        start = place % len(data)
        data[start : start + len(new)] = new
    if cut:
        del data[length:]
    return bytes(data)


@often(300)
@given(st.sampled_from(WHOLE), CHANGES, st.integers(0, 4000), st.booleans())
def test_a_damaged_picture_is_read_or_refused(whole, changes, length, cut):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            seen = prepare.as_seen(io.BytesIO(damaged(whole, changes, length, cut)))
        except Exception as problem:
            assert len(f"{problem}".splitlines()) <= 1 and len(f"{problem}") < 400
        else:
            assert seen.mode == "RGB" and min(seen.size) == prepare.SHORTER


def test_whole_pictures_are_read():
    for whole in WHOLE:
        assert min(prepare.as_seen(io.BytesIO(whole)).size) == prepare.SHORTER


# ---- Folders: a drawing is {name: drawing, or a number of pictures} ----

NAMES = st.sampled_from([*"cats dogs Cats train test valid in out 2019 models".split(), "", " "])
FOLDERS = st.recursive(
    st.integers(0, 5),
    lambda inner: st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=14,
)


def folder_of(path, drawing):
    """Return a Folder as look_into() finds it; the name "" stands for pictures of its own."""
    found = prepare.Folder(path)
    if isinstance(drawing, int):
        found.pictures = [path / f"{number}.jpg" for number in range(drawing)]
        return found
    for name, inner in drawing.items():
        deeper = folder_of(path / name, inner)
        if not name:
            found.pictures += deeper.pictures
        elif deeper.all_pictures():
            found.folders.append(deeper)
    return found


@often(300)
@given(FOLDERS, st.booleans())
def test_every_picture_is_used_as_it_is_named_or_told(drawing, look_for_parts):
    found = folder_of(Path("mine"), drawing)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            parts = prepare.find_parts_and_classes(found, look_for_parts)
        except SystemExit as stop:
            assert isinstance(stop.code, str) and stop.code.endswith(".") and len(stop.code) < 600
            return
    used = [file for classes in parts.values() for files in classes.values() for file in files]
    assert len(used) == len(set(used)), "each once"
    told = sum(int(count) for count in re.findall(r"Passed over (\d+)", said.getvalue()))
    assert len(used) + told == len(found.all_pictures()), "what is not used is told"
    first = next(iter(parts.values()))
    assert len(first) >= 2, "a network chooses between two or more"
    spelled = {prepare.one_spelling(label) for label in first}
    assert len(spelled) == len(first)
    for classes in parts.values():
        assert set(classes) <= set(first), "the other parts have no class of their own"
        for label, files in classes.items():
            for file in files:
                above = {prepare.one_spelling(name) for name in file.parts[:-1]}
                assert prepare.one_spelling(label) in above, "a class is a folder that it lies in"
    if look_for_parts and "train" in spelled:
        assert not spelled & {"test", "valid"}, "the pictures of parts are not sorted yet"
    for name in list(first)[:8]:
        assert name in said.getvalue(), "the classes are named"
    if look_for_parts and len(parts) == 1:
        divided = [folder for folder in at_the_top(found).folders if folder.is_divided()]
        for place, folder in enumerate(divided):
            for other in divided[place + 1 :]:
                assert not folder.names() & other.names(), "parts were taken for classes"


def at_the_top(found):
    while len(found.folders) == 1 and found.folders[0].is_divided():
        found = found.folders[0]
    return found


# ---- Whole runs ----

ITEMS = st.one_of(st.integers(0, len(WHOLE) - 1), CHANGES, st.binary(max_size=40))
TREES = st.dictionaries(
    st.tuples(NAMES, st.sampled_from(["", "cats", "dogs", ".hidden", "@eaDir"])),
    st.lists(ITEMS, max_size=6),
    max_size=5,
)


@often(15)
@given(TREES, st.integers(0, 4))
def test_a_whole_run_ends_well_or_with_the_cause(tree, alike):
    with tempfile.TemporaryDirectory() as place:
        here = Path(place).resolve()
        for number, ((one, two), items) in enumerate(tree.items()):
            folder = here / "mine" / (one.strip() or "x") / two
            folder.mkdir(parents=True, exist_ok=True)
            for count, item in enumerate(items):
                data = (
                    item if isinstance(item, bytes) else WHOLE[item if isinstance(item, int) else 0]
                )
                if isinstance(item, list):
                    data = damaged(data, item, 0, False)
                (folder / f"{number}_{count}.png").write_bytes(data)
            for count in range(5 if number != alike else 0):
                pixels = np.random.default_rng(100 * number + count).integers(0, 256, (4, 5, 3))
                noise = Image.fromarray(pixels.astype("uint8"))
                noise.resize((50, 40)).save(folder / f"good{count}.png")
        (here / "mine").mkdir(exist_ok=True)
        said = run(here)
        prepared = list((here / "prepared").glob("*/*/*.jpg"))
        assert bool(prepared) == ("Next: fine_tune.py" in said)
        for file in prepared:
            with Image.open(file) as opened:
                assert opened.mode == "RGB" and min(opened.size) == prepare.SHORTER
        if prepared:
            counts = re.search(r"^all +(\d+) +(\d+)$", said, re.M)
            assert sum(map(int, counts.groups())) == len(prepared)
            assert not any(part in said for part in ("Traceback", "Error"))


def run(here):
    """Run the preparation in a folder; return what it says."""
    said = io.StringIO()
    before = prepare.HERE, prepare.PREPARED
    prepare.HERE, prepare.PREPARED = here, here / "prepared"
    try:
        with contextlib.redirect_stdout(said), contextlib.ExitStack() as stack:
            old = prepare.sys.argv
            stack.callback(setattr, prepare.sys, "argv", old)
            prepare.sys.argv = ["prepare_pictures.py", str(here / "mine")]
            prepare.main()
    except SystemExit as stop:
        said.write(f"{stop.code}")
    finally:
        prepare.HERE, prepare.PREPARED = before
    return said.getvalue()
