"""Look inside a saved network: its structure, its weights, and a prediction by hand.

Chapter 4, more, script 2.
Reads:  ../trained_model.h5, ../proposed_new_product.csv, ../sales_data_scaling.csv
Writes: nothing
Prints: the tree of the file, the structure of the network, and two predictions that agree:
        one by numpy alone, one by Keras
After:  ../save_trained_model.py
"""

import json
from pathlib import Path

import h5py
import keras
import numpy as np
import pandas as pd

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs

# 1. Open the file that save_trained_model.py wrote. HDF5 is a format for arrays of numbers.
file = h5py.File(CHAPTER / "trained_model.h5", "r")
print(f"trained_model.h5, saved by Keras {file.attrs['keras_version']}")


# 2. Show its tree: groups lie in groups like folders in folders, arrays have a shape.
def show(path, item):
    name = path.split("/")[-1]
    ending = item.shape if isinstance(item, h5py.Dataset) else "/"
    print("    " * path.count("/") + name, ending)


file.visititems(show)  # h5py calls show for everything in the file

# 3. Show the structure, which is a text in JSON. Beside it stand the loss and the optimizer.
structure = json.loads(file.attrs["model_config"])
layers = structure["config"]["layers"]
for layer in layers:
    config = layer["config"]
    print(
        layer["class_name"], config["name"], config.get("units", "-"), config.get("activation", "-")
    )
compiled = json.loads(file.attrs["training_config"])
print("Loss:", compiled["loss"], "- optimizer:", compiled["optimizer_config"]["class_name"])

# 4. Predict by hand, layer by layer: multiply by the weights, add the biases, cut off below 0.
scaling = pd.read_csv(CHAPTER / "sales_data_scaling.csv", index_col="column")
features = scaling.index.drop("total_earnings")  # in the order in which the network learned them
games = pd.read_csv(CHAPTER / "proposed_new_product.csv")[features]
values = games.to_numpy()
for layer in layers[1:]:  # the first one, InputLayer, has no weights
    name = layer["config"]["name"]
    group = file["model_weights"][name]
    kernel_path, bias_path = group.attrs["weight_names"]  # where they lie in the group
    kernel, bias = group[kernel_path][:], group[bias_path][:]  # [:] reads an array from the file
    values = values @ kernel + bias
    if layer["config"]["activation"] == "relu":
        values = np.maximum(values, 0)
file.close()
print(f"numpy predicts {values[0, 0]:.5f}")

# 5. Let Keras predict from the same file.
model = keras.saving.load_model(CHAPTER / "trained_model.h5")
print(f"Keras predicts {model.predict(games, verbose=0)[0, 0]:.5f}")
print("Next: rescue_old_model.py, if you have a model file of Keras 2")
