"""Save the trained network: its structure, its weights and its optimizer in one file.

Chapter 4, script 3.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: trained_model.keras, trained_model.h5
Prints: the test MSE, and the size of each file
"""

from pathlib import Path

import keras
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load the scaled training rows: nine features of each game, and what it earned.
training = pd.read_csv(HERE / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]

# 2. Define the network: nine features in, three hidden layers, one number out.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)

# 3. Compile: choose how to measure an error (loss) and how to correct the weights (optimizer).
model.compile(loss="mean_squared_error", optimizer="adam")

# 4. Train as before, without a line for every epoch.
model.fit(X_train, y_train, epochs=50, shuffle=True, verbose=0)

# 5. Test the network on the test rows, which it never saw.
test = pd.read_csv(HERE / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]
test_mse = model.evaluate(X_test, y_test, verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 6. Save it: in Keras' own format, and in the older HDF5 format of the 2017 course.
for name in ["trained_model.keras", "trained_model.h5"]:
    model.save(HERE / name)
    print(f"Saved {name}: {(HERE / name).stat().st_size:,} bytes")
print("Next: load_saved_model.py")
