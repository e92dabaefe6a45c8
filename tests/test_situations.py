"""What readers bring, and where they run it: every situation of situations_*.py, run for real."""

import importlib

import pytest
from missing import lacks, last_line, no_package
from running import COPY, changed_files, completed, completed_all, copy_chapter, snapshot
from situations import MODULES, all_situations, faults

SITUATIONS = all_situations()
QUICK = {"KERAS_MAX_EPOCHS": "2"}


def test_names_are_clear():
    names = [(row.script, row.what) for row in SITUATIONS]
    assert len(set(names)) == len(names)


def test_each_stands_in_a_file_of_its_chapter():
    """The situations of chapter 4 stand in situations_04*.py."""
    for name in MODULES:
        for row in importlib.import_module(name).SITUATIONS:
            assert name.startswith(f"situations_{row.script[:2]}"), f"{row.script} in {name}.py"


def runs(rows, tmp_path):
    """Run situations; return each with the Result of its run, and the files that it changed."""
    prepared = []
    for place, row in enumerate(rows):
        path = copy_chapter(row.script, tmp_path / str(place))
        arguments = (row.bring and row.bring(path.parent)) or []
        chapter = tmp_path / str(place) / COPY
        prepared.append((row, chapter, snapshot(chapter), [path, *arguments]))
    results = {}
    for whole in (True, False):
        shared = [job for job in prepared if not job[0].environment and job[0].whole == whole]
        orders = [order for *_, order in shared]
        done = completed_all(orders, tmp_path, **({} if whole else QUICK)) if orders else []
        results |= {job[0].what: result for job, result in zip(shared, done, strict=True)}
    for row, *_, order in prepared:
        if row.environment:
            more = ({} if row.whole else QUICK) | row.environment
            results[row.what] = completed(*order, fresh=False, **more)
    return [
        (row, results[row.what], changed_files(before, snapshot(chapter)))
        for row, chapter, before, _ in prepared
    ]


@pytest.mark.parametrize("script", sorted({row.script for row in SITUATIONS}))
def test_situation(script, tmp_path):
    wrong, lacking = [], ""
    for row, result, changed in runs([row for row in SITUATIONS if row.script == script], tmp_path):
        if no_package(result) and row.says not in last_line(result):
            lacking = last_line(result)
        else:
            wrong.append(faults(row, result, changed))
    assert not any(wrong), "\n\n".join("\n  ".join(lines) for lines in wrong if lines)
    if lacking:
        lacks(lacking)
