"""Make every picture of the course again: run every other make_*.py beside this file.

    python img/make_pictures.py

The diagrams come out the same to the byte on the same machine. The screenshots need Chromium and
playwright, the network plots Graphviz; what is missing is said at the end, and the old pictures
of that family stay.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    failed = []
    for script in sorted(HERE.glob("make_*.py")):
        if script.name != Path(__file__).name:
            print(f"-- {script.name}", flush=True)
            more = {"PYTHONUTF8": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
            done = subprocess.run([sys.executable, script], env=os.environ | more, check=False)
            if done.returncode:
                failed.append(f"{script.name} (exit status {done.returncode})")
    if failed:
        sys.exit(f"Not made: {', '.join(failed)}. The reason stands above.")


if __name__ == "__main__":
    main()
