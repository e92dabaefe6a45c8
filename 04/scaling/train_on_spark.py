"""Train the network inside a Spark cluster, then predict a large table there.

Chapter 4, scaling, script 5.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: spark_model.keras
Prints: what each task trained on, the test MSE, and how far Spark's predictions are from local ones

Without options Spark runs on two cores of this machine. On a cluster:
    python 04/train_on_spark.py --master spark://HOST:PORT
"""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"  # here, and in every process that Spark starts here
try:
    import jax
    import keras
    import pandas as pd
    import pyarrow  # noqa: F401 (Spark needs it)
    from jax._src.lib import _jax
    from keras import layers
    from pyspark import BarrierTaskContext
    from pyspark.sql import SparkSession
except ImportError as problem:
    print(
        f"Package {problem.name} is missing. Install what this script needs: "
        "python -m pip install -r 04/scaling_requirements.txt",
        file=sys.stderr,
    )
    sys.exit(69)

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 10
BATCH = 32  # rows in one step of all tasks together
TASKS = 2
PRICES = 500  # every test game is predicted at so many prices
keras.utils.set_random_seed(7)

# 1. Load the scaled rows: numbers only, columns by name, values around 0 to 1.
tables = {}
for name in ("training", "test"):
    file = HERE / f"sales_data_{name}_scaled.csv"
    try:
        rows = pd.read_csv(file, dtype=float, na_filter=False)
        odd = {*rows} ^ {*FEATURES, TARGET}
        if odd:
            raise ValueError(f"columns missing or unknown: {sorted(odd)}")
        if not rows.abs().max(axis=None) < 2:
            raise ValueError("no rows, or numbers that are not scaled")
    except (OSError, ValueError) as problem:
        sys.exit(f"{file}: {problem!r}. Copy the file here again from chapter folder 03.")
    tables[name] = rows
X_train, Y_train = tables["training"][FEATURES].to_numpy(), tables["training"][TARGET].to_numpy()
X_test, Y_test = tables["test"][FEATURES].to_numpy(), tables["test"][TARGET].to_numpy()


# 2. One task of the training: meet the others, then an ordinary fit on the rows that Spark dealt.
def train(batches):
    rows = pd.concat(batches)

    # 3. Meet the others: everybody learns where task 0 is, and who has the fewest rows.
    task = BarrierTaskContext.get()
    rank = task.partitionId()
    own = task.getTaskInfos()[rank].address.rsplit(":", 1)[0]
    with socket.create_server((own, 0)) as free:
        port = free.getsockname()[1]
    greetings = [text.split() for text in task.allGather(f"{own}:{port} {len(rows)}")]
    address = greetings[0][0]
    rows = rows[: min(int(count) for _, count in greetings)]  # as many steps for everybody

    # 4. Join them. JAX 0.10 would tell them the address behind this machine's name: 127.0.1.1?
    gloo = _jax.make_gloo_tcp_collectives
    _jax.make_gloo_tcp_collectives = lambda **more: gloo(hostname=own, **more)
    jax.distributed.initialize(address, len(greetings), rank, coordinator_bind_address=address)
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))

    # 5. Train as ever, and hand the network back as a file.
    keras.utils.set_random_seed(7)
    sizes = [(50, "relu"), (100, "relu"), (50, "relu"), (1, "linear")]
    model = keras.Sequential([keras.Input(shape=(9,)), *(layers.Dense(*size) for size in sizes)])
    model.compile(loss="mean_squared_error", optimizer="adam")
    X, Y = rows[FEATURES].to_numpy(), rows[TARGET].to_numpy()
    model.fit(X, Y, batch_size=BATCH // len(greetings), epochs=EPOCHS, verbose=0)
    digest = hashlib.sha256(b"".join(array.tobytes() for array in model.get_weights())).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spark_model.keras"
        model.save(file)
        answer = {"task": rank, "rows": len(rows), "weights": digest, "model": file.read_bytes()}
    jax.distributed.shutdown()
    yield pd.DataFrame([answer])


# 6. One task of the prediction: load the network once, then predict batch after batch.
def predict(batches):
    loads.add(1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spark_model.keras"
        file.write_bytes(saved.value)
        model = keras.models.load_model(file)
    for rows in batches:
        answers = model.predict(rows[FEATURES].to_numpy(), batch_size=4096, verbose=0)
        yield rows.assign(prediction=answers[:, 0].astype(float))


# 7. All that follows runs once, where the script was started. This is how it ends early.
def end(status, text):
    print(text, file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    # 8. Look for Java and for the master first: Spark itself is slow, and long, to say it.
    given = sys.argv[1:] or ["--master", "local[2]"]
    master = given[-1]
    where = re.fullmatch(r"local\[\d+\]|spark://([^:/]+):(\d+)", master)
    if len(given) != 2 or given[0] != "--master" or not where:
        sys.exit(f"{' '.join(given)}: unknown. Use --master spark://HOST:PORT, or no option.")
    home = os.environ.get("JAVA_HOME")
    java = Path(home) / "bin" / "java" if home else shutil.which("java") or "java"
    advice = (
        "Install Java 17 or newer: sudo apt-get install openjdk-17-jre-headless, or adoptium.net"
    )
    try:
        found = subprocess.run(
            [java, "-version"], capture_output=True, text=True, check=True
        ).stderr
    except (OSError, subprocess.CalledProcessError) as problem:
        end(69, f"Spark needs Java, and {java} does not run: {problem!r}. {advice}")
    version = re.search(r'version "(\d+)', found)
    if not version or int(version[1]) < 17:
        end(69, f"Spark 4.3 cannot use {java}, which says {found.strip()[:60]!r}. {advice}")
    own = "127.0.0.1"
    if where[1]:
        try:
            with socket.create_connection((where[1], int(where[2])), timeout=10) as way:
                own = way.getsockname()[0]
        except (OSError, OverflowError) as problem:
            sys.exit(f"{master}: no answer: {problem!r}. Is the master running, the address right?")

    # 9. Start Spark. Its log goes nowhere; pandas 3 is newer than it knows, and works here.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.environ |= {"SPARK_LOCAL_IP": own, "PYSPARK_PYTHON": sys.executable}
    settings = {
        "spark.app.name": "04/train_on_spark.py",
        "spark.driver.host": own,
        "spark.ui.enabled": "false",
        "spark.executorEnv.KERAS_BACKEND": "jax",
        "spark.python.worker.reuse": "false",  # a process that has trained in a group stays in it
        "spark.scheduler.barrier.maxConcurrentTasksCheck.interval": "3s",  # wait for free cores,
        "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures": "15",  # but not for ever
    }
    try:
        spark = SparkSession.builder.master(master).config(map=settings).getOrCreate()

        # 10. Train: Spark starts all tasks of a barrier stage together, or none.
        games = spark.createDataFrame(tables["training"]).repartition(TASKS)
        schema = "task long, rows long, weights string, model binary"
        start = time.perf_counter()
        answers = games.mapInPandas(train, schema, barrier=True).toPandas().sort_values("task")
        print(f"{TASKS} tasks trained in {time.perf_counter() - start:.1f} s,", end=" ")
        print("on", " and ".join(f"{count} rows" for count in answers["rows"]))
        if answers["weights"].nunique() != 1:
            sys.exit("The tasks came back with different weights. Run the script again.")
        print("Their weights are equal to the bit.")

        # 11. Save the network here, and judge it.
        with tempfile.TemporaryDirectory(dir=HERE) as folder:
            file = Path(folder) / "spark_model.keras"
            file.write_bytes(answers["model"].iloc[0])
            model = keras.models.load_model(file)
            file.replace(HERE / file.name)
        model.compile(loss="mean_squared_error")
        print(f"The MSE of the test rows is {model.evaluate(X_test, Y_test, verbose=0):.2e}")

        # 12. Predict every test game at every price, in the cluster; compare with predictions here.
        loads = spark.sparkContext.accumulator(0)
        saved = spark.sparkContext.broadcast((HERE / "spark_model.keras").read_bytes())
        prices = spark.range(PRICES).selectExpr(f"id / {PRICES - 1} AS unit_price")
        games = spark.createDataFrame(tables["test"][FEATURES[:-1]])
        table = games.crossJoin(prices).repartition(TASKS)
        schema = ", ".join(f"{name} double" for name in [*FEATURES, "prediction"])
        start = time.perf_counter()
        answers = table.mapInPandas(predict, schema).toPandas()
        print(f"{len(answers):,} predictions in {time.perf_counter() - start:.1f} s,", end=" ")
        print(f"with {loads.value} loads of the network")
        here = model.predict(answers[FEATURES].to_numpy(), batch_size=4096, verbose=0)[:, 0]
        print(f"Farthest from a prediction here: {abs(answers['prediction'] - here).max():.0e}")
        spark.stop()
    except Exception as problem:
        sys.exit(f"{master}: Spark gave up: {' '.join(str(problem).split())[:300]}")
    print("Saved: spark_model.keras")
