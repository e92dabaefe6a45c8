"""Do the digits lab yourself: replace every None that is marked "your code".

Chapter 4, labs, script 4.
Reads:  your code, in the blanks; MNIST, which Keras downloads once (11 MB)
Writes: nothing
Prints: what the first blank that is not right yet needs; at the end, the accuracy
"""

import sys

import keras
import numpy as np
from keras import layers  # noqa: F401 (blanks 5 and 9 need it)

keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result


def check(right, advice):
    """End with advice if an answer is not right yet. You need not read the checks."""
    if not right:
        sys.exit(advice)


# 1. Question: which function of keras.datasets.mnist loads the pictures? Call it.
data = None  # your code
check(isinstance(data, tuple), f"Blank 1: two pairs of arrays, not {data}. Call load_data().")
(pictures, labels), (test_pictures, test_labels) = data

# 2. Question: how does a picture of 28 x 28 become a row of 784 numbers of type float32?
X_train = None  # your code
X_test = None  # your code
for name, X, wanted in [("X_train", X_train, pictures), ("X_test", X_test, test_pictures)]:
    check(np.shape(X)[1:] == (784,), f"Blank 2: {name} has shape {np.shape(X)}: not rows of 784.")
    same = np.array_equal(np.reshape(X, (-1, 28, 28)), wanted)
    check(same, f"Blank 2: {name} is scrambled. Lay the 28 rows of each picture end to end.")
    check(X.dtype == "float32", f"Blank 2: {name} is of type {X.dtype}: use astype('float32').")

# 3. Question: by which number do you divide, so that all pixels lie between 0 and 1?
WHITE = None  # your code
check(pictures.max() == WHITE, f"Blank 3: WHITE is the largest pixel of all, not {WHITE}.")
X_train, X_test = X_train / WHITE, X_test / WHITE

# 4. Question: which function of keras.utils turns labels into one-hot rows of ten numbers?
Y_train = None  # your code
Y_test = None  # your code
for name, Y, wanted in [("Y_train", Y_train, labels), ("Y_test", Y_test, test_labels)]:
    check(np.array_equal(Y, np.eye(10)[wanted]), f"Blank 4: {name}: a 1 at each label's place.")

# 5. Question: how do you define 784 inputs, 25 units with sigmoid, 10 units with softmax?
model = None  # your code
check(model and model.count_params() == 19_885, "Blank 5: it needs 784 inputs, 25 and 10 units.")
settings = [layer.get_config() for layer in model.layers]
activations = [layer["activation"] for layer in settings if "activation" in layer]
check(activations == ["sigmoid", "softmax"], f"Blank 5: sigmoid, then softmax, not {activations}.")

# 6. Question: which loss fits ten one-hot classes? SGD optimizes; which metric do you want?
loss = None  # your code
optimizer = None  # your code
metrics = None  # your code
check(loss == "categorical_crossentropy", "Blank 6: the cross-entropy for categories, by its name.")
check(metrics == ["accuracy"], "Blank 6: a list of names, here of 'accuracy' alone.")
model.compile(loss=loss, optimizer=optimizer, metrics=metrics)
check(isinstance(model.optimizer, keras.optimizers.SGD), "Blank 6: the optimizer should be SGD.")

# 7. Question: how do you train 10 epochs of batches of 32, the last tenth held back to validate?
history = None  # your code
curves = getattr(history, "history", {})
check("val_loss" in curves, "Blank 7: keep what fit returns, and hold back: validation_split=0.1.")
steps = np.ceil(0.9 * len(X_train) / 32)  # batches of an epoch, with a tenth held back
right = len(history.epoch) == 10 and history.params["steps"] == steps
check(right, "Blank 7: 10 epochs of batches of 32, with validation_split=0.1.")

# 8. Question: under which name does history keep the accuracy of the held-back pictures?
key = None  # your code
check(key in curves and "val_" in key and key != "val_loss", f"Blank 8: one of {list(curves)}.")

# 9. Question: which bigger network reads more? Define it; it is compiled and trained here.
bigger = None  # your code
check(bigger and bigger.count_params() > 19_885, "Blank 9: more than 19,885 parameters, please.")
sums = bigger.predict(X_train[:1000], verbose=0).sum(axis=1)  # of ten probabilities: 1
check(abs(sums - 1).max() < 0.01, "Blank 9: it needs softmax at the end.")
another = keras.optimizers.SGD.from_config(model.optimizer.get_config())  # one for each network
bigger.compile(loss=loss, optimizer=another, metrics=metrics)
history = bigger.fit(X_train, Y_train, epochs=10, validation_split=0.1, verbose=2)
small, large = curves[key][-1], history.history[key][-1]
print(f"Held-back pictures read right: the small network {small:.1%}, the bigger one {large:.1%}")
check(min(small, large) > 0.2, "Near 10% is guessing: one of them has learned nothing.")
best = bigger if large > small else model
accuracy = best.evaluate(X_test, Y_test, verbose=0, return_dict=True)[key.removeprefix("val_")]
print(f"The better of them reads {accuracy:.1%} of the test pictures right")
