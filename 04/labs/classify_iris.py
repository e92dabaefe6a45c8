"""From numbers to classes: softmax, cross-entropy and accuracy on three kinds of iris.

Chapter 4, labs, script 1.
Reads:  nothing
Writes: classify_iris.png
Prints: the labels, the accuracy over several seeds, the confusion matrix,
        and the probabilities for one flower
"""

import sys
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.datasets import load_iris
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent
EPOCHS, BATCH = 40, 16
SEEDS = [7, 8, 9, 10, 11]

# 1. Load 150 flowers, four lengths in cm each; they come with scikit-learn, no download.
iris = load_iris()
kinds = [str(name) for name in iris.target_names]
print(f"{len(iris.data)} flowers. Features: {', '.join(iris.feature_names)}")

# 2. One-hot labels: a place for each class, a 1 in the place of the right one.
labels = keras.utils.to_categorical(iris.target, num_classes=3)
for place, kind in enumerate(kinds):
    print(f"Class {place}, {kind}: {labels[iris.target == place][0]}")

# 3. Split: 60 flowers to train, 30 to watch the training, 60 to judge. "Stratified" means that
#    each part has as many flowers of each kind.
X_rest, X_test, Y_rest, Y_test = train_test_split(
    iris.data, labels, test_size=60, stratify=iris.target, random_state=7
)
X_train, X_val, Y_train, Y_val = train_test_split(
    X_rest, Y_rest, test_size=30, stratify=Y_rest, random_state=7
)
print(f"{len(X_train)} flowers train, {len(X_val)} watch, {len(X_test)} judge.")

# 4. Scale with what the training flowers taught: mean 0, standard deviation 1.
mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
X_train, X_val, X_test = ((X - mean) / deviation for X in (X_train, X_val, X_test))

# 5. Train the same network from several seeds: one lucky start proves nothing. All steps of an
#    epoch go in one call (steps_per_execution), but for PyTorch: the same training, less waiting.
steps = -(-len(X_train) // BATCH)
at_once = 1 if keras.config.backend() == "torch" else steps
accuracies = []
for seed in SEEDS:
    keras.utils.set_random_seed(seed)
    # Softmax turns three numbers into three probabilities: each above 0, together 1.
    model = keras.Sequential(
        [
            keras.Input(shape=(4,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.02),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=at_once,
    )
    history = model.fit(
        X_train,
        Y_train,
        batch_size=BATCH,
        epochs=EPOCHS,
        validation_data=(X_val, Y_val),
        verbose=0,
    )
    loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
    accuracies.append(accuracy)
    print(f"Seed {seed}: test loss {loss:.3f}, test accuracy {accuracy:.1%}")
print(f"Parameters: {model.count_params()} = (4 * 8 + 8) + (8 * 3 + 3)")
print(f"Median accuracy over {len(SEEDS)} seeds: {np.median(accuracies):.1%}")

# 6. Ask the last network for probabilities; the class is the place of the largest one.
probabilities = model.predict(X_test, verbose=0)
guessed, true = probabilities.argmax(axis=1), Y_test.argmax(axis=1)
print("Confusion matrix: a row for each true kind, a column for each kind it was taken for")
print(f"{'':12}" + "".join(f"{kind:>12}" for kind in kinds))
for kind, counts in zip(kinds, confusion_matrix(true, guessed, labels=[0, 1, 2]), strict=True):
    print(f"{kind:12}" + "".join(f"{count:12}" for count in counts))

# 7. Look at one flower: the versicolor with the longest petals looks much like a virginica.
versicolor = np.flatnonzero(true == 1)
flower = versicolor[X_test[versicolor, 2].argmax()]
centimeters = ", ".join(f"{length:.1f}" for length in X_test[flower] * deviation + mean)
print(f"A {kinds[true[flower]]} of {centimeters} cm. The network says:")
for kind, probability in zip(kinds, probabilities[flower], strict=True):
    print(f"  {kind:12}{probability:8.2%}")
print(f"  {'together':12}{probabilities[flower].sum():8.2%}")

# 8. Draw how loss and accuracy went, on training and on validation flowers.
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for axes, name in ((left, "loss"), (right, "accuracy")):
    epochs = range(1, len(history.history[name]) + 1)
    axes.plot(epochs, history.history[name], label="training")
    axes.plot(epochs, history.history[f"val_{name}"], label="validation")
    axes.set(xlabel="epoch", title=name, ylim=(0, None))
    axes.legend()
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        chart = Path(folder) / "classify_iris.png"
        figure.savefig(chart, dpi=150, metadata={"Software": None})
        chart.replace(HERE / chart.name)
except OSError as problem:
    sys.exit(f"{HERE}: cannot write here: {problem!r}. Check the disk.")
print("The curves are in classify_iris.png")
