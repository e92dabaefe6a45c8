"""Write logs while a network trains, for TensorBoard to draw: losses, weights and the graph.

Chapter 6, script 1.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: logs/model logging
Prints: the loss after each epoch, the test MSE, and the command that starts TensorBoard
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # TensorBoard belongs to TensorFlow

import shutil
from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
RUN = HERE / "logs" / "model logging"
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load the scaled training rows: nine features of each game, and what it earned.
training = pd.read_csv(HERE / "sales_data_training_scaled.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"]

# 2. Define the network, this time with a name for each layer.
model = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu", name="layer_1"),
        layers.Dense(100, activation="relu", name="layer_2"),
        layers.Dense(50, activation="relu", name="layer_3"),
        layers.Dense(1, activation="linear", name="output_layer"),
    ]
)
model.compile(loss="mean_squared_error", optimizer="adam")

# 3. Delete what an earlier run logged here: otherwise the curves of both would tangle.
if RUN.exists():
    shutil.rmtree(RUN)

# 4. Train, and log the loss of every epoch and the weights of every fifth.
logger = keras.callbacks.TensorBoard(log_dir=RUN, histogram_freq=5)
model.fit(X_train, y_train, epochs=50, shuffle=True, verbose=2, callbacks=[logger])

# 5. Test the network on the test rows, which it never saw.
test = pd.read_csv(HERE / "sales_data_test_scaled.csv")
X_test = test[X_train.columns]  # the same nine columns, in the same order
y_test = test["total_earnings"]
test_mse = model.evaluate(X_test, y_test, verbose=0)
print(f"The mean squared error (MSE) of the test rows is {test_mse:.2e}")

# 6. For the tab Graphs: Keras logs its layers alone, so write down once, in TensorFlow's own words,
#    what each of them calculates: values times weights, plus bias, then the activation.
weights = {layer.name: layer.get_weights() for layer in model.layers}


@tf.function(input_signature=[tf.TensorSpec([None, 9], name="features")])
def network(values):
    for layer in model.layers:
        with tf.name_scope(layer.name):
            kernel, bias = weights[layer.name]
            kernel = tf.constant(kernel, name="kernel")
            bias = tf.constant(bias, name="bias")
            values = layer.activation(tf.nn.bias_add(tf.matmul(values, kernel), bias))
    return values


with tf.summary.create_file_writer(str(RUN)).as_default():
    tf.summary.graph(network.get_concrete_function().graph)
print("Next, from the folder of the course: tensorboard --logdir 06/logs")
