"""Shuffle one feature of the test rows at a time, and see how much worse the network gets.

Chapter 4, more, script 9.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: nothing
Prints: for each feature how many times larger the test MSE becomes, and what the rule says
"""

from pathlib import Path

import keras
import pandas as pd
from keras import layers

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
SHUFFLES = 10  # of each feature: one could be lucky
RULE = {  # the factors of 03/more/make_sales_data.py, from a feature's lowest to its highest value
    "critic_rating": 1.81,
    "is_exclusive_to_us": 1.85,
    "is_portable": 1.08,
    "is_sequel": 1.50,
    "suitable_for_kids": 1.10,
    "unit_price": 1.50,
    "is_action": 1.08,
    "is_role_playing": 1.00,
    "is_sports": 0.95,
    "is_action, is_role_playing, is_sports": 1.14,  # a game has one genre: all three at once
}
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load the scaled rows of the chapter: nine features of each game, and what it earned.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]

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
model.fit(X_train, y_train, epochs=50, shuffle=True, verbose=0)

# 4. Test the network on the test rows, as they are.
test_mse = model.evaluate(X_test, y_test, verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 5. Test it again and again, each time with one column, or three together, in random order.
importance = {}
for name in RULE:
    columns = name.split(", ")  # one name, or three
    errors = []
    for seed in range(SHUFFLES):
        mixed = X_test[columns].sample(frac=1, random_state=seed)  # all rows, in random order
        shuffled = X_test.copy()
        shuffled[columns] = mixed.to_numpy()  # without to_numpy, pandas would undo the shuffling
        errors.append(model.evaluate(shuffled, y_test, verbose=0))
    importance[name] = sum(errors) / SHUFFLES / test_mse

# 6. Show the most important feature first, and beside it the factor of the rule.
print("test MSE times  factor of the rule  what was shuffled")
for name in sorted(importance, key=importance.get, reverse=True):
    print(f"{importance[name]:14,.1f}  {RULE[name]:18.2f}  {name}")
