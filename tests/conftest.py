"""Fixtures: how a test gets a script's run. `finished("04/train_model.py")` is what most need."""

import functools
import json
import os
import re

import progress
import pytest
import running
from filelock import FileLock
from layout import takes_minutes
from missing import lacks, last_line, no_download, no_package
from mnist_address import CACHE
from stand_in import make as make_stand_in

# What a test itself imports keeps its files in the folder of the tests, too.
os.environ |= running.caches()
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(CACHE / "hypothesis"))


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="also the tests that take minutes")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # one reporter, not one for each worker
        config.pluginmanager.register(progress.Progress(config))


def pytest_collection_modifyitems(config, items):
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: pytest --long"))
    # Each of two workers begins with one half of this list: half of the trainings is at the
    # beginning of each, so that none waits long for a script that the other one runs.
    halves = [], []
    for name in (*TRAININGS, None):
        same = [item for item in items if name == kind(item)]
        halves[0].extend(same[: len(same) // 2])
        halves[1].extend(same[len(same) // 2 :])
    items[:] = [*halves[0], *halves[1]]


TRAININGS = ["test_output_comes_out_again", "test_situation", "test_claims_and_exercises_come_out"]
TRAININGS += ["test_what_takes_minutes_runs_to_its_end_with_one_epoch"]


def kind(item):
    """Return the name of a test whose cases are trainings, None for all others."""
    name = item.name.split("[")[0]
    return name if name in TRAININGS else None


def shared_folder(tmp_path_factory):
    """Return a folder that all pytest-xdist workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def result_of(tmp_path_factory):
    """Return a function that runs a script in a copy of its chapter, and remembers the Result.

    Each script runs once for all tests and for all pytest-xdist workers.
    """
    shared = shared_folder(tmp_path_factory)

    def result(script, arguments=(), **more):
        key = [script, *arguments, *(f"{k}={v}" for k, v in sorted(more.items()))]
        name = re.sub(r"[^\w.=-]", "-", " ".join(key))
        folder = shared / "results" / name
        with FileLock(shared / f"{name}.lock"):
            file = folder / "result.json"
            if not file.exists():
                folder.mkdir(parents=True)
                before = functools.partial(result, **more)
                new = running.result_in_copy(script, folder, arguments, before, **more)
                file.write_text(json.dumps(vars(new)), encoding="utf-8")
            return running.Result(**json.loads(file.read_text(encoding="utf-8")))

    return result


@pytest.fixture
def finished(result_of, request):
    """Return a function that gives the Result of a script that ended well.

    It skips the test, with the reason, where this machine cannot run the script.
    """

    def result(script, arguments=(), **more):
        short = "KERAS_MAX_EPOCHS" in more
        if takes_minutes(script) and not (short or request.config.getoption("--long")):
            pytest.skip(f"{script} takes minutes: pytest --long")
        done = result_of(script, arguments, **more)
        if no_download(done):
            pytest.skip(f"no internet: {last_line(done)}")
        if no_package(done):
            lacks(last_line(done))
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done

    return result


@pytest.fixture
def chapter(tmp_path):
    """Return a function that copies a script's chapter and returns the path of the copy."""
    return lambda script: running.copy_chapter(script, tmp_path)


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory):
    """Return a folder with weights in the layout of ImageNet's, made once: see stand_in.py."""
    folder = shared_folder(tmp_path_factory) / "stand-in"
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            make_stand_in(folder)
            (folder / "done").touch()
    return folder
