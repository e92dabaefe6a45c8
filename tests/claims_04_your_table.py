"""What the page says of a table of the reader's own, for five seeds."""

from claims import Claim
from outputs import first_number

PAGE, TABLE = "04/your_table/README.md", "04/your_table/train_table.py"
LAST = 'print("Next: predict_table.py")'
# The typical error of some test rows, by what they have.
GAPS = """
gap = test[numbers].isna().any(axis=1) | (test[words] == "").any(axis=1)
off = (predicted[target] - test[target]) ** 2
print(f"without a gap {off[~gap].mean() ** 0.5:,.0f}, with a gap {off[gap].mean() ** 0.5:,.0f}")
"""
# 50 epochs more: on 60 exclusive games alone, or on all training rows.
MORE = """
def error():
    others = test["exclusive"] == "no"
    off = pd.DataFrame(model.predict(rows, verbose=0))[target] - test[target]
    return f"{(off[others] ** 2).mean() ** 0.5:,.0f}"

print("before", error())
learned = network.get_weights()
exclusive = training.index[training["exclusive"] == "yes"][:60]
for what, new in [("alone", exclusive), ("together", training.index)]:
    network.set_weights(learned)
    network.compile(loss=loss, optimizer=keras.optimizers.Adam(1e-4 if what == "together" else 1e-3))
    some = {name: tf.gather(column, list(new)) for name, column in cells.items()}
    network.fit(some, y[new], epochs=50, verbose=0)
    print(what, error())
"""
