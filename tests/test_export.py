"""04/export_model.py: the same dollars outside Keras, and what happens without ONNX."""

import re

import course
import pytest

SCRIPT = "04/export_model.py"
ROW = re.compile(r"^(\S+) +([\d,]+) +([\d.]+) +([\d,.]+)  ([\d,]+) of ([\d,]+) games$", re.M)


def test_every_format_gives_the_same_dollars_to_the_cent(finished):
    rows = ROW.findall(finished(SCRIPT).stdout)
    assert [row[0] for row in rows] == ["keras_own.keras", "saved_model", "network.onnx"]
    assert len({row[3] for row in rows}) == 1
    assert all(row[4] == row[5] == "401" for row in rows)
    size = {row[0]: course.numbers(row[1])[0] for row in rows}
    assert size["network.onnx"] < size["saved_model"] < size["keras_own.keras"]
    seconds = {row[0]: float(row[2]) for row in rows}
    assert seconds["network.onnx"] < seconds["saved_model"] * 0.7


@pytest.mark.parametrize("missing", ["tf2onnx"])
def test_without_onnx_the_savedmodel_is_made_and_one_line_says_what_to_install(chapter, missing):
    question = "if not importlib.util.find_spec(name)"
    path = course.change(chapter(SCRIPT), (question, f"{question} or name == {missing!r}"))
    done = course.run(path, KERAS_MAX_EPOCHS="1")
    assert done.returncode == course.NEEDS_MORE
    absent = {missing, *course.missing("; needs onnx, tf2onnx, onnxruntime")}
    named = ", ".join(name for name in ("onnx", "tf2onnx", "onnxruntime") if name in absent)
    assert done.stderr.splitlines()[-1].startswith(f"{named} missing: ")
    assert "pip install -r 04/scaling_requirements.txt" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert (path.parent / "exported_model" / "saved_model" / "saved_model.pb").exists()
    assert not (path.parent / "exported_model" / "network.onnx").exists()
