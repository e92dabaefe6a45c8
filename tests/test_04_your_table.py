"""A table of the reader's own: what becomes of its cells, what is trained on, what is predicted."""

import ast
import gzip
import io
import random
import re
from functools import partial

import numpy as np
import pandas as pd
import pytest
from layout import ROOT, text_of
from missing import needs
from outputs import first_number, numbers
from pages import BLOCK
from running import completed, completed_all, copy_chapter, output_of, output_of_program
from tables import PREPARE, prepared, text_of_table

FOLDER = "04/your_table"
SCRIPTS = [f"{FOLDER}/{name}_table.py" for name in ("prepare", "train", "predict")]
PAGE = text_of(f"{FOLDER}/README.md")
PROGRAMS = re.findall(r"(?s)```python\n(.*?)```", BLOCK.sub("", PAGE))
RANDOM = random.Random(7)
MANY = range(300)
Y = [round(RANDOM.uniform(0, 500), 2) for _ in MANY]


def table_with(separator=",", **columns):
    """Return a table with these columns, a good one, and the target y."""
    good = [RANDOM.choice(["red", "blue"]) for _ in MANY]
    target = [str(y).replace(".", "," if separator == ";" else ".") for y in Y]
    return text_of_table(columns | {"good": good, "y": target}, separator)


# ---- What the course's own tables are ----


def test_games_csv_is_made_by_the_lines_of_the_page(tmp_path):
    (tmp_path / "03").mkdir()
    for name in ("training", "test"):
        file = f"03/sales_data_{name}.csv"
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    (tmp_path / FOLDER).mkdir(parents=True)
    output_of_program(tmp_path, PROGRAMS[0])
    made = (tmp_path / FOLDER / "games.csv").read_bytes()
    assert made == (ROOT / FOLDER / "games.csv").read_bytes()


# ---- What becomes of a cell ----

EVERY = [1200, 3400.5, 56, 7, 812.25, 1999, 640, 12000]
WRITTEN = {  # how 1200 and 3400.5 are written, and all of EVERY
    "plain": lambda value: f"{value}",
    "commas between thousands": lambda value: f'"{value:,}"',
    "dollars": lambda value: f'"${value:,.2f}"',
    "dollars behind": lambda value: f"{value} $",
    "euros": lambda value: f"\u20ac{value}",
    "blanks between thousands": lambda value: f"{value:,}".replace(",", " "),
    "fixed blanks": lambda value: f"{value:,}".replace(",", "\u202f"),
    "apostrophes": lambda value: f"{value:,}".replace(",", "'"),
    "percent": lambda value: f"{value} %",
    "kilograms": lambda value: f"{value}kg",
    "a minus of its own": lambda value: f"\u2212{value}",
    "minus dollars": lambda value: f"-${value}",
    "blanks around": lambda value: f"  {value} ",
    "exponents": lambda value: f"{value:e}",
    "dollars by name": lambda value: f"USD {value}",
    "Swiss apostrophes": lambda value: f"{value:,}".replace(",", "\u2019"),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_numbers_are_read_as_they_were_meant(way, tmp_path):
    cells = [EVERY[n % 8] for n in MANY]
    found = prepared(tmp_path, table_with(x=map(WRITTEN[way], cells)), "y")
    assert found.kinds["x"] == "numbers"
    sign = -1 if "minus" in way else 1
    assert sorted(map(float, found.kept["x"])) == sorted(sign * cell for cell in cells)


@pytest.mark.parametrize("way", ["1.200,5", "1200,5", "1 200,5"])
def test_decimal_commas_are_read_as_they_were_meant(way, tmp_path):
    cells = [EVERY[n % 8] for n in MANY]
    group = {"1.200,5": ".", "1 200,5": " "}.get(way, "")
    text = [f"{cell:,.2f}".translate({44: group, 46: ","}) for cell in cells]
    found = prepared(tmp_path, table_with(";", x=text), "y")
    assert sorted(map(float, found.kept["x"])) == sorted(cells)
    assert sorted(map(float, found.kept["y"])) == sorted(Y)


def test_a_column_with_the_other_decimal_sign_is_read_as_it_was_meant(tmp_path):
    """The rest of the table has points; "7,25" is no word."""
    cells = [EVERY[n % 8] for n in MANY]
    found = prepared(
        tmp_path, table_with(x=[f'"{cell:.2f}"'.replace(".", ",") for cell in cells]), "y"
    )
    assert sorted(map(float, found.kept["x"])) == sorted(cells)
    assert sorted(map(float, found.kept["y"])) == sorted(Y)


def test_one_odd_cell_does_not_turn_a_thousand_into_one(tmp_path):
    cells = ['"1,5"', *(f'"{n + 1},{n + 200}"' for n in MANY[1:])]
    found = prepared(tmp_path, text_of_table({"x": cells, "y": MANY}), "y")
    assert 'hardly a cell tells what "2,201" is. It is read as 2201' in found.said
    assert found.kept["x"].replace("", "0").astype(float).max() > 2_201


def test_no_dearer_half_is_lost_where_thousands_have_commas(tmp_path):
    """Rents such as 243 and "1,703": nothing is left out, neither as a target nor as a feature."""
    rents = [RANDOM.randint(200, 2600) for _ in MANY]
    text = text_of_table(
        {"area": [rent // 9 for rent in rents], "rent": [f'"{r:,}"' for r in rents]}
    )
    found = prepared(tmp_path, text, "rent")
    assert sorted(map(float, found.kept["rent"])) == sorted(rents)


def test_words_that_look_like_gaps_stay_words(tmp_path):
    words = ["None", "NA", "null", "EU", ""]
    cells = [words[n % 5] for n in MANY]
    found = prepared(tmp_path, table_with(x=cells), "y")
    assert found.kinds["x"] == "words"
    assert sorted(found.kept["x"]) == sorted(cells)
    stress = ["None" if n % 2 else ["mild", "severe"][n % 4 // 2] for n in MANY]
    found = prepared(tmp_path, table_with(stress=stress), "stress")
    assert sorted(found.kept["stress"]) == sorted(stress)
    assert "classes: None (120), mild (60), severe (60)" in found.said


def test_in_a_column_of_numbers_they_are_gaps_and_counted(tmp_path):
    cells = [RANDOM.choice(["NA", "?", f"{n}.5"]) for n in MANY]
    found = prepared(tmp_path, table_with(x=cells), "y")
    assert found.kinds["x"] == "numbers"
    assert sorted(found.kept["x"]) == sorted(cell if "." in cell else "" for cell in cells)
    trained = sum(cell == "" for cell in found.training["x"])
    assert f"{trained} cells such as" in found.said


@pytest.mark.parametrize(
    "form",
    [
        *("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%m/%d/%Y", "%d/%m/%Y", "%d-%b-%Y"),
        *("%B %d, %Y", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"),
        *("%Y-%m-%d %H:%M:%S.%f+02:00", "%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M"),
    ],
)
def test_dates_become_year_month_weekday_and_hour(form, tmp_path):
    days = [pd.Timestamp(2019, 1, 1) + pd.Timedelta(minutes=n * 9876.5) for n in MANY]
    found = prepared(tmp_path, table_with(x=[f'"{day.strftime(form)}"' for day in days]), "y")
    assert found.kinds["x"] == "date"
    parts = {"year": "%Y", "month": "%m", "weekday": "%u"} | (
        {"hour": "%H"} if "%M" in form else {}
    )
    got = found.kept[[f"x {part}" for part in parts]].astype(int).to_numpy().tolist()
    assert sorted(got) == sorted([int(f"{day:{code}}") for code in parts.values()] for day in days)


SHUFFLED = RANDOM.sample(range(1000), 300)


@pytest.mark.parametrize(
    "name, cells",
    [("", MANY), ("", [7] * 300), ("Unnamed: 0", SHUFFLED), ("id", MANY), ("key", SHUFFLED)],
)
def test_row_numbers_are_left_out(name, cells, tmp_path):
    found = prepared(tmp_path, table_with(**{name: cells}), "y")
    assert found.kinds.get(name, "left out") == "left out"
    assert "left out: it has no name" in found.said or "they number the rows" in found.said


def test_whole_amounts_are_kept(tmp_path):
    people = [round(10 ** RANDOM.uniform(3, 6)) for _ in MANY]
    assert prepared(tmp_path, table_with(people=people), "y").kinds["people"] == "numbers"


def test_what_says_nothing_is_left_out_and_named(tmp_path):
    columns = {
        "note": [f"a text of its own, {RANDOM.random()}".replace(",", "") for _ in MANY],
        "same": ["x"] * 300,
        "empty": [""] * 300,
        "huge": [f"{n}e30" for n in MANY],
        "stamp": [1_700_000_000 + n % 50 for n in MANY],
        "a/b": [n % 7 for n in MANY],
        "zip": [f"0{n % 9}123" for n in MANY],
    }
    found = prepared(tmp_path, table_with(**columns), "y")
    for name in ("note", "same", "empty", "huge", "stamp"):
        assert found.kinds[name] == "left out"
        assert re.search(rf"(?m)^{name} .*left out: \w+", found.said)
    assert found.kinds["a_b"] == "numbers" and found.kinds["zip"] == "words"
    assert "the name of a/b" in found.said


def test_the_training_rows_alone_decide(tmp_path):
    """A column says something in the test rows only; another is a number in all but those."""
    test_lines = set(prepared(tmp_path, table_with(line=MANY), "y").test["line"])
    assert len(test_lines) == 60
    cells = ["new" if str(n) in test_lines else "old" for n in MANY]
    mixed = [f"word {n}" if str(n) in test_lines else n % 9 for n in MANY]
    found = prepared(tmp_path, table_with(line=MANY, x=cells, mixed=mixed), "y")
    assert set(found.test["line"]) == test_lines
    assert found.kinds["x"] == "left out" and found.kinds["mixed"] == "numbers"
    assert set(found.test["mixed"]) == {""}


def test_of_each_class_a_fifth_tests(tmp_path):
    kinds = ["rare" if n < 10 else "common" for n in MANY]
    found = prepared(tmp_path, table_with(kind=kinds), "kind")
    assert found.test["kind"].value_counts().to_dict() == {"common": 58, "rare": 2}


def test_parquet_is_read_as_the_same_csv(tmp_path):
    pytest.importorskip("pyarrow")
    typed = pd.DataFrame({"y": Y})
    typed["when"] = pd.date_range("2021-01-01", periods=300, freq="31h", tz="Europe/Berlin")
    typed["word"] = pd.Categorical(["NA" if n % 3 else "b" for n in MANY])
    typed["flag"] = pd.array([[True, False, None][n % 3] for n in MANY], dtype="boolean")
    typed["close"] = [round(1 + RANDOM.random(), 3) for _ in MANY]
    typed["gaps"] = np.where(np.arange(300) % 4, np.arange(300) / 8, np.nan)
    typed["span"] = pd.to_timedelta([n * 61 for n in MANY], unit="s")
    typed["list"] = [[1, 2]] * 300
    packed = io.BytesIO()
    typed.to_parquet(packed)
    found = prepared(tmp_path, packed.getvalue(), "y", "table.parquet")
    for name in ("y", "close", "gaps"):
        got = pd.to_numeric(found.kept[name]).dropna()
        assert sorted(got) == sorted(typed[name].dropna()), name
    assert sorted(found.kept["when hour"].astype(int)) == sorted(typed["when"].dt.hour)
    assert set(found.kept["flag"]) == {"True", "False", ""} and set(found.kept["word"]) == {
        "NA",
        "b",
    }
    assert found.kinds["list"] == "left out"
    assert found.kept["span"].astype(float).max() == 299 * 61
    table = table_with(x=MANY)
    assert prepared(tmp_path, gzip.compress(table.encode()), "y", "t.csv.gz").said == (
        prepared(tmp_path, table, "y").said
    )


def test_what_was_prepared_is_read_again_as_it_is(tmp_path):
    """1.234 in a table with decimal commas is 1234: the prepared rows must not say 1.234."""
    x = [f"{n % 100 / 7 + 1:.3f}".replace(".", ",") for n in MANY]
    found = prepared(tmp_path, table_with(";", x=x), "y")
    cells = found.kept["x"]
    assert PREPARE.decimal_signs(pd.DataFrame({"x": cells}), otherwise=",") == ["."]
    assert PREPARE.read_numbers(cells, ".")[0].max() == pytest.approx(99 / 7 + 1, abs=1e-3)


# ---- Prepare, train, predict: in three processes ----


def test_new_rows_are_read_by_the_same_functions_to_the_letter():
    mine, new = (functions(text_of(script)) for script in (SCRIPTS[0], SCRIPTS[2]))
    both = mine.keys() & new.keys() - {"main"}
    assert len(both) >= 13 and {"read_table", "read_numbers", "decimal_signs"} <= both
    assert [name for name in both if mine[name] != new[name]] == []


def functions(text):
    """Return {name: text} of the functions of a script."""
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_source_segment(text, node) for node in nodes}


def three_steps(folder, *arguments, edit=None, **environment):
    """Run the three scripts in a fresh copy; return their folder and what each printed."""
    prepare, train, predict = (copy_chapter(script, folder) for script in SCRIPTS)
    said = [output_of(prepare, *arguments)]
    if edit:
        text = (prepare.parent / "columns.csv").read_text(encoding="utf-8")
        (prepare.parent / "columns.csv").write_text(edit(text), encoding="utf-8")
    said.append(output_of(train, **environment))
    said.append(output_of(predict, prepare.parent / "test_rows.csv", **environment))
    return prepare.parent, *said


def test_the_network_beats_always_the_average_and_new_games_follow_the_rule(finished, tmp_path):
    printed = finished(SCRIPTS[1]).stdout
    network, average = first_number(printed, "test rows is"), first_number(printed, "the average:")
    assert 3_000 < network < 9_000 and 45_000 < average < 55_000
    result = finished(SCRIPTS[2])
    assert "79.99" in result.stdout and '"puzzle"' in result.stdout
    rule = {"Game 1401": 67_303, "Game 1402": 137_207, "Game 1405": 145_226, "Game 1420": 231_345}
    predicted = pd.read_csv(f"{result.folder}/predictions.csv", index_col="game")
    assert len(predicted) == 20
    for game, earnings in rule.items():
        assert predicted.loc[game, "predicted earnings"] == pytest.approx(earnings, rel=0.2)
    # The program of the page, on its first game: what the rule gives.
    program = PROGRAMS[1].replace("04/your_table", result.folder)
    shown = numbers(output_of_program(tmp_path, program).splitlines()[1])
    assert shown[-1] == pytest.approx(166_670, rel=0.15)
    # The trees of the page, on the same rows.
    program = PROGRAMS[2].replace("04/your_table", result.folder)
    assert "5,030" in PAGE
    assert numbers(output_of_program(tmp_path, program)) == [pytest.approx(5_030, rel=0.05)]


def test_fed_with_the_test_rows_it_gives_the_very_answers_of_the_test_amounts(tmp_path):
    folder, _, trained, _ = three_steps(tmp_path, KERAS_MAX_EPOCHS="3")
    rows = pd.read_csv(folder / "predictions.csv")
    rmse = ((rows["predicted earnings"] - rows["earnings"]) ** 2).mean() ** 0.5
    assert first_number(trained, "test rows is") == pytest.approx(rmse, rel=1e-5)
    wrong_rows(folder, tmp_path)


def wrong_rows(folder, tmp_path):
    """What new rows may bring: another order, a leak of units, gaps, words, missing columns."""
    new = pd.read_csv(folder / "new_games.csv", dtype=str, keep_default_na=False)
    turned = new[new.columns[::-1]].assign(more="x", price=new["price"].str.replace(".", ","))
    turned.to_csv(folder / "turned.csv", index=False, sep=";")
    cents = new.assign(price=new["price"].str.replace(".", ""))
    cents.to_csv(folder / "cents.csv", index=False)
    kilos = new.copy()
    kilos.loc[[2, 5], "price"] = ["12 kg", "3x"]
    kilos.loc[3, "rating"] = "NA"
    kilos.loc[7, ["price", "exclusive"]] = ""
    kilos.to_csv(folder / "kilos.csv", index=False)
    new.drop(columns=["genre", "released"]).to_csv(folder / "less.csv", index=False)
    names = ["new_games", "turned", "cents", "kilos", "less"]
    done, answers = {}, {}
    for name in names:
        script = folder / "predict_table.py"
        [done[name]] = completed_all([[script, folder / f"{name}.csv"]], tmp_path)
        if name != "less":
            answers[name] = pd.read_csv(folder / "predictions.csv")["predicted earnings"]
    assert answers["turned"].equals(answers["new_games"])
    assert "20 rows" in done["cents"].stdout and "beyond the training rows" in done["cents"].stdout
    assert 'NOT PREDICTED: "12 kg", "3x"' in done["kilos"].stdout
    assert answers["kilos"].isna().tolist() == [n in (2, 5) for n in range(20)]
    assert 'taken for a gap: "NA"' in done["kilos"].stdout
    assert "price is empty, as in no training row: taken for the average" in done["kilos"].stdout
    assert "exclusive is empty, as in no training row\n" in done["kilos"].stdout
    assert "rating is empty\n" in done["kilos"].stdout
    assert done["less"].returncode == 1 and "released, genre" in done["less"].stderr


def test_fed_with_the_test_rows_it_gives_the_very_answers_of_the_test_classes(tmp_path):
    """Three classes, one of them called NA; a date, gaps, and words that look like gaps."""
    region = [RANDOM.choice(["NA", "None", "EU"]) for _ in MANY]
    when = [f"{RANDOM.randint(1, 28)}.{RANDOM.randint(1, 12)}.2024" for _ in MANY]
    rating = [RANDOM.choice(["", "1.5", "2.5", "4"]) for _ in MANY]
    stress = [{"NA": "severe", "None": "NA", "EU": "mild"}[word] for word in region]
    text = text_of_table({"region": region, "when": when, "rating": rating, "stress": stress})
    (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
    months = partial(re.sub, "when month,numbers", "when month,words")  # as a reader may want it
    arguments = [tmp_path / "mine.csv", "--target", "stress"]
    folder, prepared_, trained, _ = three_steps(
        tmp_path, *arguments, edit=months, KERAS_MAX_EPOCHS="100"
    )
    assert "LOOK: it alone gives the target away" in prepared_
    assert first_number(trained, "at first,") < 0.1
    rows = pd.read_csv(folder / "predictions.csv", dtype=str, keep_default_na=False)
    assert (rows["predicted stress"] == rows["stress"]).all()  # a word stays a word: it is learned
    assert "100.0% of the test rows are right" in trained
    # The table as it came gives the same answers, and an edited columns.csv is noticed.
    predict = folder / "predict_table.py"
    assert "never seen" not in output_of(predict, tmp_path / "mine.csv")
    again = pd.read_csv(folder / "predictions.csv", dtype=str, keep_default_na=False)
    assert (again["predicted stress"] == again["stress"]).all()
    columns = (folder / "columns.csv").read_text(encoding="utf-8")
    (folder / "columns.csv").write_text(columns.replace("rating,numbers", "rating,left out"))
    assert "run train_table.py" in completed(predict).stderr
    (folder / "columns.csv").write_text(columns.replace("rating,numbers", "rating,number"))
    assert "has a kind that is none of" in completed(folder / "train_table.py").stderr


def test_layers_encode_words_gaps_and_numbers_as_a_second_computation_does(chapter):
    """The numbers behind the inputs against numpy: a word stays a word, a gap has its flag."""
    path = chapter(SCRIPTS[1])
    output_of(path.with_name("prepare_table.py"))
    look = """
front = keras.Model(inputs, layers.Concatenate()(encoded))
some = {name: column[:200] for name, column in cells.items()}
pd.DataFrame(front.predict(some, verbose=0)).to_csv(HERE / "encoded.csv", index=False)
"""
    path.write_text(path.read_text(encoding="utf-8") + look, encoding="utf-8")
    output_of(path, KERAS_MAX_EPOCHS="1")
    real = pd.read_csv(path.with_name("encoded.csv")).to_numpy()
    known = pd.read_csv(path.with_name("training_rows.csv"))
    columns = pd.read_csv(path.with_name("columns.csv"))
    encoded = []
    for name in columns.loc[columns["kind"] == "numbers", "name"]:
        scaled = (known[name] - known[name].mean()) / known[name].std()
        encoded.append(scaled.fillna(0))
        if known[name].isna().any():
            encoded.append(known[name].isna())
    for name in columns.loc[columns["kind"] == "words", "name"]:
        words = known[name].fillna("")
        encoded += [words == word for word in sorted(words.unique())]
    assert real == pytest.approx(np.array(encoded, dtype=float).T[:200], abs=1e-4)


def test_with_numbers_alone_it_runs_on_jax(tmp_path):
    needs("jax")
    folder, _, trained, _ = three_steps(
        tmp_path, edit=lambda text: text.replace(",words,", ",left out,"),
        KERAS_BACKEND="jax", KERAS_MAX_EPOCHS="3",
    )  # fmt: skip
    rows = pd.read_csv(folder / "predictions.csv")
    rmse = ((rows["predicted earnings"] - rows["earnings"]) ** 2).mean() ** 0.5
    assert first_number(trained, "test rows is") == pytest.approx(rmse, rel=1e-5)
