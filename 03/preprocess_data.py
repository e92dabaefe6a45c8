"""Scale every column to the range 0 to 1, with what the training rows taught.

Chapter 3, script 2.
Reads:  sales_data_training.csv, sales_data_test.csv
Writes: sales_data_training_scaled.csv, sales_data_test_scaled.csv, sales_data_scaling.json
Prints: how the earnings were scaled, and the range of the scaled columns
"""

import json
import sys
import tempfile
from pathlib import Path

import pandas as pd
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils import check_array

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
COLUMNS = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids total_earnings unit_price"
).split()

# 1. Load the raw rows: numbers only, columns by name. check_array refuses empty and infinite.
tables = {}
for name in ("training", "test"):
    file = HERE / f"sales_data_{name}.csv"
    try:
        rows = pd.read_csv(file, dtype=float, na_filter=False)
        odd = {*rows} ^ {*COLUMNS}
        if odd:
            raise ValueError(f"columns missing or unknown: {sorted(odd)}")
        check_array(rows)
    except (OSError, ValueError) as problem:
        sys.exit(f"{file}: {problem!r}. Run make_sales_data.py to make it again.")
    tables[name] = rows[COLUMNS]

# 2. Learn each column's smallest and largest value, from the training rows alone.
scaler = MinMaxScaler(feature_range=(0, 1)).set_output(transform="pandas")
scaler.fit(tables["training"])

# 3. Keep what was learned, column by column: scaled = value * multiply_by + add.
scaling = {
    column: {"multiply_by": float(multiply_by), "add": float(add)}
    for column, multiply_by, add in zip(COLUMNS, scaler.scale_, scaler.min_, strict=True)
}
print(
    "Note: total_earnings values were scaled by multiplying by "
    f"{scaling[TARGET]['multiply_by']:.10f} and adding {scaling[TARGET]['add']:.6f}"
)

# 4. Scale both tables the same way, and write all three files or none.
try:
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        new = Path(folder)
        for name, rows in tables.items():
            scaled = scaler.transform(rows)
            scaled.to_csv(
                new / f"sales_data_{name}_scaled.csv",
                index=False,
                encoding="utf-8",
                float_format="%.10g",
                lineterminator="\n",
            )
            print(f"{name} rows: {len(scaled):,}, from {scaled.min(axis=None):.3f} ", end="")
            print(f"to {scaled.max(axis=None):.3f}")
        (new / "sales_data_scaling.json").write_text(
            json.dumps(scaling, indent=2) + "\n", encoding="utf-8", newline="\n"
        )
        for file in sorted(new.iterdir()):
            file.replace(HERE / file.name)
except OSError as problem:
    sys.exit(
        f"{HERE}: cannot write here: {problem!r}. Check the disk and the folder's permissions."
    )
print("Next: create_model.py")
