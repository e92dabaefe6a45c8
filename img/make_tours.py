"""Draw what the pages of 03/more and 06/more explain: losses by error, and the loss in an epoch.

python img/make_tours.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pandas as pd
import style
from keras import layers

ERRORS = np.array([-0.5, 0.0, 1.5, 1.0, 0.5])  # of the five games in explore_losses.py


def losses():
    """What an error costs: squared, without its sign, and Huber's mixture of both."""
    page, chart = style.figure(5.2)
    x = np.linspace(-3, 3, 301)
    for name, color, cost in (
        ("mean_squared_error", style.BLUE, lambda e: e**2),
        ("mean_absolute_error", style.ORANGE, np.abs),
        ("huber", style.GREEN, lambda e: np.where(abs(e) <= 1, e**2 / 2, abs(e) - 1 / 2)),
    ):
        chart.plot(x, cost(x), color=color, label=name)
        chart.scatter(ERRORS, cost(ERRORS), s=90, color=color, zorder=3)
    chart.set(xlabel="error of one prediction, in $10,000", ylabel="what this row costs")
    chart.set(ylim=(-0.3, 9.3))
    chart.legend(loc="upper center", title="dots: the five games")
    style.save(page, "losses.png")


def loss_in_an_epoch():
    """The loss of each batch before its correction, their average, and the loss afterwards."""
    training = pd.read_csv(style.IMG.parent / "06" / "sales_data_training_scaled.csv")
    x, y = training.drop(columns="total_earnings").to_numpy(), training["total_earnings"].to_numpy()
    keras.utils.set_random_seed(7)
    hidden = [layers.Dense(units, activation="relu") for units in (50, 100, 50)]
    model = keras.Sequential([keras.Input(shape=(9,)), *hidden, layers.Dense(1)])
    model.compile(loss="mean_squared_error", optimizer="adam")
    averages = []  # of all batches so far
    history = model.fit(x, y, verbose=0, validation_split=0.2, callbacks=[
        keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda _, logs: averages.append(logs["loss"])
        )
    ])  # fmt: skip
    sums = np.array(averages) * np.arange(1, 26)
    batches, average = np.diff(sums, prepend=0), averages[-1]
    (after,) = history.history["val_loss"]
    page, chart = style.figure(5.4)
    places = np.arange(1, len(batches) + 1)
    chart.bar(places, batches, color=style.BLUE, label="loss of a batch, before its correction")
    chart.plot([0.5, 25.5], [average, average], color=style.INK, ls="--")
    chart.text(25.5, average + 0.0015, f"loss: the average, {average:.3f}", ha="right")
    chart.scatter(27, after, s=200, color=style.ORANGE, marker="D", zorder=3,
                  label="val_loss: held-back rows, afterwards")  # fmt: skip
    chart.text(27, after + 0.0085, f"{after:.3f}", ha="center", va="bottom", color=style.ORANGE)
    chart.set(xlabel="the 25 batches of the first epoch", ylabel="loss", xlim=(0, 28.3))
    chart.set(xticks=[1, 5, 10, 15, 20, 25])
    chart.legend(loc="upper right")
    style.save(page, "loss_in_an_epoch.png")


if __name__ == "__main__":
    losses()
    loss_in_an_epoch()
