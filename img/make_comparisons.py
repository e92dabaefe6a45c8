"""Make the charts of the comparisons: run three scripts of chapter 4, keep what they draw.

python img/make_comparisons.py
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHAPTER = HERE.parent / "04"
NAMES = ("compare_networks", "compare_optimizers", "classify_iris")


def main():
    for name in NAMES:
        # In a copy of the chapter: nothing appears beside the scripts themselves.
        with tempfile.TemporaryDirectory() as folder:
            for file in (CHAPTER / f"{name}.py", *CHAPTER.glob("*.csv"), *CHAPTER.glob("*.json")):
                shutil.copy(file, folder)
            subprocess.run([sys.executable, Path(folder) / f"{name}.py"], check=True)
            shutil.copy(Path(folder) / f"{name}.png", HERE)


if __name__ == "__main__":
    main()
