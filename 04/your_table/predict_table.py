"""Predict new rows of your table with the network that train_table.py saved.

Chapter 4, your_table, script 3.
Reads:  new_games.csv, columns.csv, table_network.keras
Writes: predictions.csv
Prints: what it could not use as it stands, and the first five predictions
After:  prepare_table.py, train_table.py

    python 04/your_table/predict_table.py
    python 04/your_table/predict_table.py my_new_flats.csv
"""

import argparse
import csv
import gzip
import io
import re
import sys
import zlib
from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script


def main():
    parser = argparse.ArgumentParser(description="Predict the rows of a table.")
    parser.add_argument("file", nargs="?", type=Path, default=HERE / "new_games.csv")
    arguments = parser.parse_args()

    # 1. Load the network, and what prepare_table.py wrote about the columns.
    model = keras.saving.load_model(HERE / "table_network.keras")
    columns = pd.read_csv(HERE / "columns.csv", dtype=str, keep_default_na=False)
    is_target = columns["kind"].str.startswith("target")
    target, kind = columns.loc[is_target, ["name", "kind"]].iloc[0]
    columns = columns[columns["kind"].isin(["numbers", "words"])]
    amount = kind == "target: amount"
    if set(model.input) != set(columns["name"]) or amount != (list(model.output) == [target]):
        sys.exit(f"The network knows other columns ({', '.join(model.input)}): run train_table.py.")

    # 2. Read the new rows. The order of the columns does not matter, but each must be there: as
    #    it came (the date "released"), or as it was prepared ("released year").
    table, _ = read_table(arguments.file, {*columns["source"], *columns["name"]})
    names = list(table.columns)
    came = [names.count(source) == 1 for source in columns["source"]]
    prepared = [names.count(name) == 1 for name in columns["name"]]
    columns["stands as"] = columns["source"].where(came, columns["name"].where(prepared))
    missing = columns.loc[columns["stands as"].isna(), "source"].drop_duplicates()
    if len(missing):
        sys.exit(
            f"Each of these must stand once in the first line: {', '.join(missing)}. "
            f"Its names are: {', '.join(names)[:1000]}."
        )

    # 3. Make of each cell what the network takes. What is not as in the training rows is told. A
    #    cell that cannot be read takes its row away: better no prediction than a wrong one.
    cells = table[columns["stands as"].drop_duplicates()]
    signs = decimal_signs(cells, otherwise=columns["decimal"].mode()[0])
    decimals = dict(zip(cells.columns, signs, strict=True))
    known_words = {}
    for layer in model.layers:
        if isinstance(layer, layers.StringLookup):
            known_words[layer.input.name] = layer.get_vocabulary()
    rows, told = {}, {}
    for _, column in columns.iterrows():
        values = table[column["stands as"]]
        if column["kind"] == "numbers" or column["lowest"]:  # numbers may stand for kinds
            values = numbers_of(values, column, decimals[column["stands as"]], told)
        if column["kind"] == "words":
            values = words_of(values, column, known_words[column["name"]], told)
        rows[column["name"]] = values
    useless = set()
    for what, cells in told.items():
        if len(cells):
            shown = "" if (cells == "").all() else f": {examples(cells)}"
            say(f"{gone(cells)}: {what}{shown}")
        if what.endswith("NOT PREDICTED"):
            useless.update(cells.index)
    rows = pd.DataFrame(rows).drop(index=list(useless))
    if rows.empty:
        sys.exit("No row is left to predict.")

    # 4. Predict. The network answers by name: with the amount, or a likelihood of each class.
    batches = tf.data.Dataset.from_tensor_slices(dict(rows)).batch(32)
    answers = pd.DataFrame(model.predict(batches, verbose=0), index=rows.index)
    predicted = {}
    if amount:
        predicted[f"predicted {target}"] = answers[target].map("{:.7g}".format)
    else:
        predicted[f"predicted {target}"] = answers.idxmax(axis=1)
        predicted[f"likelihood of this {target}"] = answers.max(axis=1).map("{:.4f}".format)

    # 5. Save the rows with their predictions, and show the first ones.
    table = table.drop(columns=[name for name in names if name in predicted])  # of another run
    table = pd.concat([table, pd.DataFrame(predicted)], axis=1)
    table.to_csv(HERE / "predictions.csv", index=False)
    say(f"predictions.csv: {len(rows):,} of {len(table):,} rows are predicted. The first ones:")
    first = table.head()[[names[0], *predicted]]
    say(first.to_string(index=False, na_rep="", max_colwidth=40))


def numbers_of(cells, column, decimal, told):
    """Return the numbers of a column; into `told` goes which cells are something else."""
    name, written = column["stands as"], column["written"]
    if column["part"] and name == column["source"]:  # a date
        dates = read_dates(cells, written).fillna(read_dates(cells, "%Y-%m-%d"))
        numbers = date_parts(dates, written)[column["part"]].astype(float)
    else:
        unit = "" if column["part"] else written
        numbers, units = read_numbers(cells, decimal)
        numbers = numbers.where((units == unit) | (units == ""))
        bare = numbers.notna() & (units != unit)
        told[f"{name} is written without {unit}, and read as {unit}"] = cells[bare]
    has_digits = cells.str.contains("[0-9]")
    unread = numbers.isna() & (cells != "")
    unusual = "" if column["gaps"] != "0" else ", as in no training row: taken for the average"
    told[f"{name} is empty{unusual}"] = cells[cells == ""]
    told[f"{name} is no number, and taken for a gap"] = cells[unread & ~has_digits]
    told[f"{name} cannot be read: NOT PREDICTED"] = cells[unread & has_digits]
    if column["lowest"]:
        lowest, highest = float(column["lowest"]), float(column["highest"])
        beyond = cells[(numbers < lowest) | (numbers > highest)]
        limits = f"{lowest:.10g} to {highest:.10g}"
        told[f"{column['name']} is beyond the training rows ({limits}), a guess"] = beyond
    return numbers


def words_of(cells, column, known, told):
    """Return the words of a column; into `told` goes which cells are something else."""
    if cells.dtype.kind == "f":  # numbers that stand for kinds
        cells = plainly(cells)
    name = column["stands as"]
    unusual = "" if "" in known else ", as in no training row"
    told[f"{name} is empty{unusual}"] = cells[cells == ""]
    unknown = cells[~cells.isin(known) & (cells != "")]
    told[f"{name} is a word that the network has never seen"] = unknown
    return cells


# ---- How a table is read: these functions stand in prepare_table.py, too, word for word ----


def read_table(path, wanted):
    """Return the cells of a file as text, known by their line, and what separates them."""
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        if data.startswith(b"PAR1"):
            return read_parquet(data), ","
    except (OSError, EOFError, ValueError, zlib.error) as problem:
        sys.exit(f"{path} cannot be read: {problem}")
    packed = (
        b"PK",
        b"\xd0\xcf\x11\xe0",
        b"BZh",
        b"\xfd7zXZ",
        b"7z\xbc\xaf",
        b"Rar!",
        b"(\xb5/\xfd",
    )
    if data.startswith(packed):
        sys.exit(
            f"{path} is packed, or a spreadsheet: unpack it, or save the sheet as CSV (UTF-8)."
        )

    # Letters: UTF-8 is usual, UTF-16 says so in its first two bytes, Windows-1252 is old.
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            sys.exit(f"{path} is neither UTF-8 nor Windows-1252: save it as CSV (UTF-8).")
    if "\0" in text:
        sys.exit(f"{path} is no text (it has zero bytes): save it as CSV (UTF-8).")
    if re.match(r"\s*(<[!?a-zA-Z]|\[?\s*\{\s*\")", text):
        sys.exit(f"{path} is HTML or JSON, no CSV file: pandas.read_html or read_json reads it.")
    if encoding == "cp1252":
        say("Letters are read as Windows-1252. If some look wrong, save the table as UTF-8.")

    # The separator is the one that finds the names; or else that with the most names. (Above
    # the names there may be a line "sep=;", for Excel, which does not show it.)
    text = re.sub(r'\A"?[sS][eE][pP]=."?(\r?\n)', r"\1", text)
    separators = {}
    for separator in ",;\t|":
        header = next(
            csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=separator), []
        )
        header = [" ".join(name.split()) for name in header]
        separators[separator] = (len(set(wanted) & set(header)), len(header))
    separator = max(separators, key=separators.get)

    # Rows: each must have a value for each name. A value too many would move all behind it.
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=separator, skipinitialspace=True, strict=True)
    rows, lines = [], []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([" ".join(cell.split()) for cell in row])
                lines.append(reader.line_num)
    except csv.Error as problem:
        sys.exit(
            f"{path}, line {reader.line_num}: {problem}. Is there a quote too many or too few?"
        )
    if len(rows) < 2:
        sys.exit(f"{path} has no rows: it takes a first line of names, and rows below it.")
    names, rows, lines = rows[0], rows[1:], lines[1:]
    if all(len(row) == len(names) + 1 and row[-1] == "" for row in rows):
        say("Each row ends with a separator too many: nothing stands behind it, and it is dropped.")
        rows = [row[:-1] for row in rows]
    wrong = [line for line, row in zip(lines, rows, strict=True) if len(row) != len(names)]
    if wrong:
        found = (
            f"{len(wrong):,} of {len(rows):,} rows have more or fewer values than the first line"
        )
        found += f" has names ({len(names)}): line {listed(wrong)}"
        if len(wrong) > len(rows) / 20:
            sys.exit(
                f"{path}: {found}. Does the first line have all names, with '{separator}' between "
                f"them ({short(', '.join(names), 60)}), or is it a title? Do values have "
                f"'{separator}' in them, such as 1,200 without quotes?"
            )
        say(f"Left out: {found}")
    right = [number for number, row in enumerate(rows) if len(row) == len(names)]
    index = [lines[number] for number in right]
    table = pd.DataFrame([rows[number] for number in right], index, names, dtype=str)
    return table, separator


def read_parquet(data):
    """Return the cells of a Parquet file as the text that a CSV file would have."""
    typed = pd.read_parquet(io.BytesIO(data))  # without pyarrow, pandas says how to install it
    if typed.index.name is not None:
        typed = typed.reset_index()
    typed.index = range(1, len(typed) + 1)
    columns = []
    for place in range(typed.shape[1]):
        cells = typed.iloc[:, place]
        if cells.dtype.kind == "m":
            say(f"{cells.name}: spans of time, in seconds")
            cells = cells.dt.total_seconds()
        if pd.api.types.is_float_dtype(cells):
            columns.append(plainly(cells.astype(float)))
        else:
            text = cells.astype(object).where(cells.notna(), "").astype(str)
            columns.append(text.str.split().str.join(" "))
    table = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    table.columns = [" ".join(str(name).split()) for name in typed.columns]
    return table


def number_pattern(decimal):
    """Return the pattern of a cell with a number: -1,234.5 or $1,234.50 or 12 % or 80 kg."""
    group = "[,'\u2019 ]" if decimal == "." else "[.'\u2019 ]"  # what may stand between thousands
    whole = rf"(?:[1-9][0-9]{{0,2}}(?:{group}[0-9]{{2,3}})*{group}[0-9]{{3}}|[0-9]+)"
    number = rf"(?:{whole}(?:\{decimal}[0-9]*)?|\{decimal}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    symbol = r"[^\w\s.,;:+\-'\"()/<>=\u2019\u2212]"
    unit = rf"[A-Z]{{3}} |[A-Za-z]{{0,2}}{symbol} ?"  # before a number: USD 12, $12, US$ 12
    return (
        rf"(?P<sign>[+\-\u2212]?) ?(?P<before>{unit})?(?P<sign2>[+\-\u2212]?)"
        rf"(?P<number>{number}) ?(?P<behind>(?:{symbol}|[^\W\d_])[\w/%^.]{{0,9}})?"
    )


def decimal_signs(table, otherwise):
    """Return how each column writes one and a half: 1.5 or 1,5. Cells such as 0.25 tell."""
    point, comma, either, first = [], [], [], ""
    for place in range(table.shape[1]):
        cells = table.iloc[:, place].drop_duplicates()
        cells = cells[cells.str.contains("[.,]")]
        with_point = cells.str.fullmatch(number_pattern("."))
        with_comma = cells.str.fullmatch(number_pattern(","))
        point.append(int((with_point & ~with_comma).sum()))
        comma.append(int((with_comma & ~with_point).sum()))
        either.append(int((with_point & with_comma).sum()))
        if either[-1] and not first:
            first = cells[with_point & with_comma].iloc[0]

    # The cells of the whole table vote, unless nearly all could be either.
    tell = max(sum(point), sum(comma))
    if tell > 0.05 * sum(either) and sum(point) != sum(comma):
        otherwise = "." if sum(point) > sum(comma) else ","
    if tell < sum(either):
        number = read_numbers(pd.Series([first]), otherwise)[0].iloc[0]
        say(f'Look: hardly a cell tells what "{first}" is. It is read as {number:.10g}.')
    # A column most of whose cells tell decides for itself.
    signs = []
    for points, commas, others in zip(point, comma, either, strict=True):
        if points > commas + others:
            signs.append(".")
        elif commas > points + others:
            signs.append(",")
        else:
            signs.append(otherwise)
    return signs


def read_numbers(cells, decimal):
    """Return the number in each cell (nan where none is) and its unit, such as $ or % or kg."""
    parts = cells.str.extract(f"^{number_pattern(decimal)}$").fillna("")
    text = parts["number"].str.replace(rf"[^0-9eE+\-{decimal}]", "", regex=True)
    numbers = pd.to_numeric(text.str.replace(decimal, ".")).astype(float)
    minus = (parts["sign"] + parts["sign2"]).str.contains("[-\u2212]")
    return numbers.where(~minus, -numbers), parts["before"].str.strip() + parts["behind"]


def read_dates(cells, form):
    """Return the date in each cell, as its own clock and calendar say it; NaT where none is."""
    # Behind a date: hours, minutes, perhaps seconds, AM or PM, and a time zone.
    time = (
        r"(?:[T ]+(?P<hour>[0-9]{1,2}):[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?P<half>[AaPp][Mm])?"
        r" ?(?:[A-Z]{1,5}|[+-][0-9]{2}:?[0-9]{2}(?::[0-9]{2})?)?)?"
    )
    parts = cells.str.extract(f"^(?P<day>.*?){time}$")
    days = pd.to_datetime(parts["day"], format=form, errors="coerce")
    hours = pd.to_numeric(parts["hour"]).fillna(0) % 24
    half = parts["half"].fillna("").str.upper()
    hours = hours.where(half != "AM", hours % 12).where(half != "PM", hours % 12 + 12)
    return days + pd.to_timedelta(hours, unit="h")


def date_parts(dates, form):
    """Return the numbers that stand for a date in the network; 1 is January, and Monday."""
    parts = {"year": dates.dt.year, "month": dates.dt.month}
    if "%d" in form:
        parts |= {"weekday": dates.dt.day_of_week + 1, "hour": dates.dt.hour}
    return parts


def plainly(numbers):
    """Return numbers as a plain table has them. 1.2340 for 1.234: nobody takes it for 1234."""
    text = numbers.map(lambda number: "" if pd.isna(number) else repr(float(number)))
    text = text.str.replace(r"\.0$", "", regex=True)
    return text.str.replace(r"^(-?[1-9][0-9]{0,2}\.[0-9]{3})$", r"\g<1>0", regex=True)


def gone(cells):
    """Return how many rows it is about, and where they stand: 2 rows (line 5, 9)."""
    rows = "row" if len(cells) == 1 else "rows"
    return f"{len(cells):,} {rows} (line {listed(cells.index)})"


def listed(values):
    """Return the first values as text: 3, 5, 8 and 17 more."""
    values = [f"{value:.10g}" for value in values]
    more = f" and {len(values) - 5:,} more" if len(values) > 5 else ""
    return ", ".join(values[:5]) + more


def examples(cells):
    """Return up to three different cells, in quotes."""
    return ", ".join(f'"{short(cell, 20)}"' for cell in cells.drop_duplicates().head(3))


def short(text, length):
    return text if len(text) <= length else text[: length - 2] + ".."


def say(line):
    """Print a line, also on a console that does not know all of its letters."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding))


if __name__ == "__main__":
    main()
