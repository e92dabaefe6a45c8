"""Python imports this first where this folder is on its PYTHONPATH: see ../mnist_address.py."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import mnist_address

sys.meta_path.insert(0, mnist_address.AfterImport)
