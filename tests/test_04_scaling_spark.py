"""Keras inside Spark: train_on_spark.py on this machine, and on a real cluster by spark-submit."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from layout import ROOT
from missing import lacks
from outputs import first_number
from running import change, completed, environment, output_of, output_of_program
from servers import free_port

SCRIPT = "04/scaling/train_on_spark.py"
pyspark = pytest.importorskip("pyspark", reason="pip install -r 04/scaling/requirements.txt")
LOCAL = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
SALES = ROOT / "03/sales_data_training.csv"
TYPICAL, AVERAGE = "the typical error is", "would be wrong by"


READER = """
import sys, keras, pandas as pd
games = pd.read_parquet(sys.argv[1] + "/spark_output/predictions")
model = keras.saving.load_model(sys.argv[1] + "/spark_output/network.keras")
features = games.drop(columns=["total_earnings", "prediction"])
answers = model.predict(features, verbose=0)[:, 0]
print("off", (abs(answers - games.prediction) / games.prediction).max())
"""


def test_on_this_machine_it_learns_and_predicts_what_the_saved_network_predicts(finished, tmp_path):
    result = finished(SCRIPT)
    assert "1,000 rows; left out, because a cell is empty: 0\n" in result.stdout
    assert re.findall(r"(?m)^Epoch (\d+): ", result.stdout) == [str(n) for n in range(1, 21)]
    folder = Path(result.folder)
    predicted = pd.read_parquet(folder / "spark_output" / "predictions")
    games = pd.read_csv(SALES)
    assert list(predicted.columns) == [*games.columns, "prediction"]
    assert first_number(result.stdout, "Training on") + len(predicted) == len(games)
    assert len(predicted.merge(games.drop_duplicates())) == len(predicted), "rows that nobody gave"
    typical = ((predicted.prediction - predicted.total_earnings) ** 2).mean() ** 0.5
    assert first_number(result.stdout, TYPICAL) == pytest.approx(typical, rel=0.001)
    average = predicted.total_earnings.std(ddof=0)
    assert first_number(result.stdout, AVERAGE) == pytest.approx(average, rel=0.001)
    assert typical < average / 5
    assert not (folder / "spark_output" / "checkpoints").exists()

    # The network is an ordinary file, for a program without Spark.
    assert first_number(output_of_program(tmp_path, READER, folder), "off") < 1e-4


LOOK = """
import runpy, sys
from pathlib import Path
script = runpy.run_path(sys.argv[1])
spark = script["SparkSession"].builder.config("spark.log.level", "OFF").getOrCreate()

def look(name, *schema):
    try:
        print(name, "|", script["features_of"](spark.createDataFrame([], ", ".join(schema)), "y"))
    except SystemExit as end:
        print(name, "|", str(end).replace("\\n", " / "))

look("numbers", "y double", "a int", "`b.c` decimal(9, 2)", "d boolean")
look("no target", "x double", "`total y` double")
look("dates", "y double", "a date", "b timestamp", "c timestamp_ntz", "d interval day")
look("text", "y double", "a string", "b array<int>", "c binary")
look("prediction", "y double", "a int", "Prediction double")
look("row numbers", "y double", "_c0 int", "`Unnamed: 0` int", "__index_level_0__ bigint")

def read(name, **files):
    folder = Path(name.replace(" ", "_"))
    folder.mkdir()
    for file, text in files.items():
        (folder / f"{file}.csv").write_text(text)
    try:
        table = script["read"](spark, str(folder))
        print(name, "|", sorted(map(tuple, table.collect())))
    except Exception as error:
        print(name, "|", "an error of Spark")

read("two files", one="y,a\\n1,2\\n", two="y,a\\n3,\\n")
read("a row too long", one="y,a\\n1,2\\n1,200,3\\n")
read("a row too short", one="y,a\\n1,2\\n3\\n")
read("columns in another order", one="y,a\\n1,2\\n", two="a,y\\n4,3\\n")

def between(name, rows):
    table = spark.createDataFrame(rows, "`a.b` double, y double")
    columns = [script["column"](name).cast("float") for name in table.columns]
    try:
        print(name, "|", *[list(map(float, ends)) for ends in script["ranges"](table, columns)[1:]])
    except SystemExit as end:
        print(name, "|", end)

between("a column of one number", [(3.0, 1.0), (3.0, 9.0)])
between("one answer", [(3.0, 5.0), (4.0, 5.0)])
between("an infinite number", [(3.0, 5.0), (4.0, float("inf"))])
"""


def test_what_is_seen_in_the_columns_before_the_training(chapter, tmp_path):
    """One start of Spark for all tables, and no row of them is trained on."""
    if not shutil.which("java"):
        lacks("no Java here")
    printed = output_of_program(tmp_path, LOOK, chapter(SCRIPT), **LOCAL)
    said = dict(re.findall(r"(?m)^(.+?) \| (.+)$", printed))
    assert said["numbers"] == "['a', 'b.c', 'd']"
    assert said["no target"] == "There is no column y. The columns are: x, total y"
    for name in ("a holds no numbers, but: date", "b holds", "c holds", "d holds"):
        assert name in said["dates"]
    for name in ("a holds no numbers, but: string", "b holds", "c holds"):
        assert name in said["text"]
    assert "Prediction is what the column of the predictions will be" in said["prediction"]
    for name in ("_c0", "Unnamed: 0", "__index_level_0__"):
        assert f"{name} has no name of its own" in said["row numbers"]
    assert said["two files"] == "[(1, 2), (3, None)]"
    for name in ("a row too long", "a row too short", "columns in another order"):
        assert said[name] == "an error of Spark", said[name]
    assert said["a column of one number"] == "[3.0, 1.0] [4.0, 9.0]"
    assert said["one answer"] == "The target is 5 in every row."
    assert said["an infinite number"] == "There is an infinite number in the table."


@pytest.mark.long
def test_it_goes_on_from_its_checkpoints_and_takes_names_with_dots(chapter, tmp_path):
    """A Parquet folder with an empty cell; the first start dies behind its second epoch."""
    path, data, output = chapter(SCRIPT), tmp_path / "games", tmp_path / "trained"
    games = pd.read_csv(SALES).rename(columns={"unit_price": "unit.price", "is_sequel": "a `b`"})
    games.loc[7, "critic_rating"] = np.nan
    data.mkdir()
    games[:500].to_parquet(data / "part-0.parquet")
    games[500:].reset_index(drop=True).to_parquet(data / "part-1.parquet")
    options = ["--data", data, "--output", output]
    dies = ("    model = load(files, checkpoints, EPOCHS)\n", "    raise ZeroDivisionError\n")
    change(path, dies, EPOCHS=2)
    done = completed(path, *options, **LOCAL)
    assert done.returncode == 1 and "ZeroDivisionError" in done.stderr
    assert {file.name for file in (output / "checkpoints").iterdir()} >= {"epoch_002.keras"}

    text = (ROOT / SCRIPT).read_text(encoding="utf-8").replace("EPOCHS = 20", "EPOCHS = 4")
    path.write_text(text, encoding="utf-8")
    printed = output_of(path, *options, **LOCAL)
    assert "1,000 rows; left out, because a cell is empty: 1\n" in printed
    assert "Going on from " in printed
    errors = [first_number(printed, f"Epoch {epoch}: typical error") for epoch in range(1, 5)]
    assert errors == sorted(errors, reverse=True)
    predicted = pd.read_parquet(output / "predictions")
    assert list(predicted.columns) == [*games.columns, "prediction"]

    again = completed(path, *options, **LOCAL)
    assert again.returncode == 1 and "holds a trained network already" in again.stderr


@pytest.fixture
def cluster(tmp_path):
    """A standalone master with two workers, one core each, on loopback: (address, state)."""
    if not shutil.which("java"):
        lacks("no Java here")
    command = Path(pyspark.__file__).parent / "bin" / "spark-class"
    port, page = free_port(), free_port()
    more = {"SPARK_WORKER_DIR": str(tmp_path / "work"), "SPARK_NO_DAEMONIZE": "1"}
    usual = environment(**LOCAL, **more)
    address, deploy = f"spark://127.0.0.1:{port}", "org.apache.spark.deploy"
    on = "--host 127.0.0.1 --webui-port"
    lines = [f"{deploy}.master.Master {on} {page} --port {port}"]
    lines += [f"{deploy}.worker.Worker {on} 0 --cores 1 --memory 1g {address}"] * 2

    def state():
        with urllib.request.urlopen(f"http://127.0.0.1:{page}/json/", timeout=30) as answer:
            return answer.read().decode()

    started = []
    with (tmp_path / "cluster.log").open("wb") as log:
        try:
            for line in lines:
                words = [command, *line.split()]
                started.append(
                    subprocess.Popen(words, env=usual, cwd=tmp_path, stdout=log, stderr=log)
                )
            until = time.monotonic() + 240
            while time.monotonic() < until:
                time.sleep(1)
                try:
                    if '"aliveworkers" : 2' in state():
                        break
                except OSError:
                    continue
            yield address, state
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(60)


def submit(address, path, *options, settings=(), **more):
    """Start the script on a cluster, as a process."""
    command = [Path(pyspark.__file__).parent / "bin" / "spark-submit", "--master", address]
    for setting in settings:
        command += ["--conf", setting]
    return subprocess.Popen(
        [*command, path, *options],
        env=environment(**LOCAL, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        cwd=path.parent,
    )


@pytest.mark.skipif(os.name == "nt", reason="JAX cannot connect tasks on Windows")
@pytest.mark.long
def test_on_a_cluster_it_survives_the_death_of_a_task(cluster, chapter, tmp_path):
    """One Python process of the training is killed: Spark starts again, from a checkpoint."""
    address, state = cluster
    path, output = chapter(SCRIPT), tmp_path / "trained"
    data = tmp_path / "games"
    data.mkdir()
    games = pd.read_csv(SALES)
    for number in range(4):
        games[number::4].to_csv(data / f"part-{number}.csv.gz", index=False)
    pid = f"Path({str(tmp_path)!r}, str(task.partitionId()))"
    path = change(
        path,
        ("    task = BarrierTaskContext.get()\n",
         f"    task = BarrierTaskContext.get()\n    {pid}.write_text(str(os.getpid()))\n"),
        ("        model.save(f", "        import time; time.sleep(1)\n        model.save(f"),
    )  # fmt: skip
    process = submit(address, path, "--data", data, "--output", output)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Epoch 4:") and not any(x.startswith("killed") for x in lines):
            os.kill(int((tmp_path / "1").read_text()), signal.SIGKILL)
            lines.append("killed\n")
    printed = "".join(lines)
    assert process.wait() == 0, printed[-5000:]
    assert "killed\n" in lines
    epochs = re.findall(r"(?m)^Epoch (\d+): ", printed)
    assert epochs == [str(number) for number in range(1, 21)]
    assert first_number(printed, TYPICAL) < first_number(printed, AVERAGE) / 4
    assert len(pd.read_parquet(output / "predictions")) > 150
    assert "train_on_spark.py" in state(), "the master has not seen this application"


@pytest.mark.long
def test_dynamic_allocation_gives_the_message_that_the_page_explains(cluster, chapter):
    settings = ["spark.dynamicAllocation.enabled=true", "spark.executor.cores=1"]
    settings.append("spark.dynamicAllocation.shuffleTracking.enabled=true")
    process = submit(cluster[0], chapter(SCRIPT), settings=settings)
    printed, _ = process.communicate()
    assert process.returncode != 0
    assert "BarrierJobRunWithDynamicAllocationException" in printed or (
        "Barrier execution mode does not support dynamic resource allocation" in printed
    ), printed[-3000:]
