"""What readers bring to chapter 4: games to predict, and model files of every age."""

import old_models as old
from brought_models import (
    BOTH,
    CONV,
    DICT,
    FUNCTIONAL,
    FUTURE,
    GRU,
    INNER,
    LAMBDA,
    LEAKY,
    SALES,
    SLASHES,
    TF_KERAS,
    another_zip,
    edited,
    flipped,
    model,
    weights_alone,
    zipped,
)
from running import change
from situations import Situation

GAME = "04/more/predict_your_game.py"
RESCUE = "04/more/rescue_old_model.py"


# ---- The table at the top of predict_your_game.py ----


def typed(before, after):
    """Change what stands in the table, as a reader does; train for one epoch."""

    def bring(folder):
        change(folder / "predict_your_game.py", (before, after), ("epochs=50", "epochs=1"))

    return bring


def game(what, before, after, says, status=1, **more):
    changed = () if status else ("04/more/predict_your_game.keras",)
    return Situation(GAME, what, says, status, typed(before, after), changed=changed, **more)


PRICE = "unit_price=55.99,  # dollars"
OWN = {"traceback": True}  # Python's, pandas' or Keras' own words
GAMES = [
    game("a feature that nobody knows", PRICE, "price=55.99,", "['unit_price'] not in ", **OWN),
    game("a feature left out", PRICE, "", "['unit_price'] not in index", **OWN),
    game("None behind the equals sign", PRICE, "unit_price=None,", "a game without a value", **OWN),
    game("a feature left out in the second game", "    ),\n]", "    ),\n    dict(is_sequel=1),\n]",
         "ValueError: a game without a value", **OWN),
    game("a text for a number", PRICE, "unit_price='$55.99',", "could not convert string", **OWN),
    game("not a number", PRICE, "unit_price=float('nan'),", "a game without a value", **OWN),
    game("no brackets around the games", "),\n]", ")\n", "never closed", traceback=True),
    game("a decimal comma", "55.99", "55,99", "positional argument follows", traceback=True),
    game("a comma forgotten", "4.1,", "4.1", "forgot a comma", traceback=True),
    game("a feature twice", "is_sequel=1,", "is_action=0,", "repeated", traceback=True),
    game("a text without quotes", "=55.99", "=cheap", "'cheap' is not", traceback=True),
    game("a price beyond the training rows", "55.99", "79.99", "unit_price 79.99 is beyond", 0),
    game("a rating of 10", "4.1", "10", "critic_rating 10 is beyond the training rows", 0),
    game("yes and no as True and False", "is_sports=0", "is_sports=False", "earnings $", 0),
    game("a price between the usual ones", "55.99", "45", "Game 1: predicted earnings $", 0,
         not_said="a guess"),
    Situation(GAME, "a backend that does not exist", "theano", 1, None, {"KERAS_BACKEND": "theano"},
              traceback=True),
]  # fmt: skip


# ---- Model files ----


def occupied(folder):
    (folder / "old_rescued.keras").write_bytes(b"precious")
    return model(SALES)(folder)


def an_empty_folder(folder):
    (folder / "letters").mkdir()
    return [folder / "letters"]


def a_folder(folder):
    (folder / "saved_model").mkdir()
    (folder / "saved_model" / "saved_model.pb").write_bytes(b"")
    return [folder / "saved_model"]


def rescued(what, bring, new="old_rescued.keras"):
    says, new_files = f"{new} loads, and predicts the same", ("04/more/*_rescued.keras",)
    return Situation(RESCUE, what, says, 0, bring, changed=new_files, not_said="Warning")


def refused(what, bring, says, **more):
    return Situation(RESCUE, what, says, 1, bring, **more)


FILES = [
    rescued("Keras 2.0: a bare list", model(SALES)),
    rescued("Keras 2.2.4: a dict", model(DICT, version="2.2.4")),
    rescued("tf.keras 2.8", model(DICT, version="2.8.0")),
    rescued("trained with Theano, without a convolution", model(SALES, backend="theano")),
    rescued("a functional network", model(FUNCTIONAL)),
    rescued("a functional and a Sequential network in a functional one", model(BOTH)),
    rescued("a Sequential network in a Sequential one",
            model(old.network(INNER, old.dense("last", 3, 1)))),
    rescued("a functional network in a Sequential one",
            model(old.network(FUNCTIONAL, old.dense("last", 2, 1)))),
    rescued("an activation that is a layer",
            model(old.network(old.first("dense_1", 9, 5, LEAKY), old.dense("dense_2", 5, 1)))),
    rescued("an InputLayer in front of the list", model(old.network(
        old.layer("InputLayer", "in", batch_input_shape=[None, 9], dtype="float32"),
        old.dense("dense_1", 9, 1)))),
    rescued("no shape but that of the build", model(old.network(
        old.dense("dense_1", 9, 1), name="s", build_input_shape=[None, 9]), version="2.5.0")),
    rescued("a name with letters beyond ASCII", model(SALES, "m\u00f8del \u2603.h5"),
            "m\u00f8del \u2603_rescued.keras"),
    rescued("HDF5 under another name", model(SALES, "64x3.model"), "64x3_rescued.keras"),
    rescued("HDF5 of tf.keras 2.8 called .keras", model(SALES, "m.keras"), "m_rescued.keras"),
    rescued("an old GRU, with hard_sigmoid and one bias", model(GRU)),
    rescued("names with a slash", model(SLASHES)),
    refused("a layer of the reader's own", model(old.network(old.layer("MyOwn", "m"))),
            "No rescue for MyOwn"),
    refused("a Lambda layer", model(old.network(old.first("d", 9, 5), LAMBDA)), "for Lambda"),
    refused("a convolution that Theano trained", model(old.network(CONV), backend="theano"),
            "No rescue for Conv2D trained with Theano"),
    refused("no shape of the input", model(old.network(old.dense("dense_1", 9, 1))), "Err", **OWN),
    refused("another shape than the weights", model(old.network(
        {**SALES["config"][0], "config": SALES["config"][0]["config"] | {"units": 6}})),
        "Weight expects shape (9, 6)", **OWN),
    refused("Keras 1", model(SALES, version="1.2.2"), "Error", **OWN),
    refused("a Keras of the future", model(FUTURE, version="3.99.0"), "Dense2030", **OWN),
    refused("a .keras file of the future", zipped("3.99.0", FUTURE), "Error", **OWN),
    refused("a .keras file of tf.keras 2", zipped("2.13.1", TF_KERAS), "tf_keras.models.load"),
    refused("weights alone", weights_alone, "What helps: build the network in a program"),
    refused("half a file", edited(lambda content: content[: len(content) // 2]),
            "truncated file", **OWN),
    refused("half a .keras file", edited(lambda content: b"PK\x03\x04" + content[99:], "m.keras"),
            "file signature not found", **OWN),
    refused("a page of HTML", edited(lambda _: b"<!doctype html>"), "signature not found", **OWN),
    refused("an empty file", edited(lambda _: b""), "file signature not found", **OWN),
    refused("one byte flipped in the structure", edited(flipped), "JSONDecodeError", **OWN),
    refused("another zip archive", another_zip, "no item named 'metadata.json'", **OWN),
    refused("a file that was rescued already", occupied, "is there already. Move it away first"),
    refused("a folder of TensorFlow", a_folder, "a SavedModel of TensorFlow"),
    refused("a folder of something else", an_empty_folder, "without saved_model.pb"),
    refused("a file that is not there", lambda folder: [folder / "gone.h5"], "No such file", **OWN),
    Situation(RESCUE, "no file", "arguments are required: file", 2),
    Situation(RESCUE, "two files", "unrecognized arguments", 2,
              lambda folder: [folder / "a.h5", folder / "b.h5"]),
]  # fmt: skip

SITUATIONS = [*GAMES, *FILES]
