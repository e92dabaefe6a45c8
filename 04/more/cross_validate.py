"""Judge designs by five splits instead of one: k-fold cross-validation, with scikit-learn.

Chapter 4, more, script 10.
Reads:  sales_data_training.csv, sales_data_test.csv
Writes: nothing
Prints: the typical error of three methods in five folds, the best of a search, and its test
Takes:  about three minutes
"""

from pathlib import Path

import keras
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, RandomizedSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent  # the folder of this script
FIT = {"sklearnregressor__epochs": 50}  # the step of the pipeline, __, an argument of its fit
keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result
keras.config.disable_interactive_logging()  # no progress bar for each of the many networks
tf.get_logger().setLevel("ERROR")  # no warning that each of them is prepared anew

# 1. Load the raw rows. Earnings in thousands of dollars are small enough to be learned as they are.
training = pd.read_csv(HERE / "sales_data_training.csv")
X_train = training.drop(columns="total_earnings")
y_train = training["total_earnings"] / 1000


# 2. Say how a network is built. scikit-learn calls this once for each training.
def build(X, y, units, learning_rate):
    model = keras.Sequential(
        [
            keras.Input(shape=X.shape[1:]),
            layers.Dense(units, activation="relu"),
            layers.Dense(units, activation="relu"),
            layers.Dense(y.shape[1], activation="linear"),
        ]
    )
    adam = keras.optimizers.Adam(learning_rate)
    model.compile(loss="mean_squared_error", optimizer=adam)
    return model


# 3. Make a scikit-learn estimator of it, with the scaler before it: in each fold, the scaler
#    learns from the training rows of that fold alone.
settings = {"units": 50, "learning_rate": 0.003}
network = keras.wrappers.SKLearnRegressor(build, model_kwargs=settings)
pipeline = make_pipeline(StandardScaler(), network)

# 4. Five folds: each fifth of the rows judges once what the other four fifths have taught.
folds = KFold(n_splits=5, shuffle=True, random_state=7)
for name, method, more in [
    ("linear model", LinearRegression(), None),
    ("gradient boosting", HistGradientBoostingRegressor(random_state=7), None),
    ("network", pipeline, FIT),
]:
    scores = cross_val_score(
        method, X_train, y_train, cv=folds, params=more, scoring="neg_root_mean_squared_error"
    )
    errors = -scores * 1000  # dollars; scikit-learn's scores are better when they are larger
    print(
        f"{name:18}typical error (RMSE) ${errors.mean():7,.0f}, "
        f"in the folds ${errors.min():,.0f} to ${errors.max():,.0f}"
    )

# 5. Search: six designs drawn at random from eight, each judged by the same five folds.
designs = []
for units in (10, 25, 50, 100):
    for learning_rate in (0.001, 0.01):
        designs.append({"units": units, "learning_rate": learning_rate})
search = RandomizedSearchCV(
    pipeline,
    {"sklearnregressor__model_kwargs": designs},
    n_iter=6,
    cv=folds,
    scoring="neg_root_mean_squared_error",
    random_state=7,
)
search.fit(X_train, y_train, **FIT)
results = search.cv_results_
for design, score in zip(
    results["param_sklearnregressor__model_kwargs"], results["mean_test_score"], strict=True
):
    print(
        f"{design['units']:4} units, learning rate {design['learning_rate']}: ${-score * 1000:,.0f}"
    )

# 6. Test the chosen design once. search has trained it again, on all training rows.
test = pd.read_csv(HERE / "sales_data_test.csv")
rmse = -search.score(test[X_train.columns], test["total_earnings"] / 1000) * 1000
print(f"Chosen: {search.best_params_['sklearnregressor__model_kwargs']}")
print(f"Its typical error (RMSE) on the test rows is ${rmse:,.0f}")
