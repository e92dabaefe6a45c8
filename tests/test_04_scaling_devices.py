"""train_on_devices.py: what several devices change, and what they do not."""

import re

import pytest
from layout import ROOT
from missing import needs
from running import change, completed, output_of

DEVICES = "04/scaling/train_on_devices.py"
PLAIN, NORMALIZED, DROPPED = "dense layers alone", "with BatchNormalization", "with Dropout"


def errors(text):
    """Return {network: (test MSE on one device, on two)}."""
    assert "1 device   2 devices" in text
    lines = re.findall(r"(?m)^(\w.*?)  +(\S+e-\d\d)  (\S+e-\d\d)$", text)
    return {name: (float(one), float(two)) for name, one, two in lines}


def test_two_devices_do_what_one_does_but_for_layers_that_look_at_the_batch(finished):
    found = errors(finished(DEVICES).stdout)
    assert list(found) == [PLAIN, NORMALIZED, DROPPED]
    one, two = found[PLAIN]
    assert one == pytest.approx(two, rel=2e-3) and one < 1e-3
    for name in (NORMALIZED, DROPPED):
        one, two = found[name]
        assert one != pytest.approx(two, rel=1e-2), "the page says that they differ"
        assert 1e-4 < one < 3e-2


def test_on_jax_all_of_them_agree(finished):
    needs("jax")
    for one, two in errors(finished(DEVICES, KERAS_BACKEND="jax").stdout).values():
        assert one == pytest.approx(two, rel=1e-2)


@pytest.mark.long
def test_exercise_devices_that_normalize_together_agree(chapter):
    together = "lambda: layers.BatchNormalization(synchronized=True)"
    path = change(chapter(DEVICES), ("layers.BatchNormalization", together))
    one, two = errors(output_of(path))[NORMALIZED]
    assert one == pytest.approx(two, rel=5e-2)


@pytest.mark.parametrize(
    ("backend", "used", "says"),
    [
        ("tensorflow", "import tensorflow as tf; tf.constant(1) + 1", "Virtual devices cannot be"),
        ("jax", "import jax; jax.devices()", "should be updated before backends are initialized"),
    ],
)
def test_after_another_script_in_the_same_process_the_backend_says_why_not(
    tmp_path, backend, used, says
):
    """What %run does in a notebook."""
    needs(backend)
    program = tmp_path / "program.py"
    program.write_text(f"{used}\nimport runpy\nrunpy.run_path({str(ROOT / DEVICES)!r})\n")
    done = completed(program, KERAS_BACKEND=backend)
    assert done.returncode == 1 and says in done.stderr.strip().splitlines()[-1]
