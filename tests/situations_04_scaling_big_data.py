"""What readers bring to train_on_big_data.py, and what they must be told."""

import gzip

import numpy as np
import pandas as pd
from bringing import options, written
from situations import Situation

DATA = "04/scaling/train_on_big_data.py"
SAVED = ("04/scaling/trained_on_big_data.keras",)
TARGET = ("--target", "price")
RANDOM = np.random.default_rng(7)
AREA, ROOMS = RANDOM.integers(20, 200, 3000), RANDOM.integers(1, 6, 3000)
HOUSES = pd.DataFrame({"area": AREA, "rooms": ROOMS, "price": AREA * 10 + ROOMS * 7.5})
COMMAS = HOUSES["price"].map(str).str.replace(".", ",")
SORTED = HOUSES.sort_values("price", ignore_index=True)
WEB_PAGE = "<html><body>404, not found</body></html>\n" * 30


def text(table=HOUSES, lines=None, **more):
    """Return a table as CSV, with some of its lines replaced."""
    rows = table.to_csv(index=False, **more).splitlines()
    for place, line in (lines or {}).items():
        rows[place] = line
    return "\n".join(rows)


def csv(content, name="table.csv", target=TARGET):
    return written(name, content, *target)


def folder_of(**files):
    """Return a function that brings a folder of files."""

    def bring(folder):
        for name, content in files.items():
            path = folder / "parts" / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return [folder / "parts", *TARGET]

    return bring


FIRST, SECOND = (text(part) for part in (HOUSES[:1000], HOUSES[1000:]))
SPARK = folder_of(part_dot_csv=FIRST, more_dot_csv_dot_gz=gzip.compress(SECOND.encode()),
                  _SUCCESS="", _dot__part_dot_csv=b"\0\5", notes_dot_txt="x")  # fmt: skip
UP = folder_of(games_dot_csv__part_dot_CSV=FIRST, games_dot_csv__more_dot_csv=SECOND,
               games_dot_csv__empty_dot_csv="")  # fmt: skip
WORDS = {row: f"{row},unknown,9" for row in range(1, 60)}
# What is brought, and the words that it gets. What comes of columns: test_04_scaling_big_data.py.
TAKEN = [
    ("the row numbers of to_csv", csv(SORTED.to_csv()), "(no name): left out, it numbers"),
    ("gaps, and a word among numbers", csv(text(lines={4: "9,,9", 9: ",1,9", 20: "9,no,9"})),
     "3,000 rows, of which 3 are left out: a cell has no number"),
    ("whole numbers, and then others", csv("area,price\n" + "1,2\n3,4\n" * 90_000 + "1.5,2.5\n"),
     "180,001 rows, of which 0 are left out"),
    ("a folder as Spark writes it", SPARK, "because they are no tables: notes.txt"),
    ("a folder as Spark writes it, one level up", UP, "parts: 3 files"),
]  # fmt: skip
REFUSED = [
    ("1,200", csv(text(HOUSES.assign(price=[f"{x * 99:,.0f}" for x in HOUSES["price"]]))),
     'price: 3,000 of 3,000 cells are no numbers, such as "'),
    ("1,200 in a feature", csv(text(HOUSES.assign(area=[f"{x * 9:,}" for x in HOUSES["area"]]))),
     'Or leave the column out: --without "area"'),
    ("a decimal comma", csv(text(HOUSES.assign(price=COMMAS))),
     "price: 3,000 of 3,000 cells are no numbers"),
    ("dollars", csv(text(HOUSES.assign(price="$" + HOUSES["price"].astype(str)))), 'such as "$'),
    ("words in a column of numbers", csv(text(lines=WORDS)),
     'rooms: 59 of 3,000 cells are no numbers, such as "unknown"'),
    ("no such file", options("missing.csv --target price"), "There is no file and"),
    ("no target", options("missing.csv"), "Add --target COLUMN"),
    ("no such column", csv(text(), target=["--target", "cost"]), "no column cost"),
    ("a target of words", csv(text(HOUSES.assign(price="high"))), "be predicted: it holds"),
    ("one answer for all", csv(text(HOUSES.assign(price=7))), "cannot be predicted: all its"),
    ("a value too many in each", csv("a,price\n" + "1,2,3\n" * 2000), "Expected 2 columns"),
    ("a value too many in one", csv(text(lines={2900: "1,2,3,4"})), "Expected 3 columns, got 4"),
    ("semicolons", csv(text(sep=";")), "There are area;rooms;price"),
    ("a web page", csv(WEB_PAGE), "There is no column price"),
    ("a picture", csv(b"\xff\xd8\xff\xe0" * 99), "Cannot read"),
    ("an old encoding", csv(b"price,city\n" + b"1,\xe9\n" * 2000), "invalid UTF8 data"),
    ("nothing in it", csv(""), "Empty CSV file"),
    ("a header alone", csv("area,price\n"), "price cannot be predicted: it is empty"),
    ("too few rows", csv(text(HOUSES[:500])), "Too few rows: this script needs 1,000"),
    ("a web page called parquet", csv(WEB_PAGE, "t.parquet"), "Parquet magic bytes not found"),
    ("CSV and Parquet", folder_of(a_dot_csv=FIRST, b_dot_parquet=b"PAR1"), "tables of one kind"),
    ("a folder without tables", folder_of(notes_dot_txt="x"), "tables of one kind"),
    ("two columns of one name", csv("price,a,a\n" + "1,2,3\n" * 2000), "multiple columns named a"),
]  # fmt: skip
SITUATIONS = [
    *(Situation(DATA, what, says, 0, bring, {}, SAVED) for what, bring, says in TAKEN),
    *(Situation(DATA, what, says, 2 if what == "no target" else 1, bring)
      for what, bring, says in REFUSED),
]  # fmt: skip
