"""Draw a network as a picture: its layers, their shapes and their activations.

Chapter 6, more, script 2.
Reads:  nothing
Writes: network.png
Prints: where the picture is
"""

import shutil
import sys
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

# 2. Look for Graphviz: a program of its own, which pip does not install.
if shutil.which("dot") is None:
    print(
        "The program dot of Graphviz is missing. Get it with sudo apt install graphviz (Debian, "
        "Ubuntu), brew install graphviz (macOS), or from https://graphviz.org/download/ (Windows). "
        "Then open a new terminal, and run this script again.",
        file=sys.stderr,
    )
    sys.exit(69)  # tells run_course.py that a program is missing

# 3. Let Keras describe the network, and Graphviz draw it.
keras.utils.plot_model(
    model,
    to_file=HERE / "network.png",
    show_shapes=True,
    show_layer_names=True,
    show_layer_activations=True,
    dpi=200,
)
print("Drawn: network.png. None stands for the number of rows, which may be any.")
