"""What readers bring to prepare_table.py: their own table and a target.

What becomes of the cells is held in test_04_your_table.py; here is what the reader sees.
"""

import bz2
import gzip
from functools import partial

from situations import ASCII, Situation

SCRIPT = "04/your_table/prepare_table.py"
WRITES = ("04/your_table/*.csv", "04/your_table/mine*", "04/your_table/__pycache__/*")
# 200 rows of a table in which everything is right: numbers, words and both kinds of target.
ROWS = [
    f"{n * 7 % 41}.5,{'red' if n % 3 else 'blue'},{n * 37 % 151},{n * 7 % 5 % 2}"
    for n in range(200)
]
HEADER = "size,color,price,sold"


def table(*lines, target="price", encoding="utf-8", name="mine.csv", pack=bytes):
    """Return a function that writes a table beside the script, and gives the arguments for it."""

    def bring(folder):
        content = lines[0] if isinstance(lines[0], bytes) else "\n".join(lines).encode(encoding)
        (folder / name).write_bytes(pack(content))
        return [folder / name, "--target", target]

    return bring


def column(title, cell, **more):
    """Return a good table with one more column, whose cell n is cell(n), or always cell."""
    rows = [f"{row},{cell(n) if callable(cell) else cell}" for n, row in enumerate(ROWS)]
    return table(f"{HEADER},{title}", *rows, **more)


def as_target(cell):
    return column("goal", cell, target="goal")


def instead(separator):
    """Return the good table with another separator than commas."""
    return table(*(line.replace(",", separator) for line in [HEADER, *ROWS]))


def situation(what, says, bring, status=0, **more):
    return Situation(SCRIPT, what, says, status=status, bring=bring, changed=WRITES, **more)


works, refused = situation, partial(situation, status=1)
good = table(HEADER, *ROWS)
DAY = "{}-{:02}-{:02}".format
SITUATIONS = [
    refused("no such file", "No such file", lambda folder: [folder / "x", *good(folder)[1:]]),
    refused("a folder", "cannot be read", lambda folder: [folder, "--target", "price"]),
    situation("another option", "unrecognized arguments: --fast",
              lambda folder: [*good(folder), "--fast"], status=2),
    refused("no --target", "must name the target 'earnings' once", lambda folder: good(folder)[:1]),
    refused("a folder in a ZIP", "unpack it", table(b"PK\x03\x04\x14\x00", name="mine.csv.zip")),
    refused("packed with bzip2", "unpack it",
            table(HEADER, *ROWS, pack=bz2.compress, name="mine.csv.bz2")),
    refused("JSON", "HTML or JSON, no CSV",
            table('[{"size": 1, "price": 2},', ' {"size": 2, "price": 3}]', name="mine.json")),
    refused("a web page", "HTML or JSON, no CSV", table("<!DOCTYPE html>", "<table></table>")),
    refused("an Excel file", "save the sheet as CSV", table(b"PK\x03\x04\x14\x00\xff\xfe")),
    refused("an old Excel file", "save the sheet as CSV", table(b"\xd0\xcf\x11\xe0\xa1\xb1")),
    refused("bytes", "neither UTF-8 nor Windows-1252", table(bytes(range(256)))),
    refused("UTF-16 without its mark", "zero bytes", table(HEADER, *ROWS, encoding="utf-16-le")),
    refused("a .gz that ends early", "cannot be read",
            table(HEADER, *ROWS, pack=lambda content: gzip.compress(content)[:200])),
    refused("a Parquet file that ends early", "cannot be read", table(b"PAR1 and no more")),
    refused("an empty file", "has no rows", table("")),
    refused("names alone", "has no rows", table(HEADER)),
    refused("a target with another capital", "Do you mean 'price'?",
            table(HEADER, *ROWS, target="Price")),
    refused("no names in the first line", "Its names are: 0.5, blue, 0, 0", table(*ROWS)),
    refused("a title above the names", "or is it a title?", table("Report", "", HEADER, *ROWS)),
    refused("two targets", "must name the target 'price' once",
            table("size,price,price,sold", *ROWS)),
    refused("the first name is missing", "200 of 200 rows have more or fewer values",
            table(HEADER, *(f"{n},{row}" for n, row in enumerate(ROWS)))),
    refused("1,200 without quotes", "such as 1,200 without quotes",
            as_target(lambda n: f"{n * 37:,}")),
    refused("a quote that is never closed", "Is there a quote too many",
            table(HEADER, *ROWS, '"1.5,red,3,1')),
    refused("49 rows", "49 rows have an answer", table(HEADER, *ROWS[:49])),
    refused("an empty target", "0 rows have an answer", as_target("")),
    refused("one answer everywhere", "the same answer everywhere", as_target("3")),
    refused("nearly one answer", "too few others to learn",
            as_target(lambda n: n if n in (86, 120) else 0)),
    refused("dates as the target", "The target is a date",
            as_target(lambda n: DAY(2026, n % 12 + 1, n % 28 + 1))),
    refused("40 words as the target", "40 different answers",
            as_target(lambda n: f"kind {n % 40}")),
    refused("dollars here and there in the target", "150 in $, 50 in no unit",
            as_target(lambda n: f"${n}.5" if n % 4 else f"{n}.5")),
    refused("one cell with a unit in the target", 'with others, such as "12 kg"',
            as_target(lambda n: n if n != 17 else "12 kg")),
    refused("0, 1 and NA in the target", "Is that an answer?",
            as_target(lambda n: n % 2 if n % 5 else "NA")),
    refused("far too large answers", "Take its logarithm", as_target(lambda n: f"{n + 1}e30")),
    refused("answers that 32 bits cannot tell apart", "subtract 1,700,000,000 from each",
            as_target(lambda n: 1_700_000_000 + n % 50)),
    refused("no column but the target", "No column is left",
            table("price", *(str(n * 37 % 151) for n in range(200)))),
    works("commas", "learn price from size, color, sold", good),
    works("semicolons", "learn price from size, color, sold", instead(";")),
    works("Excel's line with the separator", "learn price from size, color, sold",
          table("sep=;", *(line.replace(",", ";") for line in [HEADER, *ROWS]))),
    works("tabs", "learn price from size, color, sold", instead("\t")),
    works("bars", "learn price from size, color, sold", instead("|")),
    works("a mark of byte order", "learn price from size, color, sold",
          table("\ufeff" + HEADER, *ROWS)),
    works("UTF-16", "learn price from size, color, sold", table(HEADER, *ROWS, encoding="utf-16")),
    works("a packed file", "learn price from size, color, sold",
          table(HEADER, *ROWS, pack=gzip.compress, name="mine.csv.gz")),
    works("Windows-1252", "Letters are read as Windows-1252",
          column("größe", lambda n: n % 7, encoding="cp1252")),
    works("a value too many and one too few", "Left out: 2 of 202 rows have more or fewer values "
          "than the first line has names (4): line 202, 203",
          table(HEADER, *ROWS, "1.5,red,3,1,9", "1.5,red,3")),
    works("a comma at the end of each row", "a separator too many",
          table(HEADER, *(row + "," for row in ROWS))),
    works("gaps in the target", "Left out: 10 rows (line 202, 203, 204, 205, 206 and 5 more) whose "
          "target is empty", table(HEADER, *ROWS, *["1,red,,0"] * 10)),
    works("NA among many numbers of the target", 'whose target is "NA", no number',
          as_target(lambda n: n if n % 5 else "NA")),
    works("None as an answer", "classes: None (",
          as_target(lambda n: ["None", "mild", "severe"][n % 3])),
    works("true and false", "classes: false (40), true (120)",
          as_target(lambda n: "true" if n % 4 else "false")),
    works("answers of one row each", "too rare to learn",
          as_target(lambda n: f"rare {n}" if n < 3 else "ab"[n % 2])),
    works("answers in capital letters and others", "some answers differ in capital letters alone",
          as_target(lambda n: ["yes", "Yes", "no"][n % 3])),
    works("a total below the rows", "Left out: 1 row (line 202) whose target is the sum of all",
          table(HEADER, *ROWS, f"Total,,{sum(n * 37 % 151 for n in range(200))},")),
    works("rows of an answer alone", "Look: 2 rows (line 202, 203) with an answer and nothing else",
          table(HEADER, *ROWS, ",,7,", ",,9,")),
    works("a few huge answers", "Look: 91% of the answers lie below their average",
          as_target(lambda n: 2 ** (n % 60))),
    works("-9999 among the answers", "LOOK: -9999 comes 18 times. Does it mean that nobody knows?",
          as_target(lambda n: n * 37 % 151 if n % 9 else -9999)),
    works("stars", "If its numbers stand for kinds", as_target(lambda n: n % 5 + 1)),
    works("two columns of one name", "left out: another column has the same name",
          column("size", lambda n: n % 7)),
    works("a copy of the target", "left out: it is the target itself",
          column("copy", lambda n: n * 37 % 151)),
    works("the target in cents", "LOOK: it alone gives the target away",
          column("cents", lambda n: n * 37 % 151 * 100)),
    works("rows that stand there twice", "equal an earlier row in every column",
          table(HEADER, *ROWS, *ROWS[:20])),
    works("the target in whole thousands", "LOOK: it alone gives the target away",
          column("thousands", lambda n: n * 37 % 151 // 2)),
    works("999 for nobody knows", "LOOK: 999 comes", column("days", lambda n: n % 9 or 999)),
    works("a date that only some answers have", "LOOK: it alone gives the target away",
          column("back", lambda n: f"2024-01-0{n % 9 + 1}" if n * 7 % 5 % 2 else "",
                 target="sold")),
    works("years of two digits", "read as %m/%d/%y; years 1969 to 2068",
          column("born", lambda n: f"{n % 12 + 1}/{n % 28 + 1}/{n % 100:02}")),
    works("numbers that may be codes", "if these are codes, write: words",
          column("zip", lambda n: [10115, 20095, 80331][n % 3])),
    works("numbers that are too small", "too small: up to",
          column("meters", lambda n: f"{n + 300}e-9")),
    works("another decimal sign in one column", "learn price from size, color, sold, rate",
          column("rate", lambda n: f'"{n % 9},{n % 7}5"')),
    works("days and months that could be either", "%d/%m/%Y is possible, too",
          column("day", lambda n: f"{n % 12 + 1}/{n * 5 % 11 + 1}/2024")),
    works("weights in two units", "in kg",
          column("weight", lambda n: f"{n} kg" if n % 3 else f"{n} g")),
    works("1,200 that no cell explains", 'hardly a cell tells what "1,037" is. It is read as 1037.',
          table("area,price", *(f'"1,{n % 90 + 37:03}",{n * 37 % 151}' for n in range(200)))),
    works("1,200 beside one 1,5", 'hardly a cell tells what "1,037" is. It is read as 1037.',
          table("area,price", '"1,5",7',
                *(f'"1,{n % 90 + 37:03}",{n * 37 % 151}' for n in range(200)))),
    works("the same with semicolons", 'hardly a cell tells what "1,037" is. It is read as 1.037.',
          table("area;price", *(f"1,{n % 90 + 37:03};{n * 37 % 151}" for n in range(200)))),
    works("a console that knows no umlaut", "gr\\xf6\\xdfe",
          column("größe", lambda n: n % 7, name="mine ö.csv"), environment=ASCII),
]  # fmt: skip
