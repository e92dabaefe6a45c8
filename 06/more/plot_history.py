"""Draw the losses of a training without TensorBoard: what fit returns remembers every epoch.

Chapter 6, more, script 1.
Reads:  ../sales_data_training_scaled.csv
Writes: loss_curves.png, accuracy_curves.png
Prints: what the history holds, and how far the two losses of an epoch are apart
"""

from pathlib import Path

import keras
import pandas as pd
from keras import layers
from matplotlib import pyplot as plt
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
EPOCHS = 50
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load the scaled training rows of the chapter. The test rows stay locked away.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]

# 2. Define the network: nine features in, three hidden layers, one number out.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
model.compile(loss="mean_squared_error", optimizer="adam")

# 3. Train on the first 800 rows. After each epoch, measure the loss of the last 200 too.
history = model.fit(X_train, y_train, epochs=EPOCHS, shuffle=True, verbose=0, validation_split=0.2)

# 4. Look at what fit returned: a list for each curve, with one value for each epoch.
for name, values in history.history.items():
    print(f"{name}: {len(values)} values, from {values[0]:.2e} to {values[-1]:.2e}")
curves = pd.DataFrame(history.history)
curves.index += 1  # epochs count from 1
ratio = curves["val_loss"] / curves["loss"]
print(f"In epoch 1 val_loss is {ratio.loc[1]:.2f} times loss")
print(f"In the last ten epochs val_loss is {ratio.tail(10).mean():.2f} times loss, on average")

# 5. Draw the curves twice: on a linear axis, and on one where equal distances are equal factors.
plt.rcParams.update({"font.size": 15, "lines.linewidth": 3})
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")  # two charts
curves.plot(ax=left, title="Loss, linear axis", xlabel="epoch", grid=True)
curves.plot(ax=right, title="The same, logarithmic axis", xlabel="epoch", grid=True, logy=True)
figure.savefig(HERE / "loss_curves.png", dpi=120)

# 6. Train a classifier as well: three kinds of iris flowers. It also reports its accuracy.
flowers, kinds = load_iris(return_X_y=True)
X_fit, X_held, y_fit, y_held = train_test_split(
    flowers, kinds, test_size=50, stratify=kinds, random_state=7
)
classifier = keras.Sequential(
    [
        keras.Input(shape=(4,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
classifier.compile(
    loss="sparse_categorical_crossentropy",
    optimizer=keras.optimizers.Adam(learning_rate=0.01),
    metrics=["accuracy"],
)
history = classifier.fit(
    X_fit, y_fit, epochs=EPOCHS, shuffle=True, verbose=0, validation_data=(X_held, y_held)
)
print("The history of the classifier holds", ", ".join(history.history))

# 7. Draw its losses and its accuracies side by side.
curves = pd.DataFrame(history.history)
curves.index += 1
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
curves[["loss", "val_loss"]].plot(ax=left, title="Iris: loss", xlabel="epoch", grid=True)
curves[["accuracy", "val_accuracy"]].plot(
    ax=right, title="Iris: accuracy", xlabel="epoch", grid=True
)
figure.savefig(HERE / "accuracy_curves.png", dpi=120)
print("Drawn: loss_curves.png, accuracy_curves.png. Next: plot_model.py")
