"""Train on all GPUs of one machine: each takes its share of every batch.

Chapter 4, scaling, script 3.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: nothing
Prints: the losses and the test MSE on one device, and then on all of them

With TensorFlow, or with KERAS_BACKEND=jax. Where there is no GPU, the CPU counts as two devices.
"""

import sys
from pathlib import Path

import keras
import pandas as pd
from keras import layers

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
EPOCHS = 5
BATCH = 32  # rows of one step, of all devices together

# 1. Load the scaled rows: as many as fill whole batches, which the devices share equally.
training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
training = training[: len(training) // BATCH * BATCH]
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]
test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]


# 2. An ordinary training, which knows nothing of devices.
def train():
    keras.utils.set_random_seed(7)  # the same first weights each time
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
    history = model.fit(X_train, y_train, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
    return model, history.history["loss"]


# 3. Ask the backend for all devices: every GPU, or the CPU as if it were two.
if keras.config.backend() == "tensorflow":
    import tensorflow as tf

    virtual = tf.config.LogicalDeviceConfiguration()  # used where there is no GPU
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [virtual, virtual])
    strategy = tf.distribute.MirroredStrategy()
    count = strategy.num_replicas_in_sync
elif keras.config.backend() == "jax":
    import jax

    jax.config.update("jax_num_cpu_devices", 2)
    strategy = keras.distribution.DataParallel()
    count = jax.device_count()
else:
    sys.exit("This script runs on TensorFlow or JAX: unset KERAS_BACKEND, or KERAS_BACKEND=jax.")
if BATCH % count:
    sys.exit(f"{count} devices cannot share a batch of {BATCH} rows equally: change BATCH.")

# 4. Train on one device, and then, inside the scope of all devices, do just the same.
alone, losses_alone = train()
with strategy.scope():
    together, losses_together = train()

# 5. Compare one device with all of them.
for name, model, losses in [
    ("1 device", alone, losses_alone),
    (f"{count} devices", together, losses_together),
]:
    test_mse = model.evaluate(X_test, y_test, verbose=0)
    print(f"{name}: loss {losses[0]:.6e} in epoch 1, {losses[-1]:.6e} in epoch {EPOCHS}", end=", ")
    print(f"MSE of the test rows {test_mse:.2e}")
