"""Several processes and machines: all do together what one does alone."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from missing import needs
from outputs import first_number, numbers, own_lines
from running import change, completed_all, copy_chapter, environment, output_of
from servers import free_port

MACHINES = "04/scaling/train_on_machines.py"


def losses(text):
    """Return the losses of the epochs that train_on_machines.py prints, by epoch."""
    lines = [numbers(line) for line in text.splitlines() if line.startswith("Epoch ")]
    return {int(epoch): loss for epoch, _, loss in lines}


def address():
    return f"127.0.0.1:{free_port()}"


def options(address, processes, rank):
    return f"--address {address} --processes {processes} --rank {rank}".split()


def test_two_ranks_do_what_one_does_also_from_its_checkpoint(chapter, finished):
    """One rank makes two epochs, then two ranks go on: the losses are those of two ranks alone."""
    text = finished(MACHINES).stdout
    assert "The weights of the 2 ranks are equal to the bit" in text
    two = losses(text)
    assert list(two) == [1, 2, 3, 4, 5]
    assert two[5] < two[1] / 10
    assert first_number(text, "test rows is") < 2e-3

    path = change(chapter(MACHINES), EPOCHS=2)
    one = losses(output_of(path, *options(address(), 1, 0)))
    more = losses(output_of(change(path, EPOCHS=5), "--resume"))
    assert (list(one), list(more)) == ([1, 2], [3, 4, 5])
    assert one | more == pytest.approx(two, rel=1e-5)


@contextlib.contextmanager
def ranks(path, address, prefixes=((), ()), **more):
    """Start rank 0 and rank 1 as their machines would; their output goes beside the script."""
    started = []
    try:
        for rank, prefix in enumerate(prefixes):
            with path.with_name(f"{rank}.log").open("wb") as log:
                command = [*prefix, sys.executable, path, *options(address, 2, rank)]
                usual = environment(**more)
                started.append(subprocess.Popen(command, stdout=log, stderr=log, env=usual))
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def log(path, rank):
    return path.with_name(f"{rank}.log").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="JAX cannot connect ranks on Windows")
def test_a_rank_that_dies_ends_the_other_and_leaves_a_whole_checkpoint(chapter):
    needs("jax")
    path = change(chapter(MACHINES), EPOCHS=100_000)
    with ranks(path, address()) as (first, second):
        until = time.monotonic() + 300
        while "Epoch 3 " not in log(path, 0):
            assert time.monotonic() < until and first.poll() is None, log(path, 0)
            time.sleep(0.2)
        os.kill(second.pid, signal.SIGTERM)
        assert second.wait(60) == -signal.SIGTERM, "a rank does not obey"
        assert first.wait(120) != 0
    assert "another task died" in log(path, 0)
    last = max(losses(log(path, 0)))
    change(path, EPOCHS=last + 1)
    out = output_of(path, *options(address(), 1, 0), "--resume")
    assert list(losses(out))[-1:] in ([], [last + 1])  # it may have died after a save


def test_what_keeps_ranks_apart_is_one_line(chapter, tmp_path):
    """On Windows, and on a machine whose own name stands for 127.0.0.1."""
    needs("jax")
    windows = change(chapter(MACHINES), ('sys.platform == "win32"', "sys.platform"))
    named = copy_chapter(MACHINES, tmp_path / "2")
    change(named, ("own = socket.gethostname()", 'own = "localhost"'))
    commands = [[path, *options("10.77.0.1:7777", 2, 1)] for path in (windows, named)]
    says = ["JAX cannot connect ranks on Windows", "localhost: it stands for a 127. address"]
    for done, words in zip(completed_all(commands, tmp_path), says, strict=True):
        (line,) = own_lines(done)
        assert done.returncode == 1 and words in line


@pytest.fixture
def hosts(tmp_path):
    """Two hosts, kurs1 and kurs2: network namespaces with a cable, and a hosts file for each."""
    needs("jax")
    if not shutil.which("ip") or not shutil.which("unshare"):
        pytest.skip("no program ip (iproute2) or unshare")
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


@pytest.mark.parametrize("host", [pytest.param("10.77.0.1", marks=pytest.mark.long), "kurs1"])
def test_two_hosts_by_address_and_by_name(host, hosts, chapter, finished):
    """With a proxy set, too, as in many companies: the ranks do not go there."""
    path = change(chapter(MACHINES), EPOCHS=2)
    proxy = {"http_proxy": "http://10.77.0.9:3128", "https_proxy": "http://10.77.0.9:3128"}
    with ranks(path, f"{host}:7777", hosts, **proxy) as started:
        statuses = [process.wait(300) for process in started]
    assert statuses == [0, 0], log(path, 0) + log(path, 1)
    assert "The weights of the 2 ranks are equal to the bit" in log(path, 0)
    here = losses(finished(MACHINES).stdout)
    assert losses(log(path, 0)) == pytest.approx({1: here[1], 2: here[2]}, rel=1e-5)
