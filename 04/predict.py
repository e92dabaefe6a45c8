"""Predict what a new game will earn, in dollars.

Chapter 4, script 2.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv,
        proposed_new_product.csv, sales_data_scaling.json
Writes: nothing
Prints: the test MSE, and the predicted earnings of every new game in dollars
"""

import json
import sys
from pathlib import Path

import keras
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 50
keras.utils.set_random_seed(7)

# 1. Load the scaled rows: numbers only, columns by name, values around 0 to 1.
tables = {}
for name in ("training", "test"):
    file = HERE / f"sales_data_{name}_scaled.csv"
    try:
        rows = pd.read_csv(file, dtype=float, na_filter=False)
        odd = {*rows} ^ {*FEATURES, TARGET}
        if odd:
            raise ValueError(f"columns missing or unknown: {sorted(odd)}")
        if not rows.abs().max(axis=None) < 2:
            raise ValueError("no rows, or numbers that are not scaled")
    except (OSError, ValueError) as problem:
        sys.exit(f"{file}: {problem!r}. Copy the file here again from chapter folder 03.")
    tables[name] = rows
X_train, Y_train = tables["training"][FEATURES].to_numpy(), tables["training"][TARGET].to_numpy()
X_test, Y_test = tables["test"][FEATURES].to_numpy(), tables["test"][TARGET].to_numpy()

# 2. Define the network: nine features in, three hidden layers, one number out.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
model.compile(loss="mean_squared_error", optimizer="adam")

# 3. Train as before, without a line for every epoch.
model.fit(X_train, Y_train, epochs=EPOCHS, shuffle=True, verbose=0)

# 4. Judge the network on the test rows.
test_mse = model.evaluate(X_test, Y_test, verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 5. Load the new games, scaled like the training rows, and the scaling of the earnings.
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

# 6. Predict: one row of features in, one row with one number out. Then back to dollars.
predictions = model.predict(games[FEATURES].to_numpy(), verbose=0)
dollars = (predictions[:, 0].astype(float) - add) / multiply_by
for number, earnings in enumerate(dollars, start=1):
    print(f"Earnings prediction for proposed product {number}: ${earnings:,.2f}")
