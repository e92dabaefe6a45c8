"""What readers bring to train_on_big_data.py and export_model.py, and what they must be told."""

import io
import json
import zipfile

from situations import ASCII, Situation

DATA, EXPORT = "04/scaling/train_on_big_data.py", "04/scaling/export_model.py"
SAVED = ("04/scaling/trained_on_big_data.keras",)
HEAD = "age,height,title,price"
FAR = HEAD.replace("age", "\u9ad8")  # a letter of far away
LINES = [f"{row % 90},{row % 7}.5,word,{row % 90 * 3 + row % 7}" for row in range(3000)]


def rows(*changed, head=HEAD, end=3000):
    """Return a table as text, with some of its lines replaced: pairs of a place and a line."""
    lines = list(LINES)
    for place, line in changed:
        lines[place] = line
    return "\n".join([head, *lines[:end]])


def table(text, name="table.csv", target="price"):
    """Return a function that writes a table and names it on the command line."""

    def bring(folder):
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return [folder / name, "--target", target]

    return bring


def network(*layers, weights=b"no HDF5"):
    """Return the bytes of a .keras file with such layers, which have no weights."""
    parts = [
        {"module": "keras.layers", "class_name": name, "config": settings}
        for name, settings in layers
    ]
    whole = {"module": "keras", "class_name": "Sequential", "config": {"name": "s"}}
    whole["config"]["layers"] = parts
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("config.json", json.dumps(whole))
        packed.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        packed.writestr("model.weights.h5", weights)
    return file.getvalue()


def given(content, name="own.keras"):
    """Return a function that writes a file and names it on the command line."""

    def bring(folder):
        if content is not None:
            (folder / name).write_bytes(content)
        return [folder / name]

    return bring


def asked(*arguments):
    return lambda _: arguments


INPUT = ("InputLayer", {"batch_shape": [None, 8, 8], "dtype": "float32", "name": "i"})
WEB_PAGE = "<html><body>404, not found</body></html>\n" * 30
# What is brought, the words that it gets.
TAKEN = [
    ("a column of words", table(rows()), "mostly not numbers: title"),
    ("a byte-order mark", table(b"\xef\xbb\xbf" + rows().encode()), "which takes age, height"),
    ("letters beyond the code page", table(rows(head=FAR)), "which takes"),
    ("empty cells, and a word among numbers",
     table(rows((4, ",1.5,w,3"), (9, "1,,w,3"), (20, "no,2,w,3"))), "a cell that is no number: 3"),
]  # fmt: skip
REFUSED = [
    ("no such file", asked("missing.csv", "--target", "price"), "No such file or directory"),
    ("a folder", lambda folder: [folder, "--target", "price"], "Cannot train on"),
    ("no target", asked("table.csv"), "Usage: python train_on_big_data.py FILE.csv --target"),
    ("a question for help", asked("--help"), "Usage: python train_on_big_data.py FILE.csv"),
    ("no such column", table(rows(), target="cost"), "no column cost in age, height, title, price"),
    ("words as the target", table(rows(), target="title"), "only 0 rows with a number in each of"),
    ("a value too many in each row", table(rows(head="age,height,price")), "more values than"),
    ("a value too many in one row", table(rows((70, "1,2,w,3,4"))), "Expected 4 fields in line 72"),
    ("semicolons", table(rows().replace(",", ";")), "no column price in age;height;title;price"),
    ("a web page", table(WEB_PAGE), "no column price in <html>"),
    ("a picture", table(b"\xff\xd8\xff\xe0" * 99), "codec can't decode byte 0xff"),
    ("nothing in it", table(""), "No columns to parse from file"),
    ("a header alone", table(HEAD), "only 0 rows"),
    ("too few rows", table(rows(end=500)), "rows with a number in each of age, height, price"),
    ("infinity", table(rows((5, "inf,1,w,3"))), "contains infinity"),
    ("a web page called parquet", table(WEB_PAGE, "t.parquet"), "not a parquet file"),
]
NO_NETWORK = [
    ("no such network", given(None), "File not found"),
    ("a table", given(rows().encode(), "t.csv"), "File format not supported"),
    ("a web page called .keras", given(WEB_PAGE.encode()), "own.keras: "),
    ("half a network", given(network(INPUT)[:300]), "own.keras: "),
    ("a network without weights", given(network(INPUT, ("Dense", {"units": 1}))), "own.keras: "),
]
SITUATIONS = [
    *(Situation(DATA, what, says, 0, bring, {}, SAVED) for what, bring, says in TAKEN),
    *(Situation(DATA, what, says, 1, bring) for what, bring, says in REFUSED),
    *(Situation(EXPORT, what, says, 1, bring) for what, bring, says in NO_NETWORK),
    Situation(DATA, "a console that knows ASCII alone", "which takes \\u9ad8", 0,
                     table(rows(head=FAR)), ASCII, SAVED),
]  # fmt: skip
