"""A Python that has imported what the scripts import, and is copied (forked) for each of them.

Most of the time of a short script is the start of TensorFlow, pandas and scikit-learn. This
program pays for it once, and then reads orders from its standard input, a line of JSON each:

    {"command": ["/a/script.py", "argument"], "folder": "/where/it/runs", "environment": {...},
     "stdout": "/a/file", "stderr": "/a/file", "seconds": 300}

For each it forks a child that does what `python script.py argument` does, and prints the exit
status. Keras itself is imported by the child, with its own KERAS_BACKEND, KERAS_HOME and so on,
in a fraction of a second. Windows cannot fork: there scripts start afresh.
"""

import gc
import json
import os
import runpy
import signal
import sys
import traceback
import types
import warnings
from pathlib import Path

USUAL = """
import contextlib, matplotlib.pyplot, numpy, pandas, PIL.Image, PIL.ImageOps, tensorflow
import sklearn.datasets, sklearn.linear_model, sklearn.metrics, sklearn.model_selection
import sklearn.neural_network, sklearn.pipeline, sklearn.preprocessing
"""


def warm_up():
    """Import what the scripts import, and forget Keras, which TensorFlow has imported, too."""
    exec(USUAL, {})
    for name in [name for name in sys.modules if name.split(".")[0] == "keras"]:
        del sys.modules[name]
    gc.collect()
    gc.freeze()  # a child looks for garbage among its own objects alone: nearly twice as fast


def show(problem, script):
    """Print an exception as Python does: its traceback begins in the script."""
    trace = problem.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != script:
        trace = trace.tb_next
    traceback.print_exception(type(problem), problem, trace)


def run(order):
    """Be the script: what `python script.py` does, as far as a script can tell."""
    signal.alarm(order["seconds"])
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for place, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND), place)
    letters = os.environ.get("PYTHONIOENCODING", "utf-8")  # those that a console can show
    sys.stdout.reconfigure(encoding=letters, errors="strict")
    sys.stderr.reconfigure(encoding=letters, errors="backslashreplace")
    if "Limiting epochs" in os.environ.get("PYTHONWARNINGS", ""):
        warnings.filterwarnings("ignore", message="Limiting epochs")
    script, *_ = sys.argv = order["command"]
    sys.path[0] = str(Path(script).parent)
    status = 0
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1 if end.code else 0
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException as problem:
        status = 1
        show(problem, script)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            status = status or 120  # as Python, where the disk is full
    os._exit(status & 255)


def main():
    # Python 3.12 and newer warn that a process with threads forks. Threads there are (numpy's
    # library makes some, and lets them go in a child), but none that holds a lock of Python's.
    warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork", category=Warning)
    warm_up()
    sys.modules["__main__"] = types.ModuleType("__main__")
    print("ready", flush=True)
    for line in sys.stdin:
        if not (child := os.fork()):
            run(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
