"""Hundreds of tables that nobody thought of: each is prepared as it says, or refused with a cause.

What a cell means is known here, because it was a value before it was written.
"""

from collections import Counter

import pandas as pd
from fuzz import often
from hypothesis import given
from hypothesis import strategies as st
from tables import prepared

# ---- A column: its values, and how they are written ----


def grouped(value, group, decimal, places):
    whole, _, part = f"{abs(value):.{places}f}".partition(".")
    text = f"{int(whole):,}".replace(",", group) + (decimal + part if part else "")
    return ("-" if value < 0 else "") + text


def styles(decimal):
    """Return ways to write a number, by a table that has this decimal sign."""
    other = "," if decimal == "." else "."
    return {
        "plain": lambda value, places: f"{value:.{places}f}".replace(".", decimal),
        "thousands": lambda value, places: grouped(value, other, decimal, places),
        "blanks": lambda value, places: grouped(value, " ", decimal, places),
        "dollars": lambda value, places: "$" + grouped(abs(value), other, decimal, places),
        "euros": lambda value, places: grouped(value, other, decimal, places) + " \u20ac",
        "percent": lambda value, places: f"{value:.{places}f}%".replace(".", decimal),
        "kilograms": lambda value, places: f"{value:.{places}f} kg".replace(".", decimal),
    }


NAME = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
NAME = st.one_of(
    NAME, st.sampled_from(["y", "Unnamed: 0", "a/b", "a_b", "NA", "None", "1.5", "d year"])
)
WORD = st.one_of(
    st.sampled_from(
        'NA None nan null yes no mild True 1 0 007 n/a ? - inf a,b a;b a"b 2024-01-01'.split()
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
)


def written(separator, names, cells, bad, end, random):  # noqa: PLR0917
    """Return the text of a table, with so many bad rows in it."""
    lines = [names, *(list(row) for row in zip(*cells, strict=True))]
    for _ in range(bad):
        bad_row = random.choice([["x"] * (len(names) + 1), []])
        lines.insert(random.randrange(1, len(lines) + 1), bad_row)

    def quoted(cell):
        special = separator in cell or '"' in cell or cell != cell.strip()
        if special or (cell == "" and len(names) == 1):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    return end.join(separator.join(quoted(cell) for cell in line) for line in lines) + end


@st.composite
def tables(draw):
    """Return a table: how it is separated, its names, and for each column values and cells."""
    rows = draw(st.sampled_from([3, 49, 50, 60, 80, 200]))
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = draw(st.sampled_from([".", ","]))
    random = draw(st.randoms(use_true_random=True))
    columns = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(
            st.sampled_from(["number", "number", "word", "index", "date", "text", "constant"])
        )
        gaps = draw(st.sampled_from([0, 0, 0.1, 0.5, 1]))
        if kind == "number":
            places = draw(st.sampled_from([0, 1, 2, 3]))
            size = draw(st.sampled_from([5, 100, 5_000, 3_000_000]))
            style = draw(st.sampled_from(sorted(styles(decimal))))
            low = 0 if style == "dollars" else draw(st.sampled_from([0, -size]))
            different = draw(st.sampled_from([2, 3, 10_000]))
            pool = [round(random.uniform(low, size), places) + 0.0 for _ in range(different)]
            values = [random.choice(pool) for _ in range(rows)]
            cells = [styles(decimal)[style](value, places) for value in values]
        elif kind == "word":
            pool = draw(st.lists(WORD, min_size=1, max_size=25))
            values = cells = [random.choice(pool) for _ in range(rows)]
        elif kind == "index":
            values = random.sample(range(rows * draw(st.sampled_from([1, 2, 5]))), rows)
            cells = [str(value) for value in values]
        elif kind == "date":
            form = draw(st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S"]))
            values = [
                pd.Timestamp(2020, 1, 1) + pd.Timedelta(random.random() * 1500, "D")
                for _ in range(rows)
            ]
            cells = [value.strftime(form) for value in values]
        elif kind == "text":
            values = cells = [f"text {random.random()} of a row" for _ in range(rows)]
        else:
            values = cells = [draw(WORD)] * rows
        cells = ["" if random.random() < gaps else cell for cell in cells]
        columns.append((kind, values, cells))
    names = draw(st.lists(NAME, min_size=len(columns), max_size=len(columns)))
    target = draw(st.sampled_from(names))
    bad = draw(st.sampled_from([0, 0, 0, 1, 30]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    mark = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    text = written(separator, names, [cells for _, _, cells in columns], bad, end, random)
    return text.encode(mark), names, columns, target


def clean(cell):
    return " ".join(cell.split())


@often(60)
@given(table=tables())
def test_a_table_is_prepared_as_it_says_or_refused_with_a_cause(table, tmp_path_factory):
    content, names, columns, target = table
    found = prepared(tmp_path_factory.mktemp("table"), content, target)
    if found.refused is not None:
        assert found.refused and len(found.refused) < 2500
        return
    said, kept = found.said, found.kept
    assert list(found.training) == list(found.test) == found.columns["name"].tolist()

    # Each column is named on the screen, and each row is there, or was named as left out.
    cleaned = [clean(name) for name in names]
    assert all(name[:10] in said for name in cleaned)
    answered = [cell for cell in columns[cleaned.index(clean(target))][2] if cell]
    assert len(kept) == len(answered) or (len(kept) < len(answered) and "Left out:" in said)

    # What stands in a row is what was meant when the table was written.
    for row in found.columns.itertuples():
        kind, values, cells = columns[cleaned.index(row.source)]
        got = [cell for cell in kept[row.name] if cell]
        if row.kind == "words":
            assert not Counter(got) - Counter(map(clean, cells))
        elif row.kind in ("numbers", "target: amount") and kind in ("number", "index"):
            meant = Counter(float(value) for value, cell in zip(values, cells, strict=True) if cell)
            wrong = Counter(map(float, got)) - meant
            assert not wrong or "a cell tells" in said, (row, wrong)


@often(60)
@given(
    table=tables(),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), min_size=1, max_size=6),
    cut=st.floats(0, 1),
)
def test_a_broken_file_ends_with_a_cause_never_with_a_traceback(
    table, edits, cut, tmp_path_factory
):
    content, _, _, target = table
    content = bytearray(content)
    for where, other in edits:
        place = int(where * len(content))
        content[place : place + 2] = other
    content = content[: int(len(content) * (0.3 + cut))]
    refused = prepared(tmp_path_factory.mktemp("broken"), bytes(content), target).refused
    assert refused is None or refused
