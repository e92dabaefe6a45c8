"""Simulate the games that the course learns from: made-up data with a known rule.

Chapter 3, more, script 4.
Reads:  nothing
Writes: sales_data_training.csv, sales_data_test.csv
Prints: the size of each file and the range of the earnings

No shop sold these games. Each one sells

    copies = 850 * (1 + 0.27 * (critic_rating - 2))
                 * 1.85 if exclusive to us  * 1.50 if a sequel
                 * 1.08 if portable         * 1.10 if suitable for kids
                 * 1.08 if action           * 0.95 if sports

give or take NOISE copies of luck, and earns copies * unit_price. Because the
factors multiply, a straight line cannot describe the earnings; a network can.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
ROWS = {"sales_data_training.csv": 1000, "sales_data_test.csv": 400}
RATINGS = {2.0: 0.087, 2.5: 0.085, 3.0: 0.085, 3.5: 0.243, 4.0: 0.247, 4.5: 0.170, 5.0: 0.083}
PRICES = {39.99: 0.20, 49.99: 0.18, 59.99: 0.62}  # dollars: share of the games
GENRES = {"action": 0.466, "role_playing": 0.347, "sports": 0.187}
NOISE = 10  # standard deviation of the luck, in copies
LOWEST, HIGHEST = 31_355, 301_860  # earnings of the training rows, in dollars

random = np.random.default_rng(2026)


def draw(shares, rows):
    """Return `rows` values in random order, each as often as its share says."""
    counts = [round(share * rows) for share in shares.values()]
    return random.permutation(np.repeat(list(shares), counts))


# 1. Draw the features of every game, then let the rule say what it earns.
tables = {}
for name, rows in ROWS.items():
    genre = draw(GENRES, rows)
    games = pd.DataFrame({"critic_rating": draw(RATINGS, rows)})
    games["is_action"] = (genre == "action").astype(int)
    games["is_exclusive_to_us"] = draw({1: 0.267, 0: 0.733}, rows)
    games["is_portable"] = draw({1: 0.243, 0: 0.757}, rows)
    games["is_role_playing"] = (genre == "role_playing").astype(int)
    games["is_sequel"] = draw({1: 0.746, 0: 0.254}, rows)
    games["is_sports"] = (genre == "sports").astype(int)
    games["suitable_for_kids"] = draw({1: 0.270, 0: 0.730}, rows)
    unit_price = draw(PRICES, rows)
    copies = 850 * (1 + 0.27 * (games["critic_rating"] - 2))
    copies *= 1.85 ** games["is_exclusive_to_us"] * 1.50 ** games["is_sequel"]
    copies *= 1.08 ** games["is_portable"] * 1.10 ** games["suitable_for_kids"]
    copies *= 1.08 ** games["is_action"] * 0.95 ** games["is_sports"]
    copies += random.normal(0, NOISE, rows)
    games["total_earnings"] = copies * unit_price
    games["unit_price"] = unit_price
    tables[name] = games

# 2. Stretch all earnings a little, so that the training rows span LOWEST to HIGHEST.
training = tables["sales_data_training.csv"]["total_earnings"]
stretch = (HIGHEST - LOWEST) / (training.max() - training.min())
offset = LOWEST - stretch * training.min()
for games in tables.values():
    games["total_earnings"] = (stretch * games["total_earnings"] + offset).round().astype(int)

# 3. Write both files whole or not at all.
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        for name, games in tables.items():
            games.to_csv(Path(folder) / name, index=False, encoding="utf-8", lineterminator="\n")
        for name in tables:
            (Path(folder) / name).replace(HERE / name)
except OSError as problem:
    sys.exit(
        f"{HERE}: cannot write here: {problem!r}. Check the disk and the folder's permissions."
    )

for name, games in tables.items():
    earnings = games["total_earnings"]
    print(f"{name}: {len(games):,} made-up games, ${earnings.min():,} to ${earnings.max():,}")
print("Next: preprocess_data.py")
