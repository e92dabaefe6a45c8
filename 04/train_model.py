"""Train the network on the training rows, then test it on rows that it never saw.

Chapter 4, script 1.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: nothing
Prints: the loss after each epoch, and the mean squared error (MSE) of the test rows
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

# 4. Train: 50 passes over the training rows, in a new random order each time.
model.fit(X_train, y_train, epochs=50, shuffle=True, verbose=2)

# 5. Test the network on the test rows, which it never saw.
test = pd.read_csv(HERE / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]
test_mse = model.evaluate(X_test, y_test, verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 6. Judge it: beside the error of always giving one answer, and by its root, the RMSE.
average_mse = ((y_test - y_train.mean()) ** 2).mean()
print(f"Always answering the average of the training rows has an MSE of {average_mse:.2e}")
rmse = test_mse**0.5  # the root undoes the squares
print(f"A typical error (RMSE) is {rmse:.1%} of the range of the earnings")
print("Next: predict.py")
