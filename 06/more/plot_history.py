"""Draw the losses of a training without TensorBoard: what fit returns remembers every epoch.

Chapter 6, more, script 1.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: loss_curves.png, accuracy_curves.png
Prints: what the History object holds, and its first and last values
"""

import sys
import tempfile
from pathlib import Path

import keras
import matplotlib as mpl
import pandas as pd
from keras import layers
from sklearn.datasets import load_iris

mpl.use("agg")  # draw into files: no window is needed
from matplotlib import pyplot as plt

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 50
keras.utils.set_random_seed(7)

# 1. Load the scaled rows: numbers only, columns by name, values around 0 to 1.
tables = {}
for name in ("training", "test"):
    file = HERE / f"sales_data_{name}_scaled.csv"
    try:
        rows = pd.read_csv(file, dtype=float, na_filter=False)
        odd = {*rows} ^ {*FEATURES, TARGET}
        if odd:
            raise ValueError(f"columns missing or unknown: {sorted(odd)}")
        if not rows.abs().max(axis=None) < 2:
            raise ValueError("no rows, or numbers that are not scaled")
    except (OSError, ValueError) as problem:
        sys.exit(f"{file}: {problem!r}. Copy the file here again from chapter folder 03.")
    tables[name] = rows
X_train, Y_train = tables["training"][FEATURES].to_numpy(), tables["training"][TARGET].to_numpy()
X_test, Y_test = tables["test"][FEATURES].to_numpy(), tables["test"][TARGET].to_numpy()

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

# 3. Train on four fifths of the training rows, and validate on the last fifth after each epoch.
history = model.fit(X_train, Y_train, epochs=EPOCHS, shuffle=True, verbose=0, validation_split=0.2)

# 4. Look at what fit returned: a dictionary with one list per curve, one value per epoch.
for name, values in history.history.items():
    print(f"{name}: {len(values)} values, from {values[0]:.2e} to {values[-1]:.2e}")

# 5. Train a classifier too: three kinds of iris flowers. It also reports its accuracy.
flowers = load_iris()
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
# The file lists the flowers kind by kind: every third one validates, so that all kinds do.
late = [number % 3 == 0 for number in range(len(flowers.data))]
early = [not held_back for held_back in late]
class_history = classifier.fit(
    flowers.data[early],
    flowers.target[early],
    epochs=EPOCHS,
    shuffle=True,
    verbose=0,
    validation_data=(flowers.data[late], flowers.target[late]),
)
print(f"Of the classifier: {', '.join(class_history.history)}")

# 6. Draw each pair of curves: the rows that taught, and the rows that were held back.
plt.rcParams.update({"font.size": 14, "axes.grid": True, "grid.alpha": 0.4})
loss_figure, loss_charts = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
class_figure, class_charts = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
for chart, curves, name, title in (
    (loss_charts[0], history.history, "loss", "Loss, linear"),
    (loss_charts[1], history.history, "loss", "The same loss, logarithmic"),
    (class_charts[0], class_history.history, "loss", "Iris: loss"),
    (class_charts[1], class_history.history, "accuracy", "Iris: accuracy"),
):
    epochs = range(1, EPOCHS + 1)
    chart.plot(epochs, curves[name], lw=3, label=f"{name} (training rows)")
    chart.plot(epochs, curves[f"val_{name}"], lw=3, label=f"val_{name} (held-back rows)")
    chart.set(title=title, xlabel="epoch")
    chart.legend()
loss_charts[1].set_yscale("log")  # every step up is ten times more

# 7. Save both pictures whole or not at all.
pictures = {"loss_curves.png": loss_figure, "accuracy_curves.png": class_figure}
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        for name, figure in pictures.items():
            figure.savefig(Path(folder) / name, dpi=120, metadata={"Software": None})
        for name in pictures:
            (Path(folder) / name).replace(HERE / name)
except OSError as problem:
    sys.exit(
        f"{HERE}: cannot write here: {problem!r}. Check the disk and the folder's permissions."
    )
print("Drawn: loss_curves.png and accuracy_curves.png. Next: plot_model.py")
