"""Fixtures. `ran("04/train_model.py")` runs a script once for all tests and workers."""

import json
import os
import re

import course
import pytest
from filelock import FileLock


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="also the tests that take minutes")


def pytest_collection_modifyitems(config, items):
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: pytest --long"))


@pytest.fixture(scope="session")
def ran(tmp_path_factory):
    """Return a function that runs a script in a copy of its chapter and remembers the result.

    The result is shared by all tests and by all pytest-xdist workers.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def run(script, arguments=(), **more):
        key = [script, *arguments, *(f"{k}={v}" for k, v in sorted(more.items()))]
        name = re.sub(r"[^\w.=-]", "-", " ".join(key))
        folder = shared / "ran" / name
        with FileLock(shared / f"{name}.lock"):
            result = folder / "result.json"
            if not result.exists():
                folder.mkdir(parents=True)
                ran = course.run_in_copy(script, folder, arguments, **more)
                result.write_text(json.dumps(vars(ran)), encoding="utf-8")
            return course.Ran(**json.loads(result.read_text(encoding="utf-8")))

    return run


@pytest.fixture
def chapter(tmp_path):
    """Return a function that copies a script's chapter and returns the path of the copy."""
    return lambda script: course.copy_chapter(script, tmp_path)


@pytest.fixture
def finished(ran, request):
    """Return a function like `ran` that skips, with the reason, what this machine cannot run."""

    def run(script, arguments=(), **more):
        if script in course.LONG and not request.config.getoption("--long"):
            pytest.skip(f"{script} takes minutes: pytest --long")
        result = ran(script, arguments, **more)
        offline = "Exception: URL fetch failure on " in result.stderr  # Keras, on the main road
        if result.returncode == course.NO_INTERNET or offline:
            pytest.skip(f"no internet: {result.stderr.strip().splitlines()[-1]}")
        if result.returncode == course.NEEDS_MORE:
            course.lacks(result.stderr.strip().splitlines()[-1])
        assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-4000:]
        return result

    return run
