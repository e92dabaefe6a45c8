"""Forecast next week from the weeks before it, and see which forecast earns its keep.

Chapter 4, labs, script 7.
Reads:  nothing
Writes: forecast_sales.png
Prints: how far each forecast is off on two years that no network saw, in copies a week
"""

import time
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
SEED = 7
WEEKS, YEAR = 520, 52  # ten years
WINDOW = YEAR + 1  # a network sees the last 53 weeks: one week more than a year
LUCK = 0.05  # the standard deviation of luck: it moves the sales of a week by typically 5%

# 1. Make up the sales of a shop: a trend, a season, four weeks of Christmas, and luck.
week = np.arange(WEEKS)
trend = 1000 + 3 * week
season = 1 + 0.25 * np.sin(2 * np.pi * week / YEAR)
christmas = np.where((week % YEAR >= 47) & (week % YEAR <= 50), 1.6, 1)
rule = trend * season * christmas
sales = rule * np.random.default_rng(SEED).normal(1, LUCK, WEEKS)

# 2. Cut windows: row k has the weeks k to k + 52, and the target is the week after them.
X = np.array([sales[k : k + WINDOW] for k in range(WEEKS - WINDOW)])
y = sales[WINDOW:]

# 3. Split by time, never at random: train on the past, let one year say when to stop, judge in two.
#    slice(a, b) is a:b with a name, and -104 is two years before the end.
train, val, test = slice(0, -156), slice(-156, -104), slice(-104, None)

# 4. Scale each window by its own mean: sales grow beyond everything in the training rows.
mean = X.mean(axis=1)
X_scaled = X / mean[:, None] - 1  # [:, None]: as a column, a mean for each row
y_scaled = y / mean - 1


def report(name, forecast, note=""):
    """Print how far a forecast of the two test years is off, on average."""
    error = np.abs(forecast - y[test]).mean()
    print(f"{name:38}{error:6.0f} copies{error / y[test].mean():7.1%}{note}", flush=True)


# 5. The naive forecasts first. A network has to beat them.
report("same as last week", X[test, -1])
report("same week last year", X[test, -YEAR])
past = sales[: WEEKS - 156]
growth = (past[YEAR:] - past[:-YEAR]).mean()  # of a week, from one year to the next
report("same week last year, plus the growth", X[test, -YEAR] + growth)

# 6. Two networks: one takes the window as 53 features, the other reads it week by week.
keras.utils.set_random_seed(SEED)
designs = {
    "Dense": [keras.Input((WINDOW,)), layers.Dense(64, activation="relu"), layers.Dense(1)],
    "GRU": [keras.Input((WINDOW,)), layers.Reshape((WINDOW, 1)), layers.GRU(32), layers.Dense(1)],
}
forecasts = {}
for name, design in designs.items():
    model = keras.Sequential(design)
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mean_squared_error")
    stopping = keras.callbacks.EarlyStopping(patience=15, restore_best_weights=True)
    start = time.perf_counter()
    model.fit(
        X_scaled[train],
        y_scaled[train],
        epochs=80,
        validation_data=(X_scaled[val], y_scaled[val]),
        callbacks=[stopping],
        verbose=0,
    )
    seconds = time.perf_counter() - start
    scaled = model.predict(X_scaled[test], verbose=0)[:, 0]
    forecasts[name] = (scaled + 1) * mean[test]  # undo the scaling
    report(name, forecasts[name], f"  {model.count_params():,} parameters, {seconds:.0f}s")

# 7. Nobody can forecast luck: this is how far the rule itself is off.
report("the rule, without luck", rule[-104:])

# 8. Draw the two test years.
plt.rcParams["font.size"] = 14  # to be read on a phone, too
figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
axes.plot(week[-104:], y[test], "k", label="sales")
axes.plot(week[-104:], X[test, -YEAR], "C1:", label="same week last year")
axes.plot(week[-104:], forecasts["Dense"], "C0", label="Dense")
axes.set(xlabel="week", ylabel="copies", ylim=(0, None))
axes.legend()
figure.savefig(HERE / "forecast_sales.png", dpi=150)
print("The two years are in forecast_sales.png")
