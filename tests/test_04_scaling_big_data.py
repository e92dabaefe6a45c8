"""train_on_big_data.py: which columns it uses, which rows it sees, what it learns."""

import contextlib
import io
import json
import re
import time
import types
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fuzz import often
from hypothesis import given
from hypothesis import strategies as st
from layout import ROOT, text_of
from missing import needs
from outputs import difference, first_number
from running import change, completed_all, output_of, output_of_program

DATA = "04/scaling/train_on_big_data.py"
PAGE = text_of("04/scaling/README.md")
TYPICAL, AVERAGE = "on the validation rows:", "giving the average:"
RANDOM = np.random.default_rng(7)
COUNT = 3000
AREA, ROOMS = RANDOM.integers(20, 200, COUNT), RANDOM.integers(1, 6, COUNT)
HOUSES = pd.DataFrame({"area": AREA, "rooms": ROOMS, "price": AREA * 10 + ROOMS * 7.5})
DAYS = pd.date_range("2024-01-01", periods=COUNT, freq="h")
GAPS = HOUSES["area"].where(HOUSES["rooms"] == 1)
IDS = RANDOM.permutation(3 * COUNT)[:COUNT]


@pytest.fixture(scope="module")
def script():
    """Return the functions of the script, which need no Keras until they train."""
    needs("pyarrow")
    text = text_of(DATA).replace("import keras\n", "").replace("from keras import layers\n", "")
    module = types.ModuleType("big_data")
    module.__file__ = str(ROOT / DATA)
    exec(compile(text, DATA, "exec"), module.__dict__)
    return module


def chosen(script, path, target="price", without=()):
    """Return the features, what was printed of each column, and all usable rows."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        table = script.open_table(Path(path))
        columns, rows = script.look(table)
        features = script.choose(columns, rows, target, without)
    names = [*features, target]
    blocks = [block for both in script.usable_rows(table, names, 0.1) for block in both]
    lines = dict(
        re.findall(r"(?ms)^ - (.*?): ((?:used|left out|the target)[^\n]*)", said.getvalue())
    )
    return features, lines, np.concatenate(blocks)


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_no_more_is_read_than_the_training_asks_for(script, name, tmp_path):
    """Whoever trains is slower than whoever reads: what waits must not fill the memory."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv  # noqa: PLC0415
    import pyarrow.parquet  # noqa: PLC0415

    rows = pa.table({f"x{n}": RANDOM.random(600_000) for n in range(10)})
    if name.endswith(".csv"):
        pa.csv.write_csv(rows, tmp_path / name)
    else:
        pa.parquet.write_table(rows, tmp_path / name, row_group_size=50_000)
    table, most, before = script.open_table(tmp_path / name), 0, pa.total_allocated_bytes()
    for _ in script.usable_rows(table, rows.column_names, 0.1):
        time.sleep(0.02)
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < 60e6, f"{most:,} bytes at a time of {(tmp_path / name).stat().st_size:,}"


NUMBERS_ROWS = "left out, it numbers the rows"
COLUMNS = {  # what a column holds: its cells, what is said of it in Parquet, and in a CSV
    "customer numbers": (IDS, NUMBERS_ROWS, NUMBERS_ROWS),
    "row numbers as 0.0, 1.0": (np.arange(COUNT) * 1.0, NUMBERS_ROWS, NUMBERS_ROWS),
    "seconds of a clock": (np.arange(COUNT) * 60 + 10**9, NUMBERS_ROWS, NUMBERS_ROWS),
    "numbers of a large range": (RANDOM.integers(0, 10**9, COUNT), "used", "used"),
    "numbers that repeat": (RANDOM.integers(0, COUNT, COUNT), "used", "used"),
    "dates": (DAYS, "left out, it holds timestamp[", 'words or dates, such as "2024-01-01'),
    "a time zone": (DAYS.tz_localize("UTC"), ", tz=UTC]", 'words or dates, such as "2024-01-01'),
    "durations": (DAYS - DAYS[0], "left out, it holds duration[", "words or dates, such as"),
    "times": (DAYS.time, "left out, it holds time64[", "words or dates, such as"),
    "words": ("Oslo", 'words or dates, such as "Oslo"', 'words or dates, such as "Oslo"'),
    "categories": (pd.Categorical(["a", "b", "c"] * 1000), "words or dates", "words or dates"),
    "true and false": (HOUSES["area"] > 99, "used", "used"),
    "one number": (3, "left out, all its numbers are the same", "left out, all its numbers are"),
    "nothing": (None, "left out, it is empty", "left out, it is empty"),
    "gaps": (GAPS, "of its cells have no number", "of its cells have no number"),
    "some gaps": (HOUSES["area"].where(HOUSES["rooms"] > 1), "used; cells without", "used; cells"),
}


@pytest.mark.parametrize("what", COLUMNS)
def test_each_kind_of_column_is_used_or_named_with_its_reason(script, what, tmp_path):
    cells, in_parquet, in_csv = COLUMNS[what]
    table = HOUSES.assign(x=cells)
    table.to_parquet(tmp_path / "t.parquet", index=False)
    table.to_csv(tmp_path / "t.csv", index=False)
    for name, says in (("t.parquet", in_parquet), ("t.csv", in_csv)):
        features, lines, _ = chosen(script, tmp_path / name)
        assert says in lines["x"]
        assert ("x" in features) == lines["x"].startswith("used")
        assert features[:2] == ["area", "rooms"] and list(lines) == ["area", "rooms", "price", "x"]


@pytest.mark.parametrize("order", ["as it was", "sorted by the target", "shuffled", "half of it"])
@pytest.mark.parametrize("form", ["without a name", "saved twice", "named", "in Parquet"])
def test_the_row_number_is_no_feature(script, order, form, tmp_path):
    table = HOUSES
    if order == "sorted by the target":
        table = HOUSES.sort_values("price", ignore_index=True)
    elif order != "as it was":
        table = HOUSES.sample(frac=0.5 if order == "half of it" else 1, random_state=7)
    path = tmp_path / ("t.parquet" if form == "in Parquet" else "t.csv")
    if form == "in Parquet":
        table.to_parquet(path, index=True)
    elif form == "named":
        table.reset_index(names="order").to_csv(path, index=False)
    else:
        table.to_csv(path)
    if form == "saved twice":
        pd.read_csv(path).to_csv(path)
    features, lines, rows = chosen(script, path)
    assert features == ["area", "rooms"]
    left_out = [said for said in lines.values() if said == NUMBERS_ROWS]
    assert len(left_out) == len(lines) - 3 == (2 if form == "saved twice" else 1)
    assert len(rows) == len(table)


def test_a_folder_is_one_table_whatever_its_parts_are_like(script, tmp_path):
    """Other order, types and columns in each part; a year in a folder's name; hidden files."""
    for year, part in ((2024, HOUSES[:1000]), (2025, HOUSES[1000:][["price", "rooms", "area"]])):
        folder = tmp_path / f"year={year}"
        folder.mkdir()
        part.astype({"area": "float64"} if year == 2025 else {}).to_parquet(folder / "p.parquet")
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / "._p.parquet").write_bytes(b"\0")
    features, _, rows = chosen(script, tmp_path)
    assert features == ["area", "rooms", "year"]
    assert rows[:, 0].sum() == HOUSES["area"].sum() and set(rows[:, 2]) == {2024, 2025}
    HOUSES.drop(columns="rooms").to_parquet(tmp_path / "year=2025" / "more.parquet")
    _, lines, rows = chosen(script, tmp_path)
    assert lines["rooms"] == "used; cells without a number: 3,000" and len(rows) == COUNT


def test_csv_and_parquet_give_the_same_numbers(script, tmp_path):
    games = pd.read_csv(ROOT / "03/sales_data_training.csv")
    games.to_csv(tmp_path / "g.csv", index=False)
    games.to_csv(tmp_path / "g.csv.gz", index=False)
    games.to_parquet(tmp_path / "g.parquet", index=False)
    tables = [chosen(script, file, "total_earnings")[2] for file in sorted(tmp_path.iterdir())]
    assert len(tables) == 3 and tables[0].shape == (1000, 10)
    for table in tables[1:]:
        np.testing.assert_array_equal(table, tables[0])


CELLS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.datetimes()),
    *(st.binary(max_size=3), st.sampled_from(["1,200", "$5", "NA", "1e999", "TRUE", "+5"])),
)
NAMES = st.one_of(st.sampled_from(["", "a", "a.b", "Unnamed: 0"]), st.text(max_size=9))


@often(60)
@given(data=st.data())
def test_no_table_ends_in_a_traceback_and_nothing_unnamed_is_used(script, data, tmp_path_factory):
    kind = data.draw(st.sampled_from([CELLS, st.integers(), st.floats(), st.text(max_size=5)]))
    columns = st.lists(st.one_of(kind, CELLS), min_size=20, max_size=20)
    table = pd.DataFrame(data.draw(st.dictionaries(NAMES, columns, max_size=4)))
    prices = data.draw(st.lists(st.integers(-99, 99), min_size=20, max_size=20))
    table["price"] = prices
    path = tmp_path_factory.mktemp("fuzz") / data.draw(st.sampled_from(["t.csv", "t.parquet"]))
    try:
        write = table.to_parquet if path.suffix == ".parquet" else table.to_csv
        write(path)
    except Exception:  # there can be no such file
        return
    try:
        features, lines, rows = chosen(script, path)
    except (SystemExit, script.pa.ArrowException, OSError, UnicodeError):
        return  # what main() tells in a line
    assert {name for name, said in lines.items() if said.startswith("used")} == set(features)
    assert np.isfinite(rows).all() and rows.shape[1] == len(features) + 1


def test_the_validation_rows_are_spread_and_the_same_in_each_pass(script, tmp_path):
    table = pd.DataFrame({"place": range(30_000), "x": RANDOM.random(30_000)})
    table[:10_000].to_parquet(tmp_path / "1.parquet")
    table[10_000:].to_csv(tmp_path / "2.csv")
    passes = []
    for name in ("1.parquet", "2.csv"):
        parts = script.open_table(tmp_path / name)
        for _ in range(2):
            both = [*zip(*script.usable_rows(parts, ["place", "x"], 0.1), strict=True)]
            passes.append([np.concatenate(rows)[:, 0].astype(int) for rows in both])
    for first, second in (passes[:2], passes[2:]):
        training, validation = first
        assert np.array_equal(validation, second[1])
        assert not set(training) & set(validation)
        share = np.histogram(validation, 10)[0] / (len(training) + len(validation)) * 10
        assert share == pytest.approx(0.1, abs=0.02), "not the same share everywhere"


def test_each_training_row_comes_once_in_a_pass_and_far_from_its_neighbors(script, tmp_path):
    table = pd.DataFrame({"place": range(20_000), "x": 0.0})
    table[:10_000].to_csv(tmp_path / "1.csv", index=False)
    table[10_000:].to_csv(tmp_path / "2.csv", index=False)
    script.BUFFER = 5000
    parts = script.open_table(tmp_path)
    stream = script.batches(parts, ["place", "x"], 0.1, 32)
    for _ in range(2):
        seen = np.concatenate([next(stream)[0] for _ in range(18_000 // 32)])[:, 0]
        assert len(set(seen)) > 17_900
        assert np.abs(np.diff(seen)).mean() > 1000, "neighbors in the table stay neighbors"


def test_the_network_learns_and_takes_rows_as_they_stand(finished, tmp_path):
    result = finished(DATA)
    error, average = (first_number(result.stdout, label) for label in (TYPICAL, AVERAGE))
    assert 4950 < error < 5150 and 29_000 < average < 30_500  # dollars; 5,000 are luck
    file = Path(result.folder) / "trained_on_big_data.keras"
    with zipfile.ZipFile(file) as packed:
        layers = json.loads(packed.read("config.json"))["config"]["layers"]
    into, out = layers[1]["config"], layers[-1]["config"]
    mean = -np.array(into["offset"]) / into["scale"]
    assert mean == pytest.approx([3.5, 0.25, 49.99], rel=0.01)  # rating, exclusive, price
    assert out["scale"] == pytest.approx(average, rel=0.02)
    code = f"""import keras, numpy as np
model = keras.saving.load_model({str(file)!r})
print(model.predict(np.array([[5, 0, 49.99], [5, 1, 49.99]]), verbose=0)[:, 0].tolist())
"""
    usual, exclusive = json.loads(output_of_program(tmp_path, code))
    assert usual == pytest.approx(49.99 * 1540, rel=0.03)
    assert exclusive == pytest.approx(usual * 1.85, rel=0.03)


def test_the_row_number_of_a_sorted_table_is_not_the_answer(chapter, tmp_path):
    """With it the error would be a fraction of the luck in the table."""
    needs("pyarrow")
    x, luck = RANDOM.random(4000), RANDOM.normal(0, 100, 4000)
    table = pd.DataFrame({"x": x, "y": 300 * x + luck}).sort_values("y", ignore_index=True)
    table.to_csv(tmp_path / "t.csv")
    table.to_parquet(tmp_path / "t.parquet", index=False)
    jobs = [[chapter(DATA), tmp_path / name, "--target", "y"] for name in ("t.csv", "t.parquet")]
    with_index, without = completed_all(jobs, tmp_path)
    for result in (with_index, without):
        assert result.returncode == 0, result.stderr[-2000:]
        assert 85 < first_number(result.stdout, TYPICAL) < 115
    ends = [result.stdout[result.stdout.index("Epoch 1/") :] for result in (with_index, without)]
    assert difference(*ends) is None


@pytest.mark.parametrize("backend", ["jax", pytest.param("torch", marks=pytest.mark.long)])
def test_another_backend_trains_too(chapter, backend):
    needs("pyarrow", backend)
    path = change(chapter(DATA), ("range(10)", "range(2)"))
    assert first_number(output_of(path, KERAS_BACKEND=backend), TYPICAL) < 8000


def test_duckdb_shuffles_the_table_as_the_page_says(finished, tmp_path):
    needs("pyarrow", "duckdb")
    duckdb = pytest.importorskip("duckdb")
    command = PAGE.split('duckdb.sql("""\n')[1].split('""")')[0]
    games = Path(finished(DATA).folder) / "big_data"
    command = command.replace("'big_data/", f"'{games}/").replace("'8GB'", "'1GB'")
    command = command.replace("'shuffled'", f"'{tmp_path}/shuffled'")
    command = command.replace("'on_a", f"'{tmp_path}/on_a")
    duckdb.sql(command)
    shuffled = pd.read_parquet(tmp_path / "shuffled")["game"]
    assert len(shuffled) == shuffled.nunique() == 500_000
    assert shuffled.diff().abs().mean() == pytest.approx(500_000 / 3, rel=0.02)
