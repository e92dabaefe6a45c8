"""Load the saved network in another program, and use it at once.

Chapter 4, script 4.
Reads:  trained_model.keras, trained_model.h5, proposed_new_product.csv, sales_data_scaling.csv
Writes: nothing
Prints: the predicted earnings of every new game, from both files
After:  save_trained_model.py
"""

from pathlib import Path

import keras
import pandas as pd

HERE = Path(__file__).resolve().parent  # the folder of this script

# 1. Load what the network does not know: the scaling, and the order of its columns.
scaling = pd.read_csv(HERE / "sales_data_scaling.csv", index_col="column")
multiply_by = scaling.loc["total_earnings", "multiply_by"]
add = scaling.loc["total_earnings", "add"]
features = scaling.index.drop("total_earnings")

# 2. Load the new games. A value too many, too few or empty must not become dollars. (If the first
#    row is too long, pandas takes its first value for a name, and the index is no RangeIndex.)
games = pd.read_csv(HERE / "proposed_new_product.csv")
if games.isna().any(axis=None) or not isinstance(games.index, pd.RangeIndex):
    raise ValueError("A row of the new games has a value too many, too few or empty.")

# 3. Load the network and use it: no layers, no compile, no training.
for name in ["trained_model.keras", "trained_model.h5"]:
    model = keras.saving.load_model(HERE / name)
    predictions = model.predict(games[features], verbose=0)
    dollars = (predictions[:, 0] - add) / multiply_by
    for number, amount in enumerate(dollars, start=1):
        print(f"{name}: earnings prediction for proposed product {number}: ${amount:,.2f}")
print("Next: chapter 5, image_recognition.py")
