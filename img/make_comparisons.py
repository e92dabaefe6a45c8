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
PICTURES = ("compare_networks.png", "compare_optimizers.png", "classify_iris.png")


def main():
    for picture in PICTURES:
        name = picture.removesuffix(".png")
        # In a copy of the chapter: nothing appears beside the scripts themselves.
        with tempfile.TemporaryDirectory() as folder:
            for file in (CHAPTER / f"{name}.py", *CHAPTER.glob("*.csv"), *CHAPTER.glob("*.json")):
                shutil.copy(file, folder)
            subprocess.run([sys.executable, Path(folder) / f"{name}.py"], check=True)
            shutil.copy(Path(folder) / picture, HERE)


if __name__ == "__main__":
    main()
