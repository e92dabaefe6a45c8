"""Load the saved network in another program, and use it at once.

Chapter 4, script 4.
Reads:  trained_model.keras, trained_model.h5, proposed_new_product.csv, sales_data_scaling.json
Writes: nothing
Prints: for both files, the optimizer they brought back and the predicted earnings
"""

import json
import sys
from pathlib import Path

import keras
import pandas as pd

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()

# 1. Load the new games, scaled like the training rows, and the scaling of the earnings.
try:
    file = HERE / "proposed_new_product.csv"
    games = pd.read_csv(file, dtype=float, na_filter=False)
    odd = {*games} ^ {*FEATURES}
    if odd:
        raise ValueError(f"columns missing or unknown: {sorted(odd)}")
    if not games.abs().max(axis=None) < 2:
        raise ValueError("no rows, or numbers that are not scaled")
    file = HERE / "sales_data_scaling.json"
    scaling = json.loads(file.read_text(encoding="utf-8"))[TARGET]
    multiply_by, add = float(scaling["multiply_by"]), float(scaling["add"])
except (OSError, ValueError, KeyError, TypeError) as problem:
    sys.exit(f"{file}: {problem!r}. Put the course's own copy of this file back.")

# 2. Load each file: no layers, no compile, no training; everything is in the file.
for name in ("trained_model.keras", "trained_model.h5"):
    try:
        model = keras.saving.load_model(HERE / name)
    except (OSError, ValueError, KeyError) as problem:
        sys.exit(f"{HERE / name}: {problem!r}. Run save_trained_model.py to make it again.")

    # 3. Use the network like any other.
    predictions = model.predict(games[FEATURES].to_numpy(), verbose=0)
    dollars = (predictions[:, 0].astype(float) - add) / multiply_by
    print(f"{name}: {model.count_params():,} weights, optimizer {model.optimizer.name}")
    for number, earnings in enumerate(dollars, start=1):
        print(f"Earnings prediction for proposed product {number}: ${earnings:,.2f}")
