"""Show what each kind of layer does to the shape of a row, and how many parameters it learns.

Chapter 3, more, script 1.
Reads:  nothing
Writes: nothing
Prints: shapes and parameters of sixteen layers, Dropout at work, activations side by side,
        one network built in two ways, and a network with two inputs
"""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)

# 1. List layers, each with the shape of one input row and the number of parameters we expect.
tour = [
    (layers.Dense(4, use_bias=False), (3,), 3 * 4),  # each of 3 inputs to each of 4 units
    (layers.Dense(4), (3,), 3 * 4 + 4),  # and a bias for each unit
    (layers.Dense(4), (13, 13, 8), 8 * 4 + 4),  # a picture: only its last axis counts
    (layers.Flatten(), (13, 13, 8), 0),
    (layers.Dropout(0.5), (4,), 0),
    (layers.BatchNormalization(), (8,), 4 * 8),  # factor, offset, mean and variance for each of 8
    (layers.Conv2D(8, kernel_size=3), (28, 28, 1), 3 * 3 * 1 * 8 + 8),  # 8 small filters
    (layers.MaxPooling2D(2), (26, 26, 8), 0),
    (layers.AveragePooling2D(2), (26, 26, 8), 0),
    (layers.GlobalAveragePooling2D(), (13, 13, 8), 0),
    (layers.Embedding(1000, 16), (20,), 1000 * 16),  # 1,000 words, 16 numbers for each
    (layers.SimpleRNN(32), (20, 16), 16 * 32 + 32 * 32 + 32),
    (layers.LSTM(32), (20, 16), 4 * (16 * 32 + 32 * 32 + 32)),  # 3 gates and a candidate
    (layers.GRU(32), (20, 16), 3 * (16 * 32 + 32 * 32 + 2 * 32)),  # 2 gates and a candidate
    (layers.Concatenate(), [(4,), (6,)], 0),
    (layers.Add(), [(4,), (4,)], 0),
]

# 2. Give each layer an input of that shape, and compare its own count with ours.
print(f"{'layer':26}{'one row in':15}{'one row out':13}parameters")
for layer, shape, expected in tour:
    if isinstance(shape, list):
        output = layer([keras.Input(one) for one in shape])
    else:
        output = layer(keras.Input(shape))
    count = layer.count_params()
    verdict = "as expected" if count == expected else f"expected {expected:,}"
    before, after = str(shape), str(output.shape[1:])
    print(f"{layer.name:26}{before:15}{after:13}{count:10,}  {verdict}")

# 3. Dropout: in training each value becomes 0 with a probability of one half, or else doubles;
#    later nothing happens.
dropout, ones = layers.Dropout(0.5), np.ones((1, 8))
for training in [True, False]:
    kept = keras.ops.convert_to_numpy(dropout(ones, training=training))[0]
    print(f"Dropout(0.5) of eight ones, training={training}: {kept.astype(int)}")

# 4. Activations side by side: what a unit makes of a sum of -2, -1, 0, 1 or 2. (softmax takes
#    the five sums as those of five units of one layer.)
sums = keras.ops.array([[-2.0, -1.0, 0.0, 1.0, 2.0]])
for name in ["linear", "relu", "sigmoid", "tanh", "elu", "softmax"]:
    values = keras.ops.convert_to_numpy(keras.activations.get(name)(sums))[0]
    print(f"{name:9}" + "".join(f"{value:7.2f}" for value in values))

# 5. Build one network in two ways: as a list of layers, and by calling each layer on the last.
sequential = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
features = keras.Input(shape=(9,))
hidden = layers.Dense(50, activation="relu")(features)
earnings = layers.Dense(1, activation="linear")(hidden)
functional = keras.Model(inputs=features, outputs=earnings)

# 6. Give both the same weights: they predict the same.
functional.set_weights(sequential.get_weights())
rows = np.random.default_rng(7).uniform(size=(5, 9))
same = np.allclose(sequential.predict(rows, verbose=0), functional.predict(rows, verbose=0))
print(f"Sequential and functional, {functional.count_params()} parameters each: same = {same}")

# 7. What Sequential cannot do: two inputs. Nine features, and a picture of the game's box.
picture = keras.Input(shape=(28, 28, 1))
filtered = layers.Conv2D(8, kernel_size=3)(picture)
seen = layers.GlobalAveragePooling2D()(filtered)
both = layers.Concatenate()([hidden, seen])
two_inputs = keras.Model(inputs=[features, picture], outputs=layers.Dense(1)(both))
predictions = two_inputs.predict([rows, np.zeros((5, 28, 28, 1))], verbose=0)
print(f"Two inputs: {hidden.shape[1]} and {seen.shape[1]} values side by side make {both.shape[1]}")
print(f"{two_inputs.count_params()} parameters, {len(predictions)} predictions for 5 games")
print("Next: explore_losses.py")
