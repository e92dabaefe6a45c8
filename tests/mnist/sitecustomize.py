"""Python imports this first where this folder is on its PYTHONPATH: see ../digits.py."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import digits

sys.meta_path.insert(0, digits.AfterImport)
