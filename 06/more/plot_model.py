"""Draw a network as a picture: its layers, their shapes and their activations.

Chapter 6, more, script 2.
Reads:  nothing
Writes: network.png
Prints: where the picture is
"""

from pathlib import Path

import keras
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script

# 1. Define the network, with a name for each layer.
model = keras.Sequential(
    [
        keras.Input(shape=(9,), name="features"),
        layers.Dense(50, activation="relu", name="layer_1"),
        layers.Dense(100, activation="relu", name="layer_2"),
        layers.Dense(50, activation="relu", name="layer_3"),
        layers.Dense(1, activation="linear", name="output_layer"),
    ]
)

# 2. Let Keras describe the network, and the program Graphviz draw it.
keras.utils.plot_model(
    model,
    to_file=HERE / "network.png",
    show_shapes=True,
    show_layer_names=True,
    show_layer_activations=True,
    dpi=200,
)
print("Drawn: network.png. None stands for the number of rows, which may be any.")
