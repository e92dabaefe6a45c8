"""Pictures of the reader's own: likelihoods, downloads that fail, fine-tuning."""

import json
import re
import shutil

import made_pictures
import numpy as np
import pytest
import situations_05_your_pictures as brought
from layout import text_of
from missing import needs, no_download
from outputs import first_number, own_lines
from running import change, completed, completed_all, copy_chapter, output_of, output_of_program
from servers import nobody_signed, server
from stand_in import MOBILE, NAMES, RESNET, class_index

TF = "tensorflow"
RECOGNIZE, TUNE = brought.RECOGNIZE, brought.TUNE


@pytest.mark.parametrize("backend", [TF, "jax", "torch"])
def test_likelihoods_are_right_with_every_backend_and_setting(backend, stand_in, chapter):
    needs(backend)
    path = chapter(RECOGNIZE)
    change(path, ('weights="imagenet"', f"weights={str(stand_in / RESNET)!r}"))
    made_pictures.scene(size=(224, 224)).save(path.with_name("scene.png"))
    made_pictures.turned("PNG", 6)(path.with_name("turned.png"))
    names = [path.with_name(f"{name}.png") for name in ("scene", "turned", "not there")]
    done = completed(path, *names, KERAS_HOME=str(stand_in / "home"), KERAS_BACKEND=backend)
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
    made_pictures.turned("PNG", 6)(file)
    read = brought.reader(upright)
    assert made_pictures.seen(read(file)) == ["green", "white", "red", "blue"]
    for kind in ("RGBA", "P"):
        made_pictures.hidden(kind)(file)
        read = brought.reader(black)
        assert made_pictures.seen(read(file)) == ["red", "green", "blue", "black"]
    texts = [text_of(name) for name in (RECOGNIZE, TUNE)]
    one, other = (re.search(r"(?s)def read.+?\n\n\n", text)[0] for text in texts)
    assert one == other


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
        path = copy_chapter(script, tmp_path / str(place))
        proxy = ("import os\n", f"import os\nos.environ['https_proxy'] = 'http://{ways[cause]}'\n")
        change(path, proxy, ("setdefaulttimeout(20)", "setdefaulttimeout(3)"))
        bring = brought.classes(cat=8, dog=8)
        if script == RECOGNIZE:
            bring = brought.bringing("a.png", made_pictures.saved("PNG"))
        commands.append([path, *bring(path.parent)])
    results = completed_all(commands, tmp_path, KERAS_HOME=str(home))
    for cause, command, done in zip(causes, commands, results, strict=True):
        [line] = own_lines(done)
        assert no_download(done), line
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
        file.write_bytes(made_pictures.PAGE)
    [mine] = brought.classes(cat=8, dog=8)(path.parent)
    done = completed(path, mine, KERAS_HOME=str(tmp_path / "home"))
    [line] = own_lines(done)
    assert done.returncode == 1 and f"Delete {file}" in line and "Traceback" not in done.stderr
    assert file.exists(), "it is the reader's to delete"


def test_a_cache_that_is_a_file(chapter, tmp_path):
    path = chapter(RECOGNIZE)
    (tmp_path / "home").touch()
    made_pictures.saved("PNG")(tmp_path / "a.png")
    done = completed(path, tmp_path / "a.png", KERAS_HOME=str(tmp_path / "home"))
    [line] = own_lines(done)
    assert done.returncode == 1 and str(tmp_path / "home" / "models") in line


LATER = [pytest.param(*case, marks=pytest.mark.long) for case in [("jax", True), (TF, False)]]


@pytest.mark.parametrize("backend, kept", [(TF, True), *LATER])
def test_own_classes(backend, kept, stand_in, chapter):
    """The file's weights are used, BatchNormalization stays, the rest is tuned, all is saved."""
    needs(backend)
    path = chapter(TUNE)
    if not kept:  # the exercise
        change(path, ("        layer.trainable = False", "        layer.trainable = True"))
    [mine] = brought.classes(blue=0, red=0)(path.parent)
    random = np.random.default_rng(1)
    for name, color in (("red", (200, 40, 40)), ("blue", (40, 40, 200))):
        for n in range(8):
            pixels = random.normal(color, 30, (40, 50, 3)).clip(0, 255).astype("uint8")
            made_pictures.array(pixels)(mine / name / f"{n}.png")
    home, epochs = str(stand_in / "home"), {"KERAS_MAX_EPOCHS": "1"}
    out = output_of(path, mine, KERAS_HOME=home, KERAS_BACKEND=backend, **epochs)
    assert "Frozen: fit changes 0 of 2 arrays" in out
    for text in ("blue: 8 pictures", "New head: ", "Fine-tuned: ", "stand for blue, red"):
        assert text in out
    assert 0 <= first_number(out, "Fine-tuned: ") <= 100
    weights = stand_in / "home" / "models" / MOBILE
    seen = output_of_program(path.parent, LOOK, weights, KERAS_BACKEND=backend)
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
