"""Keras inside Spark: train_on_spark.py on this machine, and on a real cluster by spark-submit."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from layout import ROOT
from outputs import first_number
from running import change, completed, environment, output_of_program
from servers import free_port

SCRIPT = "04/scaling/train_on_spark.py"
pyspark = pytest.importorskip("pyspark", reason="pip install -r 04/scaling/requirements.txt")
LOCAL = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
TRAINING = ROOT / "04" / "sales_data_training_scaled.csv"


READER = """
import sys, keras, pandas as pd
games = pd.read_parquet(sys.argv[1] + "/spark_predictions.parquet")
model = keras.saving.load_model(sys.argv[1] + "/spark_model.keras")
features = games.drop(columns=["total_earnings", "prediction"])
print("off", abs(model.predict(features, verbose=0)[:, 0] - games.prediction).max())
"""


def test_on_this_machine_it_learns_and_predicts_what_the_saved_network_predicts(finished, tmp_path):
    result = finished(SCRIPT)
    assert "left out: 0\n2 tasks trained on " in result.stdout
    folder = Path(result.folder)
    predicted = pd.read_parquet(folder / "spark_predictions.parquet")
    games = pd.read_csv(TRAINING)
    assert list(predicted.columns) == [*games.columns, "prediction"]
    trained = first_number(result.stdout, "trained on")
    assert 950 <= 2 * trained + len(predicted) <= len(games)  # whole batches
    assert len(predicted.merge(games.drop_duplicates())) == len(predicted), "rows that nobody gave"
    mse = ((predicted.prediction - predicted.total_earnings) ** 2).mean()
    assert first_number(result.stdout, "MSE") == pytest.approx(mse, rel=0.01)
    assert mse < 1e-3

    # The network is an ordinary file, for a program without Spark.
    assert first_number(output_of_program(tmp_path, READER, folder), "off") < 1e-5


@pytest.mark.skipif(not shutil.which("java"), reason="no Java here")
def test_an_error_in_a_task_ends_with_its_own_words(chapter):
    """One of two tasks fails, and the other waits for it: one line, not 80 of Java."""
    seed = "keras.utils.set_random_seed(7"
    path = change(chapter(SCRIPT), (seed, f"{seed} // task.partitionId()"))
    done = completed(path)
    assert done.returncode == 1
    ended = [line for line in done.stderr.splitlines() if line.startswith("Spark ended early: ")]
    assert len(ended) == 1 and "ZeroDivisionError: " in ended[0], done.stderr[-3000:]
    assert "\tat " not in done.stderr and "Traceback" not in done.stderr
    assert not path.with_name("spark_model.keras").exists()


@pytest.fixture
def cluster(tmp_path):
    """A standalone master with two workers, one core each, on loopback: (address, state)."""
    if not shutil.which("java"):
        pytest.skip("no Java here")
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


@pytest.mark.skipif(os.name == "nt", reason="JAX cannot connect tasks on Windows")
def test_by_spark_submit_on_a_cluster_of_two_workers(cluster, chapter, tmp_path):
    """A table in Parquet, with an empty cell, predictions elsewhere, and a task that is late."""
    address, state = cluster
    late = "    jax.distributed.shutdown()\n"
    late += "    import time; time.sleep(8 * task.partitionId())\n"
    path = change(chapter(SCRIPT), (late.partition("\n")[0], late), EPOCHS=3)
    games = pd.read_csv(TRAINING)
    games.loc[7, "critic_rating"] = np.nan
    games.to_parquet(tmp_path / "games.parquet")
    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    output = ["--output", tmp_path / "answers"]
    done = subprocess.run(
        [submit, "--master", address, path, "--data", tmp_path / "games.parquet", *output],
        env=environment(**LOCAL, http_proxy="http://127.0.0.1:9"),  # a firm has one
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "left out: 1\n" in done.stdout  # warnings stand there too: spark-submit mixes them in
    assert "2 tasks trained on " in done.stdout
    assert first_number(done.stdout, "MSE") < 1e-2
    assert len(pd.read_parquet(tmp_path / "answers")) > 150
    assert path.with_name("spark_model.keras").exists()
    assert not path.with_name("spark_predictions.parquet").exists()
    assert "train_on_spark.py" in state(), "the master has not seen this application"
