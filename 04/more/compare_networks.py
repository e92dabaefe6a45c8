"""Fewer layers? Fewer units? Train each design five times, let unseen rows answer.

Chapter 4, more, script 5.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv, sales_data_scaling.json
Writes: compare_networks.png
Prints: a line for each design as it finishes, which one the validation rows choose,
        and what the test rows say, beside three methods that need no Keras
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
DESIGNS = [  # units of each hidden layer, and their activation
    ([10], "relu"),
    ([50], "relu"),
    ([10, 10], "relu"),
    ([50, 50], "relu"),
    ([50, 100, 50], "relu"),  # the network of train_model.py
    ([20, 20], "gelu"),
    ([50, 50], "gelu"),
]
SEEDS = [1, 2, 3, 4, 5]
EPOCHS, PASSES, BATCH = 15, 10, 32  # an epoch is ten passes over the rows: step 4 says why
LUCK = 10  # copies: the noise that make_sales_data.py gives each game

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

# 2. Load the scaling too: it turns an error back into dollars.
try:
    file = HERE / "sales_data_scaling.json"
    scaling = json.loads(file.read_text(encoding="utf-8"))
    multiply_by = float(scaling[TARGET]["multiply_by"])
    price = scaling["unit_price"]
    prices = (tables["test"]["unit_price"] - float(price["add"])) / float(price["multiply_by"])
except (OSError, ValueError, KeyError, TypeError) as problem:
    sys.exit(f"{file}: {problem!r}. Put the course's own copy of this file back.")

# 3. Hold back a fifth of the training rows: they choose. The test rows judge once, at the end.
held_back = len(X_train) // 5
X_fit, Y_fit = X_train[:-held_back], Y_train[:-held_back]
X_choose, Y_choose = X_train[-held_back:], Y_train[-held_back:]
print(f"{len(X_fit)} rows train, {held_back} choose, {len(X_test)} judge.")
print(f"{len(DESIGNS)} designs, {len(SEEDS)} networks of each: this takes one to two minutes.")

# 4. Starting an epoch costs more time than its steps: so take few epochs with ten passes each,
#    and all steps of an epoch in one call (steps_per_execution), but for PyTorch, which can
#    only take them one by one.
X_often = np.tile(X_fit, (PASSES, 1))
Y_often = np.tile(Y_fit[:, None], (PASSES, len(SEEDS)))  # a column for each of five networks
steps = -(-len(X_often) // BATCH)
at_once = 1 if keras.config.backend() == "torch" else steps
found = {}  # name: parameters, predictions for X_choose and X_test
validation = {}  # name: median MSE of the rows that choose
print(f"{'':24} parameters  validation MSE  seconds")
for hidden, activation in DESIGNS:
    # 5. Make five networks of this design, each from a seed of its own.
    start = time.perf_counter()
    networks = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        hidden_layers = [layers.Dense(units, activation=activation) for units in hidden]
        networks.append(
            keras.Sequential([keras.Input(shape=(9,)), *hidden_layers, layers.Dense(1)])
        )

    # 6. Train them side by side, as one model: they share the rows, and no weight.
    inputs = keras.Input(shape=(9,))
    model = keras.Model(inputs, layers.Concatenate()([network(inputs) for network in networks]))
    # Large corrections first, tiny ones at the end: the learning rate glides down to 0.
    learning_rate = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=EPOCHS * steps)
    model.compile(
        loss="mean_squared_error",
        optimizer=keras.optimizers.Adam(learning_rate),
        steps_per_execution=at_once,
    )
    model.fit(X_often, Y_often, batch_size=BATCH, epochs=EPOCHS, verbose=0)

    # 7. Keep their predictions, and look at those for the rows that choose, not at the others.
    name = "-".join(map(str, hidden)) + " " + activation
    predictions = [keras.ops.convert_to_numpy(model(X)) for X in (X_choose, X_test)]
    found[name] = networks[0].count_params(), *predictions
    validation[name] = np.median(np.mean((predictions[0] - Y_choose[:, None]) ** 2, axis=0))
    seconds = time.perf_counter() - start
    print(f"{name:24} {found[name][0]:10,} {validation[name]:15.1e} {seconds:8.1f}", flush=True)

# 8. The same rows for methods without Keras. MLPRegressor is scikit-learn's network: once in the
#    course's design, once smooth and with its exact solver; both with time to finish.
patient = {"max_iter": 2000, "tol": 1e-7}
others = {
    "linear model": [make_pipeline(PolynomialFeatures(1), LinearRegression(fit_intercept=False))],
    "cubic polynomial": [
        make_pipeline(PolynomialFeatures(3), LinearRegression(fit_intercept=False))
    ],
    "MLPRegressor 50-100-50": [
        MLPRegressor(hidden_layer_sizes=(50, 100, 50), random_state=seed, **patient)
        for seed in SEEDS
    ],
    "MLPRegressor 20-20 lbfgs": [
        MLPRegressor(
            hidden_layer_sizes=(20, 20),
            activation="tanh",
            solver="lbfgs",
            random_state=seed,
            **patient,
        )
        for seed in SEEDS
    ],
}
for name, methods in others.items():
    start = time.perf_counter()
    for method in methods:
        method.fit(X_fit, Y_fit)
    is_network = isinstance(method, MLPRegressor)
    weights = [*method.coefs_, *method.intercepts_] if is_network else [method[-1].coef_]
    predictions = [np.stack([m.predict(X) for m in methods], axis=1) for X in (X_choose, X_test)]
    found[name] = sum(array.size for array in weights), *predictions
    validation[name] = np.median(np.mean((predictions[0] - Y_choose[:, None]) ** 2, axis=0))
    seconds = time.perf_counter() - start
    print(f"{name:24} {found[name][0]:10,} {validation[name]:15.1e} {seconds:8.1f}", flush=True)

# 9. Choose by the validation rows, Keras and scikit-learn each among their own.
best = min((name for name in found if name not in others), key=validation.get)
rival = min((name for name in others if name.startswith("MLP")), key=validation.get)
print(f"The validation rows choose {best}; of scikit-learn's networks, {rival}.")

# 10. Only now the test rows: the median of the networks, the best and the worst.
print(f"{'':24} parameters   test MSE   lowest  highest   typical error")
errors = {}
for name, (parameters, _, predictions) in found.items():
    errors[name] = np.mean((predictions - Y_test[:, None]) ** 2, axis=0)
    low, median, high = np.quantile(errors[name], [0, 0.5, 1])
    dollars = f"${np.sqrt(median) / multiply_by:,.0f}"
    print(f"{name:24} {parameters:10,}    {median:.1e}  {low:.1e}  {high:.1e} {dollars:>14}")
luck = np.mean((LUCK * prices * multiply_by) ** 2)
dollars = f"${np.sqrt(luck) / multiply_by:,.0f}"
print(f"{'luck alone':24} {'':10}    {luck:.1e} {'':17} {dollars:>14}")
ratio = np.median(errors[rival]) / np.median(errors[best])
print(f"{best} against {rival}: the test MSE is {ratio:.1f} times smaller")

# 11. Draw parameters against error: down is better, left is smaller.
figure, axes = plt.subplots(figsize=(9, 6), layout="constrained")
for name, mse in errors.items():
    color = "tab:orange" if name in others else "tab:green" if name == best else "tab:blue"
    parameters, middle = found[name][0], np.median(mse)
    axes.plot([parameters] * len(mse), mse, ".", color=color, alpha=0.5)
    axes.plot(parameters, middle, "o", markersize=10, color=color)
    axes.annotate(f"  {name}", (parameters, middle), va="center", color=color)
axes.axhline(luck, color="gray", linestyle="--")
axes.text(10, luck, "luck alone", va="bottom", color="gray")
axes.set(xscale="log", yscale="log", xlabel="parameters", ylabel="MSE of the test rows")
axes.set_xlim(7, 200_000)
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        chart = Path(folder) / "compare_networks.png"
        figure.savefig(chart, dpi=150, metadata={"Software": None})
        chart.replace(HERE / chart.name)
except OSError as problem:
    sys.exit(f"{HERE}: cannot write here: {problem!r}. Check the disk.")
print("The chart is in compare_networks.png")
