"""What can happen on the way to MNIST, what readers write into blanks, and which digits they bring.

Keras downloads for real: only the address and the fingerprint are those of this file's servers.
"""

import os
import shutil
from pathlib import Path

import digits
import numpy as np
from bringing import edited_text
from missing import all_is_installed
from mnist_address import NOWHERE
from PIL import Image
from running import change
from servers import nobody_signed, server
from situations import Situation

LAB, EXERCISE = "04/labs/classify_digits.py", "04/labs/classify_digits_exercise.py"
IRIS, PHOTOS = "04/labs/classify_iris.py", "04/labs/read_digit_photos.py"
BLANK = "None  # your code"
NAME = "mnist.npz"
DIRECTORY = "Permission denied" if os.name == "nt" else "Is a directory"


# ---- The download ----


def answering(reply):
    """Return what starts a server that answers so, and gives the address of MNIST there."""
    return lambda: f"http://{server(reply)}/{NAME}"


def unsigned():
    return f"https://{server(certificate=nobody_signed('127.0.0.1'))}/{NAME}"


def begins(script, line):
    """Let a copied script begin with a line of ours, which may use tests/digits.py."""
    text = script.read_text(encoding="utf-8")
    ours = f"import sys; sys.path.append({str(digits.TESTS)!r}); import digits; {line}\n"
    script.write_text(ours + text, encoding="utf-8")


def asks(address, there=None, script=LAB):
    """Let Keras ask this address. `there(file)` puts something where it keeps MNIST."""

    def bring(folder):
        home = folder.parents[2] / "home"
        file = home / "datasets" / NAME
        if there:
            there(file)
        home.mkdir(exist_ok=True)
        origin = address() if callable(address) else address
        path = folder / Path(script).name
        begins(path, f"digits.redirect({origin!r}, {'0' * 64!r}, {str(home)!r})")

    return bring


def damaged(file):
    file.parent.mkdir(parents=True)
    file.write_bytes(b"half a download")


def file_for_a_folder(file):
    file.parents[1].mkdir(parents=True)
    file.parent.write_bytes(b"")


def folder_for_a_file(file):
    file.mkdir(parents=True)


PAGE = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Please log in</html>"
HALF = b"HTTP/1.0 200 OK\r\nContent-Length: 11490434\r\n\r\nPK"
DOWNLOADS = {
    "nobody answers at the address": (NOWHERE, None, "Exception: URL fetch failure on http"),
    "half a download": (answering(HALF), None, "got only 2 out of 11490434"),
    "a firewall forbids it": (answering(b"HTTP/1.0 403 Forbidden\r\n\r\n"), None, "Forbidden"),
    "a page of HTML in its place": (answering(PAGE), None, "Incomplete or corrupted file"),
    "a damaged file, and no internet": (NOWHERE, damaged, "Exception: URL fetch failure on http"),
    "a file where the folder should be": (NOWHERE, file_for_a_folder, "File exists"),
    "a folder where the file should be": (NOWHERE, folder_for_a_file, DIRECTORY),
}
if shutil.which("openssl") or all_is_installed():
    DOWNLOADS["a certificate that nobody signed"] = (unsigned, None, "CERTIFICATE_VERIFY_FAILED")


# ---- The blanks ----

NETWORK = "keras.Sequential([keras.Input((784,)), layers.Dense({}, 'sigmoid'),"
NETWORK += " layers.Dense(10, 'softmax')])"
ANSWERS = {
    "data": "keras.datasets.mnist.load_data()",
    "X_train": "pictures.reshape(-1, 784).astype('float32')",
    "X_test": "test_pictures.reshape(-1, 784).astype('float32')",
    "WHITE": "255",
    "Y_train": "keras.utils.to_categorical(labels, 10)",
    "Y_test": "keras.utils.to_categorical(test_labels, 10)",
    "model": NETWORK.format(25),
    "loss": "'categorical_crossentropy'",
    "optimizer": "'SGD'",
    "metrics": "['accuracy']",
    "history": "model.fit(X_train, Y_train, batch_size=32, epochs=10, validation_split=0.1,"
    " verbose=0)",
    "key": "'val_accuracy'",
    "bigger": NETWORK.format(250),
}


def fill(until=None, make="few", **instead):
    """Fill the blanks of a copied exercise, up to one of them, and choose its pictures."""

    def bring(folder):
        path = folder / Path(EXERCISE).name
        answers = ANSWERS | instead
        names = list(answers)[: list(answers).index(until) if until else None]
        for name in names:
            change(path, (f"{name} = {BLANK}", f"{name} = {answers[name]}"))
        begins(path, f"digits.redirect_to(digits.{make})")

    return bring


LAST = ANSWERS["model"].replace(", 'softmax')", "), layers.Softmax()")
CALLS = "keras.Model(x := keras.Input((784,)), layers.Dense(10, 'softmax')("
CALLS += "layers.Dense(25, 'sigmoid')(x)))"
# What a reader writes -> a part of the last line.
MISTAKES = {
    "nothing yet": (fill("data"), "Blank 1: two pairs of arrays, not None"),
    "not called": (fill(data="keras.datasets.mnist.load_data"), "Blank 1: two pairs"),
    "misspelled": (fill(data="keras.datasets.mnist.load()"), "has no attribute 'load'"),
    "still 28 x 28": (fill(X_train="pictures"), "X_train has shape (1500, 28, 28)"),
    "columns for rows": (fill(X_test="test_pictures.transpose(0, 2, 1).reshape(-1, 784)"
                              ".astype('float32')"), "X_test is scrambled"),
    "pictures mixed up": (fill(X_train="pictures.reshape(784, -1).T.astype('float32')"),
                          "X_train is scrambled"),
    "still whole numbers": (fill(X_train="pictures.reshape(-1, 784)"), "astype('float32')"),
    "a little too dark": (fill(WHITE="256"), "not 256"),
    "labels as they are": (fill(Y_train="labels"), "Blank 4: Y_train"),
    "labels of other pictures": (fill(Y_test="keras.utils.to_categorical(labels[:297], 10)"),
                                 "Blank 4: Y_test"),
    "no softmax": (fill(model=ANSWERS["model"].replace(", 'softmax'", "")), "then softmax"),
    "relu for sigmoid": (fill(model=ANSWERS["model"].replace("sigmoid", "relu")), "not ['relu'"),
    "24 units": (fill(model=ANSWERS["model"].replace("25", "24")), "784 inputs, 25 and 10"),
    "a loss for amounts": (fill(loss="'mean_squared_error'"), "cross-entropy for categories"),
    "a metric without a list": (fill(metrics="'accuracy'"), "a list of names"),
    "another metric": (fill(metrics="['mean_squared_error']"), "of 'accuracy' alone"),
    "no optimizer": (fill(optimizer="None"), "should be SGD"),
    "softmax as a layer of its own": (fill(model=LAST), "not ['sigmoid', 'linear']"),
    "a network of calls, then no loss": (fill(model=CALLS, loss="None"), "Blank 6: the cross-"),
    "another optimizer": (fill(optimizer="'adam'"), "should be SGD"),
    "validated on the test pictures": (fill(history=ANSWERS["history"].replace(
        "_split=0.1", "_data=(X_test, Y_test)")), "Blank 7: 10 epochs"),
    "batches of 64": (fill(history=ANSWERS["history"].replace("32", "64")), "of batches of 32"),
    "nothing held back": (fill(history="model.fit(X_train, Y_train, verbose=0)"), "hold back"),
    "the name of 2017": (fill(key="'val_acc'"), "val_accuracy"),
    "not bigger": (fill(bigger="model"), "more than 19,885"),
    "bigger, without softmax": (fill(bigger=ANSWERS["bigger"].replace(", 'softmax'", "")),
                                "Blank 9: it needs softmax"),
    "a rate of almost nothing": (fill(optimizer="keras.optimizers.SGD(1e-9)"), "is guessing"),
}  # fmt: skip


AFTER_TEN_EPOCHS = {
    *("the name of 2017", "not bigger", "bigger, without softmax", "a rate of almost nothing"),
}


# ---- The pictures ----


def picture(make, name="digit.png"):
    """Return a `bring` that makes a picture, with a network that has learned nothing yet."""

    def bring(folder):
        copy = folder / Path(PHOTOS).name
        network = "keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(),"
        network += " keras.layers.Dense(10)])"
        change(copy, ('keras.saving.load_model(HERE / "digits_conv.keras")', network))
        begins(copy, "digits.redirect_to(digits.few)")
        make(folder.parents[2] / name)
        return [folder.parents[2] / name]

    return bring


def nothing(_):
    """Put nothing there."""


def half_a_jpeg(file):
    noise = np.random.default_rng(7).integers(0, 255, (200, 200, 3), np.uint8)
    Image.fromarray(noise).save(file, "JPEG")
    file.write_bytes(file.read_bytes()[:9000])


def gray16(file):
    Image.fromarray(np.full((9, 9), 3000, np.uint16)).save(file)


OWN = {"traceback": True}  # the words of Python, Keras or Pillow
PICTURES = {
    "not there": (nothing, "No such file", OWN),
    "a folder": (lambda file: file.mkdir(), DIRECTORY, OWN),
    "half a JPEG": (half_a_jpeg, "truncated", OWN),
    "a page of HTML": (lambda file: file.write_text("<html>"), "cannot identify", OWN),
    "a HEIC": (lambda file: file.write_bytes(b"\0\0\0\x18ftypheic" + bytes(99)), "identify", OWN),
    "16 bits of gray": (gray16, "has more than 8 bits in a pixel", {}),
    "an empty paper": (lambda file: Image.new("L", (99, 99), 250).save(file),
                       "shows nothing that stands out from its border", {}),
}  # fmt: skip


def exercise_asks(folder):
    asks(NOWHERE, script=EXERCISE)(folder)
    change(folder / Path(EXERCISE).name, (f"data = {BLANK}", f"data = {ANSWERS['data']}"))


SITUATIONS = [
    *(Situation(LAB, what, says, 1, asks(address, there), **OWN)
      for what, (address, there, says) in DOWNLOADS.items()),
    Situation(IRIS, "a flower with a gap", "ValueError: a length is missing", 1,
              edited_text("classify_iris.py", "width (cm)\": 1.7", "width (cm)\": None"), **OWN),
    Situation(EXERCISE, "no internet", "URL fetch failure on", 1, exercise_asks, **OWN),
    *(Situation(EXERCISE, what, says, 1, bring, traceback="has no attribute" in says,
                whole=what in AFTER_TEN_EPOCHS)
      for what, (bring, says) in MISTAKES.items()),
    *(Situation(PHOTOS, what, says, 1, picture(make), **more)
      for what, (make, says, more) in PICTURES.items()),
    Situation(PHOTOS, "no network yet", "digits_conv.keras", 1, **OWN),
]  # fmt: skip
