"""The main road: scaling, training, dollars, files that agree, settings; TensorBoard is apart."""

import functools
import os
import re
import shutil
import signal
from pathlib import Path

import course
import numpy as np
import pandas as pd
import pytest

TARGET = "total_earnings"
RULE = 262_564  # dollars: what the rule of the data gives for the proposed game


def dollars(text):
    """Return every predicted amount of an output."""
    found = re.findall(r"arnings prediction for proposed product \d+: \$([\d,]+\.\d\d)", text)
    return [float(amount.replace(",", "")) for amount in found]


def table(name, chapter="03"):
    return pd.read_csv(course.ROOT / chapter / name)


# ---- Chapter 3 ----


def test_the_scaling_is_that_of_the_training_rows_and_comes_out_the_same(finished):
    result = finished("03/preprocess_data.py")
    assert result.changed == [], "the committed files are what the script writes"
    training, test = (table(f"sales_data_{name}.csv") for name in ("training", "test"))
    low, high = training.min(), training.max()
    for rows, name in ((training, "training"), (test, "test")):
        expected = (rows - low) / (high - low)  # a second way to compute it
        np.testing.assert_allclose(table(f"sales_data_{name}_scaled.csv"), expected, atol=1e-9)
    scaling = table("sales_data_scaling.csv").set_index("column")
    np.testing.assert_allclose(scaling["multiply_by"], 1 / (high - low))
    np.testing.assert_allclose(scaling["add"], -low / (high - low))
    assert "multiplying by 0.0000036968 and adding -0.115913" in result.stdout


def test_the_rows_are_those_of_the_readme():
    training, test = (table(f"sales_data_{name}.csv") for name in ("training", "test"))
    assert (len(training), len(test)) == (1000, 400)
    assert (training[TARGET].min(), training[TARGET].max()) == (31_355, 301_860)
    assert (training[["is_action", "is_role_playing", "is_sports"]].sum(axis=1) == 1).all()
    assert set(training["unit_price"]) == {39.99, 49.99, 59.99}
    assert set(training["critic_rating"]) == {2, 2.5, 3, 3.5, 4, 4.5, 5}


def test_the_network_has_the_layers_of_the_readme(finished):
    out = finished("03/create_model.py").stdout
    found = re.findall(r"\(None, (\d+)\)\s*\S\s*([\d,]+)", out)
    units = [9, 50, 100, 50, 1]
    for (size, count), before, after in zip(found, units[:-1], units[1:], strict=True):
        assert int(size) == after
        assert int(count.replace(",", "")) == before * after + after


# ---- Chapter 4 ----


def test_training_prints_a_loss_for_each_epoch_and_they_fall(finished):
    out = finished("04/train_model.py").stdout
    losses = [float(x) for x in re.findall(r"loss: (\S+)", out)]
    assert out.count("Epoch ") == 50 and len(losses) == 50
    assert losses[-1] < losses[0] / 50
    test_mse = course.first_number(out, "rows is")
    assert 2e-5 < test_mse < 3e-4
    assert losses[-1] < test_mse, "the test rows were among the training rows"
    error = course.first_number(out, "typical error is")
    assert error == pytest.approx(100 * test_mse**0.5, abs=0.06)


def test_the_prediction_is_near_what_the_rule_of_the_data_gives(finished):
    (predicted,) = dollars(finished("04/predict.py").stdout)
    assert predicted == pytest.approx(RULE, rel=0.05)
    quoted = dollars(course.read("README.md"))
    assert quoted == pytest.approx([RULE] * len(quoted), rel=0.05)


def test_all_scripts_train_the_same_network(finished):
    """Same seed, same rows, same network: the same test MSE, also where it is logged."""
    scripts = ("04/train_model.py", "04/predict.py", "04/save_trained_model.py")
    scripts += ("06/model_logging.py", "06/visualize_training.py")
    values = {course.first_number(finished(script).stdout, "rows is") for script in scripts}
    assert len(values) == 1


def test_saved_and_loaded_networks_agree_to_the_cent(finished):
    loaded = dollars(finished("04/load_saved_model.py").stdout)
    assert loaded == dollars(finished("04/predict.py").stdout) * 2  # from .keras and from .h5


def test_training_goes_on_after_keras_and_after_the_advice_for_h5(finished, tmp_path):
    """.keras brings Adam's state back, moments included; .h5 needs compile, as the README says."""
    folder = Path(finished("04/load_saved_model.py").folder)
    rows = course.ROOT / "04" / "sales_data_training_scaled.csv"
    code = f"""
import keras, numpy as np, pandas as pd
rows = pd.read_csv({str(rows)!r})
X, y = rows.drop(columns="total_earnings"), rows["total_earnings"]
model = keras.saving.load_model("trained_model.keras")
moments = [v for v in model.optimizer.variables if "momentum" in v.path or "velocity" in v.path]
print("iterations", int(model.optimizer.iterations), "arrays", len(model.optimizer.variables))
print("smallest", min(float(np.abs(v.numpy()).max()) for v in moments), len(moments))
print("before", model.evaluate(X, y, verbose=0))
print("after", model.fit(X, y, epochs=1, verbose=0).history["loss"][0])
model = keras.saving.load_model("trained_model.h5")
try:
    model.fit(X, y, epochs=1, verbose=0)
except Exception as error:
    print("h5 says", str(error)[:200])
model = keras.saving.load_model("trained_model.h5")
model.compile(loss="mean_squared_error", optimizer="adam")
print("compiled", model.fit(X, y, epochs=1, verbose=0).history["loss"][0])
"""
    for name in ("trained_model.keras", "trained_model.h5"):
        shutil.copy(folder / name, tmp_path)
    out = course.program(tmp_path, code)
    assert "iterations 1600 arrays 18\n" in out
    assert course.first_number(out, "smallest") > 0
    assert course.first_number(out, "after") < 1e-4
    assert "Unknown variable" in out
    # The new Adam has to find its step again.
    assert course.first_number(out, "compiled") < 5e-3


@pytest.fixture
def loading(finished, chapter):
    """Return a copy of load_saved_model.py, with both files of the network beside it."""
    script = chapter("04/load_saved_model.py")
    saved = Path(finished("04/load_saved_model.py").folder)
    for name in ("trained_model.keras", "trained_model.h5"):
        shutil.copy(saved / name, script.parent)
    return script


def test_columns_are_taken_by_name(finished, loading):
    """All files with their columns in reverse order, two games: the first keeps its dollars."""
    script = loading
    games = table("proposed_new_product.csv", "04")
    both = pd.concat([games, games.assign(is_exclusive_to_us=0)])[games.columns[::-1]]
    both.to_csv(script.with_name("proposed_new_product.csv"), index=False, encoding="utf-8-sig")
    test = table("sales_data_test_scaled.csv")
    name = script.with_name("sales_data_test_scaled.csv")
    test[test.columns[::-1]].to_csv(name, index=False)
    (first,) = dollars(finished("04/predict.py").stdout)
    for done in course.run_all([[script], [script.with_name("predict.py")]], script.parents[2]):
        assert done.returncode == 0, done.stderr
        for one, two in zip(dollars(done.stdout)[::2], dollars(done.stdout)[1::2], strict=True):
            assert one == pytest.approx(first, rel=1e-6)  # two rows at once are rounded otherwise
            assert two < 0.7 * one
    usual = finished("04/predict.py").stdout
    assert course.first_number(done.stdout, "rows is") == course.first_number(usual, "rows is")


def test_dollars_use_the_scaling_of_the_file(finished, loading):
    scaling = table("sales_data_scaling.csv", "04").set_index("column")
    scaling.loc[TARGET, "multiply_by"] /= 2
    scaling.to_csv(loading.with_name("sales_data_scaling.csv"))
    now = dollars(course.output(loading))
    assert now == pytest.approx([2 * x for x in dollars(finished("04/load_saved_model.py").stdout)])


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_another_backend_trains_saves_and_loads(backend, finished):
    course.needs(backend)
    out = finished("04/load_saved_model.py", KERAS_BACKEND=backend).stdout
    assert len(set(dollars(out))) == 1
    assert dollars(out)[0] == pytest.approx(RULE, rel=0.06)


@pytest.mark.parametrize("script", ["06/model_logging.py", "06/visualize_training.py"])
def test_chapter_6_chooses_tensorflow_itself(script, finished):
    more = {"KERAS_BACKEND": "theano", "KERAS_MAX_EPOCHS": "1"}
    assert "rows is" in finished(script, **more).stdout


def test_a_quick_look(finished):
    """KERAS_MAX_EPOCHS, as the README says, stops after three epochs and says so."""
    result = finished("04/train_model.py", KERAS_MAX_EPOCHS="3", PYTHONWARNINGS="default")
    assert result.stdout.count("Epoch ") == 3 and "Limiting epochs to 3" in result.stderr


def test_a_notebook_runs_the_scripts(tmp_path):
    """The paragraph on notebooks: %run of two scripts, then %tensorboard's extension loads."""
    course.needs("nbclient")
    course.needs("ipykernel")
    import nbclient  # noqa: PLC0415
    import nbformat  # noqa: PLC0415

    readme = course.read("README.md")
    script = course.copy_chapter("06/model_logging.py", tmp_path)
    top = script.parents[1]
    lines = ["%env KERAS_MAX_EPOCHS=1", "%run course/06/model_logging.py", "%load_ext tensorboard"]
    assert all(f"`{line}`" in readme for line in lines[1:])
    assert "`%tensorboard --logdir course/06/logs`" in readme
    cells = [nbformat.v4.new_code_cell(line.replace("course/", "")) for line in lines]
    notebook = nbformat.v4.new_notebook(cells=cells)
    resources = {"metadata": {"path": str(top)}}
    nbclient.NotebookClient(notebook, timeout=300, resources=resources).execute()
    printed = "".join(o.get("text", "") for o in notebook.cells[1].outputs)
    assert "rows is" in printed
    assert (top / "06" / "logs" / "model logging").exists()


def test_running_again_leaves_one_log_and_other_runs_alone(chapter):
    script = chapter("06/visualize_training.py")
    other = script.with_name("logs") / "mine" / "keep.txt"
    other.parent.mkdir(parents=True)
    other.write_text("mine", encoding="utf-8")
    for _ in range(2):
        course.output(script, KERAS_MAX_EPOCHS="1")
    files = [path for path in script.with_name("logs").rglob("*") if path.is_file()]
    assert len(files) == 3, "a log for each run, and what was there"
    assert other.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither of the two signals")
def test_ctrl_c_ends_a_training_and_leaves_everything_as_it_was(chapter):
    path = chapter("04/train_model.py")
    before = course.snapshot(path.parent)
    # As at a terminal, also where the tests run in the background, which ignores Ctrl-C.
    obey = functools.partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with course.start(path, obey) as process:
        for line in process.stdout:
            if line.startswith("Epoch 3"):
                process.send_signal(signal.SIGINT)
        # Python ends by the signal; TensorFlow, interrupted within a step, may crash on the way.
        ended = {-signal.SIGINT, -signal.SIGABRT, -signal.SIGSEGV}
        assert process.wait(60) in ended, process.stderr.read()[-2000:]
    assert course.snapshot(path.parent) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of this kind")
def test_a_full_disk_is_no_success_and_other_files_stay(chapter):
    """No file may be larger than 50 KB: what the system then says is what a full disk says."""
    import resource  # noqa: PLC0415

    path = course.change(chapter("04/save_trained_model.py"), ("epochs=50", "epochs=1"))
    before = course.snapshot(path.parent)
    small = functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (50_000, 50_000))
    with course.start(path, small) as full:
        said = full.communicate()[1]
    assert full.returncode == 1 and "OSError" in said.splitlines()[-1], said[-2000:]
    after = course.snapshot(path.parent)
    assert {name: after[name] for name in before} == before
