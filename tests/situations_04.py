"""What readers have in chapter 4: settings, other games and rows, model files of every age.

Here Python's and the libraries' own words are right, and nothing that was there is damaged.
"""

import shutil

import old_models as old
from bringing import edited_text, gone, settings
from brought_models import (
    DICT,
    FUTURE,
    GROUPS,
    LAMBDA,
    LISTED,
    SALES,
    SLASHES,
    edited,
    model,
    weights_alone,
)
from layout import text_of
from running import change
from situations import Situation

TRAIN, SAVE = "04/train_model.py", "04/save_trained_model.py"
PREDICT = "04/predict.py"
LOAD = "04/load_saved_model.py"
HEADER = text_of("04/proposed_new_product.csv").split()[0]
ROW = "0.7,1,1,1,0,1,0,1,0.8"


# ---- The file of new games: pandas' and Keras' own words ----


def games_file(what, content, says, status=1, **more):
    def bring(folder):
        if status:  # what is refused needs no trained network
            change(folder / "predict.py", ("model.fit(", "(lambda *_, **__: None)("))
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / "proposed_new_product.csv").write_bytes(raw)

    return Situation(PREDICT, what, says, status, bring, traceback=status == 1, **more)


def unlike(script, what, row, switch=""):
    """A row with oneDNN on or off: with it, relu makes 0 of nan, and dollars of an empty cell."""

    def bring(folder):
        text = f"{HEADER}\n{row}\n"
        (folder / "proposed_new_product.csv").write_text(text, encoding="utf-8")

    environment = {"TF_ENABLE_ONEDNN_OPTS": switch} if switch else {}
    environment["KERAS_MAX_EPOCHS"] = "1"
    name = f"{what}, TF_ENABLE_ONEDNN_OPTS={switch or 'as it is'}"
    return Situation(script, name, REFUSED, 1, bring, environment, traceback=True, not_said="$")


REFUSED = "A row of the new games has a value too many, too few or empty."
TURNED = f"{HEADER.replace('critic_rating,', '')},critic_rating\n{ROW[4:]},0.7\n"
MAIN_ROAD = [
    games_file("one more value in front", f"{HEADER}\n1,{ROW}\n", REFUSED),
    games_file("one more value at the end", f"{HEADER}\n{ROW},1\n", REFUSED),
    games_file("a value too many later on", f"{HEADER}\n{ROW}\n{ROW},1\n", "Expected 9 fields"),
    games_file("a comma at the end of a later row", f"{HEADER}\n{ROW}\n{ROW},\n", "Expected 9 f"),
    games_file("a comma at the end of a row", f"{HEADER}\n{ROW},\n", REFUSED),
    games_file("a value less", f"{HEADER}\n{ROW[4:]}\n", REFUSED),
    games_file("a byte-order mark", f"\ufeff{HEADER}\n{ROW}\n", "product 1: $", 0),
    games_file("the line ends of Windows", f"{HEADER}\r\n{ROW}\r\n", "product 1: $", 0),
    games_file("columns in another order", TURNED, "product 1: $", 0),
    games_file("two games", f"{HEADER}\n{ROW}\n{ROW}\n", "product 2: $", 0),
    games_file("one column more, with a name", f"{HEADER},name\n{ROW},Zork\n", "product 1: $", 0),
    games_file("semicolons and decimal commas", f"{HEADER}\n{ROW}\n".replace(",", ";").replace(
        ".", ","), REFUSED),
    games_file("a text", f"{HEADER}\n{ROW}\n".replace("0.7", "4.5 stars"), "Invalid dtype: str"),
    games_file("an empty cell", f"{HEADER}\n{ROW}\n".replace("0.7", ""), REFUSED),
    unlike(PREDICT, "an empty cell", ROW.replace("0.7", ""), switch="0"),
    unlike(LOAD, "an empty cell", ROW.replace("0.7", "")),
    *(unlike(script, "a decimal comma", ROW.replace(".", ",", 1)) for script in (PREDICT, LOAD)),
    games_file("a column missing", f"{HEADER[14:]}\n{ROW[4:]}\n", "['critic_rating'] not in index"),
    games_file("a column with another name", f"{HEADER}\n{ROW}\n".replace("critic_", "my_"),
               "['critic_rating'] not in index"),
    games_file("an empty file", "", "No columns to parse"),
    games_file("names alone, no game", f"{HEADER}\n", "Error"),
    games_file("a file of Excel under this name", b"PK\x03\x04" + bytes(range(256)), "Error"),
]  # fmt: skip


# ---- A file of 2017 in the place of the course's own: Keras' own words ----


def loaded(what, bring, says, status=1):
    def brought(folder):
        both, one = '["trained_model.keras", "trained_model.h5"]', '["trained_model.h5"]'
        change(folder / "load_saved_model.py", (both, one))
        (path,) = bring(folder)
        shutil.move(path, folder / "trained_model.h5")

    return Situation(LOAD, what, says, status, brought, traceback=True)


LOADED = [
    loaded("Keras 2.0: a bare list", model(SALES), "pop expected at most 1 argument, got 2"),
    loaded("tf.keras 2 without an InputLayer", model(DICT, optimizer={"learning_rate": 0.1}),
        "Expected shape (None, None, 9)"),
    loaded("an optimizer with lr", model(LISTED), "Argument(s) not recognized: {'lr': 0.001}"),
    loaded("an optimizer with decay", model(LISTED, optimizer={"decay": 0.1}), "$", 0),
    loaded("a word that Keras 3 has dropped", model(old.network(GROUPS, name="s")),
           "Unrecognized keyword arguments passed to DepthwiseConv2D: {'groups': 1}"),
    loaded("a name with a slash", model(SLASHES),
           "must be a string and cannot contain character `/`"),
    loaded("a Lambda layer", model(old.network(LAMBDA, name="s")), "safe_mode=False"),
    loaded("a Keras of the future", model(FUTURE, version="3.99.0"), "Unknown layer: 'Dense2030'"),
    loaded("weights alone", weights_alone, "No model config found in the file"),
    loaded("half a file", edited(lambda content: content[: len(content) // 2]), "truncated file"),
    loaded("no HDF5", edited(lambda _: b"<!doctype html>"), "file signature not found"),
]  # fmt: skip


# ---- Settings, missing files, a folder in the way ----


def folder_in_the_way(folder):
    (folder / "trained_model.keras").mkdir()


HOME = {"KERAS_HOME": "."}  # the tests run a script from the folder above its own
QUICK = {"KERAS_MAX_EPOCHS": "1"}
SCALED, SCALED_TEST = "sales_data_training_scaled.csv", "sales_data_test_scaled.csv"
FLOAT16, BFLOAT16 = settings("..", floatx="float16"), settings("..", floatx="bfloat16")
FIRST = settings("..", image_data_format="channels_first")
WINDOWS = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
OWN = {"traceback": True}  # Python's own words
SETTINGS = [
    Situation(TRAIN, "scaled rows gone", "No such file or directory", bring=gone(SCALED), **OWN),
    Situation(TRAIN, "target renamed", "total_earnings",
              bring=edited_text(SCALED, "total_earnings", "earnings"), **OWN),
    Situation(TRAIN, "a test column renamed", "not in index",
              bring=edited_text(SCALED_TEST, "unit_price", "price"), **OWN),
    Situation(TRAIN, "text in a cell", "Invalid dtype",
              bring=edited_text(SCALED, "0.", "zero"), **OWN),
    Situation(TRAIN, "float16 in keras.json", "rows is nan", 0, FLOAT16, HOME),
    Situation(TRAIN, "bfloat16 in keras.json", "Invalid `floatx` configuration",
              bring=BFLOAT16, environment=HOME, **OWN),
    Situation(TRAIN, "channels_first in keras.json", "rows is", 0, FIRST, HOME | QUICK),
    Situation(TRAIN, "KERAS_BACKEND is theano", "Unable to import backend : theano",
              environment={"KERAS_BACKEND": "theano"}, **OWN),
    Situation(TRAIN, "no graphics card is to be seen", "rows is", 0,
              environment=QUICK | {"CUDA_VISIBLE_DEVICES": ""}),
    Situation(PREDICT, "float16 in keras.json", "$nan", 0, FLOAT16, HOME),
    Situation(PREDICT, "a console of Windows", "$", 0, environment=QUICK | WINDOWS),
    Situation(SAVE, "a folder where the file belongs", "directory", bring=folder_in_the_way,
              changed=("*.keras",), environment=QUICK, **OWN),
]  # fmt: skip
SITUATIONS = [*MAIN_ROAD, *LOADED, *SETTINGS]
