"""The digits lab: solution, exercise, and the loading of MNIST with and without internet."""

import ast
import gzip
import importlib.util
import json
import os
import re
import socket
from pathlib import Path

import course
import numpy as np
import pytest
from PIL import Image

LAB = "04/classify_digits.py"
README = (course.ROOT / "README.md").read_text(encoding="utf-8")
EXERCISE = "04/classify_digits_exercise.py"
BLANK = "None  # your code"
FASHION = Path("/usr/share/datasets/fashion-mnist")  # Debian: dataset-fashion-mnist
NOWHERE = "http://127.0.0.1:9"  # a proxy that is not there: the same as no internet
# The one answer that the solution does not spell out.
EXTRA = {"key": '"val_accuracy"'}


def backend(name):
    """Return the environment of a run on a backend, one short epoch; skip if it is not there."""
    if importlib.util.find_spec({"tensorflow": "tensorflow"}.get(name, name)) is None:
        assert not os.environ.get("CI"), f"on CI everything is installed: {name}"
        pytest.skip(f"{name} is not installed")
    # PyTorch takes one step at a time: slow where the cores are busy.
    steps = {"KERAS_MAX_STEPS_PER_EPOCH": "100"} if name == "torch" else {}
    return {"KERAS_BACKEND": name, "KERAS_MAX_EPOCHS": "1", **steps}


def after(text, label):
    """Return the first number behind a label."""
    return course.first_number(text, label)


# ---- The solution ----


@pytest.fixture
def offline(finished):
    return finished(LAB, arguments=("offline",))


def test_every_step_shows_its_number(offline):
    out = offline.stdout
    assert "Training pictures: (60000, 28, 28) uint8. Test pictures: (297, 28, 28)" in out
    assert "784 x 25 + 25 + 25 x 10 + 10 = 19,885" in out
    assert 784 * 25 + 25 + 25 * 10 + 10 == 19_885
    assert out.count("Epoch 10/10") == 2
    assert "1875/1875" in out, "60,000 pictures in batches of 32"
    label = int(after(out, "This is a "))
    one_hot = " ".join("1." if digit == label else "0." for digit in range(10))
    assert f"Its label becomes [{one_hot}]" in out


def test_the_digit_is_drawn_in_letters(offline):
    lines = offline.stdout.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("Training pictures"))
    drawn = lines[start + 1 : start + 29]
    assert lines[start + 29].startswith("This is a ")
    assert drawn[:4] == drawn[-4:] == [""] * 4, "a border, as MNIST has it"
    assert "@" in "".join(drawn) and max(map(len, drawn)) <= 56


def test_both_networks_learn_and_the_bigger_one_learns_more(offline):
    rows = {
        line.split()[0]: [float(text) for text in line.split()[1:]]
        for line in offline.stdout.splitlines()
        if line.startswith(("accuracy ", "loss ", "val_accuracy ", "val_loss "))
    }
    small, bigger = rows["val_accuracy"]
    assert 0.93 < small < 0.99
    assert small < bigger <= 1
    assert rows["loss"][1] < rows["loss"][0]
    # Nearly all training digits by heart, not so the test digits: the overfitting that is taught.
    assert rows["accuracy"][1] > 0.995 > bigger


def test_the_table_of_confusions_adds_up(offline):
    lines = offline.stdout.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("read as"))
    table = np.array([[int(text) for text in x.split()] for x in lines[start + 2 : start + 12]])
    assert table[:, 0].tolist() == list(range(10))
    counts = table[:, 1:]
    assert counts.sum() == 297
    small = float(next(x for x in lines if x.startswith("val_accuracy ")).split()[1])
    assert counts.trace() / counts.sum() == pytest.approx(small, abs=0.001)


def test_its_pictures_are_pictures(offline):
    assert offline.changed == ["digits_curves.png", "digits_mistakes.png"]
    for name in offline.changed:
        with Image.open(Path(offline.folder) / name) as picture:
            assert picture.width >= 600
            assert len(np.unique(np.asarray(picture.convert("L")))) > 20, "something is drawn"


def test_it_says_at_the_end_which_digits_it_used(offline):
    assert offline.stdout.splitlines()[0].startswith("No MNIST: OSError('you asked for offline')")
    assert "Pictures: scikit-learn's digits." in offline.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_it_runs_on_other_backends(name, ran):
    result = ran(LAB, arguments=("offline",), **backend(name))
    assert result.status == 0, result.stderr[-2000:]
    assert "= 19,885" in result.stdout
    assert result.changed == ["digits_curves.png", "digits_mistakes.png"]


def test_a_broken_file_and_a_silent_server_cost_seconds_and_one_line(tmp_path):
    """Keras finds a broken mnist.npz, asks for a new one, and is never answered."""
    script = course.copy_chapter(LAB, tmp_path)
    cache = tmp_path / "keras" / "datasets"
    cache.mkdir(parents=True)
    (cache / "mnist.npz").write_bytes(b"not a picture")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"
        done = course.run(
            script,
            KERAS_HOME=str(cache.parent),
            KERAS_MAX_EPOCHS="1",
            **{"https_proxy": proxy, "HTTPS_PROXY": proxy, "no_proxy": "", "NO_PROXY": ""},
        )
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("No MNIST: ")]
    assert len(told) == 1 and "timed out" in told[0], done.stdout[:2000]
    assert "Traceback" not in done.stderr
    assert "Pictures: scikit-learn's digits." in done.stdout.splitlines()[-1]


def test_a_folder_that_takes_no_picture_is_told_in_one_line(tmp_path):
    script = course.copy_chapter(LAB, tmp_path)
    (script.parent / "digits_curves.png").mkdir()
    limits = {"KERAS_MAX_EPOCHS": "1", "KERAS_MAX_STEPS_PER_EPOCH": "100"}
    done = course.run(script, "offline", KERAS_BACKEND=backend_that_starts_fast(), **limits)
    assert done.returncode == 1
    assert "cannot write here" in course.said(done)[-1]
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in script.parent.glob("*.png")) == ["digits_curves.png"]
    assert not list(script.parent.glob("tmp*")), "a folder was left behind"


# ---- MNIST's own format: 60,000 and 10,000 pictures out of an mnist.npz ----

DRIVER = """
import runpy, sys
import keras.src.datasets.mnist as mnist
_, script, archive = sys.argv
mnist.get_file = lambda fname, origin, file_hash: archive  # no download, no hash
sys.argv = [script]
runpy.run_path(script, run_name="__main__")
"""


def idx(name, offset):
    """Return the bytes of an idx file of Fashion-MNIST, without its head."""
    return np.frombuffer(gzip.decompress((FASHION / name).read_bytes())[offset:], np.uint8)


@pytest.mark.skipif(not FASHION.exists(), reason="Debian's dataset-fashion-mnist is not installed")
def test_sixty_thousand_pictures_in_the_format_of_mnist(tmp_path):
    """Fashion-MNIST has MNIST's sizes and types: clothes instead of digits, and harder."""
    archive = tmp_path / "mnist.npz"
    np.savez(
        archive,
        x_train=idx("train-images-idx3-ubyte.gz", 16).reshape(60_000, 28, 28),
        y_train=idx("train-labels-idx1-ubyte.gz", 8),
        x_test=idx("t10k-images-idx3-ubyte.gz", 16).reshape(10_000, 28, 28),
        y_test=idx("t10k-labels-idx1-ubyte.gz", 8),
    )
    script = course.copy_chapter(LAB, tmp_path)
    driver = tmp_path / "driver.py"
    driver.write_text(DRIVER, encoding="utf-8")
    done = course.run(driver, script, archive, KERAS_BACKEND=backend_that_starts_fast())
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Training pictures: (60000, 28, 28) uint8. Test pictures: (10000, 28, 28)" in done.stdout
    assert "No MNIST" not in done.stdout
    assert "Pictures: MNIST." in done.stdout.splitlines()[-1]
    small, bigger = map(
        float,
        next(x for x in done.stdout.splitlines() if x.startswith("val_accuracy ")).split()[1:],
    )
    promised = re.search(
        r"small network ends between (\d+) % and (\d+) %, "
        r"the bigger one between (\d+) % and (\d+) %",
        README,
    )
    low, high, low_bigger, high_bigger = (int(text) / 100 for text in promised.groups())
    assert low < small < high and low_bigger < bigger < high_bigger
    assert small < bigger
    assert (script.parent / "digits_mistakes.png").exists()


# ---- The exercise ----


def blanks(text):
    """Return the names of the blanks of the exercise, in order."""
    return [
        line.split("=")[0].strip() for line in text.splitlines() if line.strip().endswith(BLANK)
    ]


def answers():
    """Return {name: code} from the solution: what it assigns first, and what its dicts say."""
    found = {}
    for node in ast.walk(ast.parse((course.ROOT / LAB).read_text(encoding="utf-8"))):
        pairs = []
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            pairs = [(node.targets[0].id, node.value)]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            names = [getattr(target, "id", None) for target in node.targets[0].elts]
            pairs = list(zip(names, node.value.elts, strict=True))
        elif isinstance(node, ast.Dict):
            pairs = [
                (key.value, value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        for name, value in pairs:
            # ast.walk goes level by level; the first in the text counts.
            if name not in found or value.lineno < found[name][0]:
                found[name] = value.lineno, ast.unparse(value)
    return {name: code for name, (_, code) in found.items()} | EXTRA


def fill(**instead):
    """Return the exercise with its blanks filled from the solution, but for `instead`."""
    text = (course.ROOT / EXERCISE).read_text(encoding="utf-8")
    right = answers()
    lines = []
    for line in text.splitlines():
        name = line.split("=")[0].strip()
        code = instead.get(name, right.get(name, ""))
        if line.endswith(BLANK) and "*hidden" in code:
            # The solution names the hidden layers in a line of their own.
            lines.append(f"hidden = {right['hidden']}")
        lines.append(line.removesuffix(BLANK) + code if line.endswith(BLANK) else line)
    return "\n".join(lines) + "\n"


def test_the_solution_has_an_answer_for_every_blank():
    text = (course.ROOT / EXERCISE).read_text(encoding="utf-8")
    names = blanks(text)
    assert len(names) >= 12 and text.count("your code") == len(names) + 1
    assert not set(names) - set(answers())
    questions = [line for line in text.splitlines() if "Question:" in line]
    assert len(questions) == 10
    # Above each blank stands its question, below it a check, before the next question.
    steps = text.split("\n# ")[1:]
    for step in (step for step in steps if BLANK in step):
        assert step.index("Question:") < step.index(BLANK) < step.index("sys.exit(")


def test_the_empty_exercise_ends_at_its_first_blank(chapter):
    done = course.run(chapter(EXERCISE), KERAS_BACKEND=backend_that_starts_fast())
    assert done.returncode == 1
    assert course.said(done) == [
        "Blank 1: data should be two pairs of arrays, it is None. Call load_data()."
    ]
    assert course.said(done)[0] in README


def backend_that_starts_fast():
    return "jax" if importlib.util.find_spec("jax") else "tensorflow"


@pytest.mark.parametrize("name", ["tensorflow", "torch"])  # the mistakes below run on JAX
def test_the_filled_exercise_ends_with_the_accuracy(name, chapter):
    script = chapter(EXERCISE)
    script.write_text(fill(), encoding="utf-8")
    proxy = {"https_proxy": NOWHERE, "HTTPS_PROXY": NOWHERE, "KERAS_HOME": str(script.parent)}
    done = course.run(script, **backend(name), **proxy)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("No MNIST: ") == 1
    # Percent, after one epoch; after 100 steps the small network still guesses.
    least = {"small": 5, "bigger": 30} if name == "torch" else {"small": 40, "bigger": 80}
    for size, low in least.items():
        assert low < after(done.stdout, f"The {size} network reads ") <= 100
    assert done.stdout.rstrip().splitlines()[-1].startswith("The bigger network reads ")


# A typical mistake: the blank, what the reader writes, and what the last line must say.
MISTAKES = {
    "not called": ("data", "keras.datasets.mnist.load_data", "Call load_data()."),
    "misspelled": ("data", "keras.datasets.mnist.load()", "AttributeError"),
    "the second picture": ("label", "y_train[1]", "use [0]"),
    "still 28 x 28": (
        "X_train",
        "X_train.astype('float32')",
        "X_train should have shape (60000, 784), it has (60000, 28, 28)",
    ),
    "still whole numbers": ("X_test", "X_test.reshape(-1, 784)", "X_test should be of type"),
    "not one number per pixel": ("X_train", "X_train.reshape(60000, 28)", "cannot reshape"),
    "half as bright": ("WHITE", "256", "WHITE should be the largest pixel, 255; it is 256"),
    "labels as they are": ("Y_train", "y_train", "shape (60000, 10), it has (60000,)"),
    "no softmax": (
        "model",
        "keras.Sequential([keras.Input((784,)), layers.Dense(25, 'sigmoid'), layers.Dense(10)])",
        "not [(25, 'sigmoid'), (10, 'linear')]",
    ),
    "no input": ("model", "keras.Sequential([layers.Dense(25)])", "keras.Input((784,))"),
    "a loss for numbers": ("loss", "'mean_squared_error'", "it is 'mean_squared_error'"),
    "accuracy without a list": ("metrics", "'accuracy'", "a list with 'accuracy'"),
    "nothing to judge on": (
        "history",
        "model.fit(X_train, Y_train, batch_size=6000, epochs=1, verbose=0)",
        "use validation_data. It has ['accuracy', 'loss']",
    ),
    "the name of 2017": ("key", "'val_acc'", "it is 'val_acc'"),
    "not bigger": ("bigger", "model", "more than 19,885"),
}
MANY = """
import contextlib, io, json, runpy, sys
import keras
def no_internet():
    raise OSError("no internet")
keras.datasets.mnist.load_data = no_internet
heard = {}
for name in sys.argv[1:]:
    errors = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        try:
            runpy.run_path(name, run_name="__main__")
            status = 0
        except SystemExit as end:
            status = end.code
        except Exception as problem:  # what Python does at the end of a script
            own = problem.__traceback__
            while own.tb_frame.f_code.co_filename != name:
                own = own.tb_next
            sys.excepthook(type(problem), problem, own)
            status = errors.getvalue().strip()
    heard[name] = status
print(json.dumps(heard))
"""


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """Return {mistake: what the exercise ends with}, all from one process, to save time."""
    folder = tmp_path_factory.mktemp("mistakes")
    files = {}
    for number, (mistake, (blank, code, _)) in enumerate(MISTAKES.items()):
        file = folder / f"mistake_{number}.py"
        # The training that comes before a late blank: one step is enough to reach the check.
        quick = {
            "history": "model.fit(X_train[:320], Y_train[:320], validation_data=(X_test, Y_test))"
        }
        file.write_text(fill(**(quick | {blank: code})), encoding="utf-8")
        files[str(file)] = mistake
    driver = folder / "many.py"
    driver.write_text(MANY, encoding="utf-8")
    done = course.run(driver, *files, KERAS_BACKEND=backend_that_starts_fast())
    assert done.returncode == 0, done.stderr[-3000:]
    return {files[name]: said for name, said in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_a_line_that_helps(mistake, heard):
    line = heard[mistake]
    assert isinstance(line, str), f"it ended with {line}"
    assert MISTAKES[mistake][2] in line
    assert line.startswith(("Blank ", "Line ")) and "\n" not in line and len(line) < 400


def test_the_readme_quotes_what_the_check_says(heard):
    assert heard["still 28 x 28"] in README


def test_different_mistakes_get_different_lines(heard):
    assert len(set(heard.values())) == len(MISTAKES) >= 6
