"""Each careless change of mutants.py is possible: its text is there, its guard has such tests."""

import mutants
from layout import ROOT, scripts, text_of


def test_the_text_that_a_mutant_changes_is_there():
    assert [row[:2] for row in mutants.MUTANTS if row[1] not in text_of(row[0])] == []


def test_the_tests_that_guard_are_there():
    """A guard is a file of tests, and words of pytest's -k: of a test, or of what it takes."""
    names = " ".join([*scripts(), "tensorflow"])
    for name, _, _, guard, words in mutants.MUTANTS:
        text = (ROOT / "tests" / guard).read_text(encoding="utf-8")
        known = text + names
        asked = [word for word in words.split() if word not in ("and", "or")]
        assert not asked or any(word in known for word in asked), f"{name}: no {words} in {guard}"
