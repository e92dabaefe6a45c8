"""A situation: something that a reader brings to a script, and what must be seen then.

The situations themselves stand in situations_*.py, a file or a few for each folder.

    python tests/situations.py        lists the words of Python and of libraries that we wait for
"""

import dataclasses
import fnmatch
import importlib
from collections.abc import Callable
from pathlib import Path

from layout import text_of
from outputs import own_lines

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("situations_*.py"))

ASCII = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}  # a console that knows no more letters


@dataclasses.dataclass
class Situation:
    """Something a reader brings: what it is, how it is brought, and what must be seen then.

    `bring(folder)` puts it beside the copied script and returns the arguments of the command.
    A situation with an `environment` runs in a fresh process, all others share one start of Keras.
    """

    script: str
    what: str
    says: str  # words on stderr when the status is not 0, else anywhere
    status: int = 1
    bring: Callable | None = None
    environment: dict = dataclasses.field(default_factory=dict)
    changed: tuple = ()  # patterns of the files that may change, such as 04/more/x.png
    traceback: bool = False  # the course's own file, on the main road: Python's own words
    not_said: str = ""
    whole: bool = False  # what it says depends on the training; all others end it after two epochs

    def quotes_a_library(self):
        """Say whether `says` are words of Python or of a library: a new release may change them."""
        return self.traceback and self.says not in text_of(self.script)


def all_situations():
    """Return every situation, file by file."""
    return [row for name in MODULES for row in importlib.import_module(name).SITUATIONS]


def faults(situation, result, changed):
    """Return what a run in a situation does wrong, in words; nothing if all is right."""
    lines = own_lines(result)
    wrong = []
    if result.returncode != situation.status:
        wrong.append(f"exit status {result.returncode} instead of {situation.status}")
    text = "\n".join(lines) if situation.status else result.stdout + "\n".join(lines)
    if situation.says not in text:
        wrong.append(f"does not say {situation.says!r}")
    if situation.not_said and situation.not_said in result.stdout + result.stderr:
        wrong.append(f"says {situation.not_said!r}")
    if not situation.traceback:
        if "Traceback" in result.stderr:
            wrong.append("a traceback")
        wrong += [f"a line of {len(line)} characters" for line in lines if len(line) > 500]
    touched = [n for n in changed if not any(fnmatch.fnmatch(n, p) for p in situation.changed)]
    if touched:
        wrong.append(f"touched {touched}")
    return wrong and [situation.what, *wrong, text[-600:]]


if __name__ == "__main__":
    for row in all_situations():
        if row.quotes_a_library():
            print(f"{row.script}, {row.what}: {row.says}")
