"""Measure what the pages promise, each table in one run, and write tests/benchmark.md.

    python tests/benchmark.py               all tables: about an hour on two quiet cores
    python tests/benchmark.py cold faster   these alone; the others stay as they were

A table is a function below. python tests/update_pages.py copies it into the pages.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from outputs import first_number
from pages import benchmarks
from running import before_it, completed, copy_chapter
from servers import free_port

RESULTS = Path(__file__).with_name("benchmark.md")
ROUNDS = 5  # of each cold run
# Runs a program and prints its largest memory behind everything else, in megabytes.
MEMORY = """import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
unit = 1e6 if sys.platform == "darwin" else 1e3
print("Largest memory:", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit)
sys.exit(status)
"""


def table(head, rows):
    """Return a Markdown table; all columns but the first are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def succeed(path, *arguments, **more):
    """Run a script; end with what it said if it fails."""
    done = completed(path, *arguments, seconds=7200, fresh=True, **more)
    if done.returncode:
        sys.exit(f"{path}: exit status {done.returncode}\n{done.stderr[-2000:]}")
    return done


def middle(runs):
    """Return the medians of several runs, number by number."""
    return [statistics.median(values) for values in zip(*runs, strict=True)]


LOAD = """
from pandas import *
from keras.models import *
from keras.layers import *
train = read_csv("sales_data_training_scaled.csv")
test = read_csv("sales_data_test_scaled.csv")
X, Y = train.drop("total_earnings", axis=1).values, train[["total_earnings"]].values
X_test, Y_test = test.drop("total_earnings", axis=1).values, test[["total_earnings"]].values
model = Sequential()
model.add(Input((9,)))
model.add(Dense(50, activation="relu"))
model.add(Dense(100, activation="relu"))
model.add(Dense(50, activation="relu"))
model.add(Dense(1, activation="linear"))
model.compile(loss="mean_squared_error", optimizer="adam")
"""
FIT = "model.fit(X, Y, epochs=50, shuffle=True, verbose={})\n"
JUDGE = "print(model.evaluate(X_test, Y_test, verbose=0))\n"
PREDICT = """games = read_csv("proposed_new_product.csv").values
print((model.predict(games, verbose=0)[0][0] + 0.115913) / 0.0000036968)
"""
PLAIN = {
    "04/train_model.py": LOAD + FIT.format(2) + JUDGE,
    "04/predict.py": LOAD + FIT.format(0) + JUDGE + PREDICT,
    "04/save_trained_model.py": LOAD
    + FIT.format(0)
    + JUDGE
    + 'model.save("trained_model.keras")\nmodel.save("trained_model.h5")\n',
    "04/load_saved_model.py": "from pandas import *\nfrom keras.models import *\n"
    + "".join(f'model = load_model("trained_model.{kind}")\n{PREDICT}' for kind in ("keras", "h5")),
    "06/model_logging.py": "import tensorflow as tf\nfrom keras.callbacks import *\n"
    + LOAD
    + """logger = TensorBoard(log_dir="logs/plain", histogram_freq=5, write_graph=True)
model.fit(X, Y, epochs=50, shuffle=True, verbose=2, callbacks=[logger])
network = tf.function(model.call).get_concrete_function(tf.TensorSpec([None, 9], tf.float32))
with tf.summary.create_file_writer("logs/plain").as_default():
    tf.summary.graph(network.graph)
"""
    + JUDGE,
}


def cold():
    """Cold runs of main-road scripts against the plainest form of the same script."""
    rows = []
    for script, text in PLAIN.items():
        with tempfile.TemporaryDirectory() as folder:
            ours = copy_chapter(script, folder)
            for earlier in before_it(script):
                succeed(copy_chapter(earlier, folder))
            plain = ours.with_name("plain.py")
            plain.write_text(text, encoding="utf-8")
            seconds = {ours: [], plain: []}
            for turn in range(ROUNDS):
                for path in (ours, plain) if turn % 2 else (plain, ours):
                    seconds[path].append(succeed(path, cwd=path.parent).seconds)
        own, least = (statistics.median(seconds[path]) for path in (ours, plain))
        rows.append([f"`{script}`", f"{own:.2f}", f"{least:.2f}", f"{own / least:.3f}"])
    head = ["cold run, median of 5", "the course's script, s", "its plainest form, s", "ratio"]
    return table(head, rows)


def faster():
    """The ways of train_faster.py on TensorFlow and on JAX: medians of three runs."""
    rows, plain = [], None
    with tempfile.TemporaryDirectory() as folder:
        path = copy_chapter("04/scaling/train_faster.py", folder)
        for backend, name in (("tensorflow", "TensorFlow"), ("jax", "JAX")):
            runs = {}
            for _ in range(3):
                said = succeed(path, KERAS_BACKEND=backend).stdout
                for way, *values in re.findall(r"(?m)^(\S.+?) +([\d.]+) +([\d.]+)  (\S+)$", said):
                    runs.setdefault(way, []).append([float(value) for value in values])
            for way, values in runs.items():
                first, again, mse = middle(values)
                plain = plain or again
                rows.append([f"{name}: {way}", f"{first:.2f}", f"{again:.2f}"])
                rows[-1] += [f"{50_000 / again:,.0f}", f"{plain / again:.1f}", f"{mse:.1e}"]
    head = ["50 epochs of 1,000 rows, batches of 32", "first training, s", "again, s"]
    head += ["rows in a second", "times faster"]
    return table([*head, "test MSE"], rows)


AT_ONCE = """import sys, keras, pandas as pd
from keras import layers
from sklearn.preprocessing import MinMaxScaler
rows = MinMaxScaler().fit_transform(pd.read_csv(sys.argv[1]))
model = keras.Sequential([layers.Dense(n, activation="relu") for n in (50, 100, 50)])
model.add(layers.Dense(1))
model.compile(loss="mean_absolute_error", optimizer="adam")
model.fit(rows[:, :-1], rows[:, -1], batch_size=256, epochs=3, verbose=0)
"""
GAMES = """import sys, numpy as np, pandas as pd
for start in range(0, int(sys.argv[1]), 100_000):
    random = np.random.default_rng(start)
    games = pd.DataFrame({"critic_rating": random.integers(4, 11, 100_000) / 2})
    for number in range(7):
        games[f"is_{number}"] = random.integers(0, 2, 100_000)
    games["unit_price"] = random.choice([39.99, 49.99, 59.99], 100_000)
    games["earnings"] = games.eval("unit_price * (390 + 230 * critic_rating) * 1.5 ** is_1")
    games.to_csv(sys.argv[2], mode="a", header=start == 0, index=False)
"""


def big_data():
    """Memory and seconds of train_on_big_data.py, and of a script that reads all at once."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        streamed = copy_chapter("04/scaling/train_on_big_data.py", folder)
        at_once, games = streamed.with_name("at_once.py"), streamed.with_name("make_games.py")
        at_once.write_text(AT_ONCE, encoding="utf-8")
        games.write_text(GAMES, encoding="utf-8")
        for count in (100_000, 1_000_000, 10_000_000):
            file = Path(folder) / f"{count}.csv"
            succeed(games, count, file)
            row = [f"{count:,}", f"{file.stat().st_size / 1e6:,.0f}"]
            for path, *more in [(streamed, file, "--target", "earnings"), (at_once, file)]:
                done = succeed(path, *more, prefix=(sys.executable, "-c", MEMORY))
                memory = first_number(done.stdout, "Largest memory:")
                row += [f"{memory:,.0f}", f"{done.seconds * 1e6 / count:.1f}"]
            rows.append(row)
            file.unlink()
    head = ["rows of ten columns", "file, MB", "piece by piece: memory, MB", "s per million rows"]
    return table([*head, "all at once: memory, MB", "s per million rows"], rows)


EXPORTS = """import sys, time
import numpy as np
rows, start = np.full((1, 9), 0.5, "float32"), time.perf_counter()
{ask}
print(time.perf_counter() - start)
"""
EXPORTED = {
    "saved_model": "import tensorflow\n"
    "network = tensorflow.saved_model.load(sys.argv[1]).signatures['serving_default']\n"
    "network(row=tensorflow.constant(rows))",
    "network.onnx": "import onnxruntime\n"
    "onnxruntime.InferenceSession(sys.argv[1]).run(None, {'row': rows})",
    "network.tflite": "from ai_edge_litert.interpreter import Interpreter\n"
    "Interpreter(sys.argv[1]).get_signature_runner()(row=rows)",
}


def exported(folder):
    """Export the network of chapter 4 in a copy of the course; return the folder exported/."""
    script = copy_chapter("04/scaling/export_model.py", folder)
    succeed(copy_chapter("04/save_trained_model.py", folder))
    succeed(script)
    return script.parent / "exported"


def export():
    """The exports of export_model.py: size, and seconds from import to answer."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        made = exported(folder)
        program = made / "ask.py"
        for file, ask in EXPORTED.items():
            program.write_text(EXPORTS.replace("{ask}", ask), encoding="utf-8")
            runs = [float(succeed(program, made / file).stdout) for _ in range(3)]
            size = sum(part.stat().st_size for part in [made / file, *(made / file).rglob("*")])
            rows.append([f"`{file}`", f"{size:,}", f"{statistics.median(runs):.2f}"])
    return table(["network", "bytes", "seconds from import to answer"], rows)


ASKED = """import sys, time
import keras, numpy as np, onnxruntime
model = keras.saving.load_model(sys.argv[1])
network = onnxruntime.InferenceSession(sys.argv[2])
ways = {
    "`predict(rows)`": lambda rows: model.predict(rows, verbose=0),
    "`predict(rows, batch_size=4096)`": lambda rows: model.predict(rows, 4096, verbose=0),
    "`predict_on_batch(rows)`": model.predict_on_batch,
    "`model(rows)`": lambda rows: np.asarray(model(rows)),
    "ONNX Runtime": lambda rows: network.run(None, {"row": rows}),
}
games = np.random.default_rng(7).random((100_000, 9), "float32")
for name, ask in ways.items():
    print(name, end="")
    for count in (1, 32, 1_000, 100_000):
        ask(games[:count])
        times, start = 0, time.perf_counter()
        while time.perf_counter() - start < 2:
            ask(games[:count])
            times += 1
        print(":", times * count / (time.perf_counter() - start), end="")
    print()
"""


def predict():
    """Rows in a second, by the way in which the trained network is asked, and by rows in a call."""
    with tempfile.TemporaryDirectory() as folder:
        made = exported(folder)
        asked = made / "asked.py"
        asked.write_text(ASKED, encoding="utf-8")
        trained = made.parents[1] / "trained_model.keras"
        lines = succeed(asked, trained, made / "network.onnx").stdout.splitlines()
    rows = []
    for line in lines:
        name, *speeds = line.split(": ")
        rows.append([name, *(f"{float(speed):,.0f}" for speed in speeds)])
    return table(
        ["rows in a second, with so many rows in a call", *"1 32 1,000 100,000".split()], rows
    )


CLIENTS = """import asyncio, json, sys, time
import httpx
url, game, seconds = sys.argv[1], json.loads(sys.argv[2]), []

async def client(asked):
    async with httpx.AsyncClient() as service:
        for _ in range(asked):
            start = time.perf_counter()
            answer = await service.post(url, json=game, timeout=60)
            seconds.append(time.perf_counter() - start)
            assert answer.status_code == 200 and len(answer.json()["earnings"]) == 1

async def main(clients, asked):
    await asyncio.gather(*(client(asked) for _ in range(clients)))

start = time.perf_counter()
asyncio.run(main(int(sys.argv[3]), int(sys.argv[4])))
whole = time.perf_counter() - start
seconds.sort()
most = seconds[len(seconds) * 99 // 100]
print(len(seconds), len(seconds) / whole, seconds[len(seconds) // 2], most)
"""
GAME = {
    "critic_rating": 4.1,
    "unit_price": 55.99,
    "is_action": 1,
    "is_role_playing": 0,
    "is_sports": 0,
}
GAME |= dict.fromkeys(["is_exclusive_to_us", "is_portable", "is_sequel", "suitable_for_kids"], 1)


def service():
    """serve_model.py under load: 10,000 requests of 50 clients, and of one; its memory."""
    rows, port = [], "8765"
    with tempfile.TemporaryDirectory() as folder:
        made = exported(folder)
        clients = made / "clients.py"
        clients.write_text(CLIENTS, encoding="utf-8")
        server = subprocess.Popen(
            [sys.executable, made.parent / "serve_model.py", "--port", port],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        status = Path(f"/proc/{server.pid}/status")
        try:
            time.sleep(5)
            for count, asked in ((1, 1000), (50, 200), (50, 200), (50, 200)):
                url = f"http://127.0.0.1:{port}/predict"
                said = succeed(clients, url, json.dumps(GAME), count, asked).stdout.split()
                number, speed, half, most = map(float, said)
                row = [
                    count,
                    f"{number:,.0f}",
                    f"{speed:,.0f}",
                    f"{half * 1e3:.1f}",
                    f"{most * 1e3:.1f}",
                ]
                memory = re.search(r"VmRSS:\s+(\d+)", status.read_text(encoding="utf-8"))[1]
                rows.append([*row, f"{int(memory) / 1e3:.0f}"])
        finally:
            server.terminate()
            server.wait()
    head = [
        "clients at a time",
        "requests answered",
        "in a second",
        "median, ms",
        "99 of 100 within, ms",
    ]
    return table([*head, "memory of the service, MB"], rows)


def whole(script, labels, backends=("tensorflow",)):
    """Return rows: the median seconds of three whole runs, and the numbers behind labels."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = copy_chapter(script, folder)
        for backend in backends:
            runs = [succeed(path, KERAS_BACKEND=backend) for _ in range(3)]
            seconds = statistics.median(run.seconds for run in runs)
            found = [first_number(runs[0].stdout, label) for label in labels]
            rows.append([f"`{Path(script).name}`, {backend}", f"{seconds:.1f}"])
            rows[-1] += [f"{number:.6g}" for number in found]
    return rows


# One step of a network on one core, or shared by two: devices of one process, or processes.
SHARED_STEP = """import contextlib, os, sys, time
import keras, numpy as np
from keras import layers
units, batch, steps, devices = map(int, sys.argv[1:])
scope, share = contextlib.nullcontext(), batch
if devices > 1 and keras.config.backend() == "tensorflow":
    import tensorflow as tf
    half = tf.config.LogicalDeviceConfiguration()
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [half] * devices)
    scope = tf.distribute.MirroredStrategy().scope()
elif devices > 1:
    import jax
    jax.config.update("jax_num_cpu_devices", devices)
    scope = keras.distribution.DataParallel().scope()
elif "KERAS_DISTRIBUTION_NUM_PROCESSES" in os.environ:
    keras.distribution.initialize()
    share = batch // 2
    scope = keras.distribution.DataParallel(auto_shard_dataset=False).scope()
rows = np.random.default_rng(7).random((share * steps, 9), dtype="float32")
with scope:
    model = keras.Sequential([keras.Input((9,))])
    for size in (units, units, units):
        model.add(layers.Dense(size, activation="relu"))
    model.add(layers.Dense(1))
    model.compile(loss="mean_squared_error", optimizer="adam")
    model.fit(rows, rows[:, :1], batch_size=share, verbose=0)
    start = time.perf_counter()
    model.fit(rows, rows[:, :1], batch_size=share, epochs=3, verbose=0)
seconds = time.perf_counter() - start
print(f"Weights: {model.count_params()}")
print(f"Milliseconds: {seconds / 3 / steps * 1000}")
"""


def two_ranks(path, *arguments):
    """Run a program as two processes that train together, one on each core; return its output."""
    address = {"KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{free_port()}"}
    address |= {"KERAS_BACKEND": "jax", "KERAS_DISTRIBUTION_NUM_PROCESSES": "2"}
    with ThreadPoolExecutor() as pool:
        ranks = [
            pool.submit(succeed, path, *arguments, prefix=("taskset", "-c", str(rank)),
                        KERAS_DISTRIBUTION_PROCESS_ID=str(rank), **address)
            for rank in (0, 1)
        ]  # fmt: skip
        return ranks[0].result()


def sharing():
    """A step on one core, and shared by two devices or two processes, for small and large work."""
    rows = []
    one_core, both = ("taskset", "-c", "0"), ("taskset", "-c", "0,1")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "step.py"
        path.write_text(SHARED_STEP, encoding="utf-8")
        for units, batch, steps in ((68, 32, 200), (68, 4096, 20), (2234, 32, 10), (2234, 256, 5)):
            work = (units, batch, steps)
            runs = [
                succeed(path, *work, 1, prefix=one_core),
                succeed(path, *work, 2, prefix=both),
                succeed(path, *work, 1, prefix=one_core, KERAS_BACKEND="jax"),
                succeed(path, *work, 2, prefix=both, KERAS_BACKEND="jax"),
                two_ranks(path, *work, 1),
            ]
            weights = first_number(runs[0].stdout, "Weights:")
            rows.append([f"{weights:,.0f} weights, {batch:,} rows"])
            rows[-1] += [f"{first_number(run.stdout, 'Milliseconds:'):,.1f}" for run in runs]
    head = ["milliseconds of a step", "TensorFlow: one core alone", "two devices"]
    return table([*head, "JAX: one core alone", "two devices", "two processes"], rows)


PARTITIONS = """import sys, time
import pandas as pd
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
network = sys.argv[1]
def predict(tables):
    import keras  # in the process of the task
    model = keras.saving.load_model(network)
    for table in tables:
        yield pd.DataFrame({"prediction": model.predict(table, batch_size=4096, verbose=0)[:, 0]})
rows = spark.range(1_200_000).repartition(12)
rows = rows.selectExpr(*[f"rand({number}) AS column_{number}" for number in range(9)]).cache()
rows.count()
start = time.perf_counter()
rows.mapInPandas(predict, "prediction double").write.mode("overwrite").format("noop").save()
print(f"Seconds: {time.perf_counter() - start}")
"""


def partitions():
    """Twelve partitions predicted in Spark, with workers that stay and with new ones each time."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = copy_chapter("04/save_trained_model.py", folder)
        succeed(path)
        program = path.with_name("partitions.py")
        program.write_text(PARTITIONS, encoding="utf-8")
        for reuse in ("true", "false"):
            settings = f"--conf spark.python.worker.reuse={reuse} pyspark-shell"
            done = succeed(program, path.with_name("trained_model.keras"), KERAS_BACKEND="jax",
                           PYSPARK_SUBMIT_ARGS=settings, PYSPARK_PYTHON=sys.executable)  # fmt: skip
            seconds = first_number(done.stdout, "Seconds:")
            rows.append([f"`spark.python.worker.reuse={reuse}`", f"{seconds:.1f}"])
            rows[-1] += [f"{seconds / 12:.1f}", f"{1_200_000 / seconds:,.0f}"]
    head = ["1.2 million rows in 12 partitions, two tasks at a time", "s"]
    return table([*head, "s for each partition", "rows in a second"], rows)


def spark():
    """Two tasks of train_on_spark.py on this machine."""
    labels = ["Training on", "Predicted", "the typical error is", "would be wrong by"]
    head = ["whole script, median of 3", "s", "training rows", "predicted rows", "typical error",
            "always the average"]  # fmt: skip
    return table(head, whole("04/scaling/train_on_spark.py", labels, ["jax"]))


# Makes so many photos in two classes: each other than the rest, 320 x 240 pixels.
PHOTOS = """
import sys
from pathlib import Path
import numpy as np
from PIL import Image
for name in ("cats", "dogs"):
    folder = Path(sys.argv[2], name)
    folder.mkdir(parents=True)
    for number in range(int(sys.argv[1]) // 2):
        pixels = np.random.default_rng().integers(0, 256, (6, 8, 3), "uint8")
        Image.fromarray(pixels).resize((320, 240)).save(folder / f"{number}.jpg")
"""
# Reads the prepared pictures as fine_tune.py does, in as many steps as fit takes in an epoch.
EPOCH = """
from pathlib import Path
import keras
folder = Path(__file__).with_name("prepared") / "training"
reading = {"image_size": (224, 224), "crop_to_aspect_ratio": True}
for pictures, names in keras.utils.image_dataset_from_directory(folder, **reading):
    pass
"""


def many_pictures():
    """Memory and seconds of prepare_pictures.py, and of one reading of what it made."""
    rows = []
    for count in (2_000, 20_000):
        with tempfile.TemporaryDirectory() as folder:
            prepare = copy_chapter("05/your_pictures/prepare_pictures.py", folder)
            make, epoch = prepare.with_name("photos.py"), prepare.with_name("epoch.py")
            make.write_text(PHOTOS, encoding="utf-8")
            epoch.write_text(EPOCH, encoding="utf-8")
            succeed(make, count, Path(folder) / "photos")
            row = [f"{count:,}"]
            for path, *more in [(prepare, Path(folder) / "photos"), (epoch,)]:
                done = succeed(path, *more, prefix=(sys.executable, "-c", MEMORY))
                memory = first_number(done.stdout, "Largest memory:")
                row += [f"{memory:,.0f}", f"{done.seconds:,.0f}"]
            rows.append(row)
    head = ["pictures", "prepare: memory, MB", "s", "an epoch's reading: memory, MB", "s"]
    return table(head, rows)


def reuse_table(printed):
    """Return what tests/reuse.py printed as a table: the average over the seeds, and its range."""
    rows = []
    for count in dict.fromkeys(re.findall(r"^(\d+) pictures", printed, re.M)):
        runs = re.findall(
            rf"^{count} pictures, .+ head (\S+)%, .+ned (\S+)%, .+tch (\S+)%", printed, re.M
        )
        cells = []
        for values in zip(*runs, strict=True):
            shares = [float(value) for value in values]
            cells.append(f"{statistics.mean(shares):.0f}% ({min(shares):.0f} to {max(shares):.0f})")
        rows.append([f"{count} pictures", *cells])
    return table(["to learn from, of each kind", "new head", "fine-tuned", "from scratch"], rows)


def reuse():
    """fine_tune.py's recipe and the same network from scratch: others named right, five seeds."""
    with tempfile.TemporaryDirectory() as folder:
        path = copy_chapter("05/more/bring_weights.py", folder)
        succeed(path)
        script = Path(__file__).with_name("reuse.py")
        return reuse_table(succeed(script, path.with_name("efficientnet_lite0.keras")).stdout)


TABLES = [
    cold,
    faster,
    big_data,
    export,
    predict,
    service,
    sharing,
    partitions,
    spark,
    many_pictures,
    reuse,
]


def main(only):
    names = [function.__name__ for function in TABLES]
    if unknown := {*only} - {*names}:
        sys.exit(f"{', '.join(sorted(unknown))}: no such table. There are {', '.join(names)}.")
    known = benchmarks()
    for function in TABLES:
        if only and function.__name__ not in only:
            continue
        print(f"\n{function.__doc__}\n", flush=True)
        known[function.__name__] = function()
        print(known[function.__name__], flush=True)
        parts = [f"## {name}\n\n{known[name]}\n" for name in names if name in known]
        text = "\n".join(["# What tests/benchmark.py measured, on two cores\n", *parts])
        RESULTS.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
