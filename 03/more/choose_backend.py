"""Train the same network on the backend of your choice: who does the arithmetic for Keras?

Chapter 3, more, script 3.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: nothing
Prints: what keras.json sets, and the seconds and the test MSE of a training that starts from
        the same weights on every backend

    python 03/more/choose_backend.py
    KERAS_BACKEND=jax python 03/more/choose_backend.py
"""

import os
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Say what is set. Keras has read keras.json and KERAS_BACKEND when it was imported, above.
print(f"floatx            = {keras.config.floatx()}: the kind of number in every array")
print(f"epsilon           = {keras.config.epsilon()}: a tiny number, for where 0 would not do")
print(f"image_data_format = {keras.config.image_data_format()}: where a picture's colors stand")
print(f"backend           = {keras.config.backend()}: who does the arithmetic")
print("KERAS_BACKEND, which goes before the file:", os.environ.get("KERAS_BACKEND", "not set"))

# 2. Load the scaled rows of the chapter: nine features of each game, and what it earned.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]

# 3. Define the network: nine features in, three hidden layers, one number out.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
model.compile(loss="mean_squared_error", optimizer="adam")

# 4. Start from weights that do not depend on the backend, in the range that Keras draws from.
random = np.random.default_rng(7)
for layer in model.layers:
    inputs, units = layer.kernel.shape
    limit = (6 / (inputs + units)) ** 0.5  # Glorot's rule: more connections, smaller weights
    layer.set_weights([random.uniform(-limit, limit, (inputs, units)), np.zeros(units)])

# 5. Train in the order of the file, the same for every backend, and take the time.
start = time.perf_counter()
model.fit(X_train, y_train, epochs=10, shuffle=False, verbose=0)
seconds = time.perf_counter() - start

# 6. Test the network, and say how it went.
test_mse = model.evaluate(X_test, y_test, verbose=0)
print(f"{keras.config.backend()}: {seconds:.1f} seconds of training, test MSE {test_mse:.2e}")
print("Next: make_sales_data.py")
