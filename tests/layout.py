"""Where everything of the course stands: folders, scripts, pages, and the facts of a header."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Every folder of scripts, in the order in which the course is read. The tests know it from here.
IN_ORDER = """
03 03/more
04 04/labs 04/more 04/your_table 04/scaling
05 05/more 05/your_pictures
06 06/more
""".split()
FOLDERS = [folder for folder in IN_ORDER if (ROOT / folder).is_dir()]
PAGES = ["README.md", *(f"{folder}/README.md" for folder in FOLDERS if "/" in folder)]
# What belongs to a folder; anything else there was made by a script and is not copied.
SOURCES = {".py", ".csv", ".jpg", ".txt", ".html"}
HEADER = re.compile(
    r"(?P<idea>[^\n]+)\n\n"
    r"Chapter (?P<chapter>\d)(, (?P<side>\w+))?, script (?P<number>\d+)\.\n"
    r"Reads:  (?P<reads>.+?)\nWrites: (?P<writes>.+?)\nPrints: (?P<prints>.+?)"
    r"(\nAfter:  (?P<after>.+?))?(\nTakes:  (?P<takes>.+?))?(\n\n|\Z)",
    re.S,
)


def text_of(name):
    """Return the text of a file of the course."""
    return (ROOT / name).read_text(encoding="utf-8")


def scripts(folder=None):
    """Return the scripts of the course, or of a folder, in reading order: "04/more/keep_it.py"."""
    return [
        path.relative_to(ROOT).as_posix()
        for place in ([folder] if folder else FOLDERS)
        for path in sorted((ROOT / place).glob("[!.]*.py"), key=lambda path: header(path)["number"])
    ]


def main_road():
    """Return the nine scripts of the main road, which stand in the chapter folders themselves."""
    return [script for script in scripts() if script.count("/") == 1]


def header(script):
    """Return a script's docstring by its words: idea, chapter, side, number, reads, writes, ..."""
    path = ROOT / script
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    found = HEADER.match(docstring)
    if not found:
        raise ValueError(f"{path}: the docstring does not follow tests/README.md")
    head = {key: " ".join((value or "").split()) for key, value in found.groupdict().items()}
    return head | {"number": int(head["number"])}


def takes_minutes(script):
    """Say whether a script, or what must come first, takes minutes: "Takes:  three minutes"."""
    earlier = [takes_minutes(name) for name in runs_after(script)]
    return "minute" in header(script)["takes"] or any(earlier)


def waits_for_the_reader(script):
    """Say whether a script needs something of the reader's: "Reads:  a table of yours"."""
    return bool(re.search(r"\byours?\b", header(script)["reads"]))


def runs_after(script):
    """Return the scripts that must have run before: "After:  ../save_trained_model.py"."""
    named = re.findall(r"[\w./]+\.py", header(script)["after"])
    return [(ROOT / script).parent.joinpath(name).resolve().relative_to(ROOT).as_posix()
            for name in named]  # fmt: skip
