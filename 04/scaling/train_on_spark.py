"""Train the network inside a Spark cluster, where the rows are, and predict there.

Chapter 4, scaling, script 5.
Reads:  ../../03/sales_data_training.csv
Writes: spark_output/network.keras, spark_output/predictions/
Prints: how many rows there are, the typical error of each epoch, and that of rows held back

On a cluster: spark-submit --master MASTER train_on_spark.py --data PATH --target COLUMN --tasks N
--output FOLDER. All machines must reach PATH and FOLDER, which may be hdfs:// or s3a:// addresses.
"""

import argparse
import os
import re
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"  # Keras trains in several processes with JAX
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the tasks run in the same Python

import fsspec
import jax
import keras
import numpy as np
import pandas as pd
from keras import layers
from pyspark import BarrierTaskContext
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, FloatType, NumericType

HERE = Path(__file__).resolve().parent  # the folder of this script
SALES = HERE.parents[1] / "03" / "sales_data_training.csv"
EPOCHS = 20


def main():
    parser = argparse.ArgumentParser(description="Train on a table of Spark, and predict there.")
    parser.add_argument("--data", default=f"file://{SALES}", help="CSV or Parquet, file or folder")
    parser.add_argument("--target", default="total_earnings", help="the column to predict")
    parser.add_argument("--tasks", type=int, default=2, help="processes that train together")
    parser.add_argument("--output", help="a new folder (without it, spark_output is overwritten)")
    options = parser.parse_args()
    output = address(options.output or HERE / "spark_output")
    files, folder = fsspec.url_to_fs(output)  # a disk, hdfs:// or s3a://: all are folders of files
    if options.output and files.exists(f"{folder}/network.keras"):
        sys.exit(f"{output} holds a trained network already. Name a new folder.")
    settings = {"spark.executorEnv.KERAS_BACKEND": "jax", "spark.ui.showConsoleProgress": "false"}
    spark = SparkSession.builder.config(map=settings).getOrCreate()

    # 1. Read the table where it lies. Look at its columns before anything is trained.
    table = read(spark, options.data)
    features = features_of(table, options.target)
    columns = [column(name).cast("float") for name in [*features, options.target]]
    whole = table
    for numbers in columns:
        whole = whole.filter(numbers.isNotNull() & ~F.isnan(numbers))
    count, kept = table.count(), whole.count()
    print(f"{count:,} rows; left out, because a cell is empty: {count - kept:,}")

    # 2. Hold back a fifth of the rows. Find the range of each column in the others.
    training, test = whole.randomSplit([0.8, 0.2], seed=7)
    rows, low, high = ranges(training, columns)
    share = min(max(rows // options.tasks // 100, 32), 4096)  # rows of one task in one step
    if rows < 3 * share * options.tasks:
        sys.exit(f"{rows} rows are too few for {options.tasks} tasks, each with {share} in a step.")

    # 3. Define the network with the scaling inside: it takes the table's own units, and answers in
    #    them. Saved as checkpoint 0, it is what all tasks begin with.
    keras.utils.set_random_seed(7)  # the same first weights in every run
    model = keras.Sequential(
        [
            keras.Input(shape=(len(features),)),
            layers.Rescaling(1 / (high - low)[:-1], -low[:-1] / (high - low)[:-1]),
            layers.Dense(50, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(50, activation="relu"),
            layers.Dense(1, activation="linear"),
            layers.Rescaling(high[-1] - low[-1], low[-1]),
        ]
    )
    model.compile(loss="mean_squared_error", optimizer="adam")
    checkpoints = f"{folder}/checkpoints"
    if newest(files, checkpoints) is None:
        save(model, files, checkpoints, 0, "the first weights")
    else:
        print(f"Going on from {checkpoints}. To begin anew, delete that folder.")

    # 4. Train: each task has its part of the rows, and all start together or not at all. What
    #    they save after each epoch is printed meanwhile.
    print(f"Training on {rows:,} rows, {options.tasks} tasks with {share} in each step", flush=True)
    screen = threading.Thread(target=show_epochs, args=(files, checkpoints), daemon=True)
    screen.start()
    parts = training.select(F.array(columns).alias("row")).repartition(options.tasks)
    trained = parts.mapInPandas(
        lambda tables: train(tables, files, checkpoints, share), "used int", barrier=True
    )
    used = trained.agg(F.sum("used")).first()[0]
    screen.join()
    print(f"Trained on {used:,} of them, in whole steps")

    # 5. Predict the rows held back, each where it lies, and write them with their predictions.
    network = predict_batch_udf(
        lambda: predictor(files, checkpoints),
        return_type=FloatType(),
        batch_size=4096,
        input_tensor_shapes=[[len(features)]],
    )
    answer = network(F.array(columns[:-1]))
    test.withColumn("prediction", answer).write.parquet(f"{output}/predictions", "overwrite")

    # 6. Let Spark compare the predictions with the truth. One number comes here.
    predicted = spark.read.parquet(f"{output}/predictions")
    truth = column(options.target).cast("float")
    error = F.sqrt(F.avg((F.col("prediction") - truth) ** 2))
    number, typical, average = predicted.agg(F.count("*"), error, F.stddev_pop(truth)).first()
    print(f"Predicted {number:,} other rows: the typical error is {typical:,.6g}")
    print(f"Always giving their average would be wrong by {average:,.6g}")
    files.mv(f"{checkpoints}/epoch_{EPOCHS:03}.keras", f"{folder}/network.keras")
    files.rm(checkpoints, recursive=True)


def train(tables, files, checkpoints, share):
    """Train with the rows of one task, and yield how many of them were used.

    Spark runs this in each task, on the machine where it is, and hands it its rows in small tables
    of pandas. Here they become one array, which must fit into the memory of that machine.
    """
    task = BarrierTaskContext.get()
    rows = np.concatenate([np.stack(table["row"]) for table in tables])
    np.random.default_rng(7).shuffle(rows)  # so that those for validation come from everywhere

    # Meet the others. With allGather each tells all how many rows it has. All make as many steps as
    # the shortest part allows: a task with one step more would wait for the others for ever. The
    # first task says at which of its free ports they meet, and from which epoch they go on.
    steps = min(int(count) for count in task.allGather(str(len(rows)))) // share
    with socket.create_server(("", 0)) as free:
        port = task.allGather(str(free.getsockname()[1]))[0]
    done = int(task.allGather(str(newest(files, checkpoints)))[0])
    tasks = task.getTaskInfos()
    machine = tasks[0].address.rsplit(":", 1)[0]
    keras.distribution.initialize(f"{machine}:{port}", len(tasks), task.partitionId())

    # Train with an ordinary fit, an epoch at a time: after each there is a checkpoint. A tenth of
    # the steps, and one more, are held back for validation.
    cut = (steps - steps // 10 - 1) * share
    training, validation = rows[:cut], rows[cut : steps * share]
    with keras.distribution.DataParallel(auto_shard_dataset=False).scope():
        model = load(files, checkpoints, done)
        for epoch in range(done + 1, EPOCHS + 1):
            errors = model.fit(
                training[:, :-1],
                training[:, -1],
                batch_size=share,
                verbose=0,
                validation_data=(validation[:, :-1], validation[:, -1]),
                validation_batch_size=share,
            ).history
            typical, unseen = np.sqrt(errors["loss"][0]), np.sqrt(errors["val_loss"][0])
            line = f"Epoch {epoch}: typical error {typical:,.6g}; validation {unseen:,.6g}"
            save(model, files, checkpoints, epoch, line)
    jax.distributed.shutdown()  # together: who finds the others gone takes them for dead
    yield pd.DataFrame({"used": [steps * share]})


# ---- The network in the shared folder, where every task finds it ----


def predictor(files, checkpoints):
    """Return what predicts an array of rows. Spark calls this once in each Python process."""
    model = load(files, checkpoints, EPOCHS)
    return lambda rows: model.predict(rows, batch_size=4096, verbose=0)[:, 0]


def save(model, files, checkpoints, epoch, line):
    """Save a checkpoint, with a line for the screen. No task can save alone: all do, one keeps it.

    The checkpoint gets its name when it is whole, so that nobody reads half of it.
    """
    with tempfile.TemporaryDirectory() as here:
        model.save(f"{here}/network.keras")
        if jax.process_index() == 0:
            files.makedirs(checkpoints, exist_ok=True)
            files.put_file(f"{here}/network.keras", f"{checkpoints}/unfinished")
            files.pipe_file(f"{checkpoints}/epoch_{epoch:03}.txt", line.encode())
            files.mv(f"{checkpoints}/unfinished", f"{checkpoints}/epoch_{epoch:03}.keras")


def load(files, checkpoints, epoch):
    """Return the network of the checkpoint after an epoch."""
    with tempfile.TemporaryDirectory() as here:
        files.get_file(f"{checkpoints}/epoch_{epoch:03}.keras", f"{here}/network.keras")
        return keras.saving.load_model(f"{here}/network.keras")


def newest(files, checkpoints):
    """Return the epoch of the newest checkpoint, or None."""
    names = sorted(files.glob(f"{checkpoints}/epoch_*.keras"))
    return int(names[-1][-9:-6]) if names else None


def show_epochs(files, checkpoints):
    """Print the line of each epoch as soon as its checkpoint is there."""
    for epoch in range(1, EPOCHS + 1):
        while not files.exists(f"{checkpoints}/epoch_{epoch:03}.keras"):
            time.sleep(1)
            files.invalidate_cache()
        print(files.cat_file(f"{checkpoints}/epoch_{epoch:03}.txt").decode(), flush=True)


# ---- Before the training: what is in the table? ----


def address(output):
    """Return a folder as Spark and fsspec alike understand it: hdfs:// as it is, else file://."""
    return output if "://" in str(output) else f"file://{Path(output).resolve()}"


def read(spark, path):
    """Return a table of Parquet, or of CSV where its files are named so.

    In a CSV, a row that is too long or too short is an error, and so is a file whose columns stand
    in another order.
    """
    files = spark.read.text(path).inputFiles()
    if any(".csv" in file.rsplit("/", 1)[1].lower() for file in files):
        strict = {"enforceSchema": False, "mode": "FAILFAST"}
        return spark.read.csv(path, header=True, inferSchema=True, **strict)
    return spark.read.parquet(path)


def features_of(table, target):
    """Return the names of the features, or stop where a column cannot be one.

    The schema tells; no row is read.
    """
    if target not in table.columns:
        sys.exit(f"There is no column {target}. The columns are: {', '.join(table.columns)}")
    wrong = []
    for field in table.schema:
        if not isinstance(field.dataType, (NumericType, BooleanType)):
            wrong.append(f"{field.name} holds no numbers, but: {field.dataType.simpleString()}")
        if field.name.lower() == "prediction":
            wrong.append(f"{field.name} is what the column of the predictions will be called")
        if re.fullmatch(r"_c\d+|Unnamed: \d+|__index_level_\d+__", field.name):
            wrong.append(f"{field.name} has no name of its own: row numbers, written by pandas?")
    if wrong:
        sys.exit("\n".join(["Leave these columns out, or change them:", *wrong]))
    return [name for name in table.columns if name != target]


def column(name):
    """Return a column by its name, of which a dot is a part."""
    return F.col("`" + name.replace("`", "``") + "`")


def ranges(training, columns):
    """Return the number of rows, and the smallest and largest number of each column, in one pass.

    A column of one number gets a range of 1, so that the network sees 0 there.
    """
    smallest = [F.min(numbers) for numbers in columns]
    largest = [F.max(numbers) for numbers in columns]
    rows, *ends = training.agg(F.count("*"), *smallest, *largest).first()
    low, high = np.array(ends, dtype=float).reshape(2, -1)
    if low[-1] == high[-1]:
        sys.exit(f"The target is {low[-1]:g} in every row.")
    if np.isinf(high - low).any():
        sys.exit("There is an infinite number in the table.")
    return rows, low, np.where(high == low, low + 1, high)


if __name__ == "__main__":
    main()
