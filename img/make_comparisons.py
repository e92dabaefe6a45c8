"""Keep the charts of the comparisons: run two scripts of chapter 4, and copy what they draw.

python img/make_comparisons.py
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IMG = Path(__file__).resolve().parent
CHAPTER = IMG.parent / "04"

if __name__ == "__main__":
    for picture in ("compare_networks.png", "compare_optimizers.png"):
        # In a copy of the chapter: nothing appears beside the scripts themselves.
        with tempfile.TemporaryDirectory() as folder:
            more = Path(folder) / "04" / "more"
            more.mkdir(parents=True)
            for csv in CHAPTER.glob("*.csv"):
                shutil.copy(csv, more.parent)
            script = shutil.copy((CHAPTER / "more" / picture).with_suffix(".py"), more)
            subprocess.run([sys.executable, script], check=True)
            shutil.copy(more / picture, IMG)
