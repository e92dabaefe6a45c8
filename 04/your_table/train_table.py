"""Train a network on a prepared table: its own layers turn words and gaps into numbers.

Chapter 4, your_table, script 2.
Reads:  columns.csv, training_rows.csv, test_rows.csv
Writes: table_network.keras
Prints: how the training ended, how far off the network is on rows that it never saw, five of them
After:  prepare_table.py
"""

from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf
from keras import layers, ops

HERE = Path(__file__).resolve().parent  # the folder of this script
KINDS = ["target: amount", "target: classes", "numbers", "words", "date", "left out"]
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

# 1. Load what prepare_table.py wrote. All is text at first, so that the word NA stays a word. Then
#    the columns of numbers become numbers, and an empty cell in them nan, "not a number".
columns = pd.read_csv(HERE / "columns.csv", dtype=str, keep_default_na=False)
training = pd.read_csv(HERE / "training_rows.csv", dtype=str, keep_default_na=False)
test = pd.read_csv(HERE / "test_rows.csv", dtype=str, keep_default_na=False)
if not columns["kind"].isin(KINDS).all():
    raise ValueError(f"columns.csv has a kind that is none of {KINDS}")
is_target = columns["kind"].str.startswith("target")
target, kind = columns.loc[is_target, ["name", "kind"]].iloc[0]
numbers = columns.loc[columns["kind"] == "numbers", "name"].tolist()
words = columns.loc[columns["kind"] == "words", "name"].tolist()
training[numbers] = training[numbers].apply(pd.to_numeric).astype(float)
test[numbers] = test[numbers].apply(pd.to_numeric).astype(float)

# 2. Give each column of numbers an input, and a layer that scales them to an average of 0 and a
#    standard deviation of 1. An empty cell becomes 0, the average, and a 1 beside it tells so.
inputs, encoded = {}, []
for name in numbers:
    inputs[name] = keras.Input(shape=(1,), name=name)
    scale = layers.Normalization(mean=training[name].mean(), variance=training[name].var())
    encoded.append(ops.nan_to_num(scale(inputs[name])))
    if training[name].isna().any():
        encoded.append(ops.cast(ops.isnan(inputs[name]), "float32"))

# 3. Give each column of words an input, and a layer that has a place for each word (one-hot): a 1
#    in the place of the cell's word, zeros elsewhere. An empty cell is a word, too. Place 0 is for
#    words that it has never seen. [:, 1:] drops it, so such a word is all zeros.
for name in words:
    inputs[name] = keras.Input(shape=(1,), dtype="string", name=name)
    vocabulary = sorted(training[name].unique())
    lookup = layers.StringLookup(vocabulary=vocabulary, output_mode="one_hot")
    encoded.append(lookup(inputs[name])[:, 1:])

# 4. Put these numbers side by side, and a network behind them.
values = layers.Concatenate()(encoded)
values = layers.Dense(50, activation="relu")(values)
values = layers.Dense(50, activation="relu")(values)

# 5. Let its last layer answer. An amount is learned scaled, and turned back into its unit. Classes
#    get a likelihood each. Every answer has its name, so that nobody can mix them up.
if kind == "target: amount":
    training[target] = pd.to_numeric(training[target])
    test[target] = pd.to_numeric(test[target])
    average, spread = training[target].mean(), training[target].std()
    y = (training[target] - average) / spread
    outputs = layers.Dense(1, activation="linear")(values)
    answers = {target: layers.Rescaling(spread, offset=average)(outputs)[:, 0]}
    loss = "mean_squared_error"
else:
    classes = sorted(training[target].unique())
    y = training[target].map(classes.index)  # the place of each class: 0, 1, ...
    outputs = layers.Dense(len(classes), activation="softmax")(values)
    answers = {name: outputs[:, place] for place, name in enumerate(classes)}
    loss = "sparse_categorical_crossentropy"

# 6. Train. The last fifth of the training rows validates: when they have not got better for 20
#    epochs, stop, and take the weights of the best epoch.
network = keras.Model(inputs, outputs)
network.compile(loss=loss, optimizer="adam")
cells = {name: tf.constant(training[name].tolist()) for name in inputs}
stop = keras.callbacks.EarlyStopping(patience=20, restore_best_weights=True)
history = network.fit(cells, y, epochs=300, validation_split=0.2, callbacks=[stop], verbose=0)
losses = history.history["val_loss"]
print(f"{len(losses)} epochs: validation loss {losses[0]:.4f} at first, {min(losses):.4f} at best")

# 7. Save it with its named answers: a network that takes rows as they stand in the table.
model = keras.Model(inputs, answers)
model.save(HERE / "table_network.keras")
print(f"table_network.keras takes {', '.join(inputs)}")

# 8. Test it once, beside the answer of somebody who has no network: always the average of the
#    training rows, or always their commonest class.
rows = tf.data.Dataset.from_tensor_slices(dict(test[list(inputs)])).batch(32)
predicted = pd.DataFrame(model.predict(rows, verbose=0))
if kind == "target: amount":
    percent = (test[target].max() - test[target].min()) / 100
    rmse = ((predicted[target] - test[target]) ** 2).mean() ** 0.5
    same = ((average - test[target]) ** 2).mean() ** 0.5
    print(f"The typical error (RMSE) of the test rows is {rmse:,.6g}, {rmse / percent:.1f}% of")
    print(f"the range of {target}. Always the average: {same:,.6g}, {same / percent:.1f}%.")
    answer = predicted[target].map("{:.7g}".format)
else:
    answer = predicted.idxmax(axis=1)  # the likeliest class
    right = answer == test[target]
    accuracy = right.mean()
    commonest = training[target].mode()[0]
    same = (test[target] == commonest).mean()
    print(f"Accuracy: {accuracy:.1%} of the test rows are right. Always {commonest}: {same:.1%}.")
    for name in classes:
        print(f"  of {name}: {right[test[target] == name].mean():.0%}")
some = pd.DataFrame({"in the table": test[target], "predicted": answer}).sample(5, random_state=7)
print(some.to_string(index=False))
print("Next: predict_table.py")
