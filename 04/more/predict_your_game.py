"""Predict your own game in stars and dollars, with a network that does the scaling itself.

Chapter 4, more, script 1.
Reads:  sales_data_training.csv, sales_data_test.csv
Writes: predict_your_game.keras
Prints: how far the predictions are off, and the predicted earnings of every game of the list below
"""

from pathlib import Path

import keras
import pandas as pd
from keras import layers
from sklearn.preprocessing import MinMaxScaler

HERE = Path(__file__).resolve().parent  # the folder of this script
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

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

# 1. Load the raw rows, in stars and dollars: those that preprocess_data.py of chapter 3 scales.
training = pd.read_csv(HERE / "sales_data_training.csv")
test = pd.read_csv(HERE / "sales_data_test.csv")
earnings = "total_earnings"
features = training.columns.drop(earnings)

# 2. Put your games into a table: the features by name, each with a number.
games = pd.DataFrame(GAMES)[features].astype(float)
if games.isna().any(axis=None):
    raise ValueError("a game without a value: give each of its features a number")

# 3. Scale the training rows to 0 to 1, and keep the scaling: scaled = value * multiply_by + add.
scaler = MinMaxScaler().set_output(transform="pandas")
scaled = scaler.fit_transform(training)
multiply_by = pd.Series(scaler.scale_, index=training.columns)
add = pd.Series(scaler.min_, index=training.columns)

# 4. Define the network of train_model.py, and train it on the scaled rows.
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
trained.fit(scaled[features], scaled[earnings], epochs=50, shuffle=True, verbose=0)

# 5. Put the scaling inside: a layer that scales before it, a layer that undoes it behind it.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Rescaling(multiply_by[features].tolist(), add[features].tolist()),
        trained,
        layers.Rescaling(1 / multiply_by[earnings], -add[earnings] / multiply_by[earnings]),
    ]
)
model.save(HERE / "predict_your_game.keras")

# 6. Test the whole on raw rows: how far is it off?
predicted = model.predict(test[features], verbose=0)[:, 0]
mean_error = (predicted - test[earnings]).abs().mean()
yardstick = (training[earnings].mean() - test[earnings]).abs().mean()
print(f"On the {len(test)} test games, a prediction is off by ${mean_error:,.0f} on average")
print(f"The same answer for every game, the average, would be off by ${yardstick:,.0f}")

# 7. Predict: stars and dollars in, dollars out.
dollars = model.predict(games, verbose=0)[:, 0]
for number, amount in enumerate(dollars, start=1):
    print(f"Game {number}: predicted earnings ${amount:,.2f}")

# 8. Say where a value lies beyond all training rows: such a prediction is a guess.
beyond = (games < training[features].min()) | (games > training[features].max())
for place in games.index:
    for name in features:
        if beyond.loc[place, name]:
            value = games.loc[place, name]
            print(f"Game {place + 1} is a guess: {name} {value:g} is beyond the training rows")
print("Saved predict_your_game.keras, which takes stars and dollars. Next: inspect_saved_model.py")
