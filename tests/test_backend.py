"""choose_backend.py trains on what is installed, and says how to get the rest."""

import importlib.util
import json
import os
import re

import course
import pytest

SCRIPT = "03/choose_backend.py"
BACKENDS = ["tensorflow", "jax", "torch"]
HERE = [name for name in BACKENDS if importlib.util.find_spec(name)]


def test_every_installed_backend_learns(finished):
    assert not os.environ.get("CI") or len(HERE) == 3, "on CI all three are installed"
    output = finished(SCRIPT).stdout
    rows = re.findall(r"^(\w+) +(\d+\.\d) +(\d\.\d\de-\d\d)$", output, re.M)
    assert [row[0] for row in rows] == HERE, output
    for name, seconds, test_mse in rows:
        assert float(seconds) > 0
        # The mean of all earnings as the prediction has about 0.027.
        assert 1e-6 < float(test_mse) < 2e-3, name


def test_the_entries_of_keras_json(finished):
    output = finished(SCRIPT).stdout
    for entry in ("floatx ", "epsilon ", "image_data_format ", "backend "):
        assert re.search(rf"^ +{entry} *= ", output, re.M)
    assert "keras.json" in output.splitlines()[0]
    assert "KERAS_BACKEND, which goes before the file: not set" in output


def test_what_is_not_installed_is_named_with_its_install_command(chapter, tmp_path):
    """A machine without JAX and PyTorch: find_spec does not find them."""
    script = chapter(SCRIPT)
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util\nreal, hidden = importlib.util.find_spec, ('jax', 'torch')\n"
        "importlib.util.find_spec = lambda name, *x: None if name in hidden else real(name, *x)\n",
        encoding="utf-8",
    )
    done = course.run(script, PYTHONPATH=str(tmp_path), KERAS_MAX_EPOCHS="1")
    assert done.returncode == 0, done.stderr
    assert "tensorflow: installed" in done.stdout
    for name in ("jax", "torch"):
        assert re.search(rf"^{name}: python -m pip install {name}==[\d.]+$", done.stdout, re.M)
    rows = re.findall(r"^(\w+) +\d+\.\d +\d\.\d\de-\d\d$", done.stdout, re.M)
    assert rows == ["tensorflow"]


def test_a_backend_that_fails_is_no_failure_of_the_script(chapter, tmp_path):
    """JAX is found, but breaks when it is imported."""
    script = course.change(chapter(SCRIPT), INSTALL={"jax": "jax"})
    (tmp_path / "jax").mkdir()
    (tmp_path / "jax/__init__.py").write_text("raise ImportError('broken')\n", encoding="utf-8")
    done = course.run(script, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert re.search(r"^jax +did not run: .*broken", done.stdout, re.M)


@pytest.mark.parametrize("name", ["theano", "pytorch"])
def test_an_unknown_backend_is_one_line(chapter, name):
    done = course.run(chapter(SCRIPT), KERAS_BACKEND=name)
    assert done.returncode == 1
    lines = course.said(done)
    assert len(lines) == 1, done.stderr
    assert name in lines[0] and "KERAS_BACKEND" in lines[0] and "keras.json" in lines[0]


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_keras_json_is_read_and_overridden(chapter, tmp_path, backend):
    """KERAS_HOME says where keras.json lies; KERAS_BACKEND goes before it."""
    if backend not in HERE:
        pytest.skip(f"{backend} is not installed")
    home = tmp_path / "home"
    home.mkdir()
    config = {"floatx": "float64", "epsilon": 1e-5, "backend": "theano"}
    (home / "keras.json").write_text(
        json.dumps({**config, "image_data_format": "channels_first"}), encoding="utf-8"
    )
    script = course.change(chapter(SCRIPT), INSTALL={})
    done = course.run(script, KERAS_HOME=str(home), KERAS_BACKEND=backend)
    assert done.returncode == 0, done.stderr
    assert f"{home / 'keras.json'}: found" in done.stdout
    for value in ("float64", "1e-05", "channels_first", f"file: {backend}"):
        assert value in done.stdout
    assert re.search(rf"backend += {backend}", done.stdout)


def test_versions_are_those_of_the_course():
    text = (course.ROOT / SCRIPT).read_text(encoding="utf-8")
    pinned = dict(re.findall(r'"(\w+)==([\d.]+)"', text))
    for file in ("requirements.txt", "04/scaling_requirements.txt", ".ci/run"):
        if (course.ROOT / file).exists():
            listed = (course.ROOT / file).read_text(encoding="utf-8")
            for name, version in re.findall(r"\b(tensorflow|jax|torch)==([\d.]+)", listed):
                assert pinned[name] == version
    assert {*pinned} == {*BACKENDS}
