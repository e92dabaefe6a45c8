"""Scale every column to the range 0 to 1, with what the training rows teach.

Chapter 3, script 1.
Reads:  sales_data_training.csv, sales_data_test.csv
Writes: sales_data_training_scaled.csv, sales_data_test_scaled.csv, sales_data_scaling.csv
Prints: how the earnings were scaled, and the range of the scaled rows
"""

from pathlib import Path

import pandas as pd
from sklearn.preprocessing import MinMaxScaler

HERE = Path(__file__).resolve().parent  # the folder of this script

# 1. Load the raw rows: nine features of each game, and what it earned in dollars.
training = pd.read_csv(HERE / "sales_data_training.csv")
test = pd.read_csv(HERE / "sales_data_test.csv")
for rows in [training, test]:
    if rows.isna().any(axis=None) or not isinstance(rows.index, pd.RangeIndex):
        raise ValueError("A row of the sales data has a value too many, too few or empty.")

# 2. Learn each column's smallest and largest value, from the training rows alone.
scaler = MinMaxScaler(feature_range=(0, 1))
scaler.set_output(transform="pandas")  # tables with named columns, not bare arrays
scaler.fit(training)

# 3. Scale both tables in the same way.
training_scaled = scaler.transform(training)
test_scaled = scaler.transform(test)
for name, rows in [("Training", training_scaled), ("Test", test_scaled)]:
    smallest, largest = rows.min(axis=None), rows.max(axis=None)  # of all columns together
    print(f"{name} rows: {len(rows):,}, scaled values from {smallest:.3f} to {largest:.3f}")

# 4. Keep what the scaler learned, a row for each column: scaled = value * multiply_by + add.
scaling = pd.DataFrame({"multiply_by": scaler.scale_, "add": scaler.min_}, index=training.columns)
multiply_by = scaling.loc["total_earnings", "multiply_by"]
add = scaling.loc["total_earnings", "add"]
print(
    "Note: total_earnings values were scaled by multiplying by "
    f"{multiply_by:.10f} and adding {add:.6f}"
)

# 5. Save both tables, and the scaling beside them.
training_scaled.to_csv(HERE / "sales_data_training_scaled.csv", index=False, float_format="%.10g")
test_scaled.to_csv(HERE / "sales_data_test_scaled.csv", index=False, float_format="%.10g")
scaling.to_csv(HERE / "sales_data_scaling.csv", index_label="column")
print("Next: create_model.py")
