"""Keras inside Spark: 04/train_on_spark.py on this machine, on a real cluster, and without one."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import course
import pytest

SCRIPT = "04/train_on_spark.py"
pyspark = pytest.importorskip(
    "pyspark", reason="python -m pip install -r 04/scaling_requirements.txt"
)
for package in ("jax", "pyarrow"):
    pytest.importorskip(package, reason=f"install {package}, as 04/train_on_spark.py says")


def check(text, tasks_line):
    """What every good run promises: both tasks, the same weights, a network that learned."""
    assert tasks_line in text
    assert "Their weights are equal to the bit." in text
    assert course.first_number(text, "The MSE of the test rows is") < 5e-3
    assert re.search(r"^200,000 predictions in .*, with 2 loads of the network$", text, re.M)
    assert course.first_number(text, "Farthest from a prediction here:") < 1e-6


def test_on_this_machine(finished):
    check(finished(SCRIPT).stdout, "on 500 rows and 500 rows")


def test_the_saved_network_predicts_without_spark(finished, tmp_path):
    """The file in the folder is an ordinary model file, that any program with Keras reads."""
    folder = Path(finished(SCRIPT).folder)
    reader = tmp_path / "read.py"
    reader.write_text(
        "import sys, keras, numpy as np\n"
        "model = keras.models.load_model(sys.argv[1])\n"
        "answer = model.predict(np.full((1, 9), 0.5), verbose=0)[0, 0]\n"
        "print('answer', answer, model.count_params())",
        encoding="utf-8",
    )
    done = course.run(reader, folder / "spark_model.keras")
    assert done.returncode == 0, done.stderr
    assert -0.5 < course.first_number(done.stdout, "answer") < 1.5
    assert done.stdout.split()[-1] == "10701"


@pytest.fixture
def cluster(tmp_path):
    """A standalone master with two workers, one core each, on loopback: (address, state)."""
    if not shutil.which("java"):
        pytest.skip("no Java here")
    command = Path(pyspark.__file__).parent / "bin" / "spark-class"
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        port, page = one.getsockname()[1], two.getsockname()[1]
    more = {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(tmp_path / "work"),
        "SPARK_NO_DAEMONIZE": "1",
        "PYSPARK_PYTHON": sys.executable,
    }
    address = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    on = "--host 127.0.0.1 --webui-port"
    lines = [f"{deploy}.master.Master {on} {page} --port {port}"]
    lines += [f"{deploy}.worker.Worker {on} 0 --cores 1 --memory 1g {address}"] * 2
    log = (tmp_path / "cluster.log").open("wb")
    started = []

    def state():
        with urllib.request.urlopen(f"http://127.0.0.1:{page}/json/", timeout=30) as answer:
            return answer.read().decode()

    try:
        for line in lines:
            started.append(
                subprocess.Popen(
                    [command, *line.split()],
                    env=course.environment(**more),
                    cwd=tmp_path,
                    stdout=log,
                    stderr=log,
                )
            )
        until = time.monotonic() + 240
        while True:
            time.sleep(1)
            assert time.monotonic() < until, (tmp_path / "cluster.log").read_text("utf-8")[-3000:]
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
        log.close()


def test_on_a_cluster_of_two_workers(cluster, chapter):
    address, state = cluster
    path = course.change(chapter(SCRIPT), EPOCHS=3)  # time is short
    before = course.snapshot(path.parent)
    done = course.run(path, "--master", address, timeout=1200)
    assert done.returncode == 0, course.said(done)
    check(done.stdout, "on 500 rows and 500 rows")
    assert path.with_name("spark_model.keras").exists()
    after = course.snapshot(path.parent)
    assert after.keys() - before.keys() == {"spark_model.keras"}
    assert "04/train_on_spark.py" in state(), "the master has not seen this application"


def one_line(done, status):
    assert done.returncode == status, done.stdout + done.stderr
    assert not done.stdout.strip()
    lines = course.said(done)
    assert len(lines) == 1, lines
    return lines[0]


def test_java_missing_is_one_line(chapter, tmp_path):
    line = one_line(course.run(chapter(SCRIPT), PATH=str(tmp_path), JAVA_HOME=""), 69)
    assert line.startswith("Spark needs Java")
    assert "openjdk-17" in line


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Java is a shell script")
def test_java_too_old_is_one_line(chapter, tmp_path):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    line = one_line(course.run(chapter(SCRIPT), JAVA_HOME=str(tmp_path)), 69)
    assert "1.8.0_402" in line
    assert "Java 17 or newer" in line


@pytest.mark.skipif(not shutil.which("java"), reason="no Java here")
def test_a_master_that_does_not_answer_is_one_line(chapter):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    line = one_line(course.run(chapter(SCRIPT), "--master", f"spark://127.0.0.1:{port}"), 1)
    assert line.startswith(f"spark://127.0.0.1:{port}: no answer")


@pytest.mark.skipif(not shutil.which("java"), reason="no Java here")
def test_something_that_is_no_master_is_one_line(chapter):
    """It takes the connection and says nothing: Spark itself asks three times, for a minute."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"spark://127.0.0.1:{server.getsockname()[1]}"
        line = one_line(course.run(chapter(SCRIPT), "--master", address), 1)
    assert line.startswith(f"{address}: Spark gave up")


def test_a_package_missing_is_one_line(chapter, tmp_path):
    """An empty stand-in for pyspark, in front of the real one, that cannot be imported."""
    (tmp_path / "pyspark.py").write_text(
        "raise ModuleNotFoundError(name='pyspark')\n", encoding="utf-8"
    )
    line = one_line(course.run(chapter(SCRIPT), PYTHONPATH=str(tmp_path)), 69)
    assert "Package pyspark is missing" in line
    assert "pip install -r 04/scaling_requirements.txt" in line


def test_an_unknown_option_is_one_line(chapter):
    line = one_line(course.run(chapter(SCRIPT), "--master", "yarn"), 1)
    assert "--master spark://HOST:PORT" in line
