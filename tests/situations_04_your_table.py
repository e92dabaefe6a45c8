"""What readers bring to your_own_table.py: their own CSV, a target, a console, settings."""

from running import keras_json
from situations import ASCII, Situation

SCRIPT = "04/more/your_own_table.py"
WRITES = ("04/more/*.keras", "04/more/*.csv", "04/more/*.json")
# 60 rows of a table in which everything is right: numbers, words and both kinds of target.
ROWS = [f"{n * 7 % 41}.5,{'red' if n % 3 else 'blue'},{n % 5},{n % 2}" for n in range(60)]
HEADER = "size,color,price,sold"


def table(*lines, target="price", encoding="utf-8", name="mine.csv"):
    """Return a function that writes a table beside the script, and gives the arguments for it."""

    def bring(folder):
        text = lines[0] if isinstance(lines[0], bytes) else "\n".join(lines).encode(encoding)
        (folder / name).write_bytes(text)
        return [folder / name, "--target", target]

    return bring


def column(title, cell, **more):
    """Return a good table with one more column, whose cell n is cell(n), or always cell."""
    rows = [f"{row},{cell(n) if callable(cell) else cell}" for n, row in enumerate(ROWS)]
    return table(f"{HEADER},{title}", *rows, **more)


def as_target(cell):
    return column("goal", cell, target="goal")


def with_settings(folder):
    keras_json(folder, floatx="float16", backend="jax")
    return column("size2", lambda n: n % 7)(folder)


def refused(what, says, bring):
    return Situation(SCRIPT, what, says, bring=bring, changed=("04/more/*.csv",))


def works(what, says, bring, **more):
    return Situation(SCRIPT, what, says, status=0, bring=bring, changed=WRITES, **more)


def instead(separator):
    """Return the good table with another separator than commas."""
    return table(*(line.replace(",", separator) for line in [HEADER, *ROWS]))


good = table(HEADER, *ROWS)
KINDS = "with numbers or with two answers"
SITUATIONS = [
    refused("no such file", "No such file", lambda folder: [folder / "x", *good(folder)[1:]]),
    refused("a folder", "no rows with commas", lambda folder: [folder, "--target", "price"]),
    refused("no --target", "Use it so: python", lambda folder: good(folder)[:1]),
    refused("another option", "Use it so: python", lambda folder: [*good(folder), "--fast"]),
    refused("an Excel file", "no rows with commas, in UTF-8", table(b"PK\x03\x04\x14\x00\xff\xfe")),
    refused("an empty file", "no price between the commas of its first line", table("")),
    refused("latin-1", "'utf-8' codec can't decode", column("note", "ä", encoding="latin-1")),
    refused("utf-16", "'utf-8' codec can't decode", table(HEADER, *ROWS, encoding="utf-16")),
    refused("an unknown target", "no cost between the commas", table(HEADER, *ROWS, target="cost")),
    refused("semicolons", "commas of its first line: size;color;price;sold", instead(";")),
    refused("tabs", "no price between the commas", instead("\t")),
    refused("a value too many", "Expected 4 columns, got 5", table(HEADER, *ROWS, "1.5,red,3,1,9")),
    refused("a value too many in every row", "Expected 4 columns, got 5",
            table(HEADER, *(row + ",9" for row in ROWS))),
    refused("a value too few", "Expected 4 columns, got 3", table(HEADER, *ROWS, "1.5,red,3")),
    refused("no rows", "no rows with commas", table(HEADER)),
    refused("one row", "1 rows with price", table(HEADER, ROWS[0])),
    refused("49 rows", "it needs 50 rows or more", table(HEADER, *ROWS[:49])),
    refused("text in the target", KINDS, as_target(lambda n: "abc"[n % 3])),
    refused("one text among the target's numbers", KINDS, as_target(lambda n: n or "many")),
    refused("decimal commas in the target", KINDS, as_target(lambda n: f'"{n},5"')),
    refused("dates in the target", KINDS, as_target(lambda n: f"2026-01-{n % 28 + 1:02}")),
    refused("infinity in the target", KINDS, as_target(lambda n: n or "inf")),
    refused("one target everywhere", "1 different", as_target("3")),
    refused("an empty target", "0 rows with goal", as_target("")),
    refused("no column but the target", "no column is left",
            table("price", *(str(n % 9) for n in range(60)))),
    works("a mark of byte order", "price: numbers",
          table("\ufeffprice,sold,color,size", *ROWS, target="size")),
    works("a target with empty cells", "5 different, 0.0 to 4.0; 10 without it are LEFT OUT",
          table(HEADER, *ROWS, *["1,red,,0"] * 10)),
    works("text as the two answers", "accuracy of the test rows",
          as_target(lambda n: "yes" if n % 4 else "no")),
    works("true and false", "accuracy of the test rows",
          as_target(lambda n: "true" if n % 4 else "false")),
    works(
        "columns of every kind that a network cannot use",
        "  id: LEFT OUT, a running number\n  note: LEFT OUT, 48 different texts\n"
        "  day: LEFT OUT, dates\n  nothing: LEFT OUT, empty, or the same in every row\n"
        "  year: LEFT OUT, empty, or the same in every row\n"
        "  rate: LEFT OUT, infinite or far too large\n  km/h: LEFT OUT, a slash in its name\n",
        column("id,note,day,nothing,year,rate,km/h", lambda n:
               f"{n + 1000},call {n},{n % 28 + 1}.11.2026,,2026,{n % 7 or 'inf'},{n % 7}"),
    ),
    works("a comma and a line break in a cell", "note: words",
          column("note", lambda n: '"a,\nb"' if n % 2 else "c")),
    works("a console that knows no umlaut", "gr\\xf6\\xdfe: numbers",
          column("größe", lambda n: n % 7, name="größe.csv"),
          environment=ASCII),
    works("16 bits in keras.json, and JAX", "mean_absolute_error of the test rows", with_settings,
          environment={"KERAS_HOME": "more", "KERAS_BACKEND": "jax"}, not_said="nan"),
]  # fmt: skip
