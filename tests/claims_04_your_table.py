"""What the page says of a table of the reader's own, for five seeds."""

from claims import Claim
from outputs import first_number

PAGE, TABLE = "04/your_table/README.md", "04/your_table/train_table.py"
LAST = 'print("Next: predict_table.py")'
MORE = """
gap = test[numbers].isna().any(axis=1) | (test[words] == "").any(axis=1)
off = (predicted[target] - test[target]) ** 2
print(f"without a gap {off[~gap].mean() ** 0.5:,.0f}, with a gap {off[gap].mean() ** 0.5:,.0f}")

# More epochs: on 60 exclusive games alone, or on all training rows.
def error():
    others = test["exclusive"] == "no"
    off = pd.DataFrame(model.predict(rows, verbose=0))[target] - test[target]
    return f"{(off[others] ** 2).mean() ** 0.5:,.0f}"

print("before", error())
learned = network.get_weights()
exclusive = training.index[training["exclusive"] == "yes"][:60]
for what, new, epochs, rate in [
    ("alone", exclusive, 200, 1e-3),
    ("together", training.index, 50, 1e-4),
]:
    network.set_weights(learned)
    network.compile(loss=loss, optimizer=keras.optimizers.Adam(rate))
    some = {name: tf.gather(column, list(new)) for name, column in cells.items()}
    network.fit(some, y[new], epochs=epochs, verbose=0)
    print(what, error())
"""


def rises(out, low, high):
    """Return the second number as a multiple of the first."""
    return first_number(out, high) / first_number(out, low)


CLAIMS = [
    Claim(
        PAGE,
        "The network is off by less than a fifth of that",
        TABLE,
        lambda out: first_number(out, "test rows is") < first_number(out, "the average:") / 5,
    ),
    Claim(
        PAGE,
        "a row with a gap is predicted about three times as badly",
        TABLE,
        lambda out: 2.5 < rises(out, "without a gap", "with a gap") < 3.6,
        changes=((LAST, MORE),),
    ),
    Claim(
        PAGE,
        "the games alone never made it better",
        TABLE,
        lambda out: rises(out, "before", "alone") > 0.99,
        changes=((LAST, MORE),),
    ),
    Claim(
        PAGE,
        "Old and new rows together made it better each time",
        TABLE,
        lambda out: rises(out, "before", "together") < 1,
        changes=((LAST, MORE),),
    ),
]
