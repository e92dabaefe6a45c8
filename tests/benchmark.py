"""Measure what the README promises, side by side in one run, and print the tables.

    python tests/benchmark.py               all tables, about half an hour on two quiet cores
    python tests/benchmark.py cold faster   these alone

Each table also replaces its forerunner in tests/benchmark.md, which the README quotes:
python tests/update_readme.py copies it from there. A table is a function below; its name is
the name in benchmark.md and in the README's marker.
"""

import importlib.util
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import course

RESULTS = Path(__file__).with_name("benchmark.md")
ROUNDS = 5  # of each cold run


def table(head, rows):
    """Return a Markdown table; all columns but the first are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def succeed(path, *arguments, **more):
    """Run a script; end with what it said if it fails."""
    done = course.run(path, *arguments, timeout=7200, **more)
    if done.returncode:
        sys.exit(f"{path}: exit status {done.returncode}\n{done.stderr[-2000:]}")
    return done


def number_behind(text, label):
    """Return the first number behind a label."""
    return course.first_number(text, label)


# ---- cold: a cold run of each script against its plainest form ----

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
QUIET = "model.fit(X, Y, epochs=50, shuffle=True, verbose=0)\n"
LOUD = "model.fit(X, Y, epochs=50, shuffle=True, verbose=2)\n"
JUDGE = "print(model.evaluate(X_test, Y_test, verbose=0))\n"
PREDICT = """
games = read_csv("proposed_new_product.csv").values
print((model.predict(games, verbose=0)[0][0] + 0.115913) / 0.0000036968)
"""
PLAIN = {
    "04/train_model.py": LOAD + LOUD + JUDGE,
    "04/predict.py": LOAD + QUIET + JUDGE + PREDICT,
    "04/save_trained_model.py": LOAD
    + QUIET
    + JUDGE
    + PREDICT
    + 'model.save("trained_model.keras")\nmodel.save("trained_model.h5")\n',
    "04/load_saved_model.py": f"""
from pandas import *
from keras.models import *
for name in ("trained_model.keras", "trained_model.h5"):
    model = load_model(name)
    {PREDICT.strip().replace(chr(10), chr(10) + "    ")}
""",
    "06/model_logging.py": "import tensorflow as tf\nfrom keras.callbacks import *\n"
    + LOAD
    + """
logger = TensorBoard(log_dir="logs/plain", histogram_freq=5, write_graph=True)
model.fit(X, Y, epochs=50, shuffle=True, verbose=2, callbacks=[logger])
network = tf.function(model.call).get_concrete_function(tf.TensorSpec([None, 9], tf.float32))
with tf.summary.create_file_writer("logs/plain").as_default():
    tf.summary.graph(network.graph)
"""
    + JUDGE,
}


def cold():
    """Cold runs of the main scripts against the plainest form of the same script."""
    rows = []
    for script, text in PLAIN.items():
        with tempfile.TemporaryDirectory() as folder:
            ours = course.copy_chapter(script, folder)
            if script in course.FIRST:
                succeed(ours.with_name(course.FIRST[script].split("/")[1]))
            plain = ours.with_name("plain.py")
            plain.write_text(text, encoding="utf-8")
            seconds = {ours: [], plain: []}
            for turn in range(ROUNDS):
                for path in (ours, plain) if turn % 2 else (plain, ours):
                    seconds[path].append(succeed(path, cwd=path.parent).seconds)
        middle = [statistics.median(seconds[path]) for path in (ours, plain)]
        rows.append(
            [f"`{script}`", *(f"{value:.2f}" for value in middle), f"{middle[0] / middle[1]:.3f}"]
        )
    head = ["cold run, median of 5", "the course's script, s", "its plainest form, s", "ratio"]
    return table(head, rows)


# ---- faster, export: what the scripts print themselves, as a table ----


def faster():
    """The ways of 04/train_faster.py."""
    with tempfile.TemporaryDirectory() as folder:
        done = succeed(course.copy_chapter("04/train_faster.py", folder))
    number = r" +([\d.]+)"
    rows = re.findall(rf"^(\S.{{34}}){4 * number}  (.+ to .+)$", done.stdout, re.M)
    head = ["batches of 32", "50 epochs, s", "times faster", "50 more, s", "times faster"]
    head += ["test MSE over three seeds"]
    return table(head, [[row[0].strip(), *row[1:]] for row in rows])


def export():
    """The formats of 04/export_model.py: size, and seconds from start to answer."""
    seconds, sizes = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        path = course.copy_chapter("04/export_model.py", folder)
        for _ in range(3):
            done = succeed(path)
            for name, size, time, same in re.findall(
                r"^(\S+) +([\d,]+) +([\d.]+) +[\d,.]+  (.+)$", done.stdout, re.M
            ):
                seconds.setdefault(name, []).append(float(time))
                sizes[name] = (size, same)
    readers = {
        "keras_own.keras": "Keras",
        "saved_model": "TensorFlow alone",
        "network.onnx": "onnxruntime",
    }
    rows = [
        [readers[name], f"`{name}`", size, f"{statistics.median(seconds[name]):.2f}", same]
        for name, (size, same) in sizes.items()
    ]
    return table(
        ["read by", "file", "bytes", "seconds from start to answer", "equal to the cent"], rows
    )


# ---- big_data, readers: rows by the million ----

STREAMED = {
    "scaler.partial_fit(chunk)": "pass",
    "for chunk in pd.read_csv(file, chunksize=CHUNK):\n        pass": "table = pd.read_csv(file)\n"
    "    x = scaler.fit_transform(table[FEATURES + [TARGET]])\n"
    "    x, y = x[:, :-1], x[:, -1]",
    "batches(file, scaler), steps_per_epoch=steps, shuffle=False": "x, y, batch_size=BATCH",
}


def big_data():
    """Memory and seconds of 04/train_on_big_data.py against reading everything at once."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        streamed = course.copy_chapter("04/train_on_big_data.py", folder)
        text = streamed.read_text(encoding="utf-8")
        for old, new in STREAMED.items():
            assert old in text, old
            text = text.replace(old, new)
        at_once = streamed.with_name("at_once.py")
        at_once.write_text(text, encoding="utf-8")
        for count, rounds in ((100_000, 3), (1_000_000, 3), (10_000_000, 1)):
            measured = {streamed: [], at_once: []}
            for _ in range(rounds):
                for path, values in measured.items():
                    said = succeed(path, count).stdout
                    labels = ("Largest memory used:", "seconds,", "test rows is")
                    values.append([number_behind(said, label) for label in labels])
            row = [f"{count:,}"]
            for values in measured.values():
                memory, seconds, mse = map(statistics.median, zip(*values, strict=True))
                row += [f"{memory:,.0f}", f"{seconds:.1f}", f"{mse:.1e}"]
            rows.append(row)
    head = ["rows"]
    for way in ("streamed", "all at once"):
        head += [f"{way}: MB", "s per million rows", "test MSE"]
    return table(head, rows)


READERS = {
    "pandas": """
import pandas as pd
rows = sum(len(c.to_numpy()) for c in pd.read_csv(file, chunksize=50_000))
""",
    "pyarrow": """
import numpy as np
import pyarrow.csv
rows = sum(len(np.column_stack(b.columns)) for b in pyarrow.csv.open_csv(file))
""",
    "polars": """
import polars
rows = sum(len(b.to_numpy()) for b in polars.scan_csv(file).collect_batches(chunk_size=50_000))
""",
    "tensorflow": """
import tensorflow as tf
lines = tf.data.TextLineDataset(file).skip(1).batch(1024)
data = lines.map(lambda line: tf.stack(tf.io.decode_csv(line, [0.0] * 10), 1)).prefetch(2)
rows = sum(len(batch) for batch in data)
""",
    "tensorflow, make_csv_dataset": """
import tensorflow as tf
data = tf.data.experimental.make_csv_dataset(
    file, 1024, column_defaults=[0.0] * 10, num_epochs=1, shuffle=False
)
rows = sum(len(batch["unit_price"]) for batch in data)
""",
}


def readers():
    """Rows per second and memory of every reader that could stream the file."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "games.csv"
        line = "3.5,0,0,1,0,1,1,1,75965,39.99\n"
        columns = (course.ROOT / "03/sales_data_training.csv").read_text().splitlines()[0]
        file.write_text(columns + "\n" + line * 300_000, encoding="utf-8")
        for name, code in READERS.items():
            if not importlib.util.find_spec(name.split(",")[0]):
                rows.append([name, "not installed", ""])
                continue
            # Import first, then start the clock.
            imports, _, work = code.strip().partition("\n")
            if work.startswith("import"):
                more, _, work = work.partition("\n")
                imports += "\n" + more
            program = (
                f"import resource, time\n{imports}\nfile = {str(file)!r}\nstart = time.time()\n"
                f"{work}\nprint(rows / (time.time() - start), "
                "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)\n"
            )
            runs = []
            for _ in range(1 if "make_csv" in name else 3):  # that one takes its time
                done = subprocess.run(
                    [sys.executable, "-c", program],
                    env=course.environment(),
                    capture_output=True,
                    encoding="utf-8",
                    check=True,
                )
                runs.append([float(value) for value in done.stdout.split()])
            speed, memory = map(statistics.median, zip(*runs, strict=True))
            rows.append([name, f"{speed:,.0f}", f"{memory:,.0f}"])
    return table(["reader, 300,000 rows", "rows per second", "largest memory, MB"], rows)


# ---- distributed, spark: several devices, processes and tasks ----


def distributed():
    """The ways of 04/train_distributed.py: seconds are medians of three runs of the script."""
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        path = course.copy_chapter("04/train_distributed.py", folder)
        for _ in range(3):
            said = succeed(path).stdout
            runs.append(re.findall(r"^(\S.{27}) +([\d.]+) +(\S+) +(\S+) +(\S+)$", said, re.M))
    rows, alone = [], None
    for same in zip(*runs, strict=True):
        way, _, first, last, mse = same[0]
        seconds = statistics.median(float(row[1]) for row in same)
        alone = seconds if re.search(r", 1 ", way) else alone
        rows.append([way.strip(), f"{seconds:.2f}", f"{seconds / alone:.1f}", first, last, mse])
    head = ["same start, same batches of 32", "seconds", "times alone"]
    head += ["first loss", "last loss", "test MSE"]
    return table(head, rows)


def spark():
    """What 04/train_on_spark.py measures on this machine: medians of three runs."""
    labels = ("tasks trained in", "predictions in", "Farthest from a prediction here:")
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        path = course.copy_chapter("04/train_on_spark.py", folder)
        for _ in range(3):
            done = succeed(path)
            runs.append([done.seconds, *(number_behind(done.stdout, label) for label in labels)])
    whole, training, predicting, off = map(statistics.median, zip(*runs, strict=True))
    rows = [
        ["training in two tasks, with Spark's start of them", f"{training:.1f} s"],
        ["200,000 predictions in two tasks", f"{predicting:.1f} s"],
        ["the whole script", f"{whole:.1f} s"],
        ["farthest of these predictions from a local one", f"{off:.0e}"],
    ]
    return table(["Spark on two cores of this machine", "measured"], rows)


TABLES = [cold, faster, export, big_data, readers, distributed, spark]


def main(only):
    names = [function.__name__ for function in TABLES]
    if unknown := {*only} - {*names}:
        sys.exit(f"{', '.join(sorted(unknown))}: no such table. There are {', '.join(names)}.")
    known = course.benchmarks()
    for function in TABLES:
        name = function.__name__
        if only and name not in only:
            continue
        print(f"\n{function.__doc__}\n", flush=True)
        known[name] = function()
        print(known[name], flush=True)
        text = "# What tests/benchmark.py measured, on two cores\n"
        for key in names:
            if key in known:
                text += f"\n## {key}\n\n{known[key]}\n"
        RESULTS.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    os.environ.pop("KERAS_MAX_EPOCHS", None)
    main(sys.argv[1:])
