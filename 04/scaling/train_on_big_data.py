"""Train on a table of any length: read, scale, shuffle and learn it piece by piece.

Chapter 4, scaling, script 2.
Reads:  nothing
Writes: trained_on_big_data.keras
Prints: what is left out, the loss of each pass, and the typical error on rows held back
"""

import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from pyarrow.parquet import ParquetFile
from sklearn.preprocessing import MinMaxScaler

ROWS = 500_000  # rows to make up, if no table is named
PIECE = 50_000  # rows that are read at a time
BUFFER = 100_000  # rows that wait to be drawn: more mix better, and take more memory
BATCH = 256  # rows for each step of the optimizer
EPOCHS = 3  # passes over the table
HELD_BACK = 0.02  # share of the rows for the test
if len(sys.argv) > 1 and (len(sys.argv) != 4 or sys.argv[2] != "--target"):
    sys.exit("Usage: python train_on_big_data.py FILE.csv --target COLUMN (or FILE.parquet)")
file, target = (sys.argv[1], sys.argv[3]) if len(sys.argv) == 4 else ("", "total_earnings")
keras.config.set_dtype_policy("float32")  # in case a keras.json of yours asks for other numbers
keras.config.set_image_data_format("channels_last")  # otherwise Rescaling expects pictures
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result
sys.stdout.reconfigure(errors="backslashreplace")  # a column's name may have any letters


# 1. Read the table piece by piece, or make it up piece by piece. It is never there as a whole.
def pieces():
    if file.endswith(".parquet"):
        for rows in ParquetFile(file).iter_batches(PIECE):
            yield rows.to_pandas()
    elif file:
        yield from pd.read_csv(file, chunksize=PIECE, low_memory=False)
    else:
        for number in range(ROWS // PIECE):
            random = np.random.default_rng(number)  # the same games in each pass
            games = pd.DataFrame({"critic_rating": random.integers(4, 11, PIECE) / 2})
            games["unit_price"] = random.choice([39.99, 49.99, 59.99], PIECE)
            games["total_earnings"] = games["unit_price"] * (390 + 230 * games["critic_rating"])
            yield games


# 2. Keep the rows with a number in each column, and hold a few of them back for the test.
#    Step 4 finds the columns, and calls this function for the first time.
def usable_rows(held_back):
    for number, piece in enumerate(pieces()):
        table = piece[columns].apply(pd.to_numeric, errors="coerce").dropna()
        left_out.append(len(piece) - len(table))
        for_test = np.random.default_rng(number).random(len(table)) < HELD_BACK
        table = table[for_test if held_back else ~for_test]
        if len(table):
            yield table.to_numpy("float64")


# 3. Shuffle: rows wait in a buffer, and each batch is drawn from it at random.
def batches():
    buffer = np.empty((0, len(columns)))
    while True:  # pass after pass, as often as fit asks
        for rows in usable_rows(held_back=False):
            buffer = np.random.permutation(np.concatenate([buffer, rows]))
            while len(buffer) >= BUFFER:
                yield buffer[:BATCH, :-1], buffer[:BATCH, -1:]  # features, target
                buffer = buffer[BATCH:]
        buffer = np.random.permutation(buffer)  # the table is at its end: empty the buffer
        while len(buffer) >= BATCH:
            yield buffer[:BATCH, :-1], buffer[:BATCH, -1:]
            buffer = buffer[BATCH:]


# 4. First pass: find the columns of numbers, and learn the range of each.
scaler, left_out, kept = MinMaxScaler(), [], 0
try:
    first = next(pieces(), pd.DataFrame())
    if not isinstance(first.index, pd.RangeIndex):
        raise ValueError("its rows have more values than its header has names")
    if target not in first:
        raise ValueError(f"no column {target} in {', '.join(first.columns):.300}")
    numbers = first.select_dtypes(exclude="datetime").apply(pd.to_numeric, errors="coerce")
    half_or_more = numbers.dropna(axis=1, thresh=len(first) / 2).columns
    columns = [*half_or_more.drop(target, errors="ignore"), target]  # the target is the last one
    for rows in usable_rows(held_back=False):
        scaler.partial_fit(rows)
        kept += len(rows)
    if kept < 1000:
        raise ValueError(f"only {kept} rows with a number in each of {', '.join(columns):.300}")
except (OSError, ValueError) as problem:
    sys.exit(f"Cannot train on {file}: {str(problem).splitlines()[0]}")
print(f"Columns left out, mostly not numbers: {', '.join(first.columns.drop(columns)) or 'none'}")
print(f"Rows left out, with a cell that is no number: {sum(left_out):,}")

# 5. Put the scaling inside: the first layer scales, the last one scales back.
model = keras.Sequential([keras.Input(shape=(len(columns) - 1,))])
model.add(layers.Rescaling(scaler.scale_[:-1].tolist(), scaler.min_[:-1].tolist()))
for units in (50, 100, 50):
    model.add(layers.Dense(units, activation="relu"))
model.add(layers.Dense(1, activation="linear"))
model.add(layers.Rescaling(1 / scaler.scale_[-1], -scaler.min_[-1] / scaler.scale_[-1]))
model.compile(loss="mean_absolute_error", optimizer="adam")

# 6. Train: the loss is a typical error in the target's own unit. Then test, and save.
bar = 1 if sys.stdout.isatty() else 2  # a progress bar where there is a terminal
model.fit(batches(), steps_per_epoch=kept // BATCH, epochs=EPOCHS, shuffle=False, verbose=bar)
errors = [model.predict(rows[:, :-1], verbose=0) - rows[:, -1:] for rows in usable_rows(True)]
print(f"Typical error on the rows held back: {np.abs(np.concatenate(errors)).mean():,.2f}")
model.save(Path(__file__).with_name("trained_on_big_data.keras"))
print(f"Saved trained_on_big_data.keras, which takes {', '.join(columns[:-1])}")
