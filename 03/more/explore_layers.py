"""Show what each kind of layer does to the shape of a row, and how many parameters it learns.

Chapter 3, more, script 1.
Reads:  nothing
Writes: nothing
Prints: shapes and parameter counts of fifteen layers, Dropout at work, activations side by side,
        one network built in two ways, and a network with two inputs
"""

import keras
import numpy as np
from keras import layers

NOTHING = "nothing to learn = 0"
keras.utils.set_random_seed(7)

# 1. A layer, the shape of one input row, and the formula of its parameters. In an f-string,
#    {3 * 4 = } writes the calculation and its result: "3 * 4 = 12".
tour = [
    (layers.Dense(4, use_bias=False), (3,), f"{3 * 4 = }"),  # each of 3 inputs to each of 4 units
    (layers.Dense(4), (3,), f"{3 * 4 + 4 = }"),  # and a bias for each unit
    (layers.Dropout(0.5), (4,), NOTHING),
    (layers.Conv2D(8, kernel_size=3), (28, 28, 1), f"{3 * 3 * 1 * 8 + 8 = }"),  # 8 small filters
    (layers.MaxPooling2D(2), (26, 26, 8), NOTHING),
    (layers.AveragePooling2D(2), (26, 26, 8), NOTHING),
    (layers.GlobalAveragePooling2D(), (13, 13, 8), NOTHING),
    (layers.Flatten(), (13, 13, 8), NOTHING),
    (layers.BatchNormalization(), (8,), f"{4 * 8 = }"),
    (layers.Embedding(1000, 16), (20,), f"{1000 * 16 = }"),  # 1,000 words, 16 numbers for each
    (layers.SimpleRNN(32), (20, 16), f"{16 * 32 + 32 * 32 + 32 = }"),
    (layers.LSTM(32), (20, 16), f"{4 * (16 * 32 + 32 * 32 + 32) = }"),  # 4 gates
    (layers.GRU(32), (20, 16), f"{3 * (16 * 32 + 32 * 32 + 2 * 32) = }"),  # 3 gates, 2 biases
    (layers.Concatenate(), [(4,), (6,)], NOTHING),
    (layers.Add(), [(4,), (4,)], NOTHING),
]

# 2. Let each layer meet an input of that shape, then compare its own count with the formula.
for layer, shape, formula in tour:
    several = isinstance(shape, list)
    inputs = [keras.Input(one) for one in shape] if several else keras.Input(shape)
    outputs = layer(inputs)
    verdict = "equal" if formula.endswith(f"= {layer.count_params()}") else "DIFFERENT"
    change = f"{shape} -> {outputs.shape[1:]}".replace(",)", ")")
    print(f"{type(layer).__name__:23} {change:27} {formula}, {verdict}")

# 3. Dropout: in training half of the values become 0 and the rest double; later nothing happens.
dropout, ones = layers.Dropout(0.5), np.ones((1, 8))
for training in (True, False):
    kept = keras.ops.convert_to_numpy(dropout(ones, training=training))[0]
    print(f"Dropout(0.5) of eight ones, training={training}:", *kept.astype(int))

# 4. Activations side by side: what comes out of a unit that sums up to -2, -1, 0, 1 or 2.
sums = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]])
print("sum      ", *(f"{value:6.1f}" for value in sums[0]))
for name in ("linear", "relu", "sigmoid", "tanh", "elu", "softmax"):
    values = keras.ops.convert_to_numpy(keras.activations.get(name)(keras.ops.array(sums)))[0]
    print(f"{name:9}", *(f"{value:6.2f}" for value in values))

# 5. One network in two ways: a list of layers, or each layer called with the one before it.
sequential = keras.Sequential(
    [
        keras.Input(shape=(9,)),
        layers.Dense(50, activation="relu"),
        layers.Dense(1, activation="linear"),
    ]
)
features = keras.Input(shape=(9,))
hidden = layers.Dense(50, activation="relu")(features)
functional = keras.Model(inputs=features, outputs=layers.Dense(1, activation="linear")(hidden))

# 6. Give both the same weights: they predict the same.
functional.set_weights(sequential.get_weights())
rows = np.random.default_rng(7).uniform(size=(5, 9))
same = np.allclose(sequential.predict(rows, verbose=0), functional.predict(rows, verbose=0))
print(f"Sequential and functional, {functional.count_params()} parameters each, predict the same:")
print(same)

# 7. What Sequential cannot do: two inputs. The nine features and a picture of the game's box.
picture = keras.Input(shape=(28, 28, 1))
seen = layers.GlobalAveragePooling2D()(layers.Conv2D(8, kernel_size=3)(picture))
both = layers.Concatenate()([hidden, seen])
two_inputs = keras.Model(inputs=[features, picture], outputs=layers.Dense(1)(both))
prediction = two_inputs.predict([rows, np.zeros((5, 28, 28, 1))], verbose=0)
print(f"Two inputs: {hidden.shape[1]} + {seen.shape[1]} values side by side, ", end="")
print(f"{two_inputs.count_params()} parameters, {len(prediction)} predictions for 5 games")
print("Next: explore_losses.py")
