"""Reuse what a network learned: freeze its first layers, and train a new head on few pictures.

Chapter 5, more, script 2.
Reads:  nothing
Writes: nothing
Prints: how many 8s and 9s are told apart with reused layers, and with a network from scratch
Takes:  about two minutes
"""

import keras
import numpy as np
import pandas as pd
from keras import layers
from sklearn.datasets import load_digits

SIDE = 16  # pixels: a digit of 8 x 8 pixels lies anywhere on a picture of 16 x 16
EXAMPLES = [10, 100]  # pictures of each new digit to learn from
SEEDS = [1, 2, 3, 4, 5]  # five tries: other places, other examples, other first weights
keras.config.set_image_data_format("channels_last")  # pictures as (height, width, colors)
keras.config.set_floatx("float32")  # in case a keras.json of yours asks for other numbers
digits = load_digits()  # 1,797 handwritten digits


def scatter(images):
    """Put each digit somewhere on an empty picture."""
    pictures = np.zeros((len(images), SIDE, SIDE, 1), dtype="float32")
    for picture, image in zip(pictures, images, strict=True):
        top, left = np.random.randint(0, SIDE - 8 + 1, size=2)
        picture[top : top + 8, left : left + 8, 0] = image / 16  # their pixels go up to 16
    return pictures


def first_layers():
    """Return what the networks have in common: everything but the head."""
    return keras.Sequential(
        [
            keras.Input(shape=(SIDE, SIDE, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
        ]
    )


def with_head(base, classes):
    """Return a network of first layers and a head, the layer that names the classes."""
    model = keras.Sequential([base, layers.Dense(classes, activation="softmax")])
    adam = keras.optimizers.Adam(learning_rate=3e-3)
    model.compile(adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


results = []
for seed in SEEDS:
    # 1. Train a network on many pictures of the old digits, 0 to 7. Its first layers are the base.
    keras.utils.set_random_seed(seed)
    images = np.tile(digits.images, (4, 1, 1))  # each digit four times, in four places
    labels = np.tile(digits.target, 4)
    pictures = scatter(images)
    old = labels < 8
    base = first_layers()
    old_network = with_head(base, 8)
    old_network.fit(pictures[old], labels[old], epochs=10, batch_size=32, verbose=0)

    # 2. Freeze the base: what it learned stays as it is.
    base.trainable = False

    for examples in EXAMPLES:
        # 3. Choose a few pictures of the new digits, 8 and 9. All others judge.
        new = digits.target > 7
        X = scatter(digits.images[new])
        y = digits.target[new] - 8  # 8 becomes class 0, 9 becomes class 1
        eights = np.random.choice(np.flatnonzero(y == 0), examples, replace=False)  # row numbers
        nines = np.random.choice(np.flatnonzero(y == 1), examples, replace=False)
        few = np.concatenate([eights, nines])
        rest = np.setdiff1d(np.arange(len(y)), few)  # all rows but these

        # 4. Train a new head on the frozen base, and the same network from scratch.
        accuracy = {}
        for way, start in [("reused", base), ("scratch", first_layers())]:
            model = with_head(start, 2)
            model.fit(X[few], y[few], epochs=40, batch_size=5, verbose=0)
            accuracy[way] = 100 * model.evaluate(X[rest], y[rest], verbose=0)[1]
        reused, scratch = accuracy["reused"], accuracy["scratch"]
        print(
            f"seed {seed}, {examples:3} examples: reused {reused:.1f}%, from scratch {scratch:.1f}%"
        )
        results.append([examples, reused, scratch])

# 5. Compare the averages over the seeds: one try could be luck.
table = pd.DataFrame(results, columns=["examples", "reused", "scratch"])
for examples, (reused, scratch) in table.groupby("examples").mean().iterrows():
    print(
        f"average, {examples} examples: reused {reused:.1f}%, from scratch {scratch:.1f}%, "
        f"reuse gains {reused - scratch:.1f} points"
    )
print("Next: 05/your_pictures, with pictures of your own")
