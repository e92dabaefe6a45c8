"""The labs on flowers and digits: what they print, what they teach, the exercises, own digits."""

import hashlib
import re
import runpy
import shutil
from pathlib import Path
from unittest.mock import Mock

import digits
import numpy as np
import pytest
from claims_04_labs_digits import IRIS, last_epoch, losses, misread, photos, table
from layout import ROOT, text_of
from missing import lacks, needs
from outputs import first_number
from pages import excerpt
from PIL import Image, ImageDraw, ImageOps
from running import change, completed_all, copy_chapter, output_of
from situations_04_labs import ANSWERS, BLANK, EXERCISE, LAB, PHOTOS, fill
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

PAGE = text_of("04/labs/README.md")


CONV = "04/labs/classify_digits_conv.py"


def real_digits():
    if not digits.there():
        lacks("MNIST is not there: python tests/digits.py")


# ---- Flowers ----


def test_iris(finished):
    out = finished(IRIS).stdout
    accuracy = first_number(out, "test accuracy")
    assert first_number(out, "(8 x 3 + 3) =") == 4 * 8 + 8 + 8 * 3 + 3
    assert re.findall(r"Class \d, \w+: (.+)", out) == ["[1. 0. 0.]", "[0. 1. 0.]", "[0. 0. 1.]"]
    confused = table(out, "taken for", 3)
    assert confused.sum(axis=1).tolist() == [20, 20, 20], "stratified"
    assert 100 * confused.trace() / 60 == pytest.approx(accuracy, abs=0.06) and accuracy > 90
    assert confused[0, 0] >= 19, "setosa is told from the others"
    shares = [float(x) for x in re.findall(r"(?m)^  \w+ +([\d.]+)%", out)]
    assert len(shares) == 3 and sum(shares) == pytest.approx(100, abs=0.03)
    others = [float(x) for x in re.findall(r"(?m)^Seed \d+: test accuracy ([\d.]+)%", out)]
    assert len(others) == 5 and len(set(others)) > 1, "each seed has its own split"
    assert f"From {min(others)}% to {max(others)}% right" in out


def test_the_scaler_learns_from_the_training_flowers_alone():
    """The steps that split and scale, alone: mean 0 and deviation 1 among those that train."""
    names = {"load_iris": load_iris, "train_test_split": train_test_split, "SEED": 7}
    names |= {"StandardScaler": StandardScaler, "keras": Mock()}
    for step in (1, 3, 4):
        exec(excerpt(f"{IRIS}, step {step}"), names)
    np.testing.assert_allclose(names["X_train"].mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(names["X_train"].std(axis=0), 1)
    parts = [names[name].index for name in ("y_train", "y_val", "y_test")]
    assert sorted(place for part in parts for place in part) == [*range(150)], "each flower once"


# ---- Digits ----


def test_iris_is_judged_by_the_test_flowers():
    """Step 6 alone, with names for rows: who trains, who watches, who judges."""
    names = {f"{letter}_{part}": part for letter in "XY" for part in ("train", "val", "test")}
    model = Mock()
    model.evaluate.return_value = 0.1, 0.9
    exec(excerpt(f"{IRIS}, step 6"), names | {"model": model})
    assert model.fit.call_args.args == ("train", "train")
    assert model.fit.call_args.kwargs["validation_data"] == ("val", "val")
    assert model.evaluate.call_args.args == ("test", "test")


def test_the_files_are_mnist():
    real_digits()
    for name, md5 in digits.MD5.items():
        assert hashlib.md5((digits.MNIST / name).read_bytes()).hexdigest() == md5


@pytest.mark.long
def test_digits(finished):
    real_digits()
    out = finished(LAB).stdout
    assert "(60000, 28, 28) uint8. Test pictures: (10000, 28, 28)" in out
    assert "Total params: 19,885" in out
    assert "Epoch 10/10" in out and "1688/1688" in out, "54,000 of 60,000 in batches of 32"
    drawn = out.splitlines()[1:29]
    assert "@" in "".join(drawn) and max(map(len, drawn)) <= 56
    assert abs(last_epoch(out)["accuracy"] - last_epoch(out)["val_accuracy"]) < 0.03
    for name in ("loss", "val_loss"):
        assert losses(out, name) == sorted(losses(out, name))[::-1], "it is still learning"
    read = first_number(out, "The network reads")
    confused = table(out, "read as", 10)
    assert confused.sum() == 10_000 and confused.trace() / 100 == pytest.approx(read, abs=0.06)
    right = confused.diagonal() / confused.sum(axis=1)
    assert right.argmin() == 5 and confused[4, 9] > 2 * confused[4, 1]


def test_the_straight_line_runs_on_any_pictures_in_this_form(tmp_path):
    """Two epochs on small digits, whole: shapes, curves, mistakes; and a damaged file before."""
    path = copy_chapter(LAB, tmp_path)
    cache = tmp_path / "home" / "datasets" / "mnist.npz"
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"half a download")
    more = {"KERAS_HOME": str(tmp_path / "home"), "KERAS_MAX_EPOCHS": "2"}
    out = output_of(path, **more, **digits.environment(digits.few))
    assert "seems to be incomplete" in out and cache.stat().st_size > 1e5
    assert "(1500, 28, 28) uint8. Test pictures: (297, 28, 28)" in out
    assert table(out, "read as", 10).sum() == 297
    for name in ("digits_curves.png", "digits_mistakes.png"):
        with Image.open(path.parent / name) as picture:
            assert picture.width > 600


# ---- The exercise ----

LIST = "keras.Sequential([keras.Input((784,)), layers.Dense(25, 'sigmoid'), layers.Dense(10),"
OTHER_FORMS = {
    "X_train": "(pictures / 1.0).astype('float32').reshape(len(pictures), 784)",
    "WHITE": "255.0",
    "Y_train": "np.eye(10)[labels]",
    "model": f"{LIST} layers.Activation('softmax')])",
    "loss": "keras.losses.CategoricalCrossentropy()",
    "optimizer": "keras.optimizers.SGD(learning_rate=0.1)",
    "metrics": "[keras.metrics.CategoricalAccuracy()]",
    "history": "model.fit(X_train, Y_train, epochs=10, validation_split=0.1, verbose=0)",
    "key": "'val_categorical_accuracy'",
    "bigger": ANSWERS["bigger"].replace("sigmoid", "relu"),
}


@pytest.mark.long
def test_the_exercise_takes_every_right_form(tmp_path):
    text = text_of(EXERCISE)
    assert re.findall(rf"(\w+) = {BLANK}", text) == list(ANSWERS)
    real_digits()
    relu = {"bigger": ANSWERS["bigger"].replace("sigmoid", "relu")}
    jobs = [[copy_chapter(EXERCISE, tmp_path / str(n))] for n in range(3)]
    for (path,), instead in zip(jobs, ({}, relu, OTHER_FORMS), strict=True):
        fill(make="real_digits", **instead)(path.parent)
    done = completed_all(jobs, tmp_path)
    for one in done:
        assert one.returncode == 0, one.stderr[-2000:]
        assert first_number(one.stdout, "The better of them reads") > 75
    near(done[0], "the bigger one", 92.4, 1)
    near(done[1], "the bigger one", 96.4, 1)


def near(done, label, quoted, points):
    """Assert that a percentage comes out about as the page quotes it."""
    assert f"{quoted}%" in PAGE
    assert first_number(done.stdout, label) == pytest.approx(quoted, abs=points)


def test_the_page_quotes_what_the_checks_say():
    text = text_of(EXERCISE)
    seven = "Blank 7: keep what fit returns, and hold back: validation_split=0.1."
    rows = "Lay the 28 rows of each picture end to end."
    for words in ("Call load_data().", rows, ": not rows", seven):
        assert words in text and words in PAGE


# ---- Pictures as pictures ----


@pytest.mark.long
def test_convolutions(finished):
    real_digits()
    out = finished(CONV).stdout
    sizes = re.findall(r"(?m)^\w+: ([\d,]+) parameters", out)
    assert sizes == [f"{784 * 32 + 32 + 32 * 10 + 10:,}", f"{160 + 4640 + 800 * 10 + 10:,}"]
    dense, convolutions = misread(out)
    assert convolutions < 0.5 * dense and convolutions < 2.5
    as_they_are, inverted, prepared = photos(finished(PHOTOS).stdout)
    assert max(as_they_are, inverted) < 30 and prepared > 95


def seven(ink="black", paper="white", mode="RGB", size=(300, 400)):
    """Write a 7 with a thick pen, off the middle."""
    page = Image.new(mode, size, paper)
    ImageDraw.Draw(page).line([(150, 60), (250, 70), (190, 210)], ink, 22, joint="curve")
    return page


@pytest.fixture(scope="module")
def sevens(tmp_path_factory):
    """Return the same 7 in files as readers bring them."""
    folder = tmp_path_factory.mktemp("brought")
    kinds = {
        "dark.png": seven(),
        "chalk.png": seven("white", "black"),
        "blue.jpg": seven("blue", "ivory"),
        "clear.png": seven("black", (0, 0, 0, 0), "RGBA"),
        "clear_white.png": seven("white", (255, 255, 255, 0), "RGBA"),
        "gray.png": seven(mode="L", ink=0, paper=255),
        "palette.gif": seven().convert("P"),
        "bits.bmp": seven().convert("1"),
        "print.jpg": seven().convert("CMYK"),
        "large.jpg": seven().resize((3000, 4000)),
    }
    for name, picture in kinds.items():
        picture.save(folder / name)
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: turn by 90 degrees
    seven().rotate(90, expand=True).save(folder / "phone.jpg", exif=exif)
    noise = np.random.default_rng(7).normal(200, 9, (400, 300)) + np.linspace(0, 30, 300)
    grain = np.minimum(noise.clip(0, 255), np.asarray(ImageOps.grayscale(seven()))).astype("uint8")
    Image.fromarray(grain).save(folder / "photo.png")
    return sorted(folder.iterdir())


def test_a_digit_is_prepared_as_mnist_has_it_from_every_kind_of_file(sevens):
    names = runpy.run_path(str(ROOT / PHOTOS))  # its functions; main() is not called
    views = []
    for path in sevens:
        with Image.open(path) as picture:
            views.append(names["prepare"](picture, path)[:, :, 0])
    for path, view in zip(sevens, views, strict=True):
        assert view.shape == (28, 28) and view.max() == 1 and view.min() == 0
        rows, columns = (np.flatnonzero(view.max(axis=axis)) for axis in (1, 0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20, path.name
        for axis in (0, 1):
            assert view.sum(axis=axis) @ np.arange(28) / view.sum() == pytest.approx(14, abs=0.51)
        assert abs(view - views[3]).mean() < 0.03, f"{path.name} is another digit"


def test_the_middle_of_the_ink_comes_to_the_middle():
    """An L has its ink at the left and at the bottom: it moves to the right, and up."""
    prepare = runpy.run_path(str(ROOT / PHOTOS))["prepare"]
    paper = Image.new("L", (200, 300), "white")
    ImageDraw.Draw(paper).line([(60, 50), (60, 250), (160, 250)], fill="black", width=24)
    view = prepare(paper, "L.png")[:, :, 0]
    for axis in (0, 1):
        assert view.sum(axis=axis) @ np.arange(28) / view.sum() == pytest.approx(14, abs=0.51)


@pytest.mark.long
def test_a_digit_of_ones_own_and_the_exercise_with_photos(finished, sevens, tmp_path):
    real_digits()
    network = Path(finished(CONV).folder) / "digits_conv.keras"
    jobs = [[copy_chapter(PHOTOS, tmp_path / str(n))] for n in range(2)]
    for (path,) in jobs:
        shutil.copy(network, path.parent)
    roll = "    picture = np.roll(picture, (round(down), round(across)), axis=(0, 1))\n"
    change(jobs[0][0], (roll, ""))
    jobs[1] += sevens
    cornered, own = completed_all(jobs, tmp_path, **digits.environment())
    near(cornered, "Photos prepared:", 61.0, 12)
    assert own.stdout.count("this is a 7") >= len(sevens) - 1, own.stdout[-3000:]
    assert own.stdout.count("would be read as a 7") < len(sevens) / 2


# ---- Settings ----


@pytest.mark.parametrize("name", ["jax", "torch"])
@pytest.mark.parametrize("script", [IRIS, LAB, CONV])
def test_other_backends(script, name, tmp_path):
    needs(name)
    more = {"KERAS_BACKEND": name, "KERAS_MAX_EPOCHS": "1", **digits.environment(digits.few)}
    output_of(copy_chapter(script, tmp_path), **more)
