"""Find the rare hits: answer yes or no where nine games of ten are a no.

Chapter 4, labs, script 2.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv, ../sales_data_scaling.csv
Writes: nothing
Prints: for four ways to say yes: accuracy, hits found, false alarms, precision, recall and cost
"""

from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from sklearn.metrics import accuracy_score, confusion_matrix

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
HIT = 200_000  # dollars: a game that earns more is a hit
COST_OF_MISS, COST_OF_ALARM = 5, 1  # a hit that we miss costs five times a false alarm
UNKNOWN = ["total_earnings", "critic_rating", "unit_price"]  # months before the game appears

# 1. Load the rows. The target is now 1 for a hit and 0 for any other game.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
scaling = pd.read_csv(CHAPTER / "sales_data_scaling.csv", index_col="column")
limit = HIT * scaling.loc["total_earnings", "multiply_by"] + scaling.loc["total_earnings", "add"]
X = training.drop(columns=UNKNOWN)
X_test = test[X.columns]  # the same seven columns, in the same order
y = (training["total_earnings"] > limit).astype(int)
y_test = (test["total_earnings"] > limit).astype(int)

# 2. Split: 700 rows train, 300 validation rows choose. The test rows are for the end.
X_train, X_val = X[:700], X[700:]
y_train, y_val = y[:700], y[700:]
print(f"Hits: {y_train.sum()} of 700 training rows, {y_val.sum()} of 300, {y_test.sum()} of 400")


# 3. One unit with a sigmoid at the end: a number from 0 to 1, the probability of a hit.
def trained(class_weight):
    """Return a network that was trained with these weights for no (0) and yes (1)."""
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input(shape=(7,)),
            layers.Dense(32, activation="relu"),
            layers.Dense(32, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam")
    model.fit(X_train, y_train, epochs=40, verbose=0, class_weight=class_weight)
    return model


# 4. Train twice: once as usual, once with every hit counted nine times.
plain = trained(class_weight=None)
weighted = trained(class_weight={0: 1, 1: 9})


def cost(truth, said_yes):
    """Return what the mistakes cost: hits that were missed, and false alarms."""
    # The matrix: its rows are the truth, no and yes; its columns are our answers, no and yes.
    (_, alarms), (misses, _) = confusion_matrix(truth, said_yes)
    return COST_OF_MISS * misses + COST_OF_ALARM * alarms


# 5. Choose the threshold for a yes on the validation rows: the highest that costs least.
thresholds = np.arange(0.95, 0, -0.05)  # from 0.95 down to 0.05
probabilities = plain.predict(X_val, verbose=0)[:, 0]
costs = [cost(y_val, probabilities > threshold) for threshold in thresholds]
chosen = thresholds[np.argmin(costs)]  # of equal costs, argmin takes the first
print(f"Least cost on the validation rows: {min(costs)}, with the threshold {chosen:.2f}")

# 6. Judge four ways to say yes, all on the test rows.
p_plain = plain.predict(X_test, verbose=0)[:, 0]
p_weighted = weighted.predict(X_test, verbose=0)[:, 0]
ways = {
    "always no": np.zeros(400, dtype=bool),
    "threshold 0.50": p_plain > 0.5,
    f"threshold {chosen:.2f}": p_plain > chosen,
    "class_weight": p_weighted > 0.5,
}
print("way             accuracy  found  missed  alarms  precision  recall  cost")
for name, said_yes in ways.items():
    (_, alarms), (misses, found) = confusion_matrix(y_test, said_yes)
    precision = found / (found + alarms) if said_yes.any() else 0
    recall = found / (found + misses)
    print(
        f"{name:14}  {accuracy_score(y_test, said_yes):8.1%}  {found:5}  {misses:6}  {alarms:6}"
        f"  {precision:9.2f}  {recall:6.2f}  {cost(y_test, said_yes):4}"
    )
print("Next: classify_digits.py")
