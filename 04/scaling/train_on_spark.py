"""Train the network inside a Spark cluster, where the rows are, and predict there.

Chapter 4, scaling, script 5.
Reads:  ../sales_data_training_scaled.csv
Writes: spark_model.keras, spark_predictions.parquet/
Prints: on how many rows each task trained, how many rows were predicted, and their MSE

On a cluster: spark-submit --master MASTER train_on_spark.py [--data PATH] [--output PATH]
"""

import getopt
import os
import re
import socket
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"  # Keras trains in several processes with JAX
try:
    import jax
    import keras
    from py4j.protocol import Py4JJavaError
    from pyspark import BarrierTaskContext
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession
except ModuleNotFoundError as problem:
    print(f"{problem}: python -m pip install -r 04/scaling/requirements.txt", file=sys.stderr)
    sys.exit(69)  # tells run_course.py that a package is missing
import numpy as np
import pandas as pd
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
TARGET = "total_earnings"
EPOCHS = 10
BATCH = 32  # rows of one step, of all tasks together
TASKS = [1, 2, 4, 8]  # the largest of these that the cluster has cores for; all divide BATCH


# 1. One task of the training: Spark hands it its rows, in one small table after the other.
#    Spark sends a function with the values that it uses: here features, and below network.
def train(tables):
    task = BarrierTaskContext.get()
    hosts = [info.address.rsplit(":", 1)[0] for info in task.getTaskInfos()]
    share = BATCH // len(hosts)
    with tempfile.TemporaryDirectory() as folder:
        # 2. Keep the rows on this machine's disk, from where fit reads them batch by batch.
        with (Path(folder) / "rows").open("wb") as file:
            for table in tables:
                table[[*features, TARGET]].to_numpy("float32").tofile(file)
        rows = np.memmap(Path(folder) / "rows", "float32", "r").reshape(-1, len(features) + 1)

        # 3. Meet the other tasks: all learn a free port of task 0, and the smallest number of rows.
        with socket.create_server(("", 0)) as server:
            port = server.getsockname()[1]
        answers = [text.split() for text in task.allGather(f"{port} {len(rows)}")]
        port = answers[0][0]  # what task 0 has said
        fewest = min(int(count) for _, count in answers)
        rows = rows[: fewest // share * share]  # whole batches, equally many in each task
        own = socket.gethostname()
        if len(set(hosts)) > 1 and socket.gethostbyname(own).startswith("127."):
            raise OSError(f"{own} is a 127. address in its /etc/hosts: the others cannot reach it")
        for name in ["http_proxy", "https_proxy", "grpc_proxy"]:
            os.environ.pop(name, None)  # the tasks would look for each other behind it
        keras.distribution.initialize(f"{hosts[0]}:{port}", len(hosts), task.partitionId())

        # 4. Train with an ordinary fit: each task has its share of every batch.
        keras.utils.set_random_seed(7)
        with keras.distribution.DataParallel(auto_shard_dataset=False).scope():
            model = keras.Sequential([keras.Input(shape=(len(features),))])
            for units in [50, 100, 50]:
                model.add(layers.Dense(units, activation="relu"))
            model.add(layers.Dense(1, activation="linear"))
            model.compile(loss="mean_squared_error", optimizer="adam")
            model.fit(rows[:, :-1], rows[:, -1], batch_size=share, epochs=EPOCHS, verbose=0)

        # 5. Hand the network back, as the bytes of its file. All leave together: JAX ends a task
        #    that finds the others gone before it has left.
        model.save(Path(folder) / "model.keras")
        content = (Path(folder) / "model.keras").read_bytes()
    jax.distributed.shutdown()
    yield pd.DataFrame({"rows": [len(rows)], "model": [content]})


# 6. One task of the prediction: load the network once, then predict table after table.
def predict(tables):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "model.keras").write_bytes(network.value)
        model = keras.saving.load_model(Path(folder) / "model.keras")
    for table in tables:
        yield table.assign(prediction=model.predict(table[features], 1000, verbose=0)[:, 0])


if __name__ == "__main__":
    try:
        # 7. Start Spark, or use the one that spark-submit has started, on its master.
        options = dict(getopt.getopt(sys.argv[1:], "", ["data=", "output="])[0])
        os.environ.setdefault("MASTER", "local[2]")
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        settings = {"spark.executorEnv.KERAS_BACKEND": "jax"}
        settings["spark.python.worker.reuse"] = "false"  # a process joins only one group
        spark = SparkSession.builder.config(map=settings).getOrCreate()
        spark.sparkContext.setLogLevel("OFF")  # a failure is told below, in one line

        # 8. Read the table, CSV or Parquet, and hold back a fifth of its rows.
        data = options.get("--data", str(HERE.parent / "sales_data_training_scaled.csv"))
        reader = spark.read.options(header=True, inferSchema=True)
        table = reader.csv(data) if data.endswith(".csv") else reader.parquet(data)
        text = [name for name, kind in table.dtypes if kind == "string"]
        if TARGET not in table.columns or text:
            sys.exit(f"{data}: needs {TARGET}, and numbers in all columns. Text is in: {text}")
        features = [name for name in table.columns if name != TARGET]
        whole = table.dropna()
        print(f"Rows with an empty cell, left out: {table.count() - whole.count():,}")
        training, held_back = whole.randomSplit([0.8, 0.2], seed=7)

        # 9. Train: the tasks of a barrier stage start all together, or not at all.
        tasks = max(number for number in TASKS if number <= spark.sparkContext.defaultParallelism)
        dealt = training.repartition(tasks)
        answers = dealt.mapInPandas(train, "rows long, model binary", barrier=True).collect()
        (HERE / "spark_model.keras").write_bytes(answers[0].model)
        print(f"{tasks} tasks trained on {answers[0].rows:,} rows each. Saved spark_model.keras")

        # 10. Predict, and write the predictions, without a row of them coming here.
        network = spark.sparkContext.broadcast(bytes(answers[0].model))
        schema = ", ".join(f"`{name}` {kind}" for name, kind in held_back.dtypes)
        predictions = held_back.mapInPandas(predict, f"{schema}, prediction float")
        output = options.get("--output", str(HERE / "spark_predictions.parquet"))
        predictions.write.parquet(output, "error" if "--output" in options else "overwrite")
        done = spark.read.parquet(output)
        mse = done.selectExpr(f"avg(pow(prediction - {TARGET}, 2)) AS mse").first().mse
        print(f"Predicted {done.count():,} other rows into {Path(output).name}: MSE {mse:.2e}")
    except (getopt.GetoptError, PySparkException, Py4JJavaError) as problem:
        # 11. Of Spark's many lines, keep the cause. Java's begin with a tab and "at", and follow
        #     it; those of Python's traceback are indented, and stand before it.
        without_java = str(problem).split("\n\tat ")[0]
        behind_python = re.split(r"\n {2,}.*\n(?! {2})", without_java)[-1]
        cause = " ".join(behind_python.split())[-400:]
        if "JAVA_GATEWAY" in cause:
            print(f"Spark needs Java 17 or newer, on the PATH: {cause}", file=sys.stderr)
            sys.exit(69)
        sys.exit(f"Spark ended early: {cause}")
