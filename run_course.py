"""Run scripts of the course in reading order, each in a process of its own.

    python run_course.py                      the main road: nine scripts, about a minute
    python run_course.py all                  the main road and every side road
    python run_course.py 04                   the main road of one chapter
    python run_course.py 04/more              one folder of side roads
    python run_course.py 04/train_model.py    one script

It changes nothing but what the scripts write beside themselves, and it makes no environment:
it uses the Python that runs it. It reads the scripts that it is asked for, and no other file.
A script that waits for something of yours runs when you name it; with its folder it is only
listed. Exit status: 1 if a script failed, else 0. A missing connection and a missing package
are no failures.
"""

# No f-strings and no newer syntax here, so that even an old Python can say that it is too old.
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "run_course.py: this is Python %d.%d, the course needs 3.11, 3.12 or 3.13. "
        "Install one of them and run the set-up command of the README with it."
        % sys.version_info[:2]
    )

import importlib.metadata
import os
import re
import signal
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDERS = """
03 03/more
04 04/labs 04/more 04/your_table 04/scaling
05 05/more 05/your_pictures
06 06/more
""".split()
FOLDERS = [folder for folder in FOLDERS if (HERE / folder).is_dir()]
# What TensorFlow says at every start: see "What TensorFlow says when it starts" in the README.
GREETINGS = re.compile(
    r"WARNING: All log messages before absl::InitializeLog|To enable the following instructions"
    r"|[IWE]\d{4} .*(oneDNN custom operations|cuda drivers|CUDA error|cuInit|computation_placer"
    r"|TensorFlow binary is optimized|cuda_diagnostics|kernel driver|factory for plugin)"
)
# The last line of an error when a download fails for want of a connection (an answer such as 404,
# or a certificate that is not trusted, is another matter), and when a package is missing.
NO_INTERNET = re.compile(r"Exception: URL fetch failure on \S+ ?: None -- (?!.*CERTIFICATE)")
NO_PACKAGE = re.compile(r"ModuleNotFoundError: No module named|ImportError: .*\binstall\b")
# The docstring of a script of the course: its idea, its place in the folder, what it reads.
HEADER = re.compile(r'"""(.+)\n\nChapter \d.*, script (\d+)\.\nReads: ([^"]+?)\nWrites: ')

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

# 2. Choose. In a folder, the docstrings state the order: "Chapter 4, more, script 2."


def header(path):
    """Return what the docstring of a script says; None if it is no script of the course."""
    try:
        return HEADER.match(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None


names = [argument.replace("\\", "/").strip("/") for argument in sys.argv[1:]]
names = [name.removeprefix("./") for name in names] or [f for f in FOLDERS if "/" not in f]
chosen, waiting, passed_over = {}, [], []
for name in FOLDERS if names == ["all"] else names:
    if name in FOLDERS:
        places = []
        for path in sorted((HERE / name).glob("[!.]*.py")):
            found = header(path)
            if not found:
                passed_over.append(name + "/" + path.name)
            elif re.search(r"\byours?\b", found[3]):
                waiting.append(name + "/" + path.name)
            else:
                places.append((int(found[2]), name + "/" + path.name, found[1]))
        for _, script, idea in sorted(places):
            chosen[script] = idea
    elif name.rpartition("/")[0] in FOLDERS and header(HERE / name):
        chosen[name] = header(HERE / name)[1]
    else:
        sys.exit(
            "run_course.py: there is no script or folder of the course called '%s'. Write all, "
            "a folder (%s) or a script like 04/train_model.py." % (name, ", ".join(FOLDERS))
        )
if passed_over:
    print("Passed over, for they are no scripts of the course: " + ", ".join(passed_over))

# 3. Run them. All output is UTF-8; TensorFlow's greetings are left out, and nothing else.
environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONUTF8="1", PYTHONUNBUFFERED="1")
signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop button is a Ctrl-C
sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
rows, process = [], None
try:
    for count, (name, idea) in enumerate(chosen.items(), start=1):
        print("\n[%d/%d] %s: %s" % (count, len(chosen), name, idea))
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
        elif NO_INTERNET.match(last):
            result = "no internet: " + last
        elif NO_PACKAGE.match(last):
            result = "needs an extra package: " + last
        else:
            result = "FAILED: " + (last or "exit status %d" % status)
            after = re.search(r"\nAfter:  (.+)", (HERE / name).read_text(encoding="utf-8-sig"))
            for earlier, _, ended in rows[:-1]:
                needed = after and earlier.rpartition("/")[2] in after[1]
                if needed and ended.startswith(("no internet", "needs")):
                    result = "not possible without %s" % earlier
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

# 4. The table.
print("\n%-38s  seconds  result" % "script")
for name, seconds, result in rows:
    print("%-38s  %7.1f  %s" % (name, seconds, result[:200]))
for name in waiting:
    print("%-38s  %7s  not run: it waits for something of yours" % (name, "-"))
failed = [name for name, _, result in rows if result.startswith("FAILED")]
interrupted = [name for name, _, result in rows if result == "interrupted"]
print("%d scripts, %d failed, %.0f seconds" % (len(rows), len(failed), sum(r[1] for r in rows)))
sys.exit(130 if interrupted else 1 if failed else 0)
