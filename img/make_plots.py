"""Run chapter 6's plotting scripts, and take the pictures a reader gets into the README.

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
            subprocess.run([sys.executable, chapter / script], env=os.environ | more, check=True)
            for name in names:
                if not (chapter / name).exists():
                    sys.exit(f"{script} made no {name}: see above.")
                with Image.open(chapter / name) as picture:
                    padded = ImageOps.expand(picture.convert("RGB"), border=24, fill="white")
                padded.quantize(64).save(style.IMG / name, optimize=True)
                print(f"{name}: {(style.IMG / name).stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
