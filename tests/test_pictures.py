"""Every picture of the pages comes from a script in img/, is used, and shows something."""

import re
import shutil
from pathlib import Path

import digits
import numpy as np
import pytest
from layout import FOLDERS, PAGES, ROOT, SOURCES, text_of
from missing import lacks, needs_program
from PIL import Image
from running import completed, output_of

IMG = ROOT / "img"
PICTURES = sorted(path.name for path in IMG.glob("*.png"))
MAKERS = sorted(IMG.glob("make_*.py"))
USED = [
    (alt, ((ROOT / page).parent / target).resolve().relative_to(ROOT).as_posix())
    for page in PAGES
    for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", text_of(page))
]


def maker_of(name):
    """Return the scripts in img/ that name a picture, or the course's script that draws it."""
    drawn = re.compile(rf'"{re.escape(name)}"|/{re.escape(name.removesuffix(".png"))}\.py"')
    return [path.name for path in MAKERS if drawn.search(path.read_text(encoding="utf-8"))]


def test_pictures_and_makers_are_found():
    assert len(PICTURES) >= 15
    makers = {"make_pictures.py", "make_diagrams.py", "make_screenshots.py"}
    assert makers <= {path.name for path in MAKERS}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_made_by_a_script_and_used(name):
    assert maker_of(name), f"no script in img/ makes {name}"
    assert any(target == f"img/{name}" for _, target in USED), f"no page shows {name}"


@pytest.mark.parametrize("alt, target", USED, ids=lambda x: str(x)[-40:])
def test_picture_of_a_page_exists_and_has_alt_text(alt, target):
    assert (ROOT / target).exists(), target
    assert maker_of(Path(target).name), f"no script in img/ makes {target}"
    assert len(alt.split()) >= 5, f"{target}: say in words what it shows"


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_large_small_and_not_empty(name):
    assert (IMG / name).stat().st_size <= 400 * 1024
    with Image.open(IMG / name) as picture:
        assert picture.width >= 600
        opaque = picture.convert("RGBA").getextrema()[3] == (255, 255)
        pixels = np.asarray(picture.convert("L"), dtype=float)
    assert opaque, "a transparent picture cannot be read in GitHub's dark theme"
    shades, counts = np.unique(pixels // 8, return_counts=True)
    assert counts.max() < 0.985 * pixels.size, "almost all one color"
    assert len(shades) > 4
    # Nothing is cut off by the edge: a diagram keeps a margin of its paper.
    if name in made_diagrams():
        edges = np.concatenate([pixels[:4].ravel(), pixels[-4:].ravel(), pixels[:, -4:].ravel()])
        assert np.ptp(edges) < 8, "something touches the edge"


def made_diagrams():
    text = (IMG / "make_diagrams.py").read_text(encoding="utf-8")
    return re.findall(r'style\.save\(page, "([\w.]+)"\)', text)


def copy_of_the_course(folder):
    """Copy what the makers read: their own folder without pictures, and the chapters."""
    (folder / "img").mkdir()
    for path in IMG.glob("*.py"):
        shutil.copy(path, folder / "img")
    shutil.copy(ROOT / "README.md", folder)  # it quotes the numbers that pictures show
    shutil.copytree(ROOT / "03", folder / "03", ignore=shutil.ignore_patterns("more"))
    return folder / "img"


def test_diagrams_show_what_the_course_says_today(tmp_path):
    made = copy_of_the_course(tmp_path)
    output_of(made / "make_diagrams.py", cwd=tmp_path)
    assert sorted(made_diagrams()) == sorted(path.name for path in made.glob("*.png"))
    # On another machine the letters may differ by a pixel, but not the picture.
    for name in made_diagrams():
        with Image.open(made / name) as new, Image.open(IMG / name) as old:
            assert new.size == old.size
            pair = [np.asarray(x.convert("L").reduce(8), dtype=float) for x in (new, old)]
        other = (np.abs(pair[0] - pair[1]) > 25).mean()  # of blocks of 8 by 8 pixels
        assert other < 0.005, f"{name} shows something else: make it again"


@pytest.mark.long
def test_diagrams_come_out_the_same_to_the_byte(tmp_path):
    made, twice = copy_of_the_course(tmp_path), []
    for _ in range(2):
        output_of(made / "make_diagrams.py", cwd=tmp_path)
        twice.append({name: (made / name).read_bytes() for name in made_diagrams()})
    assert twice[0] == twice[1]


# The makers by what a test of them needs. A browser takes the steps of the other two in
# test_06_tensorboard.py and test_04_scaling_export.py; make_pictures.py runs all.
QUICK = ["make_plots.py", "make_tours.py", "make_way_in.py", "make_zoo.py", "make_your_pictures.py"]
QUICK += ["make_bay_answers.py"]
LONG = ["make_bay.py", "make_comparisons.py", "make_digits.py", "make_stops.py"]
LONG += ["make_your_table.py"]
ELSEWHERE = ["make_diagrams.py", "make_pictures.py", "make_screenshots.py", "make_service.py"]


def test_every_maker_is_run_by_a_test():
    assert sorted([*QUICK, *LONG, *ELSEWHERE]) == [path.name for path in MAKERS]


@pytest.mark.parametrize(
    "maker", [*QUICK, *(pytest.param(name, marks=pytest.mark.long) for name in LONG)]
)
def test_a_maker_still_makes_its_pictures(maker, tmp_path, finished):
    """In a copy of the course, with one epoch in each training: what it reads is still there."""
    if maker == "make_plots.py":
        needs_program("dot", "graphviz")
    if maker == "make_digits.py" and not digits.there():
        lacks("MNIST is not there: python tests/digits.py")
    img = copy_of_the_course(tmp_path)
    for folder in FOLDERS:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        for path in (ROOT / folder).iterdir():
            if path.is_file() and path.suffix in {*SOURCES, ".md"}:
                shutil.copy(path, tmp_path / folder)
    if maker == "make_digits.py":
        (tmp_path / "tests").symlink_to(ROOT / "tests")
    if maker == "make_bay_answers.py":
        brought = Path(finished("05/more/bring_weights.py").folder)
        shutil.copy(brought / "efficientnet_lite0.keras", tmp_path / "05" / "more")
    bay = Path("05", "bay.jpg")
    if maker == "make_bay.py":
        (tmp_path / bay).unlink()
    output_of(img / maker, cwd=tmp_path, fresh=False, KERAS_MAX_EPOCHS="1")
    its_own = {name for name in PICTURES if maker in maker_of(name)}
    made = {path.name for path in img.glob("*.png")}
    assert made == its_own
    with Image.open(tmp_path / bay) as new, Image.open(ROOT / bay) as old:
        assert new.size == old.size and np.abs(np.asarray(new) - np.asarray(old, float)).mean() < 1


def test_without_a_browser_there_is_one_line(tmp_path):
    """No Chromium on the PATH: one line, and the old pictures stay."""
    made = copy_of_the_course(tmp_path)
    (made / "graph.png").write_bytes(b"old")
    done = completed(made / "make_screenshots.py", PATH=str(tmp_path))
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and "chromium" in line
    assert (made / "graph.png").read_bytes() == b"old"
