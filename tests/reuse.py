"""What reuse is worth: the recipe of fine_tune.py against the same network from scratch.

    python tests/reuse.py 05/more/efficientnet_lite0.keras     a line for each run

True photographs, small and gray: Fashion-MNIST, as Debian's package dataset-fashion-mnist has it.
T-shirts, trousers, pullovers and dresses, 10, 30 or 100 of each to learn from, and 100 others of
each to judge, enlarged from 28 x 28 to 64 x 64 pixels: EfficientNet-Lite0 works for that size too,
at a twelfth of the work of 224 x 224. It needs efficientnet_lite0.keras, which bring_weights.py
saves, as its argument.
"""

import gzip
import sys
import time
from pathlib import Path

import keras
import numpy as np
from keras import layers

DATA = Path("/usr/share/datasets/fashion-mnist")
SIDE, CLASSES = 64, 4
SEEDS = [1, 2, 3, 4, 5]  # other pictures, other heads, other orders
# From scratch, few pictures need more passes: two steps an epoch are few.
SCRATCH_EPOCHS = {10: 60, 30: 30, 100: 9}


def read(part):
    """Return the pictures (28, 28) and the classes of one part of the data set."""
    pixels = gzip.decompress((DATA / f"{part}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((DATA / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    return (
        np.frombuffer(pixels, "uint8", offset=16).reshape(-1, 28, 28),
        np.frombuffer(labels, "uint8", offset=8),
    )


def enlarge(pictures):
    """Return gray pictures as the network wants them: SIDE x SIDE pixels, three colors."""
    gray = np.repeat(pictures[..., np.newaxis], 3, axis=-1).astype("float32")
    return keras.ops.convert_to_numpy(keras.ops.image.resize(gray, (SIDE, SIDE)))


def base_of(file):
    """Return the base of EfficientNet-Lite0, all but its last layer, for pictures of SIDE."""
    whole = keras.saving.load_model(file)
    settings = keras.Model(whole.inputs, whole.layers[-2].output).get_config()
    settings["layers"][0]["config"]["batch_shape"] = (None, SIDE, SIDE, 3)
    base = keras.Model.from_config(settings)
    base.set_weights(whole.get_weights()[:-2])  # all but kernel and biases of the last layer
    return base


def network(base, rate):
    """Put a head on a base as fine_tune.py does, with its augmentation, and compile."""
    model = keras.Sequential(
        [
            keras.Input(shape=(SIDE, SIDE, 3)),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.05),
            layers.RandomZoom(0.2),
            base,
            layers.Dropout(0.2),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    adam = keras.optimizers.Adam(learning_rate=rate)
    model.compile(adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def begin_anew(model, base_weights, head_weights):
    """Give a network the weights to begin with, and its optimizer nothing to remember."""
    model.layers[-3].set_weights(base_weights)
    model.layers[-1].set_weights(head_weights)
    for variable in model.optimizer.variables:
        if variable is not model.optimizer.learning_rate:
            variable.assign(np.zeros(variable.shape))


def main(file, counts):
    # 1. Three networks of the same layers: the base frozen, freed but for BatchNormalization, and
    #    from scratch, where BatchNormalization must follow quickly: it has few steps.
    keras.utils.set_random_seed(0)  # the layers of the augmentation draw their seeds here
    frozen, freed, scratch = base_of(file), base_of(file), base_of(file)
    knows = frozen.get_weights()
    frozen.trainable = False
    for layer in freed.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    for layer in scratch.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9
    head_alone, tuned = network(frozen, 1e-3), network(freed, 1e-4)
    from_scratch = network(scratch, 1e-3)

    # 2. The pictures.
    pictures, labels = read("train")
    others, answers = read("t10k")
    judges = np.concatenate([np.flatnonzero(answers == kind)[:100] for kind in range(CLASSES)])
    X_test, y_test = enlarge(others[judges]), answers[judges]

    # 3. For each number of pictures and each seed: choose pictures, and train in three ways.
    for count in counts:
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            rows = [
                np.random.choice(np.flatnonzero(labels == kind), count, replace=False)
                for kind in range(CLASSES)
            ]
            X, y = enlarge(pictures[np.concatenate(rows)]), labels[np.concatenate(rows)]
            fresh = keras.Model.from_config(scratch.get_config()).get_weights()
            head = layers.Dense(CLASSES)
            head.build((None, 1280))
            accuracies = []

            begin_anew(head_alone, knows, head.get_weights())
            head_alone.fit(X, y, epochs=10, verbose=0)
            accuracies.append(head_alone.evaluate(X_test, y_test, verbose=0)[1])

            begin_anew(tuned, knows, head_alone.layers[-1].get_weights())
            tuned.fit(X, y, epochs=5, verbose=0)
            accuracies.append(tuned.evaluate(X_test, y_test, verbose=0)[1])

            begin_anew(from_scratch, fresh, head.get_weights())
            from_scratch.fit(X, y, epochs=SCRATCH_EPOCHS[count], verbose=0)
            accuracies.append(from_scratch.evaluate(X_test, y_test, verbose=0)[1])

            new, fine, own = (100 * accuracy for accuracy in accuracies)
            print(
                f"{count} pictures, seed {seed}: new head {new:.1f}%, fine-tuned {fine:.1f}%, "
                f"from scratch {own:.1f}%  ({time.process_time():.0f} s)",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1], [int(count) for count in sys.argv[2:]] or list(SCRATCH_EPOCHS))
