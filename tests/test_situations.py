"""What readers bring, and where they run it: every situation of situations_*.py, run for real."""

import importlib
import itertools
from pathlib import Path

import course
import pytest

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("situations_*.py"))
SITUATIONS = [row for name in MODULES for row in importlib.import_module(name).SITUATIONS]
SITUATIONS.sort(key=lambda row: row.script)
GROUPS = {name: [*rows] for name, rows in itertools.groupby(SITUATIONS, lambda row: row.script)}
# What these must say depends on the training; all others end it after two epochs.
WHOLE = {"04/labs/classify_digits_exercise.py", "03/more/choose_backend.py"}


def test_names_are_clear():
    names = [(row.script, row.what) for row in SITUATIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("script", GROUPS)
def test_situation(script, tmp_path):
    prepared = []
    for place, row in enumerate(GROUPS[script]):
        path = course.copy_chapter(script, tmp_path / str(place))
        arguments = (row.bring and row.bring(path.parent)) or []
        chapter = tmp_path / str(place) / "Kurs f\u00fcr Keras"
        prepared.append((row, chapter, course.snapshot(chapter), [path, *arguments]))
    shared = [job for job in prepared if not job[0].environment]
    alone = [job for job in prepared if job[0].environment]
    quick = {} if script in WHOLE else {"KERAS_MAX_EPOCHS": "2"}
    results = course.run_all([command for *_, command in shared], tmp_path, **quick)
    done = [(*job, result) for job, result in zip(shared, results, strict=True)]
    done += [(*job, course.run(*job[3], **quick | job[0].environment)) for job in alone]
    wrong, lacking = [], ""
    for row, chapter, before, _, result in done:
        last = "".join(course.said(result)[-1:])
        if result.returncode == course.NEEDS_MORE and row.says not in last:
            lacking = last
            continue
        after = course.snapshot(chapter)
        changed = [name for name in before | after if before.get(name) != after.get(name)]
        wrong += [course.judge(row, result, changed)]
    assert not any(wrong), "\n\n".join("\n  ".join(lines) for lines in wrong if lines)
    if lacking:
        course.lacks(lacking)
