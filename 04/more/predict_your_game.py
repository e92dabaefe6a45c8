"""Predict your own game in stars and dollars, with a network that does the scaling itself.

Chapter 4, more, script 1.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv, ../sales_data_scaling.csv
Writes: predict_your_game.keras
Prints: the test MSE, and the predicted earnings of every game of the table below
"""

import sys
from pathlib import Path

import keras
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result
keras.config.set_floatx("float32")  # in case a keras.json of yours asks for other numbers:
keras.config.set_dtype_policy("float32")  # numbers of 16 bits end at 65,504
keras.config.set_image_data_format("channels_last")  # otherwise Rescaling expects pictures

# Your games: change the numbers. For one more game, copy a block from "dict(" to "),".
GAMES = [
    dict(
        critic_rating=4.1,  # stars
        is_action=1,  # 1 is yes, 0 is no
        is_exclusive_to_us=1,
        is_portable=1,
        is_role_playing=0,
        is_sequel=1,
        is_sports=0,
        suitable_for_kids=1,
        unit_price=55.99,  # dollars
    ),
]

# 1. Load the scaling: a row for each column, and scaled = value * multiply_by + add.
scaling = pd.read_csv(CHAPTER / "sales_data_scaling.csv", index_col="column")
earnings = scaling.loc["total_earnings"]
features = scaling.drop(index="total_earnings")

# 2. Check what you typed, before the training begins.
if not GAMES or not all(isinstance(game, dict) for game in GAMES):
    sys.exit("GAMES: put each game into dict( ), and all of them between [ and ].")
for number, game in enumerate(GAMES, start=1):
    for name in game:
        if name not in features.index:
            sys.exit(f"Game {number}: unknown {name!a:.50}. Known: {', '.join(features.index)}.")
    for name in features.index:
        if game.get(name) is None:
            sys.exit(f"Game {number}: {name} is missing or empty. Give it a number.")
        if not isinstance(game[name], int | float) or not abs(game[name]) < 1e9:
            sys.exit(f"Game {number}: {name} is no usable number. Write one like 4.5, unquoted.")
games = pd.DataFrame(GAMES, columns=features.index).astype(float)

# 3. Load the scaled training rows from the folder above.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]

# 4. Define the network as in predict.py.
trained = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
trained.compile(loss="mean_squared_error", optimizer="adam")

# 5. Train it, without a line for every epoch.
trained.fit(X_train, y_train, epochs=50, shuffle=True, verbose=0)

# 6. Test it on the scaled test rows of the folder above.
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
test_mse = trained.evaluate(test[X_train.columns], test["total_earnings"], verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 7. Put the scaling inside: a layer that scales before it, a layer that undoes it behind it.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Rescaling(features["multiply_by"].tolist(), features["add"].tolist()),
        trained,
        layers.Rescaling(1 / earnings["multiply_by"], -earnings["add"] / earnings["multiply_by"]),
    ]
)
model.save(HERE / "predict_your_game.keras")

# 8. Predict: stars and dollars in, dollars out.
dollars = model.predict(games, verbose=0)[:, 0]
for place, amount in enumerate(dollars):
    print(f"Game {place + 1}: predicted earnings ${amount:,.2f}")
    scaled = games.loc[place] * features["multiply_by"] + features["add"]
    for name in features.index:
        if not 0 <= round(scaled[name], 6) <= 1:
            print(f"  A guess: {name} {games.loc[place, name]:g} is beyond the training rows")
print("Saved predict_your_game.keras, which takes stars and dollars. Next: inspect_saved_model.py")
