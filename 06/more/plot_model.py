"""Draw a network as a picture: its layers, their shapes and their activations.

Chapter 6, more, script 2.
Reads:  nothing
Writes: network.png
Prints: where the picture is; without Graphviz, how to get it, and the summary instead
"""

import sys
import tempfile
from pathlib import Path

import keras
from keras import layers

HERE = Path(__file__).resolve().parent
keras.utils.set_random_seed(7)

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

# 2. Let Keras describe it and Graphviz draw it. The picture replaces an older one only when whole.
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        keras.utils.plot_model(
            model,
            to_file=Path(folder) / "network.png",
            show_shapes=True,
            show_layer_activations=True,
            show_layer_names=True,
            dpi=200,
        )
        (Path(folder) / "network.png").replace(HERE / "network.png")
    print("Drawn: network.png. None stands for the number of rows, which may be any.")

# 3. Graphviz is a program of its own, which pip cannot install. Without it, the summary must do.
except ImportError:
    print(
        "No picture: the program 'dot' of Graphviz is missing. Get it with "
        "sudo apt install graphviz (Debian, Ubuntu), sudo dnf install graphviz (Fedora), "
        "brew install graphviz (macOS) or winget install graphviz (Windows), "
        "open a new terminal, and run this script again. The summary instead:"
    )
    model.summary()
except OSError as problem:
    sys.exit(
        f"{HERE}: cannot write here: {problem!r}. Check the disk and the folder's permissions."
    )
