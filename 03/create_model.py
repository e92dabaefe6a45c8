"""Create a neural network with the Sequential API, compile it and look at its summary.

Chapter 3, script 2.
Reads:  nothing
Writes: nothing
Prints: the summary of the network: its layers, their output shapes and their weights
"""

import keras
from keras import layers

# 1. Define the network: nine features in, three hidden layers, one number out.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)

# 2. Compile: choose how to measure an error (loss) and how to correct the weights (optimizer).
model.compile(loss="mean_squared_error", optimizer="adam")

# 3. Look at the result.
model.summary()
print("Next: chapter 4, train_model.py")
