"""Predict the games of a table with the exported network: no Keras, no TensorFlow.

Chapter 4, scaling, script 7.
Reads:  exported/network.onnx, exported/columns.txt, exported/games.csv or the table that is named
Writes: nothing
Prints: the predicted earnings of each game
After:  ../save_trained_model.py, export_model.py

    python 04/scaling/predict_without_keras.py
    python 04/scaling/predict_without_keras.py games_of_mine.csv
"""

import argparse
import csv
import math
import sys
from pathlib import Path

import numpy as np
import onnxruntime

HERE = Path(__file__).resolve().parent  # the folder of this script
EXPORTED = HERE / "exported"


def main():
    parser = argparse.ArgumentParser(description="Predict the earnings of the games of a table.")
    parser.add_argument("table", nargs="?", default=EXPORTED / "games.csv", type=Path, help="CSV")
    arguments = parser.parse_args()

    # 1. The columns that the network learned from, in its order.
    columns = (EXPORTED / "columns.txt").read_text(encoding="utf-8").splitlines()

    # 2. Read the games: numbers, in the order of these columns.
    try:
        games = read_games(arguments.table, columns)
    except (OSError, UnicodeError, csv.Error) as problem:
        sys.exit(f"{arguments.table} cannot be read as a CSV in UTF-8: {problem}")

    # 3. Load the network, and ask it.
    network = onnxruntime.InferenceSession(EXPORTED / "network.onnx")
    [dollars] = network.run(None, {"row": np.array(games, dtype="float32")})
    for number, amount in enumerate(dollars[:, 0], start=1):
        print(f"Game {number}: ${amount:,.2f}")


def read_games(file, columns):
    """Return the numbers of each row of a CSV, or stop and say which cell is none."""
    with file.open(newline="", encoding="utf-8-sig") as table:
        reader = csv.DictReader(table)
        header = reader.fieldnames or []
        for column in columns:
            if header.count(column) != 1:
                sys.exit(
                    f"{file}: {column} stands {header.count(column)} times in the header, "
                    "whose names must be separated by commas"
                )
        games = []
        for row in reader:
            line = f"{file}, line {reader.line_num}"
            if None in row:
                sys.exit(f"{line}: more values than the header has names. A decimal comma?")
            if None in row.values():
                sys.exit(f"{line}: fewer values than the header has names")
            games.append([read_number(row[column], f"{line}, {column}") for column in columns])
    if not games:
        sys.exit(f"{file}: no games")
    return games


def read_number(text, place):
    """Return a text such as 4.1 as a number, or stop and say where it stands."""
    try:
        number = float(text)
    except ValueError:
        sys.exit(f"{place}: {text!a} is no number. Write it with a decimal point, as in 4.1")
    if not math.isfinite(number):
        sys.exit(f"{place}: {text} is no number to calculate with")
    return number


if __name__ == "__main__":
    main()
