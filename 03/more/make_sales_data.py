"""Simulate the games that the course learns from: made-up data with a known rule.

Chapter 3, more, script 4.
Reads:  nothing
Writes: ../sales_data_training.csv, ../sales_data_test.csv
Prints: the size of each file, the range of the earnings, and what luck does to them

No shop sold these games. Each one sells

    copies = 850 * (1 + 0.27 * (critic_rating - 2))
                 * 1.85 if exclusive to us  * 1.50 if a sequel
                 * 1.08 if portable         * 1.10 if suitable for kids
                 * 1.08 if action           * 0.95 if sports
             + luck: about 10 copies more or less

and earns 1.0108 * copies * unit_price - $5,818, rounded to whole dollars. This stretch makes the
1,000 training rows run from $31,355 to $301,860. It and the luck are the only parts without a
meaning. Because the factors multiply, a straight line cannot describe the earnings.
"""

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parents[1]  # chapter 3; the files there are replaced
ROWS = {"sales_data_training.csv": 1000, "sales_data_test.csv": 400}
RATINGS = {2.0: 0.087, 2.5: 0.085, 3.0: 0.085, 3.5: 0.243, 4.0: 0.247, 4.5: 0.170, 5.0: 0.083}
PRICES = {39.99: 0.20, 49.99: 0.18, 59.99: 0.62}  # dollars: share of the games
GENRES = {"action": 0.466, "role_playing": 0.347, "sports": 0.187}
LUCK = 10  # standard deviation, in copies
STRETCH, OFFSET = 1.01076692, -5817.979  # the second in dollars

random = np.random.default_rng(2026)


def draw(shares, rows):
    """Return a value for each row, in random order, each value as often as its share says."""
    values, total = [], 0
    for value, share in shares.items():
        total += share  # rounding the running total makes the counts add up to all rows
        values += [value] * (round(total * rows) - len(values))
    return random.permutation(values)


for name, rows in ROWS.items():
    # 1. Draw the features of every game.
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

    # 2. Let the rule say how many copies each game sells. A factor to the power of 0 is 1.
    copies = 850 * (1 + 0.27 * (games["critic_rating"] - 2))
    copies *= 1.85 ** games["is_exclusive_to_us"] * 1.50 ** games["is_sequel"]
    copies *= 1.08 ** games["is_portable"] * 1.10 ** games["suitable_for_kids"]
    copies *= 1.08 ** games["is_action"] * 0.95 ** games["is_sports"]
    luck = random.normal(0, LUCK, rows)

    # 3. Turn copies into dollars.
    earnings = (STRETCH * (copies + luck) * unit_price + OFFSET).round().astype(int)
    games["total_earnings"] = earnings
    games["unit_price"] = unit_price

    # 4. Save, with the same line ends on every system.
    games.to_csv(FOLDER / name, index=False, lineterminator="\n")
    print(f"{name}: {rows:,} made-up games, ${earnings.min():,} to ${earnings.max():,}")
    typical = ((STRETCH * luck * unit_price) ** 2).mean() ** 0.5  # the root of an MSE
    print(f"    Luck changes the earnings of a game by typically ${typical:,.0f}")
print("Next: preprocess_data.py")
