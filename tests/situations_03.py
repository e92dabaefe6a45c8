"""What readers have in chapter 3: other files, and a console of their system."""

from bringing import edited_text, gone
from situations import ASCII, Situation

PREPROCESS, CREATE = "03/preprocess_data.py", "03/create_model.py"
TRAINING, TEST = "sales_data_training.csv", "sales_data_test.csv"
WINDOWS = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
OWN = {"traceback": True}  # Python's own words
REFUSED = "A row of the sales data has a value too many, too few or empty."
FIELDS = "Expected 10 fields in line"
# What a reader does to the rows of a table: what it is, how, and what is said of it.
EDITS = [
    ("a comma at the end of each row", lambda rows: [f"{row}," for row in rows], REFUSED),
    ("a comma at the end of the first row", lambda rows: [f"{rows[0]},", *rows[1:]], REFUSED),
    ("a comma at the end of the last row", lambda rows: [*rows[:-1], f"{rows[-1]},"], FIELDS),
    ("a value too many in each row", lambda rows: [f"0,{row}" for row in rows], REFUSED),
    ("a value too many in the first row", lambda rows: [f"0,{rows[0]}", *rows[1:]], REFUSED),
    ("a value too many in the last row", lambda rows: [*rows[:-1], f"0,{rows[-1]}"], FIELDS),
    ("a value too few", lambda rows: [*rows[:-1], rows[-1].rpartition(",")[0]], REFUSED),
    ("an empty cell", lambda rows: [*rows[:-1], f",{rows[-1].partition(',')[2]}"], REFUSED),
]


def edited_rows(name, edit):
    """Bring a table of the course with other rows."""

    def bring(folder):
        names, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text("\n".join([names, *edit(rows)]) + "\n", encoding="utf-8")

    return bring


SITUATIONS = [
    Situation(PREPROCESS, "raw rows gone", TRAINING, bring=gone(TRAINING), **OWN),
    Situation(PREPROCESS, "a test column renamed", "feature names should match",
              bring=edited_text(TEST, "unit_price", "price"), **OWN),
    Situation(PREPROCESS, "text in a cell", "could not convert string to float",
              bring=edited_text(TRAINING, "59.99", "cheap"), **OWN),
    Situation(CREATE, "a console of Windows", "10,701", 0, environment=WINDOWS),
    Situation(CREATE, "a console that knows ASCII alone", "10,701", 0, environment=ASCII),
    *(
        Situation(PREPROCESS, f"{what} of {name}", says, bring=edited_rows(name, edit), **OWN)
        for name in (TRAINING, TEST) for what, edit, says in EDITS
    ),
]  # fmt: skip
