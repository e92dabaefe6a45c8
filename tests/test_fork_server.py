"""The fork server: what it runs is what a fresh Python would run, and it may die once."""

import os
import signal

import pytest
from outputs import own_lines
from running import ForkServer, completed, environment

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
PROGRAM = """
import sys, keras
print(keras.backend.backend(), keras.config.floatx(), sys.argv[1:], __name__)
print(sys.path[0], file=sys.stderr)
raise SystemExit("a last word")
"""
LETTERS = """
import sys
print("ä \u2501", file=sys.stderr)  # as the console can, or with a backslash
print("ä \u2501")  # a line of keras.Model.summary(): an error on a console of few letters
"""


def test_a_fork_does_what_a_fresh_python_does(tmp_path):
    (plain, fresh) = both_ways(tmp_path, PROGRAM, "one", "two")
    assert plain == fresh and plain[0] == 1 and plain[2][-1] == "a last word"


@pytest.mark.parametrize("console", ["utf-8", "ascii", "cp1252"])
def test_a_fork_has_the_letters_of_the_console(console, tmp_path):
    more = {"PYTHONUTF8": "0", "PYTHONIOENCODING": console}
    (plain, fresh) = both_ways(tmp_path, LETTERS, **more)
    assert plain == fresh and plain[0] == (console != "utf-8")


def both_ways(folder, program, *arguments, **more):
    """Return status, stdout and own lines of a program, forked and in a fresh Python."""
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    runs = [completed(path, *arguments, fresh=fresh, **more) for fresh in (False, True)]
    return [(done.returncode, done.stdout, own_lines(done)) for done in runs]


@pytest.mark.long
def test_a_dead_server_is_started_again_once_and_its_last_words_are_shown(tmp_path):
    server, path = ForkServer(), tmp_path / "program.py"
    path.write_text("print('well')", encoding="utf-8")

    def run():
        return server.completed([str(path)], tmp_path, environment(), 60)

    assert run().stdout == "well\n"
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    assert run().stdout == "well\n"
    path.write_text("import os; os.write(2, b'oh'); os.kill(os.getppid(), 9)", encoding="utf-8")
    with pytest.raises(AssertionError, match="died twice"):
        run()
    server.stop()
