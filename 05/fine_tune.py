"""Reuse what a network learned: freeze its first layers, and train a new end on few pictures.

Chapter 5, script 3.
Reads:  nothing
Writes: fine_tune.csv, fine_tune.png
Prints: the accuracy on handwritten digits, with reused layers and from scratch, for several seeds

fine_tune.py                        rehearses on scikit-learn's handwritten digits, no download
fine_tune.py my_pictures            does the same with an ImageNet network and your own pictures:
                                    a folder with a folder for each class, my_pictures/cat/1.jpg
fine_tune.py my_pictures untrained  ... and with a network that learned nothing, to compare
"""

import sys
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from sklearn.datasets import load_digits

HERE = Path(__file__).resolve().parent
CANVAS = 12  # pixels: each digit of 8 x 8 lies somewhere on a picture of 12 x 12
EXAMPLES = 5  # pictures of each new digit to learn from; all others are for the test
SEEDS = (1, 2, 3, 4, 5)
SIDE = 160  # pixels: the side of your own pictures, resized


def rehearse():
    """Learn the digits 0 to 4 from many pictures, then 5 to 9 from few, in two ways."""
    # 1. Put each digit somewhere on an empty picture, as a camera would.
    digits = load_digits()
    keras.utils.set_random_seed(7)
    pictures = np.zeros((len(digits.images), CANVAS, CANVAS, 1), "float32")
    for picture, digit in zip(pictures, digits.images / 16, strict=True):
        top, left = np.random.randint(0, CANVAS - 8 + 1, 2)
        picture[top : top + 8, left : left + 8, 0] = digit
    old = digits.target < 5
    X_old, Y_old = pictures[old], digits.target[old]
    X_new, Y_new = pictures[~old], digits.target[~old] - 5

    rows = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        few = np.zeros(len(Y_new), bool)
        for digit in range(5):
            few[np.random.choice(np.flatnonzero(Y_new == digit), EXAMPLES, replace=False)] = True

        # 2. Train a base with a head on the old digits, of which there are many.
        base = new_base()
        train(base, X_old, Y_old, epochs=20, batch_size=32)

        # 3. Reuse the base, frozen: only a new head learns the new digits.
        base.trainable = False
        reused = train(base, X_new[few], Y_new[few], epochs=200, batch_size=25)

        # 4. The same network from scratch: the base learns from the few pictures, too.
        scratch = train(new_base(), X_new[few], Y_new[few], epochs=200, batch_size=25)

        # 5. Judge both on the new digits that neither has seen.
        accuracies = [
            model.evaluate(X_new[~few], Y_new[~few], verbose=0)[1] for model in (reused, scratch)
        ]
        rows.append([seed, *accuracies])
        print(f"seed {seed}: reused {accuracies[0]:.1%}, from scratch {accuracies[1]:.1%}")
