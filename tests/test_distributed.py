"""Several devices, processes and machines: the proofs of 04/train_distributed.py, and its ends."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import course
import pytest

SCRIPT = "04/train_distributed.py"
OPTIONS = "--address {} --processes 2 --rank {}"
pytest.importorskip("jax", reason="python -m pip install -r 04/scaling_requirements.txt")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def start(path, address, rank, prefix=()):
    """Start one rank the way its machine would; its output goes to files beside the script."""
    with (
        path.with_name(f"{rank}.out").open("wb") as out,
        path.with_name(f"{rank}.err").open("wb") as err,
    ):
        command = [*prefix, sys.executable, path, *OPTIONS.format(address, rank).split()]
        return subprocess.Popen(command, stdout=out, stderr=err, env=course.environment())


def said(path, rank):
    """Return what a rank printed, and the lines it wrote to stderr itself."""
    out, err = (path.with_name(f"{rank}.{end}").read_text("utf-8") for end in ("out", "err"))
    lines = [line for line in course.said(finished_with(err)) if not line.startswith("To enable")]
    return out, lines


def finished_with(stderr):
    return subprocess.CompletedProcess([], 0, "", stderr)


def row(text, label):
    """Return the numbers behind a label of the table: seconds, losses, test MSE."""
    line = next(line for line in text.splitlines() if line.startswith(label))
    return course.numbers(line.removeprefix(label))


@contextlib.contextmanager
def both(path, address, prefixes=((), ())):
    ranks = [start(path, address, rank, prefixes[rank]) for rank in (0, 1)]
    try:
        yield ranks
    finally:
        for process in ranks:
            process.kill()
            process.wait()


def test_two_devices_and_two_processes_do_what_one_does(finished):
    text = finished(SCRIPT).stdout
    for alone, several in (
        ("TensorFlow, 1 device ", "TensorFlow, 2 devices"),
        ("JAX, 1 process ", "JAX, rank 0 of 2"),
    ):
        one, two = row(text, alone), row(text, several)
        assert one[1:] == pytest.approx(two[1:], rel=1e-4)
        assert one[2] < one[1] / 10, "it did not learn"
        assert one[3] < 2e-3
    assert row(text, "JAX, rank 0 of 2")[1:] == row(text, "JAX, rank 1 of 2")[1:]
    assert "The weights of all 2 ranks are equal to the bit." in text
    assert course.first_number(text, "differ by at most") < 1e-4


def test_ranks_that_hold_different_weights_are_found_out(chapter):
    line = "everybodys = np.atleast_2d"
    path = course.change(chapter(SCRIPT), (line, f"weights[0] += rank * 1e-7; {line}"), EPOCHS=1)
    with both(path, f"127.0.0.1:{free_port()}") as ranks:
        assert [process.wait(300) for process in ranks] == [1, 1]
    for rank in (0, 1):
        assert "The ranks hold different weights" in said(path, rank)[1][-1]


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the rank's process in /proc")
@pytest.mark.parametrize(
    "victim, how",
    [(1, signal.SIGKILL), (1, signal.SIGSTOP), (0, signal.SIGKILL)],
    ids=["rank 1 killed", "rank 1 silent", "rank 0 killed"],
)
def test_a_rank_that_dies_ends_the_other_with_one_line_within_a_minute(victim, how, chapter):
    mark = 'answers.put((rank, "joined"))'
    note = f'(HERE / f"{{rank}}.pid").write_text(str(os.getpid()), encoding="utf-8"); {mark}'
    path = course.change(chapter(SCRIPT), (mark, note), EPOCHS=100_000)
    notes = [path.with_name(f"{rank}.pid") for rank in (0, 1)]
    with both(path, f"127.0.0.1:{free_port()}") as ranks:
        survivor = ranks[1 - victim]
        until = time.monotonic() + 240
        while not all(note.exists() and note.read_text("utf-8") for note in notes):
            assert time.monotonic() < until and survivor.poll() is None, said(path, 1 - victim)
            time.sleep(0.2)
        time.sleep(5)  # now they train
        process = int(notes[victim].read_text("utf-8"))
        os.kill(process, how)
        begin = time.monotonic()
        try:
            assert survivor.wait(120) == 1
            assert time.monotonic() - begin < 60
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    (line,) = said(path, 1 - victim)[1]
    assert line.startswith(f"Rank {1 - victim} of 2 ended early")
    assert "Start all ranks again" in line


def test_a_rank_that_nobody_meets_gives_up_with_one_line(chapter):
    path = course.change(chapter(SCRIPT), JOIN_SECONDS=5)
    address = f"127.0.0.1:{free_port()}"
    process = start(path, address, 1)
    assert process.wait(200) == 1
    (line,) = said(path, 1)[1]
    assert line.startswith(f"{address}: rank 1 did not meet 2 ranks there")


WRONG = {
    "--address 127.0.0.1:7777 --processes 2 --rank 2": "0 <= R < N",
    "--address 127.0.0.1:7777 --processes 2": "--rank",
    "--address 127.0.0.1:70000 --processes 2 --rank 0": "70000|0-65535",
    "--address nowhere.invalid:7777 --processes 2 --rank 1": "nowhere.invalid",
    "--address 127.0.0.1 --processes 2 --rank 0": "127.0.0.1",
}


def test_a_wrong_option_is_one_line(chapter, tmp_path):
    path = chapter(SCRIPT)
    runs = course.run_all([(path, *options.split()) for options in WRONG], tmp_path)
    for why, done in zip(WRONG.values(), runs, strict=True):
        assert done.returncode == 1
        (line,) = course.said(done)
        assert re.search(why, line)
        assert "Use --address HOST:PORT --processes N --rank R" in line


def test_a_port_in_use_is_one_line(chapter):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        done = course.run(chapter(SCRIPT), *OPTIONS.format(address, 0).split())
    assert done.returncode == 1
    (line,) = course.said(done)
    assert "in use" in line


def test_without_jax_the_devices_still_train(chapter):
    hidden = ('find_spec("jax")', 'find_spec("jaxx")')
    done = course.run(course.change(chapter(SCRIPT), hidden, EPOCHS=1))
    assert done.returncode == course.NEEDS_MORE
    assert row(done.stdout, "TensorFlow, 2 devices")
    (line,) = [line for line in course.said(done) if "jax" in line]
    assert "pip install -r 04/scaling_requirements.txt" in line


@pytest.fixture
def hosts():
    """Two hosts: network namespaces 10.77.0.1 and 10.77.0.2, joined by a cable of their own."""
    if not shutil.which("ip"):
        pytest.skip("no program ip (iproute2)")
    names = [f"keras{os.getpid()}{end}" for end in "ab"]
    commands = [f"ip netns add {name}" for name in names]
    commands.append(f"ip link add v0 netns {names[0]} type veth peer name v1 netns {names[1]}")
    for number, name in enumerate(names):
        commands += [
            f"ip -n {name} address add 10.77.0.{number + 1}/24 dev v{number}",
            f"ip -n {name} link set v{number} up",
            f"ip -n {name} link set lo up",
        ]
    try:
        for command in commands:
            done = subprocess.run(command.split(), capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"no network namespaces here: {command}: {done.stderr.strip()}")
        yield [("ip", "netns", "exec", name) for name in names]
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def test_two_hosts(hosts, chapter):
    path = course.change(chapter(SCRIPT), EPOCHS=2)
    with both(path, "10.77.0.1:7777", hosts) as ranks:
        statuses = [process.wait(300) for process in ranks]
    outputs = [said(path, rank) for rank in (0, 1)]
    assert statuses == [0, 0], outputs
    for text, _ in outputs:
        assert "The weights of all 2 ranks are equal to the bit." in text
    assert row(outputs[0][0], "JAX, rank 0 of 2")[1:] == row(outputs[1][0], "JAX, rank 1 of 2")[1:]
