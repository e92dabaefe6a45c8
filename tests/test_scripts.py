"""Every script, run as a reader runs it: it ends well, writes what it says, warns of nothing."""

import fnmatch
import posixpath
from pathlib import Path

import pytest
from layout import header, scripts, waits_for_the_reader

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
