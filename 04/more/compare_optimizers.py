"""Train one network with four optimizers, at three learning rates each: who gets how far?

Chapter 4, more, script 6.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: compare_optimizers.png
Prints: the validation MSE of each optimizer at each rate, then the test MSE of the chosen ones
Takes:  about a minute
"""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import pandas as pd
from keras import layers, optimizers

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
SEED = 7
EPOCHS = 30
STEPS = EPOCHS * 25  # 800 rows are 25 batches of 32

# 1. Load the scaled rows of the chapter: nine features of each game, and what it earned.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]

# 2. Split: the last 200 training rows become validation rows, which choose; the test rows judge.
X_val, y_val = X_train[800:], y_train[800:]
X_train, y_train = X_train[:800], y_train[:800]

# 3. List what is compared. Each rate is ten times the one before.
schedule = optimizers.schedules.CosineDecay
tries = [
    # SGD goes against the gradient of the batch, times the learning rate.
    ("SGD", 0.03, optimizers.SGD(0.03)),
    ("SGD", 0.3, optimizers.SGD(0.3)),
    ("SGD", 3.0, optimizers.SGD(3.0)),
    # Momentum keeps nine tenths of its last step, like a ball that rolls.
    ("momentum", 0.01, optimizers.SGD(0.01, momentum=0.9)),
    ("momentum", 0.1, optimizers.SGD(0.1, momentum=0.9)),
    ("momentum", 1.0, optimizers.SGD(1.0, momentum=0.9)),
    # Adam averages each weight's last gradients, and divides by their usual size.
    ("Adam", 0.0003, optimizers.Adam(0.0003)),
    ("Adam", 0.003, optimizers.Adam(0.003)),
    ("Adam", 0.03, optimizers.Adam(0.03)),
    # The same, but the rate glides down to 0 along a cosine: a schedule.
    ("Adam, cosine", 0.0003, optimizers.Adam(schedule(0.0003, STEPS))),
    ("Adam, cosine", 0.003, optimizers.Adam(schedule(0.003, STEPS))),
    ("Adam, cosine", 0.03, optimizers.Adam(schedule(0.03, STEPS))),
]

rows, models, curves = [], [], []
for name, rate, optimizer in tries:
    # 4. Define the network. The same seed: all start from the same weights, and see the rows in
    #    the same order, so that only the optimizer differs.
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input(shape=(9,)),
            layers.Dense(50, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(50, activation="relu"),
            layers.Dense(1, activation="linear"),
        ]
    )

    # 5. Train it, and measure it on the rows that choose.
    model.compile(loss="mean_squared_error", optimizer=optimizer)
    history = model.fit(X_train, y_train, epochs=EPOCHS, verbose=0)
    val_mse = model.evaluate(X_val, y_val, verbose=0)
    print(f"{name:13} rate {rate:<7} validation MSE {val_mse:.1e}", flush=True)
    rows.append([name, rate, val_mse])
    models.append(model)
    curves.append(history.history["loss"])

# 6. Each optimizer gets the rate with the lowest validation MSE. The test rows judge it.
results = pd.DataFrame(rows, columns=["optimizer", "rate", "val_mse"])
figure, (upper, lower) = plt.subplots(2, figsize=(6, 8), sharex=True, layout="constrained")
for name in results["optimizer"].unique():
    tried = results[results["optimizer"] == name]
    best = tried["val_mse"].idxmin()  # the number of its row; idxmin passes over nan
    rate = results.loc[best, "rate"]
    test_mse = models[best].evaluate(X_test, y_test, verbose=0)
    print(f"{name:13} best rate {rate:<7} test MSE {test_mse:.1e}")
    upper.plot(range(1, len(curves[best]) + 1), curves[best], label=f"{name}, rate {rate}")

# 7. Draw how the loss fell: above with the best rates, below with the three rates of Adam.
for number, (name, rate, _) in enumerate(tries):
    if name == "Adam":
        lower.plot(range(1, len(curves[number]) + 1), curves[number], label=f"Adam, rate {rate}")
upper.set(yscale="log", ylabel="loss", title="Each with its best rate")
lower.set(yscale="log", ylabel="loss", title="Adam with three rates", xlabel="epoch")
upper.legend()
lower.legend()
figure.savefig(HERE / "compare_optimizers.png", dpi=150)
print("The curves are in compare_optimizers.png")
