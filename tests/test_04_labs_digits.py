"""The labs on flowers and digits: what they print, what they teach, the exercises, own digits."""

import ast
import os
import re

import digits
import numpy as np
import pytest
from claims_04_labs_digits import IRIS, shown, table
from layout import text_of
from missing import needs
from outputs import first_number
from PIL import Image, ImageDraw, ImageOps
from running import change, completed_all, copy_chapter, keras_json, output_of
from situations_04_labs import ANSWERS, BLANK, CONV, EXERCISE, LAB, fill

PAGE = text_of("04/labs/README.md")


def test_on_ci_the_digits_are_there():
    assert digits.DIGITS.exists() or not os.environ.get("CI"), "see the head of tests/digits.py"


# ---- Flowers ----


def test_iris(finished):
    out = finished(IRIS).stdout
    seeds = [float(x) for x in re.findall(r"Seed \d+: .* accuracy ([\d.]+)%", out)]
    assert len(seeds) == 5 and np.median(seeds) >= 95
    assert first_number(out, "5 seeds:") == sorted(seeds)[2]
    assert first_number(out, "(8 x 3 + 3) =") == 4 * 8 + 8 + 8 * 3 + 3
    assert re.findall(r"Class \d, \w+: (.+)", out) == ["[1. 0. 0.]", "[0. 1. 0.]", "[0. 0. 1.]"]
    confused = table(out, "taken for", 3)
    assert confused.sum(axis=1).tolist() == [20, 20, 20], "stratified"
    assert 100 * confused.trace() / 60 == pytest.approx(seeds[-1], abs=0.06)
    assert confused[0, 0] == 20, "setosa is never mistaken"
    shares = [float(x) for x in re.findall(r"(?m)^  \w+ +([\d.]+)%", out)]
    assert sum(shares) == pytest.approx(100, abs=0.03)


# ---- Digits ----


def test_digits(finished):
    out = finished(LAB).stdout
    assert "(8000, 28, 28) uint8. Test pictures: (2000, 28, 28)" in out
    assert f"has {784 * 25 + 25 + 25 * 10 + 10:,}" in out and "has 198,760" in out
    assert out.count("Epoch 10/10") == 2 and "225/225" in out, "7,200 of 8,000 in batches of 32"
    drawn = out.splitlines()[1:29]
    assert "@" in "".join(drawn) and max(map(len, drawn)) <= 56
    last = shown(out)
    small, bigger = (first_number(out, f"The {n} network reads") for n in ("small", "bigger"))
    assert 70 < small < bigger < 90
    for place in (0, 1):  # neither overfits, both are still learning
        assert abs(last["accuracy"][place] - last["val_accuracy"][place]) < 0.03
        assert abs((small, bigger)[place] - 100 * last["val_accuracy"][place]) < 2.9
    losses = [float(x) for x in re.findall(r"val_loss: ([\d.]+)", out)]
    assert losses[:10] == sorted(losses[:10])[::-1] and losses[10:] == sorted(losses[10:])[::-1]
    confused = table(out, "read as", 10)
    assert 100 * confused.trace() / confused.sum() == pytest.approx(small, abs=0.06)
    right = confused.diagonal() / confused.sum(axis=1)
    assert right.argmin() == 5 and confused[4, 9] > 2 * confused[4, 1]


@pytest.mark.skipif(not digits.FASHION.exists(), reason="dataset-fashion-mnist is not installed")
def test_sixty_thousand_pictures_and_a_damaged_file_before(tmp_path):
    """At MNIST's full size, by the real download of Keras, which replaces a damaged file."""
    path = copy_chapter(LAB, tmp_path)
    cache = tmp_path / "home" / "datasets" / "mnist.npz"
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"half a download")
    more = {"KERAS_HOME": str(tmp_path / "home"), "KERAS_MAX_EPOCHS": "2"}
    out = output_of(path, **more, **digits.environment(digits.clothes))
    assert "seems to be incomplete" in out and cache.stat().st_size > 1e7
    assert "(60000, 28, 28) uint8. Test pictures: (10000, 28, 28)" in out
    assert "1688/1688" in out
    last = shown(out)
    for place in (0, 1):
        assert last["accuracy"][place] - last["val_accuracy"][place] < 0.03
    assert 0.6 < last["val_accuracy"][0] < last["val_accuracy"][1] < 0.85
    assert table(out, "read as", 10).sum() == 10_000


@pytest.mark.long
def test_exercises_of_the_digits(finished, tmp_path):
    finished(LAB)  # skips where there are no digits
    changes = [
        ('("small", 25)', '("small", 5)'),
        ('optimizer="SGD"', 'optimizer="adam"'),
        ('[("small", 25), ("bigger", 250)]', '[("small", 25)]'),
    ]
    jobs = [[copy_chapter(LAB, tmp_path / str(n))] for n in range(3)]
    for (path,), pair in zip(jobs, changes, strict=True):
        change(path, pair)
    change(jobs[2][0], ("epochs=10", "epochs=75"))
    five, adam, longer = completed_all(jobs, tmp_path, **digits.environment())
    assert not five.returncode + adam.returncode + longer.returncode, longer.stderr[-2000:]
    assert "has 3,985" in five.stdout and "5 × 10 + 10 = 3,985" in PAGE  # noqa: RUF001
    near(five, "The small network reads", 49.1, 8)
    assert abs(shown(five.stdout)["accuracy"][0] - shown(five.stdout)["val_accuracy"][0]) < 0.05
    near(adam, "The small network reads", 91.3, 1.5)
    near(adam, "The bigger network reads", 93.1, 1.5)
    for key, quoted in (("accuracy", 0.964), ("val_accuracy", 0.931)):
        assert shown(adam.stdout)[key][1] == pytest.approx(quoted, abs=0.015)
        assert str(quoted) in PAGE
    near(longer, "The small network reads", 90.9, 1.5)


def near(done, label, quoted, points):
    """Assert that a percentage comes out about as the page quotes it."""
    assert f"{quoted}%" in PAGE
    assert first_number(done.stdout, label) == pytest.approx(quoted, abs=points)


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
def test_the_exercise_takes_every_right_form(finished, tmp_path):
    text = text_of(EXERCISE)
    assert re.findall(rf"(\w+) = {BLANK}", text) == list(ANSWERS)
    finished(LAB)  # skips where there are no digits
    relu = {"bigger": ANSWERS["bigger"].replace("sigmoid", "relu")}
    jobs = [[copy_chapter(EXERCISE, tmp_path / str(n))] for n in range(3)]
    for (path,), instead in zip(jobs, ({}, relu, OTHER_FORMS), strict=True):
        fill(make="real_digits", **instead)(path.parent)
    done = completed_all(jobs, tmp_path)
    for one in done:
        assert one.returncode == 0, one.stderr[-2000:]
        assert first_number(one.stdout, "The better of them reads") > 75
    near(done[0], "the bigger one", 85.9, 2)
    near(done[1], "the bigger one", 91.1, 2)


def test_the_page_quotes_what_the_checks_say():
    text = text_of(EXERCISE)
    seven = "Blank 7: keep what fit returns, and hold back: validation_split=0.1."
    rows = "Lay the 28 rows of each picture end to end."
    for words in ("Call load_data().", rows, ": not rows", seven):
        assert words in text and words in PAGE


# ---- Pictures as pictures ----


def test_convolutions(finished):
    out = finished(CONV).stdout
    dense, conv = re.findall(r"(?m)^\w+: ([\d,]+) parameters, ([\d.]+)%", out)
    assert dense[0] == f"{784 * 32 + 32 + 32 * 10 + 10:,}"
    assert conv[0] == f"{160 + 4640 + 800 * 10 + 10:,}" and "4,640" in PAGE
    assert 100 - float(conv[1]) < 0.55 * (100 - float(dense[1])) and float(conv[1]) > 95
    as_they_are, inverted, prepared = (float(x) for x in re.findall(r"Photos .+: ([\d.]+)%", out))
    assert max(as_they_are, inverted) < 30 and prepared > 94


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
    tree = ast.parse(text_of(CONV))
    code = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    names = {"np": np, "Image": Image, "ImageOps": ImageOps, "WHITE": 255}
    exec(ast.unparse(code), names)
    views = []
    for path in sevens:
        with Image.open(path) as picture:
            views.append(names["prepare"](picture))
    for path, view in zip(sevens, views, strict=True):
        assert view.shape == (28, 28) and view.max() == 1 and view.min() == 0
        rows, columns = (np.flatnonzero(view.max(axis=axis)) for axis in (1, 0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20, path.name
        for axis in (0, 1):
            assert view.sum(axis=axis) @ np.arange(28) / view.sum() == pytest.approx(14, abs=0.51)
        assert abs(view - views[3]).mean() < 0.03, f"{path.name} is another digit"


@pytest.mark.long
def test_exercises_of_the_convolutions_and_a_digit_of_ones_own(finished, sevens, tmp_path):
    finished(LAB)  # skips where there are no digits
    jobs = [[copy_chapter(CONV, tmp_path / str(n))] for n in range(3)]
    change(jobs[0][0], ("layers.Dense(32", "layers.Dense(128"))
    centering = "np.roll(digit / digit.max(), (round(down), round(across)), axis=(0, 1))"
    change(jobs[1][0], (centering, "digit / digit.max()"))
    jobs[2] += sevens
    wider, cornered, own = completed_all(jobs, tmp_path, **digits.environment())
    near(wider, "101,770 parameters,", 93.4, 1.5)
    near(cornered, "Photos prepared:", 57.8, 12)
    assert own.stdout.count("This is a 7") >= len(sevens) - 1, own.stdout[-3000:]
    assert own.stdout.count("Not prepared: 7") < len(sevens) / 2


# ---- Settings ----


@pytest.mark.parametrize("name", ["jax", "torch"])
@pytest.mark.parametrize("script", [IRIS, LAB, CONV])
def test_other_backends(script, name, tmp_path):
    needs(name)
    more = {"KERAS_BACKEND": name, "KERAS_MAX_EPOCHS": "1", **digits.environment(digits.few)}
    output_of(copy_chapter(script, tmp_path), **more)


@pytest.mark.parametrize("script", [IRIS, LAB, CONV])
def test_settings_of_keras_json_do_no_harm(script, tmp_path):
    more = keras_json(tmp_path, floatx="float16", image_data_format="channels_first")
    more |= digits.environment(digits.few) | ({"KERAS_MAX_EPOCHS": "2"} if script == IRIS else {})
    out = output_of(copy_chapter(script, tmp_path), **more)
    last = re.findall(r"([\d.]+)%", out)[-1] if script != IRIS else "100"
    assert float(last) > 40 and "nan" not in out and "inf" not in out
