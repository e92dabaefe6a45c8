"""Teach a network that knows ImageNet your own classes: first a new head, then everything, gently.

Chapter 5, your_pictures, script 2.
Reads:  your pictures, as prepare_pictures.py left them in prepared/
Writes: picture_network.keras, augmentation.png, fine_tune.png
Prints: the share of validation pictures that are named right, after each of the two steps

The idea: the first layers of such a network see edges, fur and wheels, which every picture is made
of. Only the last layer, its top, knows ImageNet's classes. So we take the top off, keep the rest
(the base) as it is, and train a new top, the head, on few pictures. When the head is good, the
base may follow it, in steps so small that it forgets nothing.
"""

import json
import zipfile
from pathlib import Path

import keras
from keras import layers
from matplotlib import pyplot as plt

HERE = Path(__file__).resolve().parent  # the folder of this script
SIDE = 224  # pixels: the base learned from pictures of 224 x 224
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Read the pictures from the disk, 32 at a time: they need not fit into memory. Each folder in
#    training/ is a class. Of a long picture, the square in its middle is taken.
training = keras.utils.image_dataset_from_directory(
    HERE / "prepared/training", image_size=(SIDE, SIDE), crop_to_aspect_ratio=True
)
validation = keras.utils.image_dataset_from_directory(
    HERE / "prepared/validation", image_size=(SIDE, SIDE), crop_to_aspect_ratio=True
)
names = training.class_names
shown = [Path(file).parent.name for file in validation.file_paths]
commonest = max(names, key=shown.count)
print(f"Always answering {commonest}: {shown.count(commonest) / len(shown):.1%} right")

# 2. Augmentation: in each epoch, the network sees every training picture a little differently.
augmentation = keras.Sequential(
    [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.05),  # by up to 18 degrees to the left or to the right
        layers.RandomZoom(0.2),  # up to a fifth larger or smaller
    ]
)
pictures, _ = next(iter(training))  # the first 32: draw one of them in eight versions
_, panels = plt.subplots(2, 4, figsize=(8, 4), layout="tight")
for panel in panels.flat:
    version = augmentation(pictures[:1], training=True)[0]
    panel.imshow(keras.utils.array_to_img(version))
    panel.axis("off")
plt.savefig(HERE / "augmentation.png")
plt.close()

# 3. Load a network that knows ImageNet (9 MB, downloaded once) without its top: the base. Its
#    colors are from -1 to 1, and those of our pictures from 0 to 255.
base = keras.applications.MobileNetV2((SIDE, SIDE, 3), include_top=False, pooling="avg")
colors = layers.Rescaling(1 / 127.5, offset=-1)

# 4. Freeze the base, and put a new head on it, with a unit for each class.
base.trainable = False
model = keras.Sequential(
    [
        keras.Input((SIDE, SIDE, 3)),
        augmentation,
        colors,
        base,
        layers.Dropout(0.2),
        layers.Dense(len(names), activation="softmax"),
    ]
)
print(f"Frozen: fit changes {len(model.trainable_weights)} of {len(model.weights)} arrays")

# 5. Train the head. The validation pictures only judge. (shuffle=False: training does it itself.)
adam = keras.optimizers.Adam(learning_rate=1e-3)
model.compile(adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
first = model.fit(training, validation_data=validation, epochs=10, shuffle=False, verbose=2)
share = first.history["val_accuracy"][-1]
print(f"New head: {share:.1%} of the validation pictures named right")

# 6. Fine-tune: free the base, but not BatchNormalization: its averages come from 1.2 million
#    pictures, and a few would spoil them. Compile again, or fit would not notice; and take steps
#    that are ten times smaller.
base.trainable = True
for layer in base.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
print(f"Freed: fit changes {len(model.trainable_weights)} of {len(model.weights)} arrays")
adam = keras.optimizers.Adam(learning_rate=1e-4)
model.compile(adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
second = model.fit(training, validation_data=validation, epochs=5, shuffle=False, verbose=2)
share = second.history["val_accuracy"][-1]
print(f"Fine-tuned: {share:.1%} of the validation pictures named right")

# 7. Save the network, and the names of its classes in the same file, which is a ZIP archive.
model.save(HERE / "picture_network.keras")
with zipfile.ZipFile(HERE / "picture_network.keras", "a") as file:
    file.writestr("classes.json", json.dumps(names))

# 8. Draw the accuracy in each epoch of both steps.
for name in ("accuracy", "val_accuracy"):
    shares = first.history[name] + second.history[name]
    plt.plot(range(1, len(shares) + 1), shares, label=name)
plt.axvline(len(first.epoch) + 0.5, color="gray", label="the base is freed")
plt.xlabel("epoch")
plt.ylabel("share of pictures named right")
plt.legend()
plt.savefig(HERE / "fine_tune.png")
print("Saved picture_network.keras and fine_tune.png. Next: classify_pictures.py")
