"""Train one network on several machines: each has a share of the rows, all have the same weights.

Chapter 4, scaling, script 4.
Reads:  ../sales_data_training_scaled.csv, ../sales_data_test_scaled.csv
Writes: machines_model.keras
Prints: the loss of each epoch, whether all ranks hold the same weights, and the test MSE

python train_on_machines.py [--resume]       starts two ranks on this machine, to try it
python train_on_machines.py --address HOST:PORT --processes N --rank R [--resume]
"""

import getopt
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"  # Keras trains on several machines with JAX
os.environ["JAX_ENABLE_PREEMPTION_SERVICE"] = "false"  # else a rank would not obey "kill"
try:
    import jax
    from jax.experimental import multihost_utils
except ModuleNotFoundError as problem:
    print(f"{problem}: python -m pip install -r 04/scaling/requirements.txt", file=sys.stderr)
    sys.exit(69)  # tells run_course.py that a package is missing
import keras
import numpy as np
import pandas as pd
from keras import layers

CHAPTER = Path(__file__).resolve().parents[1]  # the chapter's folder, with the CSVs
SAVED = CHAPTER / "scaling" / "machines_model.keras"
EPOCHS = 5
BATCH = 32  # rows of one step, of all ranks together


# 1. The network: put yours here.
def network():
    keras.utils.set_random_seed(7)  # the same first weights in every rank
    model = keras.Sequential([keras.Input(shape=(9,))])
    for units in [50, 100, 50]:
        model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(1, activation="linear"))
    model.compile(loss="mean_squared_error", optimizer="adam")
    model.optimizer.build(model.trainable_variables)  # so that its state can be sent, too
    return model


# 2. The rows of one rank: put yours here. All shuffle alike, then deal the rows like cards.
def rows_of(rank, processes, epoch):
    training = pd.read_csv(CHAPTER / "sales_data_training_scaled.csv")
    mine = training.sample(frac=1, random_state=epoch)[rank::processes]
    return mine.drop(columns="total_earnings"), mine["total_earnings"]


def train(address, processes, rank, resume):
    # 3. Meet the other ranks at the address. Who is silent for 20 seconds counts as dead.
    jax.distributed.initialize(
        address, processes, rank, heartbeat_timeout_seconds=20, shutdown_timeout_seconds=20
    )

    # 4. Start with what rank 0 has: the first weights, or those of an earlier run.
    model = network()
    if resume and rank == 0:
        model.load_weights(SAVED)
    values = [value.numpy() for value in model.variables + model.optimizer.variables]
    values = multihost_utils.broadcast_one_to_all(values)
    together = keras.distribution.DataParallel(auto_shard_dataset=False)  # rows_of deals the rows
    with together.scope():  # what is made here belongs to all ranks
        model = network()
        for mine, value in zip(model.variables + model.optimizer.variables, values, strict=True):
            mine.assign(value)

    # 5. Train with an ordinary fit. A rank with one step more than the others would wait for ever.
    share = BATCH // processes
    X, y = rows_of(rank, processes, epoch=0)
    steps = multihost_utils.process_allgather(np.array(len(X) // share)).min()
    done = int(model.optimizer.iterations) // steps  # epochs of an earlier run, 0 in a new one
    for epoch in range(done, EPOCHS):
        X, y = rows_of(rank, processes, epoch)
        X, y = X[: steps * share], y[: steps * share]
        with together.scope():
            history = model.fit(X, y, batch_size=share, shuffle=False, verbose=0).history
        if rank == 0:  # one file is enough: all hold the same
            model.save(SAVED.with_stem("unfinished"))
            SAVED.with_stem("unfinished").replace(SAVED)  # so SAVED is always whole
            print(f"Epoch {epoch + 1} of {EPOCHS}: loss {history['loss'][0]:.6e}", flush=True)

    # 6. Compare the weights of all ranks, and part.
    multihost_utils.assert_equal(model.get_weights(), "the ranks hold different weights")
    jax.distributed.shutdown()
    if rank == 0:
        test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")
        model = keras.saving.load_model(SAVED)  # an ordinary network, which needs no other rank
        test_mse = model.evaluate(test[X.columns], test["total_earnings"], verbose=0)
        print(f"The weights of the {processes} ranks are equal to the bit")
        print(f"Saved {SAVED.name}: the MSE of the test rows is {test_mse:.2e}")


if __name__ == "__main__":
    # 7. Without an address, start two ranks of this script here.
    if sys.argv[1:] in ([], ["--resume"]):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"127.0.0.1:{server.getsockname()[1]}"
        os.environ |= {"JAX_PLATFORMS": "cpu", "JAX_COORDINATOR_BIND_ADDRESS": address}
        command = [sys.executable, __file__, *sys.argv[1:], "--address", address, "--processes=2"]
        first = subprocess.Popen([*command, "--rank", "0"])
        second = subprocess.Popen([*command, "--rank", "1"])
        if first.wait():
            second.terminate()  # it may still wait for the first
        sys.exit(abs(first.returncode or second.wait()))

    # 8. Else be one rank. What would keep the ranks apart gets one line, before the work begins.
    try:
        names = ["address=", "processes=", "rank=", "resume"]
        pairs, more = getopt.getopt(sys.argv[1:], "", names)
        options = dict(pairs)
        host, port = options["--address"].rsplit(":", 1)
        port, processes, rank = int(port), int(options["--processes"]), int(options["--rank"])
        if more or not host or not 0 <= rank < processes or not 0 < port < 65536:
            raise ValueError(" ".join(sys.argv[1:]))
    except (getopt.GetoptError, KeyError, ValueError) as problem:
        usage = "--address HOST:PORT --processes N --rank R [--resume], R from 0 to N - 1"
        sys.exit(f"{problem}: not as in {usage}")
    if sys.platform == "win32":
        sys.exit("JAX cannot connect ranks on Windows. Use WSL2, Linux or macOS.")
    if BATCH % processes:
        sys.exit(f"{processes} ranks cannot share a batch of {BATCH} rows equally: change BATCH.")
    own = socket.gethostname()
    try:
        with socket.create_server((own, 0)) as server:
            loopback = server.getsockname()[0].startswith("127.")
        if loopback and host not in ("127.0.0.1", "localhost"):
            raise OSError("it stands for a 127. address, which leads every machine to itself")
    except OSError as problem:
        change = f"in /etc/hosts, give {own} the address that the others reach"
        sys.exit(f"JAX sends the others to this machine's own name, {own}: {problem}: {change}.")
    try:
        socket.getaddrinfo(host, port)
        if rank == 0:
            socket.create_server((host, port)).close()
    except (OSError, OverflowError) as problem:
        sys.exit(f"{host}:{port}: {problem}. HOST is rank 0's machine, PORT a free port there.")
    if "--resume" in options and rank == 0 and not SAVED.exists():
        sys.exit(f"{SAVED}: nothing to resume. Start without --resume.")
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):  # the ranks would look for each other behind it
            del os.environ[name]
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a rank that waits
    train(f"{host}:{port}", processes, rank, "--resume" in options)
