"""Fewer layers? Fewer units? Train each design three times, and let unseen rows answer.

Chapter 4, more, script 5.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv, ../sales_data_scaling.csv
Writes: compare_networks.png
Prints: a line for each design, which one is chosen, and what the test rows say of all
Takes:  more than a minute
"""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers, optimizers
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
DESIGNS = [  # units of each hidden layer, and their activation
    ([50], "relu"),
    ([50, 50], "relu"),
    ([50, 100, 50], "relu"),  # the network of train_model.py
    ([50, 50], "gelu"),
]
SEEDS = [1, 2, 3]
EPOCHS = 100
LUCK = 4.2e-06  # the test MSE of somebody who knows the rule of make_sales_data.py, but not luck

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
rows = []  # for each training: its name, the MSE of the validation rows, that of the test rows

# 3. Train each design from three seeds. The learning rate glides down to 0.
for hidden, activation in DESIGNS:
    name = "-".join(str(units) for units in hidden) + " " + activation
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.Input(shape=(9,))])
        for units in hidden:
            model.add(layers.Dense(units, activation=activation))
        model.add(layers.Dense(1, activation="linear"))
        rate = optimizers.schedules.CosineDecay(0.01, decay_steps=EPOCHS * 25)  # 25 batches each
        model.compile(loss="mean_squared_error", optimizer=optimizers.Adam(rate))
        model.fit(X_train, y_train, epochs=EPOCHS, verbose=0)
        val_mse = model.evaluate(X_val, y_val, verbose=0)
        test_mse = model.evaluate(X_test, y_test, verbose=0)
        rows.append([name, val_mse, test_mse])
    print(f"{name}: {model.count_params():,} parameters", flush=True)

# 4. Give the same rows to methods without Keras. MLPRegressor is scikit-learn's own network.
cubic = make_pipeline(PolynomialFeatures(3), LinearRegression())
others = [("linear model", LinearRegression()), ("cubic polynomial", cubic)]
for seed in SEEDS:
    more = {"max_iter": 2000, "tol": 1e-7, "random_state": seed}
    large = MLPRegressor(hidden_layer_sizes=(50, 100, 50), **more)
    small = MLPRegressor(hidden_layer_sizes=(20, 20), activation="tanh", solver="lbfgs", **more)
    others += [("MLPRegressor 50-100-50", large), ("MLPRegressor 20-20", small)]
for name, method in others:
    method.fit(X_train, y_train)
    val_mse = mean_squared_error(y_val, method.predict(X_val))
    test_mse = mean_squared_error(y_test, method.predict(X_test))
    rows.append([name, val_mse, test_mse])

# 5. And to a linear model of log(earnings): a product of factors is a sum of logarithms.
scaling = pd.read_csv(CHAPTER / "sales_data_scaling.csv", index_col="column")
multiply_by = scaling.loc["total_earnings", "multiply_by"]
zero = scaling.loc["total_earnings", "add"]  # what $0 is when scaled
line = LinearRegression().fit(X_train, np.log(y_train - zero))
val_mse = mean_squared_error(y_val, np.exp(line.predict(X_val)) + zero)
test_mse = mean_squared_error(y_test, np.exp(line.predict(X_test)) + zero)
rows.append(["linear, logarithms", val_mse, test_mse])

# 6. Choose by the validation rows, and see what the test rows say.
results = pd.DataFrame(rows, columns=["method", "validation", "test"])
groups = results.groupby("method", sort=False)
table = groups.median()
table["lowest"], table["highest"] = groups["test"].min(), groups["test"].max()
table["typical error"] = (table["test"] ** 0.5 / multiply_by).map("${:,.0f}".format)
print(table.rename_axis(None).to_string(float_format="{:.1e}".format))
best = table["validation"][: len(DESIGNS)].idxmin()  # the first rows are our designs
print(f"The validation rows choose {best}. The MSE of luck alone: {LUCK:.1e}")

# 7. Draw each training as a dot.
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
axes.plot(results["test"], results["method"], "o", alpha=0.6)
axes.axvline(LUCK, color="gray", linestyle="--")
axes.set(xscale="log", xlabel="MSE of the test rows (dashed: luck alone)")
figure.savefig(HERE / "compare_networks.png", dpi=200)
print("The chart is in compare_networks.png")
