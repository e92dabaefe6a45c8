"""What readers bring to chapter 4: games to predict, and model files of every age."""

import json
import shutil
import zipfile

import course
import h5py
import old_models as old
from course import Situation

GAME = "04/more/predict_your_game.py"
RESCUE = "04/more/rescue_old_model.py"
PREDICT = "04/predict.py"
LOAD = "04/load_saved_model.py"
HEADER = course.read("04/proposed_new_product.csv").split()[0]
ROW = "0.7,1,1,1,0,1,0,1,0.8"


# ---- The table at the top of predict_your_game.py ----


def typed(before, after):
    """Change what stands in the table, as a reader does; train for one epoch."""

    def bring(folder):
        course.change(folder / "predict_your_game.py", (before, after), ("epochs=50", "epochs=1"))

    return bring


def game(what, before, after, says, status=1, **more):
    changed = () if status else ("04/more/predict_your_game.keras",)
    return Situation(GAME, what, says, status, typed(before, after), changed=changed, **more)


def settings(folder):
    course.change(folder / "predict_your_game.py", ("epochs=50", "epochs=1"))
    # The script runs in the folder above its own (course.run), and there KERAS_HOME is ".".
    course.keras_json(folder.parent, floatx="float16", image_data_format="channels_first")


PRICE = "unit_price=55.99,  # dollars"
GAMES = [
    game("a feature that nobody knows", PRICE, "price=55.99,", "unknown 'price'. Known: critic_r"),
    game("a feature with letters beyond ASCII", PRICE, "prix_\u00e9=1,", "unknown 'prix_"),
    game("a feature left out", PRICE, "", "unit_price is missing or empty"),
    game("nothing behind the equals sign, but None", PRICE, "unit_price=None,", "missing or empty"),
    game("a text for a number", PRICE, "unit_price='$55.99',", "unit_price is no usable number"),
    game("an empty text", PRICE, "unit_price='',", "unit_price is no usable number"),
    game("a list for a number", PRICE, "unit_price=[55],", "unit_price is no usable number"),
    game("not a number", PRICE, "unit_price=float('nan'),", "unit_price is no usable number"),
    game("an endless number", PRICE, "unit_price=1e999,", "unit_price is no usable number"),
    game("a number of 5,000 digits", PRICE, "unit_price=10**5000,", "no usable number"),
    game("no game", "GAMES = [", "GAMES = [] and [", "put each game into dict( )"),
    game("no brackets around the games", "),\n]", ")\n", "never closed", traceback=True),
    game("a decimal comma", "55.99", "55,99", "positional argument follows", traceback=True),
    game("a comma forgotten", "4.1,", "4.1", "forgot a comma", traceback=True),
    game("a feature twice", "is_sequel=1,", "is_action=0,", "repeated", traceback=True),
    game("a text without quotes", "=55.99", "=cheap", "'cheap' is not", traceback=True),
    game("a price beyond the training rows", "55.99", "79.99", "unit_price 79.99 is beyond", 0),
    game("a rating of 10", "4.1", "10", "critic_rating 10 is beyond the training rows", 0),
    game("yes and no as True and False", "is_sports=0", "is_sports=False", "earnings $", 0),
    game("a price between the usual ones", "55.99", "45", "Game 1: predicted earnings $", 0,
         not_said="A guess"),
    Situation(GAME, "keras.json asks for float16, and for channels first", "predicted earnings $",
              0, settings, {"KERAS_HOME": "."}, changed=("04/more/predict_your_game.keras",),
              not_said="$nan"),
    Situation(GAME, "a backend that does not exist", "theano", 1, None, {"KERAS_BACKEND": "theano"},
              traceback=True),
]  # fmt: skip


# ---- The file of new games on the main road: pandas' and Keras' own words ----


def games_file(what, content, says, status=1, **more):
    def bring(folder):
        course.change(folder / "predict.py", ("epochs=50", "epochs=1"))
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / "proposed_new_product.csv").write_bytes(raw)

    return Situation(PREDICT, what, says, status, bring, traceback=status == 1, **more)


TURNED = f"{HEADER.replace('critic_rating,', '')},critic_rating\n{ROW[4:]},0.7\n"
MAIN_ROAD = [
    games_file("one more value in front", f"{HEADER}\n1,{ROW}\n", "Expected 9 columns, got 10"),
    games_file("one more value at the end", f"{HEADER}\n{ROW},1\n", "Expected 9 columns, got 10"),
    games_file("a comma at the end of a row", f"{HEADER}\n{ROW},\n", "Expected 9 columns, got 10"),
    games_file("a value less", f"{HEADER}\n{ROW[4:]}\n", "Expected 9 columns, got 8"),
    games_file("a byte-order mark", f"\ufeff{HEADER}\n{ROW}\n", "product 1: $", 0),
    games_file("the line ends of Windows", f"{HEADER}\r\n{ROW}\r\n", "product 1: $", 0),
    games_file("columns in another order", TURNED, "product 1: $", 0),
    games_file("two games", f"{HEADER}\n{ROW}\n{ROW}\n", "product 2: $", 0),
    games_file("one column more, with a name", f"{HEADER},name\n{ROW},Zork\n", "product 1: $", 0),
    games_file("semicolons and decimal commas", f"{HEADER}\n{ROW}\n".replace(",", ";").replace(
        ".", ","), "Expected 1 columns, got 3"),
    games_file("a text", f"{HEADER}\n{ROW}\n".replace("0.7", "4.5 stars"), "Invalid dtype: str"),
    games_file("an empty cell", f"{HEADER}\n{ROW}\n".replace("0.7", ""), "Invalid dtype: str"),
    games_file("a column missing", f"{HEADER[14:]}\n{ROW[4:]}\n", "['critic_rating'] not in index"),
    games_file("a column with another name", f"{HEADER}\n{ROW}\n".replace("critic_", "my_"),
               "['critic_rating'] not in index"),
    games_file("an empty file", "", "Empty CSV file"),
    games_file("names alone, no game", f"{HEADER}\n", "Error"),
    games_file("a file of Excel under this name", b"PK\x03\x04" + bytes(range(256)), "Error"),
]  # fmt: skip


# ---- Model files ----

DROPOUT = old.layer("Dropout", "dropout_1", rate=0.5)
SALES = old.network(old.first("dense_1", 9, 5), DROPOUT, old.dense("dense_2", 5, 1))
DICT = {"class_name": "Sequential", "config": {"name": "s", "layers": SALES["config"]}}
LEAKY = old.layer("LeakyReLU", "leaky_1", alpha=0.2)
INNER = old.network(old.first("inner_1", 9, 4), old.dense("inner_2", 4, 3))
FUNCTIONAL = old.functional("f", 9, "dense_1", old.called(old.dense("dense_1", 9, 2), "f_in"))
BOTH = old.functional(
    "both", 9, "last",
    old.called({**INNER, "name": "inner"}, "both_in"),
    old.called({**FUNCTIONAL, "name": "f"}, "both_in"),
    old.called(old.layer("Concatenate", "joined", axis=-1), ("inner", 1), ("f", 1)),
    old.called(old.dense("last", 5, 1), "joined"),
)  # fmt: skip
LSTM = old.layer("LSTM", "lstm_1", units=3, activation="tanh", recurrent_activation="hard_sigmoid",
                 batch_input_shape=[None, 7, 9])  # fmt: skip
CONV = old.layer("Conv2D", "conv", filters=1, kernel_size=[3, 3], batch_input_shape=[None, 8, 8, 1])
CODE = ["4wEAAAA=\n", None, None]
LAMBDA = old.layer("Lambda", "lambda_1", function=CODE, function_type="lambda")
FUTURE = {"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 9]}},
    {"class_name": "Dense2030", "config": {"name": "d", "units": 1}}]}}  # fmt: skip


def model(structure, name="old.h5", **more):
    """Bring a model file, beside the script, and give its name as the argument."""

    def bring(folder):
        return [old.save(folder / name, structure, **more)]

    return bring


def edited(edit, name="old.h5"):
    """Bring a model file whose bytes went through something."""

    def bring(folder):
        path = old.save(folder / "whole.h5", SALES)
        content = edit(path.read_bytes())
        path.unlink()
        (folder / name).write_bytes(content)
        return [folder / name]

    return bring


def weights_alone(folder):
    with h5py.File(folder / "old.h5", "w") as file:
        old.save_weights(file, SALES)
    return [folder / "old.h5"]


def zipped(version, config, name="model.keras"):
    """Bring a .keras file: a zip archive of a description, a structure and weights."""

    def bring(folder):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("metadata.json", json.dumps({"keras_version": version}))
            archive.writestr("config.json", json.dumps(config))
        return [folder / name]

    return bring


def another_zip(folder):
    with zipfile.ZipFile(folder / "letter.keras", "w") as archive:
        archive.writestr("letter.txt", "Dear reader")
    return [folder / "letter.keras"]


def occupied(folder):
    (folder / "old_rescued.keras").write_bytes(b"precious")
    return model(SALES)(folder)


def a_folder(folder):
    (folder / "saved_model").mkdir()
    (folder / "saved_model" / "saved_model.pb").write_bytes(b"")
    return [folder / "saved_model"]


def flipped(content):
    """Return a file with one byte of its structure flipped, so that the JSON is none."""
    place = content.index(b'"class_name"')
    return content[:place] + b"?" + content[place + 1 :]


def rescued(what, bring, new="old_rescued.keras"):
    says, new_files = f"loads and predicts as '{new}'", ("04/more/*_rescued.keras",)
    return Situation(RESCUE, what, says, 0, bring, changed=new_files, not_said="Warning")


def refused(what, bring, says, **more):
    return Situation(RESCUE, what, says, 1, bring, **more)


TF_KERAS = {"module": "keras", "class_name": "Sequential", "registered_name": None, "config": {
    "name": "s", "layers": [{"module": "keras.layers", "class_name": "Dense", "config": {
        "name": "d", "batch_input_shape": [None, 9], "units": 1}}]}}  # fmt: skip
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
            "m\\xf8del \\u2603_rescued.keras"),
    rescued("HDF5 under another name", model(SALES, "64x3.model"), "64x3_rescued.keras"),
    rescued("HDF5 of tf.keras 2.8 called .keras", model(SALES, "m.keras"), "m_rescued.keras"),
    refused("hard_sigmoid, which has another slope today", model(old.network(LSTM)),
            "old.h5, saved by Keras 2.0.8: no rescue for hard_sigmoid"),
    refused("a layer of the reader's own", model(old.network(old.layer("MyOwn", "m"))),
            "no rescue for MyOwn"),
    refused("a Lambda layer", model(old.network(old.first("d", 9, 5), LAMBDA)), "for Lambda"),
    refused("a convolution that Theano trained", model(old.network(CONV), backend="theano"),
            "no rescue for Conv2D trained with Theano"),
    refused("no shape of the input", model(old.network(old.dense("dense_1", 9, 1))), "Keras 2.0.8"),
    refused("another shape than the weights", model(old.network(
        {**SALES["config"][0], "config": SALES["config"][0]["config"] | {"units": 6}})),
        "Weight expects shape (9, 6)"),
    refused("Keras 1", model(SALES, version="1.2.2"), "saved by Keras 1.2.2: "),
    refused("a Keras of the future", model(FUTURE, version="3.99.0"),
            "saved by Keras 3.99.0: ValueError: "),
    refused("a .keras file of the future", zipped("3.99.0", FUTURE), "saved by Keras 3.99.0: "),
    refused("a .keras file of tf.keras 2", zipped("2.13.1", TF_KERAS),
            "model.keras, saved by Keras 2.13.1: "),
    refused("weights alone", weights_alone, "no structure (model_config), perhaps weights alone"),
    refused("half a file", edited(lambda content: content[: len(content) // 2]),
            "truncated file"),
    refused("half a .keras file", edited(lambda content: b"PK\x03\x04" + content[99:], "m.keras"),
            "file signature not found"),
    refused("a page of HTML", edited(lambda _: b"<!doctype html>"), "signature not found"),
    refused("an empty file", edited(lambda _: b""), "old.h5, saved by Keras (unknown): "),
    refused("one byte flipped in the structure", edited(flipped), "JSONDecodeError: Expecting"),
    refused("another zip archive", another_zip, "no item named 'metadata.json' in the archive"),
    refused("a file that was rescued already", occupied, "no old_rescued.keras yet"),
    refused("a folder of TensorFlow", a_folder, "Name one file, such as OLD.h5"),
    refused("a file that is not there", lambda folder: [folder / "gone.h5"], "There must be"),
    refused("no file", None, "Name one file, such as OLD.h5"),
    refused("two files", lambda folder: [folder / "a.h5", folder / "b.h5"], "Name one file"),
]  # fmt: skip


# ---- The course's own file of 2017 in its place, on the main road: Keras' own words ----


def loaded(what, bring, says, status=1):
    def brought(folder):
        both, one = '["trained_model.keras", "trained_model.h5"]', '["trained_model.h5"]'
        course.change(folder / "load_saved_model.py", (both, one))
        (path,) = bring(folder)
        shutil.move(path, folder / "trained_model.h5")

    return Situation(LOAD, what, says, status, brought, traceback=True)


LISTED = old.network(old.layer("InputLayer", "in", batch_input_shape=[None, 9], dtype="float32"),
                     old.dense("dense_1", 9, 1), name="s")  # fmt: skip
GROUPS = old.layer("DepthwiseConv2D", "d", kernel_size=[3, 3], groups=1)
LOADED = [
    loaded("Keras 2.0: a bare list", model(SALES), "pop expected at most 1 argument, got 2"),
    loaded("tf.keras 2 without an InputLayer", model(DICT, optimizer={"learning_rate": 0.1}),
        "Expected shape (None, None, 9)"),
    loaded("an optimizer with lr", model(LISTED), "Argument(s) not recognized: {'lr': 0.001}"),
    loaded("an optimizer with decay", model(LISTED, optimizer={"decay": 0.1}), "$", 0),
    loaded("a word that Keras 3 has dropped", model(old.network(GROUPS, name="s")),
           "Unrecognized keyword arguments passed to DepthwiseConv2D: {'groups': 1}"),
    loaded("a Lambda layer", model(old.network(LAMBDA, name="s")), "safe_mode=False"),
    loaded("a Keras of the future", model(FUTURE, version="3.99.0"), "Unknown layer: 'Dense2030'"),
    loaded("weights alone", weights_alone, "No model config found in the file"),
    loaded("half a file", edited(lambda content: content[: len(content) // 2]), "truncated file"),
    loaded("no HDF5", edited(lambda _: b"<!doctype html>"), "file signature not found"),
]  # fmt: skip

SITUATIONS = [*GAMES, *MAIN_ROAD, *FILES, *LOADED]
