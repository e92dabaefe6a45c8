"""A table of the reader's own: what the page says of it, by a second computation."""

import re

import numpy as np
import pandas as pd
import pytest
from layout import ROOT, text_of
from outputs import numbers
from pages import BLOCK
from running import output_of, output_of_program

PAGE, TABLE = text_of("04/more/README.md"), "04/more/your_own_table.py"
SECTION = PAGE.split("## Your own table")[-1]


def programs():
    """Return the page's two programs: how games.csv was made, how games.keras is used."""
    return re.findall(r"(?s)```python\n(.*?)```", BLOCK.sub("", SECTION))


def test_games_csv_is_made_by_the_lines_of_the_page(tmp_path):
    for name in ("training", "test"):
        file = tmp_path / f"03/sales_data_{name}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes((ROOT / "03" / file.name).read_bytes())
    (tmp_path / "04/more").mkdir(parents=True)
    output_of_program(tmp_path, programs()[0])
    made = (tmp_path / "04/more/games.csv").read_bytes()
    assert made == (ROOT / "04/more/games.csv").read_bytes()


def test_the_saved_network_takes_an_unknown_word_and_an_empty_cell(finished, tmp_path):
    result = finished(TABLE)
    mae, same = numbers(result.stdout.split("test rows: ")[1].split(")")[0])
    assert 500 < mae < 6000 and 35_000 < same < 50_000
    use = programs()[1].replace("04/more/games.keras", f"{result.folder}/games.keras")
    known, unknown, empty = numbers(output_of_program(tmp_path, use).replace("$", "\n"))
    assert known == pytest.approx(166_670, rel=0.1)  # the rule
    assert len({known, unknown, empty}) == 3
    # The average rating for the empty cell: the same as that rating typed in. An empty word: as
    # an unknown one.
    ratings = pd.read_csv(ROOT / "04/more/games.csv")["rating"]
    other = use.replace('float("nan")', f"{ratings.mean()}").replace('"puzzle"', '""', 1)
    again = numbers(output_of_program(tmp_path, other).replace("$", "\n"))
    assert again[:2] == [known, unknown]


def test_words_and_numbers_are_encoded_as_a_second_computation_does(chapter):
    """The layers in front of the network against numpy, with an empty and an unknown cell."""
    path = chapter(TABLE)
    look = """
front = keras.Model(inputs, layers.Concatenate()(encoded))
new = {name: column[:40] for name, column in cells.items()}
pd.DataFrame(front.predict(new, verbose=0)).to_csv(HERE / "encoded.csv", index=False)
rows[:40].to_csv(HERE / "rows.csv", index=False)
rows[:split].to_csv(HERE / "known.csv", index=False)
"""
    path.write_text(text_of(TABLE) + look, encoding="utf-8")
    output_of(path, KERAS_MAX_EPOCHS="1")
    real = pd.read_csv(path.with_name("encoded.csv")).to_numpy()
    rows, known = (pd.read_csv(path.with_name(f"{name}.csv")) for name in ("rows", "known"))
    parts = []
    for name in "price genre exclusive sequel rating portable for_kids".split():
        if name in ("price", "rating"):
            scaled = (rows[[name]] - known[name].mean()) / known[name].std()
            parts.append(scaled.fillna(0).to_numpy())
        else:
            words = sorted(known[name].dropna().unique())
            parts.append(np.array([[cell == word for word in words] for cell in rows[name]]))
    assert rows.isna().any().any()
    assert real == pytest.approx(np.hstack(parts).astype(float), abs=1e-4)
