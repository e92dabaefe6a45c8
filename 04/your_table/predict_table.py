"""Predict new rows of your table with the network that train_table.py saved.

Chapter 4, your_table, script 3.
Reads:  new_games.csv, columns.csv, table_network.keras
Writes: predictions.csv
Prints: what it could not use as it stands, and the first five predictions
After:  prepare_table.py, train_table.py
"""

import argparse
import sys
from pathlib import Path

import keras
import pandas as pd
import prepare_table  # new rows are read by the very functions that read the training rows
import tensorflow as tf
from keras import layers
from prepare_table import say

HERE = Path(__file__).resolve().parent  # the folder of this script


def main():
    parser = argparse.ArgumentParser(description="Predict the rows of a table.")
    parser.add_argument("file", nargs="?", type=Path, default=HERE / "new_games.csv")
    arguments = parser.parse_args()

    # 1. Load the network, and what prepare_table.py wrote about its columns.
    columns = pd.read_csv(HERE / "columns.csv", dtype=str, keep_default_na=False)
    target = columns.loc[columns["kind"].str.startswith("target"), "name"].iloc[0]
    columns = columns[columns["kind"].isin(["numbers", "words"])]
    model = keras.saving.load_model(HERE / "table_network.keras")
    if set(model.input) != set(columns["name"]):
        sys.exit(f"The network knows other columns ({', '.join(model.input)}): run train_table.py.")

    # 2. Read the new rows. The order of the columns does not matter, but each must be there.
    table, _ = prepare_table.read_table(arguments.file, set(columns["source"]))
    names = list(table.columns)
    missing = []
    for column in columns.itertuples():
        if names.count(column.source) != 1 and names.count(column.name) != 1:
            missing.append(column.source)
    if missing:
        missing = ", ".join(dict.fromkeys(missing))
        sys.exit(f"Each of these must stand once in the first line: {missing}. It says: {names}")

    # 3. Make of each cell what the network takes. What is not as in the training rows is told. A
    #    cell that cannot be read takes its row away: better no prediction than a wrong one.
    decimal = prepare_table.decimal_sign(table, otherwise=columns["decimal"].iloc[0])
    known_words = {}
    for layer in model.layers:
        if isinstance(layer, layers.StringLookup):
            known_words[layer.input.name] = layer.get_vocabulary()
    rows, told = {}, {}
    for column in columns.itertuples():
        if column.kind == "words":
            rows[column.name] = words_of(table, column, known_words[column.name], told)
        else:
            rows[column.name] = numbers_of(table, column, decimal, told)
    useless = set()
    for what, cells in told.items():
        if len(cells):
            shown = "" if (cells == "").all() else f": {prepare_table.examples(cells)}"
            say(f"{prepare_table.gone(cells)}: {what}{shown}")
        if what.endswith("NOT PREDICTED"):
            useless.update(cells.index)
    rows = pd.DataFrame(rows).drop(index=list(useless))
    if rows.empty:
        sys.exit("No row is left to predict.")

    # 4. Predict. The network answers by name: with the amount, or a likelihood of each class.
    batches = tf.data.Dataset.from_tensor_slices(dict(rows)).batch(32)
    answers = pd.DataFrame(model.predict(batches, verbose=0), index=rows.index)
    predicted = f"predicted {target}"
    if list(answers.columns) == [target]:
        table[predicted] = answers[target].map("{:.7g}".format)
    else:
        table[predicted] = answers.idxmax(axis=1)
        table["likelihood"] = answers.max(axis=1).map("{:.4f}".format)

    # 5. Save the rows with their predictions, and show the first ones.
    table.to_csv(HERE / "predictions.csv", index=False)
    say(f"predictions.csv: {len(rows):,} of {len(table):,} rows are predicted. The first ones:")
    first = table.head()[[names[0], *table.columns[len(names) :]]]
    say(first.to_string(index=False, na_rep="", max_colwidth=40))


def words_of(table, column, known, told):
    """Return the words of a column; into `told` goes which cells are something else."""
    name = column.source if column.source in table.columns else column.name
    cells = table[name]
    told[f"{name} is empty"] = cells[cells == ""]
    unknown = cells[~cells.isin(known) & (cells != "")]
    told[f"{name} is a word that the network has never seen"] = unknown
    return cells


def numbers_of(table, column, decimal, told):
    """Return the numbers of a column; into `told` goes which cells are something else."""
    name = column.source if column.source in table.columns else column.name
    cells = table[name]
    if column.part and name == column.source:  # a date
        dates = prepare_table.read_dates(cells, column.written)
        dates = dates.fillna(prepare_table.read_dates(cells, "%Y-%m-%d"))
        numbers = prepare_table.date_parts(dates, column.written)[column.part].astype(float)
    else:
        numbers, units = prepare_table.read_numbers(cells, decimal)
        unit = "" if column.part else column.written
        numbers = numbers.where((units == unit) | (units == ""))
        bare = numbers.notna() & (units != unit)
        told[f"{name} is written without {unit}, and read as {unit}"] = cells[bare]
    has_digits = cells.str.contains("[0-9]")
    unread = numbers.isna() & (cells != "")
    told[f"{name} is empty"] = cells[cells == ""]
    told[f"{name} is no number, and taken for a gap"] = cells[unread & ~has_digits]
    told[f"{name} cannot be read: NOT PREDICTED"] = cells[unread & has_digits]
    if column.lowest:
        beyond = (numbers < float(column.lowest)) | (numbers > float(column.highest))
        limits = f"{column.lowest} to {column.highest}"
        told[f"{column.name} is beyond the training rows ({limits}), a guess"] = cells[beyond]
    return numbers


if __name__ == "__main__":
    main()
