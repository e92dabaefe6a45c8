"""Run the scripts of the course in reading order, each in a process of its own.

    python run_course.py                      everything
    python run_course.py 04                   one chapter
    python run_course.py 04/train_model.py    one script

It changes nothing on this machine but what the scripts write into their own folders,
and it makes no environment: it uses the Python that runs it. Exit status: 0 if every
script did its work (or only missed the internet or an extra package), else 1.
"""

# No f-strings and no newer syntax here, so that even an old Python can say that it is too old.
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "run_course.py: this is Python %d.%d, the course needs 3.11, 3.12 or 3.13. "
        "Install one of them and run the set-up command of the README with it."
        % sys.version_info[:2]
    )

import ast
import importlib.metadata
import os
import re
import signal
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = {
    0: "ok",
    69: "needs an extra package: see its last line",
    75: "no internet: see its last lines",
}

# 1. Are the packages there that the scripts import?
missing, other = [], []
requirements = (HERE / "requirements.txt").read_text(encoding="utf-8")
for package, version in re.findall(r"^([\w.-]+)==(\S+)", requirements, re.M):
    try:
        installed = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        missing.append(package)
        continue
    if installed != version:
        other.append("%s %s instead of %s" % (package, installed, version))
if missing:
    sys.exit(
        'run_course.py: not installed for this Python: %s. Run: "%s" -m pip install -r "%s"'
        % (", ".join(missing), sys.executable, HERE / "requirements.txt")
    )
if other:
    print("Note: not the versions that the course was checked with: " + ", ".join(other))

# 2. Find the scripts, in the order that their docstrings state: "Chapter 4, script 2."
scripts = {}
for path in HERE.glob("0[0-9]/*.py"):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    place = re.search(r"^Chapter (\d+), script (\d+)\.", docstring, re.M)
    if place:
        name = path.parent.name + "/" + path.name
        scripts[name] = (int(place[1]), int(place[2]), docstring.splitlines()[0])
order = sorted(scripts, key=lambda name: scripts[name][:2])

# 3. Choose: everything but the exercises that wait for the reader, or what is named.
if len(sys.argv) > 1:
    chosen = []
    for argument in sys.argv[1:]:
        wanted = argument.replace("\\", "/").removeprefix("./").rstrip("/")
        matching = [name for name in order if wanted in (name, name.split("/")[0])]
        if not matching:
            sys.exit(
                "run_course.py: no chapter and no script is called %r. Chapters: %s; "
                "a script is written like 04/train_model.py."
                % (argument, ", ".join(sorted({name[:2] for name in order})))
            )
        chosen += [name for name in matching if name not in chosen]
else:
    chosen = order
if len(chosen) > 1:
    chosen = [name for name in chosen if not name.endswith("_exercise.py")]

# 4. Run them. TensorFlow's start-up chatter is turned off, all output is UTF-8.
environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONUTF8="1")
signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop button is a Ctrl-C
sys.stdout.reconfigure(line_buffering=True)
rows, process = [], None
try:
    for count, name in enumerate(chosen, start=1):
        print("\n[%d/%d] %s: %s" % (count, len(chosen), name, scripts[name][2]))
        start = time.perf_counter()
        rows.append([name, None, "interrupted"])
        # A session of its own: Ctrl-C reaches us alone, and we end the script and its children.
        process = subprocess.Popen(
            [sys.executable, str(HERE / name)],
            env=environment,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        status = process.wait()
        result = RESULTS.get(status, "FAILED (exit status %d)" % status)
        rows[-1] = [name, time.perf_counter() - start, result]
except KeyboardInterrupt:
    if process and process.poll() is None:
        if os.name == "nt":
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False
            )
        else:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    rows[-1][1] = time.perf_counter() - start
    print("\nStopped.")

# 5. The table.
print("\n%-30s  seconds  result" % "script")
for name, seconds, result in rows:
    print("%-30s  %7.1f  %s" % (name, seconds, result))
failed = [name for name, _, result in rows if result.startswith("FAILED")]
interrupted = [name for name, _, result in rows if result == "interrupted"]
print("%d scripts, %d failed, %.0f seconds" % (len(rows), len(failed), sum(r[1] for r in rows)))
sys.exit(130 if interrupted else 1 if failed else 0)
