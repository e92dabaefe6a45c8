"""Let Keras ask for MNIST elsewhere. Every process of the tests imports this: it must be light."""

import hashlib
import importlib
import importlib.machinery
import os
from pathlib import Path

# What Keras keeps, and what else is made once, is kept here, and not in the reader's home folder.
CACHE = Path(__file__).resolve().parent / ".cache"
KERAS_HOME = CACHE / "keras"
NOWHERE = "http://127.0.0.1:9/mnist.npz"  # nobody listens there: the same as no internet
MODULE = "keras.src.datasets.mnist"


def redirect(origin, digest, home):
    """Let Keras ask for mnist.npz at `origin`, and keep it below `home`."""
    keras_mnist, utils = (importlib.import_module(name) for name in (MODULE, "keras.utils"))
    keras_mnist.get_file = lambda fname, **_: utils.get_file(
        fname, origin=origin, file_hash=digest, cache_dir=home and str(home)
    )
    if home:
        os.environ["KERAS_HOME"] = str(home)


class AfterImport:
    """Replace address and fingerprint when Keras has just imported its module for MNIST."""

    @staticmethod
    def find_spec(name, path, _=None):
        if name != MODULE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        execute, file = spec.loader.exec_module, os.environ["COURSE_MNIST"]

        def exec_module(module):
            execute(module)
            usual = os.environ.get("KERAS_HOME") == str(KERAS_HOME)
            home = Path(file).parents[1] if file and usual else None
            origin = Path(file).as_uri() if file else NOWHERE
            redirect(origin, file and fingerprint(file), home)

        spec.loader.exec_module = exec_module
        return spec


def fingerprint(file):
    """Return the hash by which Keras knows a file."""
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()
