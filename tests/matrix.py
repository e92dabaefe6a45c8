"""The set-up command, the main road and the tests on every Python, in fresh environments.

    python tests/matrix.py                 3.11, 3.12 and 3.13 with our pins; fills tests/README.md
    python tests/matrix.py road            the same without the tests, which take most of the time
    python tests/matrix.py newest          what pip would install today without our pins

Needs python3.11, python3.12 and python3.13 on the PATH (pyenv: `pyenv shell 3.11 3.12 3.13`).
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from layout import ROOT

PAGE = ROOT / "tests" / "README.md"
# A warning of Keras about a line of ours is a failure: it tells what the next version will refuse.
OURS = re.compile(r"(0[3-6]/\S+\.py):\d+: (\w*Warning): (.*)")


def run(command, folder):
    """Run a command; return its exit status, its output and the seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr, time.perf_counter() - start


def checked(python, pinned, tests):
    """Clone the course, set it up with a Python, walk the main road; return a row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "the course"
        run(["git", "clone", "-q", ROOT, clone], folder)
        run([python, "-m", "venv", ".venv"], clone)
        own = clone / ".venv" / "bin" / "python"
        requirements = clone / "requirements.txt"
        if not pinned:
            text = re.sub(r"==\S+", "", requirements.read_text(encoding="utf-8"))
            requirements.write_text(text, encoding="utf-8")
        status, said, install = run([own, "-m", "pip", "install", "-q", "-r", requirements], clone)
        if status:
            return [python, f"pip: {said.strip().splitlines()[-1]}", "-", "-"]
        status, said, road = run([own, "-W", "default", "run_course.py"], clone)
        warned = sorted({" ".join(found) for found in OURS.findall(said)})
        result = "ok" if status == 0 and not warned else f"FAILED {warned}"
        row = [python, f"{install:.0f} s", f"{result}, {road:.0f} s"]
        if tests:
            run([own, "-m", "pip", "install", "-q", "-r", "tests/requirements.txt"], clone)
            _, said, seconds = run([own, "-m", "pytest"], clone)
            result = re.search(r"\d+ passed, \d+ failed", said)
            left_out = sum(map(int, re.findall(r"(\d+) not run", said)))
            result = f"{result[0]}, {left_out} not run" if result else "FAILED"
            row.append(f"{result}, {seconds:.0f} s")
        elif pinned:
            row.append("not run")
        else:
            found = run([own, "-m", "pip", "freeze"], clone)[1]
            wanted = re.findall(r"^([\w.-]+)", requirements.read_text(encoding="utf-8"), re.M)
            row.append(", ".join(x for x in found.splitlines() if x.split("==")[0] in wanted))
        return row


def main(newest, tests):
    rows = ["| Python | installation | main road | tests |", "|---|---|---|---|"]
    for version in ("3.13",) if newest else ("3.11", "3.12", "3.13"):
        python = shutil.which(f"python{version}")
        if python:
            row = checked(python, pinned=not newest, tests=tests and not newest)
            row[0] = version
        else:
            row = [version, "not on this machine", "-", "-"]
        rows.append(f"| {' | '.join(row)} |")
        print(rows[-1], flush=True)
    if not newest:
        text = PAGE.read_text(encoding="utf-8")
        table = "\n".join(rows)
        text = re.sub(
            r"(<!-- matrix -->\n).*?(<!-- end -->)", rf"\g<1>{table}\n\g<2>", text, flags=re.S
        )
        PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main("newest" in sys.argv[1:], "road" not in sys.argv[1:])
