"""Train a network on a table of your own; what turns words into numbers is part of the network.

Chapter 4, more, script 10.
Reads:  games.csv
Writes: games.keras
Prints: what becomes of each column, and the error of the test rows
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"  # JAX and PyTorch take no words, only numbers

from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf
from keras import layers
from pandas.api.types import is_integer_dtype, is_numeric_dtype

HERE = Path(__file__).resolve().parent  # the folder of this script
keras.config.set_floatx("float32")  # 16 bits, which keras.json may ask for, are too few
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result
sys.stdout.reconfigure(errors="backslashreplace")  # a console may not know every letter

# 1. Load the table. With pyarrow, a row with one value too many is an error: no column moves.
arguments = sys.argv[1:] or [HERE / "games.csv", "--target", "earnings"]
if len(arguments) != 3 or arguments[1] != "--target":
    sys.exit("Use it so: python 04/more/your_own_table.py FILE.csv --target COLUMN")
file, target = Path(arguments[0]), arguments[2]
try:
    header = file.read_text(encoding="utf-8-sig").partition("\n")[0].strip()
    if target not in header.replace('"', "").split(","):
        sys.exit(f"{file}: no {target} between the commas of its first line: {header[:300]}")
    table = pd.read_csv(file, engine="pyarrow")
except (OSError, ValueError) as problem:
    sys.exit(f"{file}: no rows with commas, in UTF-8: {str(problem).splitlines()[0][:200]}")

# 2. Look at the target: numbers, or two answers. The last fifth of the shuffled rows tests.
rows = table.dropna(subset=[target]).sample(frac=1, random_state=7)
answers = sorted(rows[target].unique())
yes_no = len(answers) == 2
y = (rows[target] == answers[1]).astype(float) if yes_no else rows[target]
found = f"{len(rows):,} rows with {target}, {len(answers):,} different"
if len(rows) < 50 or len(answers) < 2 or not is_numeric_dtype(y) or not y.abs().max() < 1e18:
    sys.exit(f"{file}: {found}: it needs 50 rows or more, with numbers or with two answers")
print(f"{found}, {answers[0]} to {answers[-1]}; {len(table) - len(rows):,} without it are LEFT OUT")
split = len(rows) * 4 // 5

# 3. Decide what each column can be for a network: numbers, words, or left out. The training rows
#    decide; the test rows have no say.
kinds = {}
for name in rows.columns.drop(target):
    known = rows[name][:split].dropna()
    different, is_number = known.nunique(), is_numeric_dtype(known)
    dates = known.astype(str).str.match(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}").all()
    whole_and_unique = is_integer_dtype(known) and known.is_unique
    if different < 2:
        kinds[name] = "LEFT OUT, empty, or the same in every row"
    elif "/" in name:
        kinds[name] = "LEFT OUT, a slash in its name"
    elif dates:
        kinds[name] = "LEFT OUT, dates"
    elif whole_and_unique and known.max() - known.min() < 2 * different:
        kinds[name] = "LEFT OUT, a running number"
    elif is_number and known.abs().max() > 1e18:
        kinds[name] = "LEFT OUT, infinite or far too large"
    elif not is_number and different > min(50, len(known) / 4):
        kinds[name] = f"LEFT OUT, {different} different texts"
    else:
        kinds[name] = "numbers" if is_number else "words"
    print(f"  {name}: {kinds[name]}")

# 4. Give each column that stays an input, and a layer that turns its cells into numbers.
inputs, encoded, cells = {}, [], {}
for name, kind in kinds.items():
    known = rows[name][:split].dropna()
    if kind == "numbers":
        inputs[name] = keras.Input(shape=(1,), name=name)
        scale = layers.Normalization(mean=known.mean(), variance=known.var())
        encoded.append(keras.ops.nan_to_num(scale(inputs[name])))  # an empty cell: the average
        cells[name] = rows[[name]].to_numpy("float32")
    elif kind == "words":
        inputs[name] = keras.Input(shape=(1,), dtype="string", name=name)
        words = sorted(known.astype(str).unique())
        lookup = layers.StringLookup(vocabulary=words, output_mode="one_hot")
        encoded.append(lookup(inputs[name])[:, 1:])  # without place 0, which is for unknown words
        cells[name] = tf.constant(rows[[name]].fillna("").astype(str).to_numpy(str))
if not inputs:
    sys.exit(f"{file}: no column is left to predict {target} from")

# 5. Put a network behind them. Its last layer turns the answer into the target's unit.
average, spread = (0, 1) if yes_no else (y[:split].mean(), y[:split].std())
values = layers.Concatenate()(encoded)
values = layers.Dense(50, activation="relu")(values)
values = layers.Dense(50, activation="relu")(values)
values = layers.Dense(1, activation="sigmoid" if yes_no else "linear")(values)
model = keras.Model(inputs, layers.Rescaling(spread, offset=average)(values))
loss = "binary_crossentropy" if yes_no else "mean_squared_error"
metric = "accuracy" if yes_no else "mean_absolute_error"
model.compile(loss=loss, loss_weights=1 / spread**2, optimizer="adam", metrics=[metric])

# 6. Train until rows that are held back get no better; then test, and save all as one file.
training = {name: column[:split] for name, column in cells.items()}
test = {name: column[split:] for name, column in cells.items()}
stop = keras.callbacks.EarlyStopping(patience=20, restore_best_weights=True)
model.fit(training, y[:split], validation_split=0.2, epochs=300, verbose=0, callbacks=[stop])
_, measured = model.evaluate(test, y[split:], verbose=0)
same = max(y.mean(), 1 - y.mean()) if yes_no else (y - average).abs().mean()
print(f"{metric} of the test rows: {measured:,.6g} (one answer for all rows: {same:,.6g})")
model.save(HERE / f"{file.stem}.keras")
print(f"Saved in {file.stem}.keras, which takes {', '.join(inputs)}")
