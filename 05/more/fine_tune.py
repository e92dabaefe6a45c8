"""Reuse what a network learned: freeze its first layers, and train a new end on few pictures.

Chapter 5, more, script 4.
Reads:  nothing
Writes: fine_tune.csv, fine_tune.png
Prints: the accuracy on handwritten digits, with reused layers and from scratch, for several seeds

fine_tune.py                        rehearses on scikit-learn's handwritten digits, no download
fine_tune.py my_pictures            takes the same steps with an ImageNet network and pictures of
                                    your own: a folder for each class, as my_pictures/cat/1.jpg
fine_tune.py my_pictures untrained  ... and with a network that learned nothing, to compare
"""

import os
import sys
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from PIL import Image
from sklearn.datasets import load_digits

HERE = Path(__file__).resolve().parent
CANVAS = 12  # pixels: each digit of 8 x 8 pixels lies somewhere on a picture of 12 x 12
EXAMPLES = 5  # pictures of each new digit to learn from; the others are for the test
SEEDS = (1, 2, 3, 4, 5)
SIDE = 160  # pixels: pictures of your own are resized to this
KINDS = {".bmp", ".gif", ".jpeg", ".jpg", ".png"}  # what image_dataset_from_directory takes


def rehearse():
    """Learn the digits 0 to 4 from many pictures, then 5 to 9 from few, in two ways."""
    # 1. Put each digit, four times, somewhere on an empty picture: no two look the same.
    keras.utils.set_random_seed(7)
    digits = load_digits()
    X = np.zeros((4 * len(digits.images), CANVAS, CANVAS, 1), "float32")
    Y = np.tile(digits.target, 4)
    for picture, digit in zip(X, np.tile(digits.images / 16, (4, 1, 1)), strict=True):
        top, left = np.random.randint(0, CANVAS - 8 + 1, 2)
        picture[top : top + 8, left : left + 8, 0] = digit
    X_old, Y_old, X_new, Y_new = X[Y < 5], Y[Y < 5], X[Y >= 5], Y[Y >= 5] - 5
    number = np.tile(np.arange(len(digits.target)), 4)[Y >= 5]  # which digit is on the picture

    # 2. Train a network on the old digits. Its first layers are the base.
    ready_made = end_to_end(first_layers())
    ready_made.fit(X_old, Y_old, epochs=5, batch_size=32, verbose=0)
    base = ready_made.layers[0]
    print(f"Base trained on the digits 0 to 4, {len(X_old):,} pictures")

    results = []
    for seed in SEEDS:
        # 3. Choose a few pictures of each new digit.
        keras.utils.set_random_seed(seed)
        few = np.concatenate(
            [np.random.choice(np.flatnonzero(Y_new == y), EXAMPLES, False) for y in range(5)]
        )
        rest = ~np.isin(number, number[few])  # not the same digit at another place either

        # 4. Freeze the base: only a new end learns. And the same network from scratch.
        base.trainable = False
        for way, start in (("reused", base), ("from scratch", first_layers())):
            model = end_to_end(start)
            model.fit(X_new[few], Y_new[few], epochs=40, batch_size=5, verbose=0)

            # 5. Judge on the new digits that it has not seen.
            accuracy = model.evaluate(X_new[rest], Y_new[rest], verbose=0)[1]
            results.append([seed, way, accuracy])
        print(f"seed {seed}: reused {results[-2][2]:.1%}, from scratch {accuracy:.1%}", flush=True)

    # 6. Compare the averages, and draw a line for each seed.
    table = pd.DataFrame(results, columns=["seed", "way", "accuracy"])
    average = table.groupby("way").accuracy.mean()
    print(f"average: reused {average['reused']:.1%}, from scratch {average['from scratch']:.1%}")
    for _, pair in table.groupby("seed"):
        plt.plot(pair.way[::-1], 100 * pair.accuracy[::-1], marker="o")
    plt.ylabel("new digits named right, percent")
    plt.title(f"{EXAMPLES} pictures of each digit to learn from")
    try:
        with tempfile.TemporaryDirectory(dir=HERE) as folder:
            plt.savefig(Path(folder) / "fine_tune.png")
            file = Path(folder) / "fine_tune.csv"
            table.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")
            for file in Path(folder).iterdir():
                file.replace(HERE / file.name)
    except OSError as problem:
        sys.exit(f"{HERE}: cannot write here: {problem!r}. Check the folder's permissions.")
    print("Chart in fine_tune.png. Next: a folder with your own pictures, behind the command")


def first_layers():
    """Return what sees edges and strokes: two convolutions, each with pooling."""
    return keras.Sequential(
        [
            keras.Input(shape=(CANVAS, CANVAS, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
        ]
    )


def end_to_end(base):
    """Return a compiled network of a base and a new end for five classes."""
    end = [layers.Flatten(), layers.Dense(64, activation="relu")]
    model = keras.Sequential([base, *end, layers.Dense(5, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def adapt(folder, weights):
    """Teach a network that knows ImageNet the classes of a folder of pictures."""
    # 7. Look at every picture once: a broken one would end the training later, without its name.
    for file in sorted(file for file in folder.glob("*/*") if file.suffix.lower() in KINDS):
        try:
            with Image.open(file) as picture:
                picture.load()
        except Exception as problem:  # Pillow has many words for a broken file
            sys.exit(f"{file}: {problem!r}. Take this file out of the folder.")

    # 8. Load the pictures: the names of the folders are the classes, a quarter is for validation.
    keras.utils.set_random_seed(7)
    try:
        training, validation = keras.utils.image_dataset_from_directory(
            folder,
            validation_split=0.25,
            subset="both",
            seed=7,
            image_size=(SIDE, SIDE),
            batch_size=8,
        )
        classes = training.class_names
        if len(classes) < 2:
            raise ValueError(f"only {len(classes)} class")
    except Exception as problem:
        sys.exit(f"{folder}: {problem!r}. Make a folder for each class, with pictures in it.")

    # 9. Take the base without its top, the end that knows only ImageNet's classes.
    try:
        base = keras.applications.MobileNetV2(
            input_shape=(SIDE, SIDE, 3), include_top=False, pooling="avg", weights=weights
        )
    except Exception as problem:
        cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "models"
        print(f"{problem}\nA download failed. Where there is internet, fetch", file=sys.stderr)
        print(f"this file (9 MB) and put it, unchanged, into {cache}", file=sys.stderr)
        sys.exit(75)

    # 10. Freeze the base.
    base.trainable = False

    # 11. Put a new head on it, and train that alone. This base wants numbers from -1 to 1.
    # (The pictures come shuffled already.)
    model = keras.Sequential(
        [
            keras.Input(shape=(SIDE, SIDE, 3)),
            layers.Rescaling(1 / 127.5, offset=-1),
            base,
            layers.Dense(len(classes), activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(training, validation_data=validation, epochs=10, shuffle=False, verbose=2)
    accuracy = model.evaluate(validation, verbose=0)[1]
    print(f"{', '.join(classes)}: {accuracy:.1%} of the validation pictures named right")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        rehearse()
    else:
        adapt(Path(sys.argv[1]), None if "untrained" in sys.argv[2:] else "imagenet")
