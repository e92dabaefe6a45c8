"""Run the scripts of 06/more, and take the pictures that a reader gets into their page.

python img/make_plots.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import style
from PIL import Image, ImageOps

PICTURES = {
    "plot_history.py": ("loss_curves.png", "accuracy_curves.png"),
    "plot_model.py": ("network.png",),
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        chapter = Path(folder) / "06"
        shutil.copytree(
            style.IMG.parent / "06", chapter, ignore=shutil.ignore_patterns("*.png", "logs")
        )
        for script, names in PICTURES.items():
            more = {"PYTHONUTF8": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
            command = [sys.executable, chapter / "more" / script]
            subprocess.run(command, env=os.environ | more, check=True)
            for name in names:
                with Image.open(chapter / "more" / name) as picture:
                    padded = ImageOps.expand(picture.convert("RGB"), border=24, fill="white")
                padded.quantize(64).save(style.IMG / name, optimize=True)
                print(f"{name}: {(style.IMG / name).stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
