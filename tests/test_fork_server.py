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
if sys.argv[1:]:
    raise SystemExit("a last word")
"""


def test_a_fork_does_what_a_fresh_python_does(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    for arguments in ([], ["one", "two"]):
        texts = [
            (done.returncode, done.stdout, own_lines(done))
            for done in (completed(path, *arguments, fresh=fresh) for fresh in (False, True))
        ]
        assert texts[0] == texts[1]


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
