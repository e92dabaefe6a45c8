"""From numbers to classes: softmax, cross-entropy and accuracy on three kinds of iris.

Chapter 4, labs, script 1.
Reads:  nothing
Writes: classify_iris.png
Prints: the one-hot labels, the accuracy, which kinds are confused, the kind of your own flower,
        and the accuracy for five other seeds
"""

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import pandas as pd
from keras import layers
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent  # the folder of this script
SEED = 7
OTHER_SEEDS = [8, 9, 10, 11, 12]
keras.utils.set_random_seed(SEED)  # the same random numbers in every run, so the same result

# Your flower: change the four lengths.
FLOWER = {
    "sepal length (cm)": 6.3,
    "sepal width (cm)": 2.8,
    "petal length (cm)": 4.9,
    "petal width (cm)": 1.7,
}

# 1. Load 150 flowers, four lengths each. They come with scikit-learn, without a download.
iris = load_iris(as_frame=True)
flowers, kinds = iris.data, iris.target_names
print(flowers.head(3))

# 2. Turn each class into three numbers, with a 1 in the place of the class: one-hot.
for place, kind in enumerate(kinds):
    print(f"Class {place}, {kind}: {keras.utils.to_categorical(place, num_classes=3)}")

# 3. Split: 60 flowers train, 30 only watch the training, 60 test. "Stratified": each part has
#    as many flowers of each kind.
X_train, X_rest, y_train, y_rest = train_test_split(
    flowers, iris.target, train_size=60, stratify=iris.target, random_state=SEED
)
X_val, X_test, y_val, y_test = train_test_split(
    X_rest, y_rest, train_size=30, stratify=y_rest, random_state=SEED
)
Y_train = keras.utils.to_categorical(y_train, num_classes=3)
Y_val = keras.utils.to_categorical(y_val, num_classes=3)
Y_test = keras.utils.to_categorical(y_test, num_classes=3)

# 4. Scale with what the training flowers teach: mean 0, standard deviation 1.
scaler = StandardScaler().fit(X_train)
X_train = scaler.transform(X_train)
X_val = scaler.transform(X_val)
X_test = scaler.transform(X_test)

# 5. Define the network. softmax turns three numbers into three probabilities.
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
print(f"Parameters: (4 x 8 + 8) + (8 x 3 + 3) = {model.count_params()}")

# 6. Train it, and test it.
history = model.fit(
    X_train, Y_train, batch_size=16, epochs=40, validation_data=(X_val, Y_val), verbose=0
)
loss, accuracy = model.evaluate(X_test, Y_test, verbose=0)
print(f"Test loss {loss:.3f}, test accuracy {accuracy:.1%}")

# 7. Which kinds does it confuse? The largest of the three probabilities is its answer.
answers = model.predict(X_test, verbose=0).argmax(axis=1)
print(pd.crosstab(kinds[y_test], kinds[answers], rownames=["kind"], colnames=["taken for"]))

# 8. Predict your flower: the same columns, by name, and the same scaling.
flower = pd.DataFrame([FLOWER])[flowers.columns]
if flower.isna().any(axis=None):
    raise ValueError("a length is missing: give your flower all four")
probabilities = model.predict(scaler.transform(flower), verbose=0)[0]
print("Your flower:")
for kind, probability in zip(kinds, probabilities, strict=True):
    print(f"  {kind:12}{probability:8.2%}")

# 9. Draw the loss and the accuracy of each epoch.
curves = pd.DataFrame(history.history)
curves.index += 1  # epochs count from 1
chart, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for axis, key in zip(axes, ["loss", "accuracy"], strict=True):
    curves[[key, f"val_{key}"]].plot(ax=axis, title=key, xlabel="epoch", ylim=(0, None))
chart.savefig(HERE / "classify_iris.png")

# 10. Was that luck? Five times more: another split, and another start of the training.
accuracies = []
for seed in OTHER_SEEDS:
    keras.utils.set_random_seed(seed)
    X_train, X_test, y_train, y_test = train_test_split(
        flowers, iris.target, train_size=60, test_size=60, stratify=iris.target, random_state=seed
    )
    Y_train = keras.utils.to_categorical(y_train, num_classes=3)
    Y_test = keras.utils.to_categorical(y_test, num_classes=3)
    scaler = StandardScaler().fit(X_train)
    again = keras.models.clone_model(model)  # the same layers, with new weights
    again.compile(
        loss="categorical_crossentropy",
        optimizer=keras.optimizers.Adam(learning_rate=0.02),
        metrics=["accuracy"],
    )
    again.fit(scaler.transform(X_train), Y_train, batch_size=16, epochs=40, verbose=0)
    loss, accuracy = again.evaluate(scaler.transform(X_test), Y_test, verbose=0)
    accuracies.append(accuracy)
    print(f"Seed {seed}: test accuracy {accuracy:.1%}")
print(f"From {min(accuracies):.1%} to {max(accuracies):.1%} right, with five other seeds")
print("The curves are in classify_iris.png. Next: classify_hits.py")
