"""Create a neural network with the Sequential API, compile it and look at its summary.

Chapter 3, script 3.
Reads:  nothing
Writes: nothing
Prints: the summary of the network: its layers, their output shapes and their weights
"""

import keras
from keras import layers

keras.utils.set_random_seed(7)

# 1. Stack the layers: nine features in, three hidden layers, one number out.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)

# 2. Compile: how wrong a prediction is (the loss), and who corrects the weights (the optimizer).
model.compile(loss="mean_squared_error", optimizer="adam")

# 3. Look at what we made. A Dense layer has inputs * units weights and one bias a unit.
model.summary()
first, *_ = model.layers
print(f"{first.name}: 9 inputs * 50 units + 50 biases = {first.count_params()} parameters")
print("Next: chapter 4, train_model.py")
