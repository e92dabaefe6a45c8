"""Three ways of training end at the same loss, and the lines are counted right."""

import re

import course
import pytest

SCRIPT = "04/what_fit_does.py"
ROW = r"^(fit|train_on_batch|TensorFlow) +(\S+) +(\S+) +(\S+) +(\d+) +(\d+)$"


@pytest.fixture
def rows(finished):
    output = finished(SCRIPT).stdout
    found = re.findall(ROW, output, re.M)
    assert [row[0] for row in found] == ["fit", "train_on_batch", "TensorFlow"], output
    return {name: [float(number) for number in numbers] for name, *numbers in found}


def test_the_same_loss_and_prediction(finished, rows):
    losses = {numbers[0] for numbers in rows.values()}
    assert len(losses) == 1, "equal to the last of five digits"
    assert 1e-5 < losses.pop() < 1e-3, "and it has learned"
    assert len({numbers[1] for numbers in rows.values()}) == 1
    assert "The three losses are equal to five digits." in finished(SCRIPT).stdout


def test_lines_are_counted(rows):
    text = (course.ROOT / SCRIPT).read_text(encoding="utf-8")
    lines = {name: numbers[3] for name, numbers in rows.items()}
    assert lines["fit"] < lines["train_on_batch"] < lines["TensorFlow"]

    def count(first, last):
        code = course.excerpt(f"{SCRIPT}, steps {first} to {last}").splitlines()
        return sum(bool(line.strip()) and not line.startswith("# ") for line in code)

    assert text.count("\n# 4. ") == 1
    assert lines["fit"] == count(2, 2) + count(4, 4)
    assert lines["train_on_batch"] == count(2, 2) + count(5, 5)
    assert lines["TensorFlow"] == count(6, 8)


def test_bare_tensorflow_uses_nothing_of_keras():
    code = course.excerpt(f"{SCRIPT}, steps 6 to 8")
    assert not re.search(
        r"\bkeras\b|\bmodel\b|\blayers\b", code.replace("our own weights, layers", "")
    )
    assert "tf.GradientTape()" in code


def test_a_different_way_is_noticed(chapter):
    """With another learning rate the third way comes to another loss, and the script says so."""
    other = ("rate = 0.001 *", "rate = 0.00101 *")
    done = course.run(course.change(chapter(SCRIPT), other, EPOCHS=1))
    assert "The three losses are DIFFERENT." in done.stdout, done.stdout + done.stderr[-2000:]
