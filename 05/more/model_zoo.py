"""Put ready-made networks side by side: how large, how deep, how fast, how often right.

Chapter 5, more, script 2.
Reads:  nothing, or efficientnet_lite0.keras, if it is there
Writes: model_zoo.csv
Prints: a line for each network, measured here, beside its published accuracy
After:  bring_weights.py
Takes:  about a minute; with MobileNet alone, seconds
"""

import argparse
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
WITH_KERNEL = (layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D, layers.Dense)
# Published, not measured here: percent of ImageNet's validation pictures that are named right by
# the first guess (top-1) and by one of the first five (top-5; "-": not published).
PUBLISHED = {
    "InceptionResNetV2": (80.3, 95.3),
    "Xception": (79.0, 94.5),
    "EfficientNetV2B0": (78.7, 94.3),
    "InceptionV3": (77.9, 93.7),
    "DenseNet201": (77.3, 93.6),
    "EfficientNetB0": (77.1, 93.3),
    "DenseNet169": (76.2, 93.2),
    "EfficientNetLite0": (75.1, "-"),
    "DenseNet121": (75.0, 92.3),
    "ResNet50": (74.9, 92.1),
    "VGG19": (71.3, 90.0),
    "VGG16": (71.3, 90.1),
    "MobileNetV2": (71.3, 90.1),
    "MobileNet": (70.4, 89.5),
}

parser = argparse.ArgumentParser(description="Measure ready-made networks.")
parser.add_argument("networks", nargs="*", help="by name; without a name, all that are there")
chosen = parser.parse_args().networks
if not chosen:
    chosen = list(PUBLISHED)
    if not (HERE / "efficientnet_lite0.keras").exists():  # bring_weights.py has not run
        chosen.remove("EfficientNetLite0")

rows = []
print("network            parameters  MiB layers depth side ms/picture top-1% top-5%")
for name in chosen:
    # 1. Build the network with random weights: its size and its speed do not depend on them.
    #    EfficientNet-Lite0 is not among those that Keras brings: bring_weights.py saved it.
    top1, top5 = PUBLISHED[name]
    keras.utils.clear_session()  # forget the network before it
    if name == "EfficientNetLite0":
        model = keras.saving.load_model(HERE / "efficientnet_lite0.keras")
    else:
        build = getattr(keras.applications, name)  # the function of this name
        model = build(weights=None)
    parameters = model.count_params()
    mebibytes = 4 * parameters / 2**20  # a weight of 32 bits is 4 bytes, a MiB is 2**20 bytes

    # 2. Find the depth: the layers with a kernel on the longest way from picture to answer.
    depths = {}  # for what each layer gives out: the layers with a kernel on the way to it
    for layer in model.layers:
        given = layer.input if isinstance(layer.input, list) else [layer.input]
        depth = max([depths[id(tensor)] for tensor in given], default=0)
        if isinstance(layer, WITH_KERNEL):
            depth += 1
        depths[id(layer.output)] = depth
    depth = max(depths.values())

    # 3. Time one picture: once without counting, then the median of five.
    side = model.input_shape[1]
    picture = np.full((1, side, side, 3), 127, dtype="float32")
    model.predict_on_batch(picture)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        model.predict_on_batch(picture)
        seconds.append(time.perf_counter() - start)
    milliseconds = 1000 * np.median(seconds)

    # 4. Print its line, and keep it.
    print(
        f"{name:17} {parameters:11,} {mebibytes:4.0f} {len(model.layers):6} {depth:5} {side:4} "
        f"{milliseconds:10.0f} {top1:6} {top5:>6}",
        flush=True,
    )
    rows.append(
        {
            "network": name,
            "parameters": parameters,
            "MiB": mebibytes,
            "layers": len(model.layers),
            "depth": depth,
            "side": side,
            "milliseconds": milliseconds,
            "top1": top1,
            "top5": top5,
        }
    )

# 5. Keep the table.
pd.DataFrame(rows).round(1).to_csv(HERE / "model_zoo.csv", index=False)
print("Kept in model_zoo.csv")
