"""From numbers to classes: softmax, cross-entropy and accuracy on three kinds of iris.

Chapter 4, labs, script 1.
Reads:  nothing
Writes: classify_iris.png
Prints: the one-hot labels, the accuracy for five seeds, which kinds are confused,
        and the probabilities of one flower
"""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent  # the folder of this script
keras.config.set_floatx("float32")  # in case a keras.json of yours asks for other numbers
SEEDS = [7, 8, 9, 10, 11]

# 1. Load 150 flowers, four lengths in cm each. They come with scikit-learn, without a download.
iris = load_iris()
kinds = iris.target_names
print(f"{len(iris.data)} flowers. Features: {', '.join(iris.feature_names)}")

# 2. Turn each class into three numbers, with a 1 in the place of the class: one-hot.
for place, kind in enumerate(kinds):
    print(f"Class {place}, {kind}: {keras.utils.to_categorical(place, num_classes=3)}")

# 3. Split: 60 flowers train, 30 only watch the training, 60 test. "Stratified" means that each
#    part has as many flowers of each kind.
X_rest, X_test, y_rest, y_test = train_test_split(
    iris.data, iris.target, test_size=60, stratify=iris.target, random_state=7
)
X_train, X_val, y_train, y_val = train_test_split(
    X_rest, y_rest, test_size=30, stratify=y_rest, random_state=7
)
Y_train = keras.utils.to_categorical(y_train, 3)
Y_val = keras.utils.to_categorical(y_val, 3)
Y_test = keras.utils.to_categorical(y_test, 3)

# 4. Scale with what the training flowers teach: mean 0, standard deviation 1.
scaler = StandardScaler().fit(X_train)
X_train = scaler.transform(X_train)
X_val = scaler.transform(X_val)
X_test = scaler.transform(X_test)

accuracies = []
for seed in SEEDS:
    # 5. Define the network. softmax turns three numbers into three probabilities.
    keras.utils.set_random_seed(seed)  # another start each time: one alone may be luck
    model = keras.Sequential(
        [
            keras.Input(shape=(4,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(
        loss="categorical_crossentropy",
        optimizer=keras.optimizers.Adam(learning_rate=0.02),
        metrics=["accuracy"],
    )

    # 6. Train it, and test it.
    validation = (X_val, Y_val)
    history = model.fit(
        X_train, Y_train, batch_size=16, epochs=40, validation_data=validation, verbose=0
    )
    loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
    accuracies.append(accuracy)
    print(f"Seed {seed}: test loss {loss:.3f}, test accuracy {accuracy:.1%}")
print(f"Parameters: (4 x 8 + 8) + (8 x 3 + 3) = {model.count_params()}")
print(f"Median accuracy of {len(SEEDS)} seeds: {np.median(accuracies):.1%}")

# 7. Which kinds does the last network confuse? The largest probability is its answer.
probabilities = model.predict(X_test, verbose=0)
answers = probabilities.argmax(axis=1)
print(pd.crosstab(kinds[y_test], kinds[answers], rownames=["kind"], colnames=["taken for"]))

# 8. Look at one flower: the versicolor with the longest petals looks much like a virginica.
versicolors = np.flatnonzero(y_test == 1)  # the numbers of their rows
flower = versicolors[X_test[versicolors, 2].argmax()]  # column 2 is the length of the petals
lengths = scaler.inverse_transform(X_test[flower : flower + 1])[0]  # a table of one row
centimeters = ", ".join(f"{length:.1f}" for length in lengths)
print(f"A {kinds[y_test[flower]]} of {centimeters} cm. The network says:")
for kind, probability in zip(kinds, probabilities[flower], strict=True):
    print(f"  {kind:12}{probability:8.2%}")

# 9. Draw the loss and the accuracy of each epoch.
curves = pd.DataFrame(history.history)
chart, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for axis, key in zip(axes, ["loss", "accuracy"], strict=True):
    curves[[key, f"val_{key}"]].plot(ax=axis, title=key, xlabel="epoch", ylim=(0, None))
chart.savefig(HERE / "classify_iris.png")
print("The curves are in classify_iris.png. Next: classify_hits.py")
