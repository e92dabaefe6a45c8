"""Train one network on several machines: each has a share of the rows, all have the same weights.

Chapter 4, scaling, script 4.
Reads:  ../../03/sales_data_training.csv, ../../03/sales_data_test.csv, ../sales_data_scaling.csv
Writes: machines_model.keras
Prints: the loss and the typical error of each epoch, and the typical error of the test games

Without settings it trains alone. On two machines, ADDRESS is that of the first, and the ID 0 or 1:
    export KERAS_DISTRIBUTION_JOB_ADDRESSES=ADDRESS:PORT KERAS_DISTRIBUTION_NUM_PROCESSES=2
    KERAS_DISTRIBUTION_PROCESS_ID=0 python 04/scaling/train_on_machines.py
"""

import os

os.environ["KERAS_BACKEND"] = "jax"  # Keras trains on several machines with JAX

from pathlib import Path

import jax
import keras
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the scaling
SALES = CHAPTER.parent / "03"  # the folder with the raw rows, in stars and dollars
ROWS = 1000  # rows of the training table
BATCH = 32  # rows of one step, which the machines share
EPOCHS = 20

# 1. Meet the other machines. Keras reads from the environment where they are, and how many.
if "KERAS_DISTRIBUTION_NUM_PROCESSES" in os.environ:
    keras.distribution.initialize()
rank, machines = jax.process_index(), jax.process_count()  # this one's number, from 0; how many
keras.utils.set_random_seed(7)  # every machine starts with the same weights
step = BATCH // machines * machines  # rows of one step: equally many for each machine

# 2. Load the scaling of each column. Its names are the features, in the order of the network.
scaling = pd.read_csv(CHAPTER / "sales_data_scaling.csv", index_col="column")
earnings = scaling.loc["total_earnings"]
features = scaling.drop(index="total_earnings")


# 3. Read the rows batch by batch, epoch after epoch: there may be more than memory holds. Each
#    machine keeps its share of every batch, and all drop the last batch, which is not whole: a
#    machine that had one step more than the others would wait for them for ever.
def batches():
    while True:
        for batch in pd.read_csv(SALES / "sales_data_training.csv", chunksize=step):
            if len(batch) == step:
                mine = batch[rank::machines]  # of two machines, the first takes rows 0, 2, 4
                yield mine[features.index].to_numpy(), mine["total_earnings"].to_numpy()


# 4. Define the network with the scaling inside: stars and dollars in, dollars out. In the scope of
#    DataParallel, it is one network on all machines.
with keras.distribution.DataParallel(auto_shard_dataset=False).scope():  # shared in step 3
    model = keras.Sequential(
        [
            keras.Input(shape=(9,)),
            layers.Rescaling(features["multiply_by"].tolist(), features["add"].tolist()),
            layers.Dense(50, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(50, activation="relu"),
            layers.Dense(1, activation="linear"),
            layers.Rescaling(
                1 / earnings["multiply_by"], -earnings["add"] / earnings["multiply_by"]
            ),
        ]
    )
    typical_error = keras.metrics.RootMeanSquaredError(name="typical_error")
    model.compile(loss="mean_squared_error", optimizer="adam", metrics=[typical_error])

    # 5. Train with an ordinary fit. In every step each machine takes its rows, and all correct
    #    their weights by the average of all gradients. After a crash, start all machines again:
    #    the backups let them go on where they were.
    backup = keras.callbacks.BackupAndRestore(HERE / f"backup_{rank}", double_checkpoint=True)
    model.fit(
        batches(),
        steps_per_epoch=ROWS // step,
        epochs=EPOCHS,
        shuffle=False,  # the rows come as they stand in the file
        verbose=2 if rank == 0 else 0,  # one machine speaks for all
        callbacks=[backup],
    )

# 6. All have the same network now, so one of them saves it. What comes back from the file is an
#    ordinary network, which needs no other machine: test it as always.
if rank == 0:
    model.save(HERE / "machines_model.keras")
    trained = keras.saving.load_model(HERE / "machines_model.keras")
    test = pd.read_csv(SALES / "sales_data_test.csv")
    _, rmse = trained.evaluate(test[features.index], test["total_earnings"], verbose=0)
    print(f"The typical error (RMSE) of the test games is ${rmse:,.0f}")
