"""Every script, run as a reader runs it: it ends well, writes what it says, warns of nothing."""

import fnmatch
import posixpath
import re
import subprocess
from pathlib import Path

import pytest
from layout import ROOT, header, scripts, takes_minutes, waits_for_the_reader
from running import change, output_of

# What waits for something of the reader's is run by the tests of its folder, which bring it.
ALONE = [script for script in scripts() if not waits_for_the_reader(script)]


@pytest.mark.parametrize("script", ALONE)
def test_runs_and_writes_what_its_docstring_says_and_touches_nothing_else(script, finished):
    result = finished(script)
    assert result.stdout.strip(), "it printed nothing"
    assert "Traceback" not in result.stderr
    own_warnings = [line for line in result.stderr.splitlines() if f"{script}:" in line]
    assert not own_warnings, own_warnings
    writes = header(script)["writes"].replace("nothing", "")
    beside = Path(script).parent.relative_to(script[:2]).as_posix()  # seen from the chapter
    names = [name.strip() for name in writes.split(",") if name]
    patterns = [posixpath.normpath(f"{beside}/{name}") for name in names]
    extra = list(result.changed)
    for pattern in patterns:
        inside = [name for name in result.changed if name.startswith(f"{pattern}/")]
        written = fnmatch.filter(result.changed, pattern) + inside
        chapter = Path(result.folder) if beside == "." else Path(result.folder).parent
        there = (chapter / pattern).exists()
        assert written or there, f"{pattern} was not written"
        extra = [name for name in extra if name not in written]
    assert not extra, "written, but not named in the docstring"


# Scripts of many or of long trainings: fewer come to the same last line.
FEWER = {
    "04/more/compare_networks.py": [("SEEDS = [1, 2, 3]", "SEEDS = [1]")],
    "04/more/cross_validate.py": [("n_splits=5", "n_splits=2"), ("n_iter=6", "n_iter=2")],
    "04/scaling/train_faster.py": [("EPOCHS = 50", "EPOCHS = 2")],  # all of them in one call
}


@pytest.mark.parametrize("script", [name for name in ALONE if takes_minutes(name)])
def test_what_takes_minutes_runs_to_its_end_with_one_epoch(script, finished, chapter):
    """A fault in its last line shows without --long, too. "with MobileNet alone, seconds" in the
    header says how else it is quick."""
    quick = re.search(r"with (\S+) alone", header(script)["takes"])
    if script in FEWER:
        output_of(change(chapter(script), *FEWER[script]), KERAS_MAX_EPOCHS="1")
    else:
        finished(script, arguments=quick.groups() if quick else (), KERAS_MAX_EPOCHS="1")


def test_git_ignores_what_the_scripts_write():
    """Else a reader's `git status` is full of files that are not theirs."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone, but a copy without git")
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    kept = set(kept.stdout.splitlines())
    for script in scripts():
        for name in header(script)["writes"].replace("nothing", "").split(","):
            path = posixpath.normpath(f"{Path(script).parent.as_posix()}/{name.strip()}")
            if re.fullmatch(r"[\w./*-]+", path) and path not in kept and name.strip():
                slash = "/" if name.endswith("/") else ""
                command = ["git", "check-ignore", "-q", path.replace("*", "x") + slash]
                done = subprocess.run(command, cwd=ROOT, check=False)
                assert done.returncode == 0, f"{script} writes {path}: add it to .gitignore"
