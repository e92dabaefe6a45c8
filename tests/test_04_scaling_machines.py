"""Several processes and machines: all do together what one does alone."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from layout import ROOT, text_of
from missing import lacks, needs
from outputs import first_number
from running import change, environment, output_of, output_of_program
from servers import free_port

MACHINES = "04/scaling/train_on_machines.py"
RMSE = "test games is $"


def losses(text):
    """Return the loss of each epoch that Keras printed, by epoch."""
    return {
        int(epoch): float(loss)
        for epoch, loss in re.findall(r"Epoch (\d+)/\d+\n.*?loss: (\S+)", text)
    }


@contextlib.contextmanager
def ranks(path, address, prefixes=((), ()), **more):
    """Start rank 0 and the others as their machines would; their output goes beside the script."""
    started = []
    more |= {"KERAS_DISTRIBUTION_JOB_ADDRESSES": address}
    more |= {"KERAS_DISTRIBUTION_NUM_PROCESSES": str(len(prefixes))}
    try:
        for rank, prefix in enumerate(prefixes):
            with path.with_name(f"{rank}.log").open("wb") as log:
                own = environment(KERAS_DISTRIBUTION_PROCESS_ID=str(rank), **more)
                command = [*prefix, sys.executable, path]
                started.append(subprocess.Popen(command, stdout=log, stderr=log, env=own))
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def log(path, rank):
    return path.with_name(f"{rank}.log").read_text(encoding="utf-8")


def together(path, address=None, **more):
    """Train with two ranks or more, which must end well; return what rank 0 prints."""
    with ranks(path, address or f"127.0.0.1:{free_port()}", **more) as started:
        statuses = [process.wait(600) for process in started]
    assert not any(statuses), log(path, 0) + log(path, 1)
    return log(path, 0)


DOLLARS = """
import sys, keras, pandas as pd
games = pd.read_csv(sys.argv[2])
model = keras.saving.load_model(sys.argv[1])
answers = model.predict(games.drop(columns="total_earnings"), verbose=0)[:, 0]
print("typical error:", ((answers - games.total_earnings) ** 2).mean() ** 0.5)
"""


def test_alone_it_learns_and_saves_a_network_that_takes_stars_and_answers_dollars(
    finished, tmp_path
):
    result = finished(MACHINES)
    assert list(losses(result.stdout)) == list(range(1, 21))
    assert 500 < first_number(result.stdout, RMSE) < 4500
    assert not (Path(result.folder) / "backup_0").exists(), "a whole training needs no backup"
    network, games = Path(result.folder) / "machines_model.keras", ROOT / "03/sales_data_test.csv"
    printed = output_of_program(tmp_path, DOLLARS, network, games)
    same = first_number(result.stdout, RMSE)
    assert first_number(printed, "typical error:") == pytest.approx(same, abs=1)


two_ranks = pytest.mark.skipif(sys.platform == "win32", reason="JAX cannot connect ranks there")


@two_ranks
def test_two_ranks_do_what_one_does(chapter, finished):
    one = losses(finished(MACHINES).stdout)
    two = losses(together(change(chapter(MACHINES), EPOCHS=3)))
    assert list(two) == [1, 2, 3]
    assert two == pytest.approx({epoch: one[epoch] for epoch in two}, rel=1e-3)


@two_ranks
@pytest.mark.long
def test_after_a_rank_was_killed_the_same_commands_end_as_an_undisturbed_training(
    chapter, finished
):
    path = chapter(MACHINES)
    needs("jax")
    with ranks(path, f"127.0.0.1:{free_port()}") as (first, second):
        until = time.monotonic() + 300
        while "Epoch 8/" not in log(path, 0):
            assert time.monotonic() < until and first.poll() is None, log(path, 0)
            time.sleep(0.1)
        second.kill()
        assert first.wait(300) != 0
    assert "another task died" in log(path, 0)
    whole, rest = finished(MACHINES).stdout, together(path)
    assert set(losses(rest)) < set(losses(whole)), "it began anew"
    assert losses(rest)[20] == pytest.approx(losses(whole)[20], rel=1e-3)
    assert first_number(rest, RMSE) == pytest.approx(first_number(whole, RMSE), rel=0.02)


@two_ranks
@pytest.mark.long
def test_with_the_own_files_of_each_rank_as_the_page_has_it(chapter):
    needs("jax")
    path = chapter(MACHINES)
    (path.parent / "parts").mkdir()
    games = pd.read_csv(path.parents[2] / "03" / "sales_data_training.csv")
    for number in range(4):
        games[number::4].to_csv(path.parent / "parts" / f"{number}.csv", index=False)
    blocks = re.findall(r"(?s)```python\n(FILES = .*?)```", text_of("04/scaling/README.md"))
    text = path.read_text(encoding="utf-8")
    old = text[text.index("def batches():") : text.index("# 4. ")]
    printed = together(change(path, (old, f"{blocks[0]}\n\n"), ROWS=960))
    assert 500 < first_number(printed, RMSE) < 4500


@two_ranks
@pytest.mark.long
def test_three_ranks_do_what_one_does_with_steps_that_three_can_share(chapter):
    needs("jax")
    path = change(chapter(MACHINES), EPOCHS=3, BATCH=30)
    one = losses(output_of(path))
    path = change(chapter(MACHINES), EPOCHS=3)  # 32 rows: each of the three takes ten
    three = losses(together(path, prefixes=((), (), ())))
    assert three == pytest.approx(one, rel=1e-3)


@two_ranks
@pytest.mark.long
def test_open_mpi_starts_two_ranks(chapter, finished):
    needs("jax")
    if not shutil.which("mpirun"):
        lacks("no program mpirun (openmpi-bin)")
    root = ["--allow-run-as-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    command = ["mpirun", *root, "--oversubscribe", "-n", "2", sys.executable]
    path = change(chapter(MACHINES), EPOCHS=3)
    done = subprocess.run(
        [*command, path],
        env=environment(KERAS_DISTRIBUTION_NUM_PROCESSES="2"),
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("Epoch 3/3") == 1, "both printed, so each trained alone"
    one = losses(finished(MACHINES).stdout)
    assert losses(done.stdout)[3] == pytest.approx(one[3], rel=1e-3)


@pytest.fixture
def hosts(tmp_path):
    """Two hosts, kurs1 and kurs2: network namespaces with a cable, and a hosts file for each."""
    needs("jax")
    if not shutil.which("ip") or not shutil.which("unshare"):
        lacks("no program ip (iproute2) or unshare")
    names = [f"keras{os.getpid()}{end}" for end in "ab"]
    files = [f"/etc/netns/{name}" for name in names]
    commands = [f"ip netns add {name}" for name in names]
    commands.append(f"ip link add v0 netns {names[0]} type veth peer name v1 netns {names[1]}")
    for number, name in enumerate(names):
        commands += [
            f"ip -n {name} address add 10.77.0.{number + 1}/24 dev v{number}",
            f"ip -n {name} link set v{number} up",
            f"ip -n {name} link set lo up",
            f"mkdir -p {files[number]}",
            f"cp {tmp_path / 'hosts'} {files[number]}/hosts",
        ]
    lines = "127.0.0.1 localhost\n10.77.0.1 kurs1\n10.77.0.2 kurs2\n"
    (tmp_path / "hosts").write_text(lines, encoding="utf-8")
    try:
        for command in commands:
            done = subprocess.run(command.split(), capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"no network namespaces here: {command}: {done.stderr.strip()}")
        start = 'hostname "$0" && exec "$@"'
        prefixes = [f"ip netns exec {name} unshare --uts sh -c".split() for name in names]
        yield [(*prefix, start, f"kurs{n}") for n, prefix in enumerate(prefixes, start=1)]
    finally:
        for name, file in zip(names, files, strict=True):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
            shutil.rmtree(file, ignore_errors=True)


@pytest.mark.parametrize("host", ["10.77.0.1", "kurs1"])
@pytest.mark.long
def test_two_hosts_by_address_and_by_name(host, hosts, chapter, finished):
    path = change(chapter(MACHINES), EPOCHS=2)
    printed = together(path, f"{host}:7777", prefixes=hosts)
    here = losses(finished(MACHINES).stdout)
    assert losses(printed) == pytest.approx({1: here[1], 2: here[2]}, rel=1e-3)
