"""Run scripts of the course in reading order, each in a process of its own.

    python run_course.py                      the main road: nine scripts, about a minute
    python run_course.py all                  the main road and every side road
    python run_course.py 04                   the main road of one chapter
    python run_course.py 04/more              one folder of side roads
    python run_course.py 04/train_model.py    one script

It changes nothing but what the scripts write beside themselves, and it makes no environment:
it uses the Python that runs it. Exit status: 0 if every script did its work (or only missed
the internet or an extra package), else 1.
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
FOLDERS = "03 03/more 04 04/labs 04/more 04/scaling 05 05/more 06 06/more".split()
# What TensorFlow says at every start: see "What TensorFlow says when it starts" in the README.
GREETINGS = re.compile(
    r"WARNING: All log messages before absl::InitializeLog|To enable the following instructions"
    r"|[IWE]\d{4} .*(oneDNN custom operations|cuda drivers|CUDA error|cuInit|computation_placer"
    r"|TensorFlow binary is optimized|cuda_diagnostics|kernel driver|factory for plugin)"
)
# The last line of Keras when a download fails for want of a connection. An answer such as 404,
# or a certificate that is not trusted, is another matter.
NO_INTERNET = re.compile(r"Exception: URL fetch failure on \S+ ?: None -- (?!.*CERTIFICATE)")

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
        "run_course.py: not installed for this Python: %s. In the folder of the course, run: "
        "python -m pip install -r requirements.txt" % ", ".join(missing)
    )
if other:
    print("Note: not the versions that the course was checked with: " + ", ".join(other))

# 2. Find the scripts, in the order that their docstrings state: "Chapter 4, more, script 2."
scripts = {}
for folder in FOLDERS:
    places = []
    for path in (HERE / folder).glob("*.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        place = re.search(r"^Chapter \d.*, script (\d+)\.", docstring, re.M)
        if place:
            places.append((int(place[1]), folder + "/" + path.name, docstring))
    for _, name, docstring in sorted(places):
        scripts[name] = docstring

# 3. Choose. What waits for a file or an answer of yours runs only when it is named.
names = [argument.replace("\\", "/").strip("/") for argument in sys.argv[1:]]
names = [name.removeprefix("./") for name in names] or [f for f in FOLDERS if "/" not in f]
chosen = []
for name in FOLDERS if names == ["all"] else names:
    if name not in scripts and name not in FOLDERS:
        sys.exit(
            "run_course.py: there is no '%s'. Write all, a folder (%s) or a script like "
            "04/train_model.py." % (name, ", ".join(FOLDERS))
        )
    for script, docstring in scripts.items():
        waits = "_exercise" in script or re.search(r"^Reads: .*\byours?\b", docstring, re.M)
        if script == name or (script.rpartition("/")[0] == name and not waits):
            chosen.append(script)

# 4. Run them. All output is UTF-8; TensorFlow's greetings are left out, and nothing else.
environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONUTF8="1", PYTHONUNBUFFERED="1")
signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop button is a Ctrl-C
sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
rows, process = [], None
try:
    for count, name in enumerate(chosen, start=1):
        print("\n[%d/%d] %s: %s" % (count, len(chosen), name, scripts[name].splitlines()[0]))
        start = time.perf_counter()
        rows.append([name, None, "interrupted"])
        # A session of its own: Ctrl-C reaches us alone, and we end the script and its children.
        process = subprocess.Popen(
            [sys.executable, str(HERE / name)],
            env=environment,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        last = ""
        for line in process.stderr:
            if not GREETINGS.match(line):
                sys.stderr.write(line)
                last = line.strip() or last
        status = process.wait()
        if status == 0:
            result = "ok"
        elif status == 75 or NO_INTERNET.match(last):
            result = "no internet: " + last
        elif status == 69:
            result = "needs an extra package: " + last
        else:
            result = "FAILED: " + (last or "exit status %d" % status)
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
print("\n%-38s  seconds  result" % "script")
for name, seconds, result in rows:
    print("%-38s  %7.1f  %s" % (name, seconds, result[:200]))
failed = [name for name, _, result in rows if result.startswith("FAILED")]
interrupted = [name for name, _, result in rows if result == "interrupted"]
print("%d scripts, %d failed, %.0f seconds" % (len(rows), len(failed), sum(r[1] for r in rows)))
sys.exit(130 if interrupted else 1 if failed else 0)
