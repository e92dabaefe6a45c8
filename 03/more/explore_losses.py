"""Compute every loss twice, by its formula and with Keras, on five rows checked by hand.

Chapter 3, more, script 2.
Reads:  nothing
Writes: nothing
Prints: eight losses row by row, softmax beside from_logits=True, and what one wild outlier does
        to three of the losses
"""

import keras
import numpy as np

# 1. Amounts: what five games earned (in $10,000), what a network predicted, and the formulas.
earned = np.array([3.0, 5.0, 2.5, 7.0, 4.0])
predicted = np.array([2.5, 5.0, 4.0, 8.0, 4.5])
error = predicted - earned
size = np.abs(error)
log_error = np.log(predicted + 1) - np.log(earned + 1)
losses = [
    ("mean_squared_error", earned, predicted, error**2),
    ("mean_absolute_error", earned, predicted, size),
    ("mean_absolute_percentage_error", earned, predicted, 100 * size / earned),
    ("mean_squared_logarithmic_error", earned, predicted, log_error**2),
    ("huber", earned, predicted, np.where(size <= 1, error**2 / 2, size - 1 / 2)),
]

# 2. Yes or no: was the game a hit (1) or not (0), and the predicted probability of a hit.
hit = np.array([1.0, 0.0, 1.0, 1.0, 0.0])
p = np.array([0.9, 0.2, 0.6, 0.3, 0.1])
cross_entropy = -(hit * np.log(p) + (1 - hit) * np.log(1 - p))
losses.append(("binary_crossentropy", hit, p, cross_entropy))

# 3. One class of three: action 0, role playing 1, sports 2; and three probabilities for each game.
kind = np.array([0, 1, 2, 1, 0])
one_hot = np.eye(3)[kind]  # 0 becomes 1, 0, 0
probabilities = np.array(
    [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.5, 0.3, 0.2], [0.4, 0.3, 0.3]]
)
cross_entropy = -np.sum(one_hot * np.log(probabilities), axis=1)
losses.append(("categorical_crossentropy", one_hot, probabilities, cross_entropy))
of_the_truth = probabilities[range(5), kind]  # in each row, the probability of its own class
losses.append(("sparse_categorical_crossentropy", kind, probabilities, -np.log(of_the_truth)))

# 4. A loss is the mean over the rows. Keras must come to the same.
for name, truth, guess, rows in losses:
    loss = keras.losses.get(name)  # Keras' function of this name
    by_keras = float(keras.ops.mean(loss(truth, guess)))
    verdict = "equal" if np.isclose(rows.mean(), by_keras, rtol=1e-5) else "DIFFERENT"
    print(name)
    print("    rows    " + "".join(f"{row:9.4f}" for row in rows))
    print(f"    formula {rows.mean():9.4f}   Keras {by_keras:9.4f}   {verdict}")

# 5. Logits are what a last layer without activation gives: any numbers. First everyday ones, then
#    20 times as large: a network that is very sure, and wrong.
logits = np.array([[2.0, 1.0, -1.0]])
sports = np.array([[0.0, 0.0, 1.0]])  # the truth
for factor in [1, 20]:
    softmax = np.exp(factor * logits) / np.sum(np.exp(factor * logits))
    from_softmax = keras.losses.CategoricalCrossentropy()(sports, softmax)
    from_logits = keras.losses.CategoricalCrossentropy(from_logits=True)(sports, factor * logits)
    print(f"Logits {factor * logits[0]}, softmax {softmax[0].round(4)}")
    print(f"    loss from softmax {float(from_softmax):.4f}, from logits {float(from_logits):.4f}")

# 6. One wild outlier: the fourth game earns 70, not 7.
outlier = np.array([3.0, 5.0, 2.5, 70.0, 4.0])
print("With one outlier among the five:")
for name in ["mean_squared_error", "huber", "mean_absolute_error"]:
    loss = keras.losses.get(name)
    before, after = float(loss(earned, predicted)), float(loss(outlier, predicted))
    print(f"    {name:20} {before:6.2f} -> {after:6.2f}, {after / before:6.0f} times as large")

# 7. Why: the one number that is best for the MSE is the mean, for the MAE it is the median.
print(f"    best single guess by MSE: {np.mean(earned):.1f} -> {np.mean(outlier):.1f}")
print(f"    best single guess by MAE: {np.median(earned):.1f} -> {np.median(outlier):.1f}")
print("Next: choose_backend.py")
