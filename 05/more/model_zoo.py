"""Put the ready-made networks side by side: how large, how deep, how fast, how often right.

Chapter 5, more, script 2.
Reads:  nothing
Writes: model_zoo.csv
Prints: a line for each network, measured on this machine, beside its published accuracy

model_zoo.py                        measures all of them, with random weights: no download
model_zoo.py MobileNet ResNet50     measures these alone
"""

import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent
TIMES = 5  # predictions that are timed for each network
WITH_KERNEL = (layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D, layers.Dense)
# How many of ImageNet's validation pictures were named right: with the first guess (top-1), with
# one of the first five (top-5), in percent. Published at https://keras.io/api/applications/
PUBLISHED = {
    "InceptionResNetV2": (80.3, 95.3),
    "Xception": (79.0, 94.5),
    "InceptionV3": (77.9, 93.7),
    "DenseNet201": (77.3, 93.6),
    "ResNet50": (74.9, 92.1),
    "DenseNet169": (76.2, 93.2),
    "DenseNet121": (75.0, 92.3),
    "VGG19": (71.3, 90.0),
    "VGG16": (71.3, 90.1),
    "MobileNet": (70.4, 89.5),
    "MobileNetV2": (71.3, 90.1),
    "EfficientNetB0": (77.1, 93.3),
    "EfficientNetV2B0": (78.7, 94.3),
}
keras.utils.set_random_seed(7)
chosen = sys.argv[1:] or list(PUBLISHED)
unknown = sorted({*chosen} - {*PUBLISHED})
if unknown:
    sys.exit(f"model_zoo.py: {unknown} unknown. Choose from: {' '.join(PUBLISHED)}")

print(
    f"{'network':17} {'parameters':>11} {'MB':>4} {'layers':>6} {'depth':>5} {'input':>9}", end=""
)
print(f" {'ms/picture':>10} {'top-1':>6} {'top-5':>6}")
rows = []
for name in chosen:
    # 1. Build the network alone in memory. Its size and speed do not depend on its weights.
    keras.utils.clear_session()
    model = getattr(keras.applications, name)(weights=None)
    parameters = model.count_params()
    megabytes = 4 * parameters / 2**20  # 32 bits are 4 bytes

    # 2. Measure the depth: the layers with a kernel on the longest way from picture to answer.
    depths = {}
    for layer in model.layers:
        before = layer.input if isinstance(layer.input, list) else [layer.input]
        depth = max((depths[id(tensor)] for tensor in before), default=0)
        depths[id(layer.output)] = depth + isinstance(layer, WITH_KERNEL)
    depth = depths[id(model.output)]

    # 3. Time one picture: once to warm up, then the median of several.
    height, width = model.input_shape[1:3]
    picture = np.random.uniform(0, 255, (1, height, width, 3)).astype("float32")
    model.predict_on_batch(picture)
    seconds = []
    for _ in range(TIMES):
        start = time.perf_counter()
        model.predict_on_batch(picture)
        seconds.append(time.perf_counter() - start)
    milliseconds = 1000 * np.median(seconds)

    # 4. Print the line at once: the next network takes a while.
    top1, top5 = PUBLISHED[name]
    print(f"{name:17} {parameters:11,} {megabytes:4.0f} {len(model.layers):6} {depth:5}", end="")
    print(f" {height:4}x{width:<4} {milliseconds:10.0f} {top1:5}% {top5:5}%", flush=True)
    rows.append([name, parameters, megabytes, len(model.layers), depth, height, milliseconds])
    rows[-1] += [top1, top5]
    del model

# 5. Keep the table, for a chart: img/make_zoo.py draws one from it.
columns = "network parameters megabytes layers depth input_side milliseconds top1 top5".split()
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        file = Path(folder) / "model_zoo.csv"
        table = pd.DataFrame(rows, columns=columns).round(1)
        table.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")
        file.replace(HERE / file.name)
except OSError as problem:
    sys.exit(f"{HERE}: cannot write here: {problem!r}. Check the folder's permissions.")
print("Measured networks kept in model_zoo.csv")
