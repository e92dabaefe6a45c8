"""What readers have on the main road: settings, missing files, folders in the way.

Here Python's and the libraries' own words are right, and nothing that was there is damaged.
"""

import course
from course import Situation


def settings(**changed):
    """Return a function that brings a keras.json with these settings."""

    def bring(folder):
        course.keras_json(folder.parent, **changed)

    return bring


def gone(name):
    return lambda folder: (folder / name).unlink()


def renamed(name, old, new):
    def bring(folder):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return bring


def file_called_logs(folder):
    (folder / "logs").write_text("mine", encoding="utf-8")


def folder_in_the_way(folder):
    (folder / "trained_model.keras").mkdir()


HOME = {"KERAS_HOME": "."}  # the tests run a script from the folder above its own
SCALED = "sales_data_training_scaled.csv"
FLOAT16, BFLOAT16 = settings(floatx="float16"), settings(floatx="bfloat16")
FIRST = settings(image_data_format="channels_first")
OWN = {"traceback": True}  # Python's own words
SITUATIONS = [
    Situation("03/preprocess_data.py", "raw rows gone", "sales_data_training.csv", bring=gone("sales_data_training.csv"), **OWN),
    Situation("03/preprocess_data.py", "a test column renamed", "feature names should match", bring=renamed("sales_data_test.csv", "unit_price", "price"), **OWN),
    Situation("03/preprocess_data.py", "text in a cell", "could not convert string to float", bring=renamed("sales_data_training.csv", "59.99", "cheap"), **OWN),
    Situation("04/train_model.py", "scaled rows gone", "No such file or directory", bring=gone(SCALED), **OWN),
    Situation("04/train_model.py", "target renamed", "total_earnings", bring=renamed(SCALED, "total_earnings", "earnings"), **OWN),
    Situation("04/train_model.py", "a test column renamed", "not in index", bring=renamed("sales_data_test_scaled.csv", "unit_price", "price"), **OWN),
    Situation("04/train_model.py", "text in a cell", "Invalid dtype", bring=renamed(SCALED, "0.", "zero"), **OWN),
    Situation("04/train_model.py", "float16 in keras.json", "rows is nan", status=0, bring=FLOAT16, environment=HOME),
    Situation("04/train_model.py", "bfloat16 in keras.json", "Invalid `floatx` configuration", bring=BFLOAT16, environment=HOME, **OWN),
    Situation("04/train_model.py", "channels_first in keras.json", "rows is", status=0, bring=FIRST, environment=HOME | {"KERAS_MAX_EPOCHS": "1"}),
    Situation("04/train_model.py", "KERAS_BACKEND is theano", "Unable to import backend : theano", environment={"KERAS_BACKEND": "theano"}, **OWN),
    Situation("04/train_model.py", "no graphics card is to be seen", "rows is", status=0, environment={"CUDA_VISIBLE_DEVICES": "", "KERAS_MAX_EPOCHS": "1"}),
    Situation("04/predict.py", "float16 in keras.json", "$nan", status=0, bring=FLOAT16, environment=HOME),
    Situation("04/predict.py", "a console of Windows", "$", status=0, environment={"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252", "KERAS_MAX_EPOCHS": "1"}),
    Situation("04/save_trained_model.py", "a folder where the file belongs", "directory", bring=folder_in_the_way, changed=("*.keras",), environment={"KERAS_MAX_EPOCHS": "1"}, **OWN),
    Situation("03/create_model.py", "a console of Windows", "10,701", status=0, environment={"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}),
    Situation("03/create_model.py", "a console that knows ASCII alone", "10,701", status=0, environment={"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}),
    Situation("06/model_logging.py", "logs is a file", "logs", bring=file_called_logs, environment={"KERAS_MAX_EPOCHS": "1"}, **OWN),
    Situation("06/visualize_training.py", "logs is a file", "logs", bring=file_called_logs, environment={"KERAS_MAX_EPOCHS": "1"}, **OWN),
    Situation("06/model_logging.py", "KERAS_BACKEND is jax", "rows is", status=0, environment={"KERAS_BACKEND": "jax", "KERAS_MAX_EPOCHS": "1"}, changed=("*logs/*",)),
]  # fmt: skip
