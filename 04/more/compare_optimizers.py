"""The same network, the same start, seven optimizers, and three learning rates for each.

Chapter 4, more, script 6.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: compare_optimizers.png
Prints: a line for each training as it finishes, and a table of all of them at the end
"""

import sys
import tempfile
import time
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers, optimizers

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS, PASSES, BATCH = 15, 4, 50  # an epoch is four passes over the rows: step 3 says why
# How the corrections are made, and a learning rate that suits. Keras' own default rates differ
# by optimizer too: 0.01 for SGD, 0.001 for the others.
OPTIMIZERS = {
    "SGD": (optimizers.SGD, {}, 0.1),
    "momentum": (optimizers.SGD, {"momentum": 0.9}, 0.1),
    "Nesterov": (optimizers.SGD, {"momentum": 0.9, "nesterov": True}, 0.1),
    "Adagrad": (optimizers.Adagrad, {}, 0.1),
    "RMSprop": (optimizers.RMSprop, {}, 0.001),
    "Adam": (optimizers.Adam, {}, 0.003),
    "Adam, cosine": (optimizers.Adam, {}, 0.003),
}
FACTORS = {"this rate": 1, "10 times larger": 10, "10 times smaller": 0.1}
USELESS = 0.01  # a quarter of the MSE that comes from saying the average for every game

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

# 2. Make the weights that all of them start from.
keras.utils.set_random_seed(7)
first = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
weights = first.get_weights()
print(f"{len(OPTIMIZERS) * len(FACTORS)} trainings: this takes about a minute.")

# 3. Starting an epoch costs more time than its steps: so take few epochs with four passes each,
#    and all steps of an epoch in one call (steps_per_execution), but for PyTorch, which can
#    only take them one by one.
X_often, Y_often = np.tile(X_train, (PASSES, 1)), np.tile(Y_train, PASSES)
steps = -(-len(X_often) // BATCH)
at_once = 1 if keras.config.backend() == "torch" else steps
losses, verdicts = {}, {}
for factor_name, factor in FACTORS.items():
    for name, (optimizer, options, rate) in OPTIMIZERS.items():
        start = time.perf_counter()
        learning_rate = rate * factor
        if name.endswith("cosine"):  # glide from this rate down to 0
            learning_rate = optimizers.schedules.CosineDecay(learning_rate, EPOCHS * steps)

        # 4. Train from the same weights, in the same order of rows: only the optimizer differs.
        keras.utils.set_random_seed(7)
        model = keras.models.clone_model(first)
        model.set_weights(weights)
        model.compile(
            loss="mean_squared_error",
            optimizer=optimizer(learning_rate, **options),
            steps_per_execution=at_once,
        )
        history = model.fit(X_often, Y_often, batch_size=BATCH, epochs=EPOCHS, verbose=0)
        losses[name, factor_name] = history.history["loss"]

        # 5. Judge. Not a number, or large: the weights ran away, or all games get one answer.
        mse = np.mean((keras.ops.convert_to_numpy(model(X_test))[:, 0] - Y_test) ** 2)
        verdicts[name, factor_name] = f"{mse:.1e}" if mse < USELESS else "lost"
        print(
            f"{name:13} rate {rate * factor:<7.4g} test MSE {verdicts[name, factor_name]:8}"
            f"({time.perf_counter() - start:.1f} s)",
            flush=True,
        )

# 6. One table: a row for each optimizer, a column for each rate.
print(f"{'test MSE':13} {'rate':>6}" + "".join(f"{name:>18}" for name in FACTORS))
for name, (_, _, rate) in OPTIMIZERS.items():
    cells = "".join(f"{verdicts[name, factor_name]:>18}" for factor_name in FACTORS)
    print(f"{name:13} {rate:6}{cells}")

# 7. One chart: the losses of all optimizers, and of the three rates for Adam.
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5), sharey=True, layout="constrained")
passes = PASSES * np.arange(1, EPOCHS + 1)
for name in OPTIMIZERS:
    left.plot(passes[: len(losses[name, "this rate"])], losses[name, "this rate"], label=name)
for factor_name, factor in FACTORS.items():
    curve = losses["Adam", factor_name]
    right.plot(passes[: len(curve)], curve, label=f"{0.003 * factor:g}, {factor_name}")
left.set(
    yscale="log", xlabel="passes over the training rows", ylabel="loss (MSE of the training rows)"
)
left.set_title("Seven optimizers")
right.set(xlabel="passes over the training rows", title="Adam: three learning rates")
left.legend()
right.legend()
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        chart = Path(folder) / "compare_optimizers.png"
        figure.savefig(chart, dpi=130, metadata={"Software": None})
        chart.replace(HERE / chart.name)
except OSError as problem:
    sys.exit(f"{HERE}: cannot write here: {problem!r}. Check the disk.")
print("The curves are in compare_optimizers.png")
