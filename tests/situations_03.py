"""What readers have in chapter 3: other files, and a console of their system."""

from bringing import edited_text, gone
from situations import ASCII, Situation

PREPROCESS, CREATE = "03/preprocess_data.py", "03/create_model.py"
TRAINING, TEST = "sales_data_training.csv", "sales_data_test.csv"
WINDOWS = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
OWN = {"traceback": True}  # Python's own words

SITUATIONS = [
    Situation(PREPROCESS, "raw rows gone", TRAINING, bring=gone(TRAINING), **OWN),
    Situation(PREPROCESS, "a test column renamed", "feature names should match",
              bring=edited_text(TEST, "unit_price", "price"), **OWN),
    Situation(PREPROCESS, "text in a cell", "could not convert string to float",
              bring=edited_text(TRAINING, "59.99", "cheap"), **OWN),
    Situation(CREATE, "a console of Windows", "10,701", 0, environment=WINDOWS),
    Situation(CREATE, "a console that knows ASCII alone", "10,701", 0, environment=ASCII),
]  # fmt: skip
