"""Predict what a new game will earn, in dollars.

Chapter 4, script 2.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv,
        proposed_new_product.csv, sales_data_scaling.csv
Writes: nothing
Prints: the test MSE, and the predicted earnings of every new game in dollars
"""

from pathlib import Path

import keras
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load the scaled training rows: nine features of each game, and what it earned.
training = pd.read_csv(HERE / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]

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

# 3. Compile: choose how to measure an error (loss) and how to correct the weights (optimizer).
model.compile(loss="mean_squared_error", optimizer="adam")

# 4. Train as before, without a line for every epoch.
model.fit(X_train, y_train, epochs=50, shuffle=True, verbose=0)

# 5. Test the network on the test rows, which it never saw.
test = pd.read_csv(HERE / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]
test_mse = model.evaluate(X_test, y_test, verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 6. Load the new games. A value too many, too few or empty must not become dollars. (If the first
#    row is too long, pandas takes its first value for a name, and the index is no RangeIndex.)
games = pd.read_csv(HERE / "proposed_new_product.csv")
if games.isna().any(axis=None) or not isinstance(games.index, pd.RangeIndex):
    raise ValueError("A row of the new games has a value too many, too few or empty.")

# 7. Predict: one row of features in, one row with one number out.
predictions = model.predict(games[X_train.columns], verbose=0)

# 8. Undo the scaling. preprocess_data.py computed: scaled = dollars * multiply_by + add
scaling = pd.read_csv(HERE / "sales_data_scaling.csv", index_col="column")
multiply_by = scaling.loc["total_earnings", "multiply_by"]
add = scaling.loc["total_earnings", "add"]
dollars = (predictions[:, 0] - add) / multiply_by
for number, amount in enumerate(dollars, start=1):
    print(f"Earnings prediction for proposed product {number}: ${amount:,.2f}")
print("Next: save_trained_model.py")
