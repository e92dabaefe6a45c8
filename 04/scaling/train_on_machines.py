"""Train on several devices of one machine, then in several processes or on several machines.

Chapter 4, scaling, script 4.
Reads:  sales_data_training_scaled.csv, sales_data_test_scaled.csv
Writes: nothing
Prints: seconds, losses and test MSE of each way, and whether all ranks hold the same weights

Without options everything happens here. On N machines, start one line on each, R from 0 to N - 1:
    python 04/train_distributed.py --address HOST:PORT --processes N --rank R
HOST is the machine of rank 0, PORT a free port there.
"""

import importlib.util
import multiprocessing.connection
import os
import socket
import sys
import threading
import time
from pathlib import Path

# This process watches. The ranks that it starts import this file again, and train with JAX.
os.environ["KERAS_BACKEND"] = "tensorflow" if __name__ == "__main__" else "jax"
import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

if __name__ != "__main__":
    import jax
    from jax._src.lib import _jax
    from jax.experimental import multihost_utils

HERE = Path(__file__).resolve().parent
TARGET = "total_earnings"
FEATURES = (
    "critic_rating is_action is_exclusive_to_us is_portable is_role_playing "
    "is_sequel is_sports suitable_for_kids unit_price"
).split()
EPOCHS = 5
BATCH = 32  # rows in one step of all together: each device or rank takes its share
JOIN_SECONDS = 60  # so long the ranks wait for each other to start
DEAD_SECONDS = 20  # so long a rank may be silent before the others give it up
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


# 2. Train with an ordinary fit, on every Nth row, from the same start whoever calls.
def train(rank=0, processes=1):
    (x, y), test = (
        [rows[rank : len(rows) // processes * processes : processes] for rows in pair]
        for pair in ((X_train, Y_train), (X_test, Y_test))
    )
    keras.utils.set_random_seed(7)
    sizes = [(50, "relu"), (100, "relu"), (50, "relu"), (1, "linear")]
    model = keras.Sequential([keras.Input(shape=(9,)), *(layers.Dense(*size) for size in sizes)])
    model.compile(loss="mean_squared_error", optimizer="adam")
    batch, start = BATCH // processes, time.perf_counter()
    history = model.fit(x, y, batch_size=batch, epochs=EPOCHS, shuffle=False, verbose=0).history
    seconds = time.perf_counter() - start
    return model, (history["loss"], seconds, model.evaluate(*test, batch_size=batch, verbose=0))


# 3. One rank: join the others, train, compare the weights; end when the watching process ends.
def train_rank(rank, processes, address, own, answers):
    for stream in (1, 2):  # what the libraries print would mix with what the others print
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    watcher = multiprocessing.parent_process()
    threading.Thread(target=lambda: (watcher.join(), os._exit(1)), daemon=True).start()
    try:
        if processes > 1:
            # JAX 0.10 would tell the others the address behind this machine's name: 127.0.1.1?
            gloo = _jax.make_gloo_tcp_collectives
            _jax.make_gloo_tcp_collectives = lambda **more: gloo(hostname=own, **more)

            # 4. Join: keras.distribution.initialize does this, but notices a death after 100 s.
            jax.distributed.initialize(
                *(address, processes, rank),
                initialization_timeout=JOIN_SECONDS,
                heartbeat_timeout_seconds=DEAD_SECONDS,
                shutdown_timeout_seconds=DEAD_SECONDS,
                coordinator_bind_address=f"{own}:{address.rsplit(':', 1)[1]}",
            )
            deal = keras.distribution.DataParallel(auto_shard_dataset=False)
            keras.distribution.set_distribution(deal)

        # 5. Train on this rank's rows; then everybody gathers, and compares, everybody's weights.
        answers.put((rank, "joined"))
        model, answer = train(rank, processes)
        weights = np.concatenate([array.ravel() for array in model.get_weights()])
        everybodys = np.atleast_2d(multihost_utils.process_allgather(weights))
        same = all(other.tobytes() == weights.tobytes() for other in everybodys)
        jax.distributed.shutdown()
        answers.put((rank, (*answer, same)))
    except Exception as problem:
        answers.put((rank, repr(problem)))
        os._exit(1)


# 6. Start ranks and watch them: when one ends badly, this process ends, and with it the others.
def watch(ranks, processes, address, own):
    spawn = multiprocessing.get_context("spawn")
    answers, heard, started = spawn.SimpleQueue(), [], {}
    for rank in ranks:
        arguments = (rank, processes, address, own, answers)
        process = spawn.Process(target=train_rank, args=arguments, daemon=True)
        process.start()
        started[process.sentinel] = rank, process
    while started:
        rank, process = started.pop(multiprocessing.connection.wait(started)[0])
        process.join()
        while not answers.empty():
            heard.append(answers.get())
        if process.exitcode:
            why = f"status {process.exitcode}, {dict(heard).get(rank)}"[:300].replace("\n", " ")
            if (rank, "joined") not in heard:
                sys.exit(
                    f"{address}: rank {rank} did not meet {processes} ranks there ({why}). "
                    f"Check the address and start all ranks within {JOIN_SECONDS} seconds."
                )
            sys.exit(
                f"Rank {rank} of {processes} ended early ({why}): it or another rank died, "
                "or the network broke. Start all ranks again."
            )
    return [dict(heard)[rank] for rank in ranks]


def show(way, losses, seconds, mse, *_):
    print(f"{way:28} {seconds:7.2f} {losses[0]:13.6e} {losses[-1]:13.6e} {mse:9.2e}", flush=True)


if __name__ == "__main__":
    # 7. Read the options, if there are any: which of how many ranks this machine is.
    given = sys.argv[1:] or "--address 127.0.0.1:0 --processes 2 --rank 0".split()
    try:
        options = dict(zip(given[::2], given[1::2], strict=True))
        host, port = options.pop("--address").rsplit(":", 1)
        processes, rank = int(options.pop("--processes")), int(options.pop("--rank"))
        if options or not 0 <= rank < processes <= BATCH:
            raise ValueError(f"not 0 <= R < N <= {BATCH}, or unknown options")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect((host, int(port) or 9))  # sends nothing, but finds the way
            own = way.getsockname()[0]
        if rank == 0:
            with socket.create_server((own, int(port))) as free:
                port = free.getsockname()[1]
    except (KeyError, ValueError, OSError, OverflowError) as problem:
        sys.exit(
            f"{' '.join(given)}: {problem!r}. Use --address HOST:PORT --processes N --rank R "
            "with the name of rank 0's machine and a port that is free there."
        )

    # 8. Several devices in one process: every GPU, or two halves of the CPU where there is none.
    print(f"{'way':28} seconds  loss, epoch 1  loss, epoch {EPOCHS}  test MSE", flush=True)
    if len(sys.argv) == 1:
        half = tf.config.LogicalDeviceConfiguration()
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [half, half])
        show("TensorFlow, 1 device", *train()[1])
        strategy = tf.distribute.MirroredStrategy()
        with strategy.scope():
            show(f"TensorFlow, {strategy.num_replicas_in_sync} devices", *train()[1])

    # 9. Several processes: all of them here, or one here and the others elsewhere.
    if not importlib.util.find_spec("jax"):
        print(
            "Package jax is missing. Install it: python -m pip install -r "
            "04/scaling_requirements.txt",
            file=sys.stderr,
        )
        sys.exit(69)
    if len(sys.argv) == 1:
        os.environ["JAX_PLATFORMS"] = "cpu"
        (one,) = watch([0], 1, f"{host}:{port}", own)
        show("JAX, 1 process", *one)
    ranks = range(processes) if len(sys.argv) == 1 else [rank]
    results = watch(ranks, processes, f"{host}:{port}", own)
    for rank, result in zip(ranks, results, strict=True):
        show(f"JAX, rank {rank} of {processes}", *result)
    if not all(result[3] for result in results):
        sys.exit("The ranks hold different weights. Start all ranks again, with the same files.")
    print(f"The weights of all {processes} ranks are equal to the bit.")
    if len(sys.argv) == 1:
        off = max(abs(a / b - 1) for a, b in zip(results[0][0], one[0], strict=True))
        print(
            f"The losses of 1 and {processes} processes differ by at most {off:.0e} of their size."
        )
