"""Prepare a table of your own: what is each column, what can a network use, what is left out?

Chapter 4, your_table, script 1.
Reads:  games.csv
Writes: columns.csv, training_rows.csv, test_rows.csv
Prints: one line for each column: what it holds, and what becomes of it

    python 04/your_table/prepare_table.py
    python 04/your_table/prepare_table.py my_flats.csv --target rent
"""

import argparse
import csv
import difflib
import gzip
import io
import re
import sys
import zlib
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent  # the folder of this script
OUTPUTS = ["columns.csv", "training_rows.csv", "test_rows.csv"]
FEWEST_ROWS = 50  # with fewer, neither the training nor the test says anything
FEWEST_OF_A_CLASS = 5  # rows of a class: one for the test, four to learn from
MOST_CLASSES = 20  # different answers of a target that holds words
ROWS_FOR_A_WORD = 4  # rows for each different word, on average; with fewer, the column is text
MOST_WORDS = 500  # each word of a column becomes an input of the network
TOO_LARGE = 1e18  # the network computes with 32 bits, which hold numbers up to 3.4e38
TOO_SMALL = 1e-6  # a standard deviation; Keras scales nothing finer than 1e-7
MOST_BELOW_THE_AVERAGE = 0.9  # of the answers; with more, a few huge ones make the average
GIVES_AWAY = "LOOK: it alone gives the target away. Is it really known before?"
DATES = [  # if two fit equally well, the first is taken, and the line of the column says so
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m", "%m/%Y", "%d.%m.%Y", "%d.%m.%y"),
    *("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y"),
    *("%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
]


def main():
    parser = argparse.ArgumentParser(description="Prepare a table for train_table.py.")
    parser.add_argument("file", nargs="?", type=Path, default=HERE / "games.csv")
    parser.add_argument("--target", default="earnings", help="the column to predict")
    arguments = parser.parse_args()
    target = " ".join(arguments.target.split())

    # 1. Take away what an earlier run wrote, so that nobody trains on another table by mistake.
    for name in OUTPUTS:
        (HERE / name).unlink(missing_ok=True)

    # 2. Read the table. Every cell stays text for now, and only an empty one is a gap: "NA" and
    #    "None" may be words of this table.
    table, separator = read_table(arguments.file, [target])
    names = list(table.columns)
    if not target or names.count(target) != 1:
        similar = difflib.get_close_matches(target, names, n=1)
        hint = f" Do you mean '{similar[0]}'?" if similar and similar[0] != target else ""
        sys.exit(
            f"The first line must name the target '{target}' once (--target). "
            f"Its names are: {', '.join(names)[:1000]}.{hint}"
        )
    decimals = decimal_signs(table, otherwise="," if separator == ";" else ".")
    place_of_target = names.index(target)

    # 3. Look at the target. A row without an answer teaches nothing, and tests nothing.
    target_kind, answers, written = look_at_target(table[target], decimals[place_of_target])
    table = table.loc[answers.index]
    bare = answers[(table.drop(columns=target) == "").all(axis=1)]
    if len(bare) and len(names) > 1:
        say(f"Look: {gone(bare)} with an answer and nothing else")
    copies = int(table.duplicated().sum())
    if copies:
        say(f"Look: {copies:,} rows equal an earlier row in every column. If they are copies, then")
        say("      the test asks for rows that the network has learned. Remove them.")

    # 4. Put a fifth of the rows aside for the test, before anything is learned: of classes, a
    #    fifth of each. The training rows alone decide what follows. They are shuffled, because
    #    the last of them will be the validation rows.
    groups = answers if target_kind == "target: classes" else answers.notna()
    test_rows = answers.groupby(groups).sample(frac=0.2, random_state=7).index
    training_rows = answers.drop(test_rows).sample(frac=1, random_state=7).index
    known = answers[training_rows]
    if known.nunique() < 2:
        sys.exit(
            f"Nearly all rows have the answer {listed(known.head(1))}: too few others to learn."
        )
    say(f"{len(training_rows):,} training rows and {len(test_rows):,} test rows")
    if target_kind == "target: amount":
        unit = f" {written}" if written else ""
        say(f"Target: {target}, an amount, {known.min():,.10g} to {known.max():,.10g}{unit}")
        if known.nunique() <= MOST_CLASSES:
            say('If its numbers stand for kinds, write "target: classes" into columns.csv.')
        small = (known < known.mean()).mean()
        if small > MOST_BELOW_THE_AVERAGE:
            say(f"Look: {small:.0%} of the answers lie below their average, {known.mean():,.6g}:")
            say("      a few huge ones decide what is learned. Learn their logarithm instead.")
        if far_off(known):
            say(f"{far_off(known)} Then empty these cells.")
        answers = plainly(answers)
    else:
        counts = known.value_counts().sort_index()
        classes = ", ".join(f"{name} ({count:,})" for name, count in counts.items())
        say(f"Target: {target}, classes: {classes}")

    # 5. Look at each column.
    width = min(24, max(len(name) for name in names) + 10)
    say(f"\n{'column':<{width}}{'different':>10}{'gaps':>7}  {'read as':<18}what becomes of it")
    columns = [{"name": target, "kind": target_kind, "source": target, "written": written}]
    columns[0] |= {"decimal": decimals[place_of_target], "gaps": 0}
    prepared = {target: answers}
    for place, source in enumerate(names):
        if source == target:
            continue
        cells = table.iloc[:, place]
        if (cells == "").all():
            found = [row_for(cells, "left out", "empty in every row")]
        elif source == "" or source.startswith("Unnamed: "):  # what pandas makes of ""
            found = [row_for(cells, "left out", "it has no name; to_csv writes row numbers so")]
        elif names.count(source) > 1:
            found = [row_for(cells, "left out", "another column has the same name")]
        else:
            found = look_at_column(cells, training_rows, known, decimals[place])
        for row in found:
            # An input of Keras has no slash in its name, and each has a name of its own.
            name = f"{source} {row['part']}".strip().replace("/", "_")
            while name in prepared or (name != source and name in names):
                name += "_"
            if row["part"] == "" and name != source:
                row["why"] = f"the name of {source}; {row['why']}".removesuffix("; ")
            shown = row["values"][training_rows]
            filled = shown[shown != ""]
            example = short(filled.iloc[0], 16) if len(filled) else ""
            becomes = f"{row['kind']}: {row['why']}" if row["why"] else row["kind"]
            gaps = len(shown) - len(filled)
            shown_name = short(name or "(no name)", width - 1)
            line = f"{shown_name:<{width}}{filled.nunique():>10,}{gaps:>7,}"
            say(f"{line}  {example:<18}{becomes}")
            if row["kind"] == "numbers":
                row["lowest"] = pd.to_numeric(filled).min()
                row["highest"] = pd.to_numeric(filled).max()
            if source != "" and names.count(source) == 1:
                row |= {"name": name, "source": source, "decimal": decimals[place], "gaps": gaps}
                columns.append(row)
                prepared[name] = row["values"]

    # 6. Write what train_table.py reads, beside this script. A column that is left out is there,
    #    too: whoever knows better changes its kind in columns.csv.
    columns = pd.DataFrame(columns)
    used = columns["name"][columns["kind"].isin(["numbers", "words"])]
    if used.empty:
        sys.exit(f"No column is left to predict {target} from: the lines above say why.")
    order = ["name", "kind", "why", "source", "part", "written", "decimal"]
    order += ["lowest", "highest", "gaps"]
    columns.reindex(columns=order).to_csv(HERE / "columns.csv", index=False)
    prepared = pd.DataFrame(prepared)
    prepared.loc[training_rows].to_csv(HERE / "training_rows.csv", index=False)
    prepared.loc[test_rows].to_csv(HERE / "test_rows.csv", index=False)
    say(f"\nThe network will learn {target} from {', '.join(used)}.")
    say(f"Written beside this script: {', '.join(OUTPUTS)}. Next: train_table.py")


def look_at_target(cells, decimal):
    """Return the kind of the target, the answers of the rows that have one, and their unit."""
    filled = cells[cells != ""]
    if len(filled) < len(cells):
        say(f"Left out: {gone(cells[cells == ''])} whose target is empty")
    if len(filled) < FEWEST_ROWS:
        sys.exit(f"{len(filled):,} rows have an answer. It takes {FEWEST_ROWS}, better thousands.")
    holds, written = what_it_holds(filled, decimal)
    if holds == "dates":
        sys.exit("The target is a date. Make a number of it first, such as the days until then.")

    if holds == "numbers":
        numbers, units = read_numbers(filled, decimal)
        unread = filled[numbers.isna() | (units != written)]
        numbers = numbers.drop(unread.index)
        odd = unread[unread.str.contains("[0-9]")]
        if len(odd):
            sys.exit(
                f"The target holds numbers such as {filled.loc[numbers.index[0]]}, but "
                f"{gone(odd)} with others, such as {examples(odd)}: write all in one way."
            )
        if len(unread) and numbers.nunique() <= MOST_CLASSES:
            sys.exit(
                f"The target holds numbers ({listed(sorted(numbers.unique()))}) and words: "
                f"{gone(unread)} with {examples(unread)}. Is that an answer? Then write words for "
                "the numbers. If it means that nobody knows, empty these cells."
            )
        if len(unread):
            say(f"Left out: {gone(unread)} whose target is {examples(unread)}, no number")
        largest = numbers.abs().idxmax()
        off = numbers[largest] - numbers.drop(largest).sum()
        if abs(off) < 1e-6 * abs(numbers[largest]) and (numbers != 0).sum() > FEWEST_ROWS:
            say(f"Left out: {gone(filled[[largest]])} whose target is the sum of all the others")
            numbers = numbers.drop(largest)
        if numbers.abs().max() > TOO_LARGE:
            sys.exit(f"The target goes up to {numbers.abs().max()}: too large. Take its logarithm.")
        if numbers.nunique() > 2:
            if lost_in_32_bits(numbers):
                sys.exit(
                    f"The answers differ only behind their first seven digits, all that 32 bits "
                    f"hold: subtract {numbers.min():,.15g} from each."
                )
            return "target: amount", numbers, written
        filled = plainly(numbers)  # two numbers are two answers, such as 0 and 1

    different = filled.nunique()
    if different > MOST_CLASSES:
        sys.exit(
            f"The target has {different:,} different answers, not all of them numbers written in "
            f"one way, such as {examples(filled)}{ways(filled, decimal)}. It must be an amount, or "
            f"one of {MOST_CLASSES} words at most."
        )
    if filled.str.casefold().nunique() < different:
        say("Look: some answers differ in capital letters alone. Each is a class of its own.")
    rows_of = filled.map(filled.value_counts())
    rare = filled[rows_of < FEWEST_OF_A_CLASS]
    if len(rare):
        say(f"Left out: {gone(rare)} whose answer is too rare to learn: {examples(rare)}")
    filled = filled.drop(rare.index)
    if filled.nunique() < 2:
        sys.exit(
            f"The target has the same answer everywhere ({examples(filled)}): nothing to learn."
        )
    return "target: classes", filled, ""


def look_at_column(cells, training_rows, answers, decimal):
    """Return what becomes of a column: one row of columns.csv, or one for each part of a date."""
    known = cells[training_rows]  # the training rows decide
    filled = known[known != ""]
    if filled.empty:
        return [row_for(cells, "left out", "empty in every training row")]
    if filled.nunique() == 1 and len(filled) == len(known):
        return [row_for(cells, "left out", "the same in every row")]
    if known.tolist() == answers.tolist():
        return [row_for(cells, "left out", "it is the target itself")]
    holds, written = what_it_holds(filled, decimal)
    if holds == "dates":
        return look_at_dates(cells, filled, answers, written)
    if holds == "numbers" and filled.nunique() > 1:
        return [look_at_numbers(cells, filled, answers, decimal, written)]
    return [look_at_words(cells, filled, answers, holds, decimal)]


def what_it_holds(filled, decimal):
    """Return what the filled cells of a column are, and how it is written."""
    with_digits = filled[filled.str.contains("[0-9]")]
    others = filled.drop(with_digits.index)  # NA, none, ?, unknown, inf
    if with_digits.empty or (others.nunique() > 5 and len(others) > 0.05 * len(filled)):
        return "texts", ""
    if len(others) > len(with_digits) and with_digits.nunique() <= MOST_CLASSES:
        return "texts", ""  # such as none, none, 1, none, 2, none
    some = with_digits.drop_duplicates().head(1000)
    few = some.head(10)  # these rule out most forms, in a table of many columns at once
    possible = []
    if not few.str.fullmatch("-?[0-9]{0,7}([.,][0-9]+)?").all():
        possible = [form for form in DATES if read_dates(few, form).notna().any()]
    fits = {form: read_dates(some, form).notna().mean() for form in possible}
    form = max(fits, key=fits.get, default="")
    if (
        form
        and fits[form] >= 0.95
        and (form != "%Y%m%d" or some.str.fullmatch("(19|20)[0-9]{6}").all())
    ):
        return "dates", form
    if with_digits.str.fullmatch("0[0-9]+").any():
        return "codes", ""  # 01234 is a code of letters that happen to be digits
    numbers, units = read_numbers(with_digits, decimal)
    unit = units[numbers.notna()].mode()
    if len(unit) and (numbers.notna() & (units == unit[0])).mean() >= 0.95:
        return "numbers", unit[0]
    return "texts", ""


def look_at_dates(cells, filled, answers, written):
    """Return a row for the date itself, and one for each part of it that says something."""
    dates = read_dates(cells, written)
    known = dates[filled.index]
    why = [f"read as {written}"]
    others = [form for form in DATES if read_dates(filled.head(10), form).notna().all()]
    others = [form for form in others if read_dates(filled, form).count() == known.count()]
    if len(others) > 1:
        others.remove(written)
        why.append(f"{others[0]} is possible, too")
    if "%y" in written:
        why.append(f"years {known.dt.year.min():.0f} to {known.dt.year.max():.0f}")
    unread = filled[known.isna()]
    if len(unread):
        why.append(f"{len(unread):,} cells such as {examples(unread)} are gaps")
    parts = []
    for part, numbers in date_parts(dates, written).items():
        if numbers[filled.index].nunique() > 1:
            parts.append(row_for(plainly(numbers), "numbers", "", part, written))
    if answers[filled.index].nunique() == 1:
        why.append(GIVES_AWAY)
    why.append("its parts follow" if parts else "left out, the same in every row")
    return [row_for(cells, "date", "; ".join(why)), *parts]


def look_at_numbers(cells, filled, answers, decimal, written):
    """Return the row for a column of numbers, or why the network has no use for them."""
    numbers, units = read_numbers(cells, decimal)
    numbers = numbers.where(units == written)
    known = numbers[filled.index].dropna()
    unlike = (known % 1 == 0).all() and known.is_unique  # whole numbers, and none comes twice
    useless = ""
    if known.equals(answers[known.index]):
        useless = "it is the target itself"
    elif known.nunique() == 1:
        useless = "the same in every row"
    elif known.abs().max() > TOO_LARGE:
        useless = f"too large: up to {known.abs().max():.3g}"
    elif known.std() < TOO_SMALL:
        useless = f"too small: up to {known.abs().max():.3g}, write it in another unit"
    # Pick n whole numbers from a span at random: about n * n / 2 / span pairs of them are equal.
    elif unlike and len(known) ** 2 / 2 / (known.max() - known.min()) > 5:
        useless = "whole numbers of which none comes twice: they number the rows"
    elif lost_in_32_bits(known):
        useless = f"alike in the first seven digits: subtract {known.min():,.15g} from each"
    if useless:
        return row_for(plainly(numbers), "left out", useless, "", written)
    why = [f"in {written}"] if written else []
    unread = filled[numbers[filled.index].isna()]
    if len(unread):
        why.append(f"{len(unread):,} cells such as {examples(unread)} are gaps")
    if unlike:
        why.append("none comes twice: if it is an ID, write: left out")
    elif len(known) > ROWS_FOR_A_WORD * known.nunique() and filled.str.fullmatch("[0-9]{5,}").all():
        why.append("if these are codes, write: words")
    if far_off(known):
        why.append(far_off(known))
    if gives_away(known, answers):
        why.append(GIVES_AWAY)
    return row_for(plainly(numbers), "numbers", "; ".join(why), "", written)


def look_at_words(cells, filled, answers, holds, decimal):
    """Return the row for a column of words, or why the network has no use for them."""
    different = filled.nunique()
    why = ["codes with zeros in front"] if holds == "codes" else []
    if different > MOST_WORDS or len(filled) < ROWS_FOR_A_WORD * different:
        texts = f"{different:,} different texts in {len(filled):,} rows"
        why.append(texts + ways(filled, decimal))
        return row_for(cells, "left out", "; ".join(why))
    if filled.str.casefold().nunique() < different:
        why.append("some words differ in capital letters alone")
    if gives_away(filled, answers):
        why.append(GIVES_AWAY)
    return row_for(cells, "words", "; ".join(why))


def row_for(values, kind, why, part="", written=""):
    """Return a row of columns.csv, with the prepared cells of the column."""
    return {"values": values, "kind": kind, "why": why, "part": part, "written": written}


def gives_away(known, answers):
    """Return whether each value of a column goes with one answer, or both rise together."""
    answers = answers[known.index]
    repeated = len(known) >= ROWS_FOR_A_WORD * known.nunique()
    if repeated and answers.groupby(known).nunique().max() == 1:
        return True
    if known.dtype.kind != "f":  # words
        return False
    if answers.dtype.kind == "f":  # an amount
        return abs(known.rank().corr(answers.rank())) > 0.999
    # Of sorted numbers, each class has a stretch of its own.
    in_order = answers[known.sort_values().index]
    return (in_order != in_order.shift()).sum() == answers.nunique()


def far_off(numbers):
    """Return a warning if one number comes often, and far from all others, such as 999."""
    for number in (numbers.min(), numbers.max()):
        others = numbers[numbers != number]
        distance = min(abs(others - number), default=0)
        if others.nunique() > 1 and distance > others.max() - others.min():
            times = len(numbers) - len(others)
            if times > 1 and times >= 0.01 * len(numbers):
                return f"LOOK: {number:.10g} comes {times:,} times. Does it mean that nobody knows?"
    return ""


def ways(filled, decimal):
    """Return in which ways numbers are written in a column that is no column of numbers."""
    numbers, units = read_numbers(filled, decimal)
    units = units[numbers.notna()].replace("", "no unit").value_counts()
    units = units[units >= 0.05 * len(filled)].head(3)
    if units.empty:
        return ""
    found = ", ".join(f"{count:,} in {unit}" for unit, count in units.items())
    return f" (numbers: {found}; the others are none)"


def lost_in_32_bits(numbers):
    """Return whether the network, which has seven digits, would see many of them as equal."""
    return numbers.astype("float32").nunique() < 0.9 * numbers.nunique()


# ---- How a table is read: these functions stand in predict_table.py, too, word for word ----


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
