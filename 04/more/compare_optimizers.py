"""Train one network with four optimizers and three learning rates each: who gets how far?

Chapter 4, more, script 6.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: compare_optimizers.png
Prints: what the rows say that choose a rate, then what the test rows say of the chosen rates
Takes:  more than a minute
"""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers, optimizers

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
RATES = {  # the learning rates to try, each ten times the one before
    "SGD": [0.03, 0.3, 3.0],
    "momentum": [0.01, 0.1, 1.0],
    "Adam": [0.0003, 0.003, 0.03],
    "Adam, cosine": [0.0003, 0.003, 0.03],
}
SEEDS = [1, 2, 3]
EPOCHS = 30
LOST = 0.01  # a quarter of the MSE of saying the average for every game
keras.config.set_floatx("float32")  # 16 bits, which keras.json may ask for, are too few

# 1. Load the scaled rows of the chapter: nine features of each game, and what it earned.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]

# 2. Split: 800 rows train, the last 200 training rows choose the rate, the test rows judge.
X_fit, X_choose = X_train[:800], X_train[800:]
y_fit, y_choose = y_train[:800], y_train[800:]

# 3. Define the network for each optimizer, rate and seed. With the same seed all start from the
#    same weights, and see the rows in the same order: only the optimizer differs.
results, curves = [], {}
for name, rates in RATES.items():
    for rate in rates:
        errors = []  # on the rows that choose, one for each seed
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            model = keras.Sequential(
                [
                    keras.Input(shape=(9,)),
                    layers.Dense(50, activation="relu"),
                    layers.Dense(100, activation="relu"),
                    layers.Dense(50, activation="relu"),
                    layers.Dense(1, activation="linear"),
                ]
            )

            # 4. Choose how the loss is turned into steps.
            if name == "SGD":
                optimizer = optimizers.SGD(rate)
            elif name == "momentum":
                optimizer = optimizers.SGD(rate, momentum=0.9)
            elif name == "Adam":
                optimizer = optimizers.Adam(rate)
            else:  # the rate glides from here down to 0, over EPOCHS of 25 batches
                optimizer = optimizers.Adam(optimizers.schedules.CosineDecay(rate, EPOCHS * 25))

            # 5. Train, and measure. A training that got nowhere, or to infinity, is lost.
            model.compile(loss="mean_squared_error", optimizer=optimizer)
            history = model.fit(X_fit, y_fit, epochs=EPOCHS, verbose=0)
            curves[name, rate] = history.history["loss"]
            error = model.evaluate(X_choose, y_choose, verbose=0)
            errors.append(error if error < LOST else np.inf)  # nan, too, is not below LOST
            test_mse = model.evaluate(X_test, y_test, verbose=0)
            results.append([name, rate, errors[-1], test_mse])
        median = np.median(errors)
        verdict = f"MSE {median:.1e}" if median < LOST else "lost"
        print(f"{name:13} rate {rate:<7} {verdict}", flush=True)

# 6. Each optimizer gets the rate that was best on the rows that choose. The test rows judge.
table = pd.DataFrame(results, columns=["optimizer", "rate", "choose", "test"])
figure, (upper, lower) = plt.subplots(2, figsize=(6, 8), sharex=True, layout="constrained")
print(f"{'':13} best rate  test MSE   lowest  highest")
for name in RATES:
    trained = table[table["optimizer"] == name]
    best = trained.groupby("rate")["choose"].median().idxmin()
    tested = trained["test"][trained["rate"] == best]  # of three seeds
    low, high = tested.min(), tested.max()
    print(f"{name:13} {best:<9}  {tested.median():.1e}  {low:.1e}  {high:.1e}")
    upper.plot(curves[name, best], label=f"{name}, rate {best}")

# 7. Draw how the loss fell: with the best rates, and with three rates of Adam.
for rate in RATES["Adam"]:
    lower.plot(curves["Adam", rate], label=f"Adam, rate {rate}")
upper.set(yscale="log", ylabel="loss, last seed", title="Each with its best rate")
lower.set(yscale="log", ylabel="loss, last seed", title="Adam with three rates", xlabel="epoch")
upper.legend()
lower.legend()
figure.savefig(HERE / "compare_optimizers.png", dpi=150)
print("The curves are in compare_optimizers.png")
