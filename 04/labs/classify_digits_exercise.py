"""Do the digits lab yourself: replace every None that is marked "your code".

Chapter 4, labs, script 4.
Reads:  nothing
Writes: nothing
Prints: what the first blank that is not right yet needs; at the end, the accuracy

Fill a blank, run, read the last line, go on. The solution is classify_digits.py.
"""

import socket
import sys

import keras
import numpy as np
from keras import layers  # noqa: F401 (you need it in blank 7)
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

AT_ONCE = 1 if keras.config.backend() == "torch" else 25  # steps in one go; PyTorch takes one
keras.utils.set_random_seed(7)
# What Python itself objects to comes in one line too, with the number of your line.
sys.excepthook = lambda kind, problem, trace: sys.stderr.write(
    f"Line {trace.tb_lineno}: {kind.__name__}: {' '.join(str(problem).split())[:300]}\n"
)

# 1. Question: which function of keras.datasets.mnist loads the pictures? Call it.
socket.setdefaulttimeout(10)
try:
    data = None  # your code
    if not isinstance(data, tuple):
        sys.exit(f"Blank 1: data should be two pairs of arrays, it is {data}. Call load_data().")
except (AttributeError, NameError):
    raise
except Exception as problem:
    print(f"No MNIST: {problem!r}. We go on with scikit-learn's handwritten digits.")
    data = None

# 2. Without MNIST, bring scikit-learn's 1,797 digits, 8 x 8 with values 0 to 16, to its form.
if data is None:
    digits = load_digits()
    images = [Image.fromarray(np.uint8(digit * 255 / 16)) for digit in digits.images]
    images = [np.pad(image.resize((20, 20), Image.Resampling.BICUBIC), 4) for image in images]
    X_train, X_test, y_train, y_test = train_test_split(
        np.stack(images), digits.target, train_size=1500, stratify=digits.target, random_state=7
    )
    # Each of the 1,500 training digits 40 times: an epoch has as many steps as with MNIST.
    data = (np.tile(X_train, (40, 1, 1)), np.tile(y_train, 40)), (X_test, y_test)
(X_train, y_train), (X_test, y_test) = data

# 3. Question: how do you take the first training picture, and its label?
picture = None  # your code
label = None  # your code
if not np.array_equal(picture, X_train[0]) or label != y_train[0]:
    sys.exit("Blank 3: picture and label should be the first of X_train and of y_train: use [0].")
for row in picture:
    print("".join(" .:-=+*#%@"[pixel // 26] * 2 for pixel in row).rstrip())

# 4. Question: how does a picture of 28 x 28 become a row of 784 numbers of type float32?
X_train = None  # your code
X_test = None  # your code
for name, array, labels in (("X_train", X_train, y_train), ("X_test", X_test, y_test)):
    shape = getattr(array, "shape", "none yet")
    if shape != (len(labels), 784):
        sys.exit(f"Blank 4: {name} should have shape ({len(labels)}, 784), it has {shape}.")
    if array.dtype != "float32":
        sys.exit(f"Blank 4: {name} should be of type float32, it is {array.dtype}: use astype.")

# 5. Question: by which number do you divide, so that all pixels lie between 0 and 1?
WHITE = None  # your code
if not WHITE or X_train.max() / WHITE != 1:
    sys.exit(f"Blank 5: WHITE should be the largest pixel, {X_train.max():.0f}; it is {WHITE}.")
X_train, X_test = X_train / WHITE, X_test / WHITE

# 6. Question: which function of keras.utils turns labels into one-hot rows of ten numbers?
Y_train = None  # your code
Y_test = None  # your code
for name, array, labels in (("Y_train", Y_train, y_train), ("Y_test", Y_test, y_test)):
    shape = getattr(array, "shape", "none yet")
    if shape != (len(labels), 10):
        sys.exit(f"Blank 6: {name} should have shape ({len(labels)}, 10), it has {shape}.")

# 7. Question: how do you define 784 inputs, 25 units with sigmoid, 10 units with softmax?
model = None  # your code
if getattr(model, "input_shape", None) != (None, 784):
    sys.exit("Blank 7: model should be a keras.Sequential that begins with keras.Input((784,)).")
found = [tuple(map(layer.get_config().get, ("units", "activation"))) for layer in model.layers]
if found != [(25, "sigmoid"), (10, "softmax")]:
    sys.exit(f"Blank 7: Dense layers should be (25, 'sigmoid') and (10, 'softmax'), not {found}.")

# 8. Question: which loss fits ten classes, one-hot? SGD optimizes; which metric do you want?
loss = None  # your code
optimizer = None  # your code
metrics = None  # your code
if getattr(loss, "name", loss) != "categorical_crossentropy":
    sys.exit(f"Blank 8: loss should be the cross-entropy of categories, it is {loss!r}.")
if str(getattr(optimizer, "name", optimizer)).lower() != "sgd" or metrics != ["accuracy"]:
    sys.exit(f"Blank 8: not yet 'SGD' and a list with 'accuracy': {optimizer!r}, {metrics!r}.")
model.compile(loss=loss, optimizer=optimizer, metrics=metrics, steps_per_execution=AT_ONCE)

# 9. Question: how do you train with batch size 32 for 10 epochs, judged on the test pictures?
history = None  # your code
found = sorted(getattr(history, "history", []))
if "val_accuracy" not in found:
    sys.exit(f"Blank 9: history should have val_accuracy: use validation_data. It has {found}.")

# 10. Question: under which name does history keep the accuracy on the test pictures?
key = None  # your code
if key != "val_accuracy":
    sys.exit(f"Blank 10: key should be the right one of {found}, it is {key!r}.")
print(f"The small network reads {history.history[key][-1]:.1%} of the test pictures right.")

# 11. Question: which bigger network reads more? Define it; it is compiled and trained below.
bigger = None  # your code
if getattr(bigger, "output_shape", None) != (None, 10) or bigger.count_params() <= 19_885:
    sys.exit("Blank 11: bigger should give 10 numbers and have more than 19,885 parameters.")
bigger.compile(loss=loss, optimizer=optimizer, metrics=metrics, steps_per_execution=AT_ONCE)
history = bigger.fit(X_train, Y_train, epochs=10, validation_data=(X_test, Y_test), verbose=2)
print(f"The bigger network reads {history.history[key][-1]:.1%} of the test pictures right.")
