"""Hundreds of tables and model files that nobody thought of: none ends in a traceback.

The scripts run in this process, with Keras' predict replaced by a plain call.
"""

import contextlib
import io
import json
import signal
import sys

import h5py
import old_models as old
import pytest
from fuzz import often
from hypothesis import given
from hypothesis import strategies as st
from layout import ROOT


@pytest.fixture(scope="module")
def keras():
    module = pytest.importorskip("keras")
    slow = module.Model.predict
    module.Model.predict = lambda self, values, **_: self(values)
    yield module
    module.Model.predict = slow


# ---- A model file ----

SCRIPT = ROOT / "04/more/rescue_old_model.py"
RESCUE = compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec")
SOURCES = [
    old.network(old.first("one", 9, 4), old.dense("two", 4, 1)),
    old.network(old.network(old.first("inner", 9, 4)), old.dense("last", 4, 1)),
    old.functional("f", 9, "d", old.called(old.dense("d", 9, 2, "relu"), "f_in")),
]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 99), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


def replaced(structure, place, value):
    """Put another value somewhere into a structure: at its `place`-th entry, counted in depth."""
    spots = []

    def walk(item):
        keys = item if isinstance(item, dict) else range(len(item))
        for key in keys:
            spots.append((item, key))
            if isinstance(item[key], dict | list):
                walk(item[key])

    walk(structure)
    holder, key = spots[place % len(spots)]
    holder[key] = value
    return structure


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="no alarm: what hangs would hang for ever")
@often(25)
@given(
    source=st.sampled_from(SOURCES),
    edit=st.one_of(
        st.tuples(st.just("json"), st.integers(0, 200), JSON),
        st.tuples(st.just("flip"), st.integers(0, 20_000), st.integers(1, 255)),
        st.tuples(st.just("cut"), st.integers(0, 20_000), st.just(0)),
    ),
)
def test_a_model_file_is_rescued_or_refused_in_one_line(source, edit, tmp_path_factory, keras):
    folder = tmp_path_factory.mktemp("models")
    path = old.save(folder / "old.h5", source)
    kind, place, value = edit
    if kind == "json":
        with h5py.File(path, "r+") as file:
            structure = replaced(json.loads(file.attrs["model_config"]), place, value)
            file.attrs["model_config"] = json.dumps(structure)
    content = bytearray(path.read_bytes())
    if kind == "flip":
        content[place % len(content)] ^= value
    if kind == "cut":
        content = content[: place % len(content)]
    path.write_bytes(content)
    was, sys.argv = sys.argv, ["rescue_old_model.py", str(path)]
    signal.alarm(120)  # a hang ends the process
    try:
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
            exec(RESCUE, {"__name__": "__main__", "__file__": str(SCRIPT)})
        assert sorted(item.name for item in folder.iterdir()) == ["old.h5", "old_rescued.keras"]
    except SystemExit as end:
        lines = end.code.splitlines()
        assert len(lines) == 1 and len(end.code) < 500 and "old.h5" in end.code, end.code
        assert [item.name for item in folder.iterdir()] == ["old.h5"]
    finally:
        signal.alarm(0)
        sys.argv = was
        keras.backend.clear_session()
    assert path.read_bytes() == content


# ---- A picture ----
