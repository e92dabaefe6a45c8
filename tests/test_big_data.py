"""04/train_on_big_data.py: flat memory, a real shuffle, nothing left behind."""

import os
import re
import subprocess
import sys

import course
import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import MinMaxScaler

SCRIPT = "04/train_on_big_data.py"


def megabytes(stdout):
    return course.first_number(stdout, "Largest memory used:")


def test_memory_is_flat_and_the_network_learns(finished):
    """A third of a megabyte of rows for each ten thousand: 400,000 rows would be seen."""
    small = finished(SCRIPT, arguments=("50000",)).stdout
    large = finished(SCRIPT).stdout
    if sys.platform != "win32":
        assert megabytes(large) <= 1.1 * megabytes(small)
    assert course.first_number(large, "test rows is") < 1e-4
    assert "Made 500,000 rows" in large


def pieces():
    """Return the script's names up to its first step, without running the rest."""
    text = (course.ROOT / SCRIPT).read_text(encoding="utf-8").split("# 1. How many rows?")[0]
    names = {"__file__": SCRIPT}
    exec(compile(text, SCRIPT, "exec"), names)
    return names


def test_every_row_comes_once_in_a_pass_and_in_random_order(tmp_path):
    names = pieces()
    names["CHUNK"], names["BATCH"] = 1000, 10
    table = pd.DataFrame(0.0, index=range(10_000), columns=[*names["FEATURES"], names["TARGET"]])
    table[names["TARGET"]] = range(10_000)
    file = tmp_path / "rows.csv"
    table.to_csv(file, index=False)

    class Same:
        def transform(self, chunk):
            return chunk.to_numpy()

    stream = names["batches"](file, Same())
    for _ in range(2):  # a second pass, from the start of the file again
        seen = np.concatenate([next(stream)[1] for _ in range(1000)])
        assert sorted(seen) == list(range(10_000))
        distance = np.abs(seen - np.arange(10_000))
        assert distance.mean() > 200, "rows that are neighbors in the file stay neighbors"


def test_scaling_in_chunks_is_the_scaling_of_the_whole():
    games = pieces()["draw"](5000)
    whole, chunked = MinMaxScaler().fit(games), MinMaxScaler()
    for first in range(0, 5000, 700):
        chunked.partial_fit(games[first : first + 700])
    assert (whole.scale_ == chunked.scale_).all() and (whole.min_ == chunked.min_).all()


def test_no_number_of_rows_ends_in_one_line(chapter, tmp_path):
    path, arguments = chapter(SCRIPT), ["many", "1e6", "0"]
    runs = course.run_all([(path, argument) for argument in arguments], tmp_path)
    for argument, done in zip(arguments, runs, strict=True):
        assert done.returncode == 1
        (line,) = course.said(done)
        assert line.startswith(f"{argument}: ") and "such as 5_000_000" in line


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for a file's size")
def test_a_full_disk_ends_in_one_line_and_leaves_nothing(chapter, tmp_path):
    path = chapter(SCRIPT)
    room = tmp_path / "room"
    room.mkdir()
    limited = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6)); "
        f"sys.argv = [{str(path)!r}]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    done = course.run("-c", limited, cwd=tmp_path, TMPDIR=str(room))
    assert done.returncode == 1
    (line,) = course.said(done)
    assert "games.csv" in line and "TMPDIR" in line
    assert not list(room.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
def test_a_really_full_disk_ends_in_one_line_and_leaves_nothing(chapter, tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(room)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow a mount")
    try:
        done = course.run(chapter(SCRIPT), TMPDIR=str(room))
        assert done.returncode == 1
        (line,) = course.said(done)
        assert "No space left on device" in line and "TMPDIR" in line
        assert not list(room.iterdir())
    finally:
        subprocess.run(["umount", str(room)], check=True)


def test_a_terminal_gets_a_progress_bar(chapter):
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, str(chapter(SCRIPT)), "20000"],
        stdout=follower,
        stderr=subprocess.DEVNULL,
        env=course.environment(TERM="xterm"),
    ) as process:
        os.close(follower)
        shown = b""
        try:
            while piece := os.read(leader, 65536):
                shown += piece
        except OSError:  # the other side has ended
            pass
    os.close(leader)
    assert process.returncode == 0
    assert len(re.findall(rb"\d+/78", shown)) > 1, "no bar that moves"


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_also_on_another_backend(chapter, backend):
    pytest.importorskip(backend)
    done = course.run(chapter(SCRIPT), "20000", KERAS_BACKEND=backend)
    assert done.returncode == 0, done.stderr[-2000:]
    assert course.first_number(done.stdout, "test rows is") < 5e-3
