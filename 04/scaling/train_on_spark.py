"""Train the network inside a Spark cluster, where the rows are, and predict there.

Chapter 4, scaling, script 5.
Reads:  ../../03/sales_data_training.csv
Writes: spark_output/network.keras, spark_output/predictions/
Prints: how many rows there are, the typical error of each epoch, and that of rows held back

On a cluster: spark-submit --master MASTER train_on_spark.py --data PATH --target COLUMN --tasks N
--output FOLDER. All machines must reach PATH and FOLDER, which may be hdfs:// or s3a:// addresses.
"""

import argparse
import json
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
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
    files, folder = fsspec.url_to_fs(output)
    if options.output and files.exists(f"{folder}/network.keras"):
        sys.exit(f"{output} holds a trained network already. Name a new folder.")
    settings = {"spark.executorEnv.KERAS_BACKEND": "jax", "spark.ui.showConsoleProgress": "false"}
    spark = SparkSession.builder.config(map=settings).getOrCreate()
    keras.utils.set_random_seed(7)  # the same first weights in every run

    # 1. Read the table where it lies. Look at its columns before anything is trained.
    table = read(spark, options.data)
    features = features_of(table, options.target)
    columns = [column(name).cast("float") for name in [*features, options.target]]
    whole = table.filter(F.forall(F.array(*columns), filled))
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
    model.optimizer.build(model.trainable_variables)  # so that a checkpoint has its state, too
    if newest(output) is None:
        with tempfile.TemporaryDirectory() as here:
            model.save(f"{here}/network.keras")
            publish(f"{here}/network.keras", output, "epoch_000.keras")
    else:
        print(f"Going on from {output}/checkpoints. To begin anew, delete that folder.")

    # 4. Train: each task has its part of the rows, and all start together or not at all.
    print(f"Training on {rows:,} rows, {options.tasks} tasks with {share} in each step", flush=True)
    names = [f"column_{place}" for place in range(len(columns))]  # mapInPandas takes no dots
    parts = training.select(columns).toDF(*names).repartition(options.tasks)
    parts = parts.sortWithinPartitions(F.rand(seed=7))  # which mixes the rows of each task
    trained = threading.Event()
    screen = threading.Thread(target=show_epochs, args=(output, trained), daemon=True)
    screen.start()
    job = parts.mapInPandas(lambda tables: train(tables, output, share), "used int", barrier=True)
    used = job.agg(F.sum("used")).first()[0]
    trained.set()
    screen.join()
    print(f"Trained on {used:,} of them, in whole steps")

    # 5. Predict the rows held back, each where it lies, and write them with their predictions.
    network = predict_batch_udf(
        lambda: predictor(output),
        return_type=FloatType(),
        batch_size=4096,
        input_tensor_shapes=[[len(features)]],
    )
    answer = network(F.array(*columns[:-1]))
    test.withColumn("prediction", answer).write.parquet(f"{output}/predictions", "overwrite")

    # 6. Let Spark compare the predictions with the truth. One number comes here.
    predicted = spark.read.parquet(f"{output}/predictions")
    truth = column(options.target).cast("float")
    error = F.sqrt(F.avg((F.col("prediction") - truth) ** 2))
    number, typical, average = predicted.agg(F.count("*"), error, F.stddev_pop(truth)).first()
    print(f"Predicted {number:,} other rows: the typical error is {typical:,.6g}")
    print(f"Always giving their average would be wrong by {average:,.6g}")
    files.mv(f"{folder}/checkpoints/epoch_{EPOCHS:03}.keras", f"{folder}/network.keras")
    files.rm(f"{folder}/checkpoints", recursive=True)


# 7. What the steps call, in their order. First: where to write, for Spark and fsspec alike.
def address(output):
    return output if "://" in str(output) else f"file://{Path(output).resolve()}"


# 8. Read Parquet, or CSV where the files are named so. In a CSV, a row that is too long or too
#    short, or a file whose columns stand in another order, is an error.
def read(spark, path):
    files = spark.read.text(path).inputFiles()
    if any(".csv" in file.rsplit("/", 1)[1].lower() for file in files):
        strict = {"enforceSchema": False, "mode": "FAILFAST"}
        return spark.read.csv(path, header=True, inferSchema=True, **strict)
    return spark.read.parquet(path)


# 9. Name the features, or stop where a column cannot be one. The schema tells, no row is read.
def features_of(table, target):
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


# 10. Name a column so that a dot in its name is part of it, and tell whether a cell is filled.
def column(name):
    return F.col("`" + name.replace("`", "``") + "`")


def filled(cell):
    return cell.isNotNull() & ~F.isnan(cell)


# 11. Count the rows, and find the smallest and largest number of each column, in one pass.
def ranges(training, columns):
    smallest = [F.min(numbers) for numbers in columns]
    largest = [F.max(numbers) for numbers in columns]
    rows, *ends = training.agg(F.count("*"), *smallest, *largest).first()
    low, high = np.array(ends, dtype=float).reshape(2, -1)
    if np.isinf(high - low).any():
        sys.exit("There is an infinite number in the table.")
    return rows, low, np.where(high == low, low + 1, high)  # a column of one number becomes 0


def train(tables, output, share):
    # 12. One task of the training. Spark runs it on the machine where the task is, and hands it
    #     its rows in small tables. Keep them on that machine's disk: memory may be too small.
    task = BarrierTaskContext.get()
    folder = tempfile.mkdtemp()
    with Path(folder, "rows").open("wb") as file:
        for table in tables:
            table.to_numpy("float32").tofile(file)
    rows = np.memmap(f"{folder}/rows", "float32", "r").reshape(-1, table.shape[1])

    # 13. Meet the others. Each task tells all how many rows it has; the first one, where to meet
    #     and with which checkpoint to begin. All make as many steps as the shortest part allows: a
    #     task that had one step more than the others would wait for them for ever.
    mine = [len(rows), free_port(), newest(output)]
    told = [json.loads(text) for text in task.allGather(json.dumps(mine))]
    steps = min(count for count, _, _ in told) // share
    _, port, done = told[0]
    host = task.getTaskInfos()[0].address.rsplit(":", 1)[0]
    keras.distribution.initialize(f"{host}:{port}", len(told), task.partitionId())

    # 14. After each epoch, all save the network, since none can do it alone. One publishes it.
    def after_epoch(epoch, logs):
        model.save(f"{folder}/network.keras")
        typical, unseen = np.sqrt(logs["loss"]), np.sqrt(logs["val_loss"])
        line = f"Epoch {epoch + 1}: typical error {typical:,.6g}; validation {unseen:,.6g}"
        Path(folder, "line").write_text(line, encoding="utf-8")
        if task.partitionId() == 0:
            publish(f"{folder}/network.keras", output, f"epoch_{epoch + 1:03}.keras")
            publish(f"{folder}/line", output, f"epoch_{epoch + 1:03}.txt")

    # 15. Train with an ordinary fit. Hold back the rows of every tenth step, and of one more, for
    #     validation. Leave together: a task that finds the others gone takes them for dead.
    cut = (steps - steps // 10 - 1) * share
    training, validation = rows[:cut], rows[cut : steps * share]
    with keras.distribution.DataParallel(auto_shard_dataset=False).scope():
        model = load(output, done)
        model.fit(
            training[:, :-1],
            training[:, -1],
            batch_size=share,
            initial_epoch=done,
            epochs=EPOCHS,
            verbose=0,
            validation_data=(validation[:, :-1], validation[:, -1]),
            validation_batch_size=share,
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=after_epoch)],
        )
    shutil.rmtree(folder)
    jax.distributed.shutdown()
    yield pd.DataFrame({"used": [steps * share]})


# 16. Ask the machine for a port at which no program listens.
def free_port():
    with socket.create_server(("", 0)) as server:
        return server.getsockname()[1]


# 17. Return what predicts rows. Spark calls this once in each of its Python processes.
def predictor(output):
    model = load(output, EPOCHS)
    return lambda rows: model.predict(rows, batch_size=4096, verbose=0)[:, 0]


# 18. Checkpoints: one gets its name when it is whole, so that nobody reads half of it.
def publish(path, output, name):
    files, folder = fsspec.url_to_fs(f"{output}/checkpoints")
    files.makedirs(folder, exist_ok=True)
    files.put_file(path, f"{folder}/unfinished")
    files.mv(f"{folder}/unfinished", f"{folder}/{name}")


def newest(output):
    files, folder = fsspec.url_to_fs(f"{output}/checkpoints")
    names = sorted(files.glob(f"{folder}/epoch_*.keras"))
    return int(names[-1][-9:-6]) if names else None


def load(output, epoch):
    files, folder = fsspec.url_to_fs(f"{output}/checkpoints")
    with tempfile.TemporaryDirectory() as here:
        files.get_file(f"{folder}/epoch_{epoch:03}.keras", f"{here}/network.keras")
        return keras.saving.load_model(f"{here}/network.keras")


# 19. Print what is published of each epoch, once a second, until all are trained.
def show_epochs(output, trained):
    files, folder = fsspec.url_to_fs(f"{output}/checkpoints")
    shown, last = [], False
    while not last:
        last = trained.wait(1)
        files.invalidate_cache()
        for path in sorted(files.glob(f"{folder}/epoch_*.txt")):
            if path not in shown:
                print(files.cat_file(path).decode(), flush=True)
                shown.append(path)


if __name__ == "__main__":
    main()
