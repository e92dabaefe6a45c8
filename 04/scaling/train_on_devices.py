"""Train on all GPUs of one machine: each takes its share of every batch.

Chapter 4, scaling, script 3.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: nothing
Prints: the test MSE on one device and on all of them, for three networks

With TensorFlow, or with KERAS_BACKEND=jax. Where there is no GPU, the CPU counts as two devices.
"""

from pathlib import Path

import keras
import pandas as pd
from keras import layers

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
EPOCHS = 10
BATCH = 32  # rows of one step, of all devices together
SEED = 7  # the same random numbers in every run, so the same result

# 1. Load the scaled rows: as many as fill whole batches, which the devices share equally.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
training = training[: len(training) // BATCH * BATCH]
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]

# 2. Ask the backend for all devices: every GPU, or the CPU as if it were two.
if keras.config.backend() == "tensorflow":
    import tensorflow as tf

    half = tf.config.LogicalDeviceConfiguration()
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [half, half])  # used where there is no GPU
    all_devices = tf.distribute.MirroredStrategy()
    count = all_devices.num_replicas_in_sync
else:
    import jax

    jax.config.update("jax_num_cpu_devices", 2)  # used where there is no GPU
    all_devices = keras.distribution.DataParallel()
    count = jax.device_count()


# 3. An ordinary training, which knows nothing of devices. One layer is still to be chosen.
def train(chosen):
    keras.utils.set_random_seed(SEED)  # the same first weights each time
    model = keras.Sequential(
        [
            keras.Input(shape=(9,)),
            layers.Dense(50, activation="relu"),
            chosen(),
            layers.Dense(100, activation="relu"),
            layers.Dense(50, activation="relu"),
            layers.Dense(1, activation="linear"),
        ]
    )
    model.compile(loss="mean_squared_error", optimizer="adam")
    model.fit(X_train, y_train, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
    return model.evaluate(X_test, y_test, verbose=0)


def dropout():
    return layers.Dropout(0.1)


# 4. Train on one device. Then do just the same inside the scope of all devices. Which layers notice
#    that each device sees only a share of the batch?
print(f"Test MSE{'':24} 1 device   {count} devices")
for name, chosen in [
    ("dense layers alone", layers.Identity),  # it does nothing
    ("with BatchNormalization", layers.BatchNormalization),
    ("with Dropout", dropout),
]:
    alone = train(chosen)
    with all_devices.scope():
        together = train(chosen)
    print(f"{name:30} {alone:.4e}  {together:.4e}")
