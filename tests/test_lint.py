"""ruff finds nothing to say and nothing to format."""

import subprocess
import sys

import course
import pytest


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=lambda x: x[0])
def test_ruff(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", str(course.ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
