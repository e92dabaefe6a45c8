"""Train on more rows than memory holds: read, scale, shuffle and learn piece by piece.

Chapter 4, scaling, script 2.
Reads:  nothing
Writes: nothing
Prints: the seconds and the rows of each step, the test MSE, and the largest memory used

    python 04/train_on_big_data.py 5_000_000

makes five million games in a temporary folder, which is removed at the end, and trains on
them. The memory stays the same for any number of rows.
"""

import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from sklearn.preprocessing import MinMaxScaler

TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
CHUNK = 50_000  # rows in memory at a time, of the file and of the shuffle buffer
BATCH = 256  # rows per step of the optimizer
TEST_ROWS = 10_000  # rows that stay out of the file, to judge the network with
keras.utils.set_random_seed(7)
random = np.random.default_rng(7)


def draw(rows):
    """Return this many made-up games; make_sales_data.py in folder 03 explains the rule."""
    genre = random.choice(3, rows, p=[0.466, 0.347, 0.187])
    games = pd.DataFrame({"critic_rating": random.integers(4, 11, rows) / 2})
    games["is_action"] = (genre == 0) * 1
    games["is_exclusive_to_us"] = (random.random(rows) < 0.267) * 1
    games["is_portable"] = (random.random(rows) < 0.243) * 1
    games["is_role_playing"] = (genre == 1) * 1
    games["is_sequel"] = (random.random(rows) < 0.746) * 1
    games["is_sports"] = (genre == 2) * 1
    games["suitable_for_kids"] = (random.random(rows) < 0.270) * 1
    games["unit_price"] = random.choice([39.99, 49.99, 59.99], rows, p=[0.20, 0.18, 0.62])
    copies = 850 * (1 + 0.27 * (games["critic_rating"] - 2))
    copies *= 1.85 ** games["is_exclusive_to_us"] * 1.50 ** games["is_sequel"]
    copies *= 1.08 ** games["is_portable"] * 1.10 ** games["suitable_for_kids"]
    copies *= 1.08 ** games["is_action"] * 0.95 ** games["is_sports"]
    copies += random.normal(0, 10, rows)
    games[TARGET] = (copies * games["unit_price"]).round().astype(int)
    return games[[*FEATURES, TARGET]]


def batches(file, scaler):
    """Yield scaled batches for ever. Each is drawn at random from two chunks of rows or more."""
    buffer = np.empty((0, len(FEATURES) + 1), "float32")
    while True:
        for chunk in pd.read_csv(file, chunksize=CHUNK):
            rows = scaler.transform(chunk).astype("float32")
            buffer = random.permutation(np.concatenate([buffer, rows]))
            while len(buffer) >= CHUNK + BATCH:
                yield buffer[:BATCH, :-1], buffer[:BATCH, -1]
                buffer = buffer[BATCH:]
        while len(buffer) >= BATCH:  # the file has ended: empty the buffer
            yield buffer[:BATCH, :-1], buffer[:BATCH, -1]
            buffer = buffer[BATCH:]


def lap(what):
    """Print what was done, and the seconds since the last lap."""
    print(f"{what}: {time.perf_counter() - laps[-1]:.1f} seconds", flush=True)
    laps.append(time.perf_counter())


# 1. How many rows?
try:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    if rows < 1000:
        raise ValueError("fewer than 1,000 rows")
except ValueError as problem:
    sys.exit(f"{sys.argv[1]}: {problem!r}. Give a number of rows, such as 5_000_000.")
laps = [time.perf_counter()]

with tempfile.TemporaryDirectory() as folder:
    # 2. Make the file, chunk by chunk.
    file = Path(folder) / "games.csv"
    try:
        with file.open("w", encoding="utf-8", newline="\n") as csv:
            for done in range(0, rows, CHUNK):
                games = draw(min(CHUNK, rows - done))
                games.to_csv(
                    csv, index=False, encoding="utf-8", header=done == 0, lineterminator="\n"
                )
    except OSError as problem:
        sys.exit(
            f"{file}: {problem!r}. Ask for fewer rows, or name a folder with room for them in "
            "the environment variable TMPDIR."
        )
    lap(f"Made {rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB")

    # 3. Learn the scaling: partial_fit widens each column's range, chunk after chunk.
    scaler = MinMaxScaler()
    for chunk in pd.read_csv(file, chunksize=CHUNK):
        scaler.partial_fit(chunk)
    lap("Fitted the scaling")

    # 4. The same network; 32 batches for each call of the compiled step (PyTorch takes one).
    model = keras.Sequential(
        [
            keras.Input(shape=(9,)),
            layers.Dense(50, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(50, activation="relu"),
            layers.Dense(1, activation="linear"),
        ]
    )
    at_once = 1 if keras.config.backend() == "torch" else 32
    model.compile(loss="mean_squared_error", optimizer="adam", steps_per_execution=at_once)

    # 5. Train: one pass over the file, with a progress bar where there is a terminal.
    bar = 1 if sys.stdout.isatty() else 2
    steps = max(rows // BATCH, 1)
    model.fit(batches(file, scaler), steps_per_epoch=steps, shuffle=False, verbose=bar)
    lap("Trained")
total = laps[-1] - laps[0]
print(f"In all: {total:.1f} seconds, {total * 1e6 / rows:.1f} per million rows")

# 6. Judge the network on games that were never in the file.
test = scaler.transform(draw(TEST_ROWS)).astype("float32")
test_mse = model.evaluate(test[:, :-1], test[:, -1], verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 7. How much memory did it take? Windows has no such counter in Python.
try:
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(f"Largest memory used: {peak / 1e6:,.0f} MB")
except ImportError:
    print("Largest memory used: look at the task manager")
