"""Chapter 4: training, dollars, files that agree across processes, settings, Ctrl-C."""

import functools
import os
import re
import shutil
import signal
from pathlib import Path

import pandas as pd
import pytest
from layout import ROOT, text_of
from missing import needs
from outputs import first_number
from running import (
    change,
    completed,
    completed_all,
    output_of,
    output_of_program,
    snapshot,
    started,
)

TARGET = "total_earnings"
RULE = 262_564  # dollars: what the rule of the data gives for the proposed game


def dollars(text):
    """Return every predicted amount of an output."""
    found = re.findall(r"arnings prediction for proposed product \d+: \$([\d,]+\.\d\d)", text)
    return [float(amount.replace(",", "")) for amount in found]


def table(name, chapter="03"):
    return pd.read_csv(ROOT / chapter / name)


def test_training_prints_a_loss_for_each_epoch_and_they_fall(finished):
    out = finished("04/train_model.py").stdout
    losses = [float(x) for x in re.findall(r"loss: (\S+)", out)]
    assert out.count("Epoch ") == 50 and len(losses) == 50
    assert losses[-1] < losses[0] / 50
    test_mse = first_number(out, "rows is")
    assert 2e-5 < test_mse < 3e-4
    assert losses[-1] < test_mse, "the test rows were among the training rows"
    error = first_number(out, "typical error (RMSE) is")
    assert error == pytest.approx(100 * test_mse**0.5, abs=0.06)
    average = table("sales_data_training_scaled.csv")[TARGET].mean()
    by_hand = ((table("sales_data_test_scaled.csv")[TARGET] - average) ** 2).mean()
    assert first_number(out, "has an MSE of") == pytest.approx(by_hand, rel=0.01)


def test_the_prediction_is_near_what_the_rule_of_the_data_gives(finished):
    (predicted,) = dollars(finished("04/predict.py").stdout)
    assert predicted == pytest.approx(RULE, rel=0.05)
    quoted = dollars(text_of("README.md"))
    assert quoted == pytest.approx([RULE] * len(quoted), rel=0.05)


def test_all_scripts_train_the_same_network(finished):
    """Same seed, same rows, same network: the same test MSE, also where it is logged."""
    scripts = ("04/train_model.py", "04/predict.py", "04/save_trained_model.py")
    scripts += ("06/model_logging.py",)
    values = {first_number(finished(script).stdout, "rows is") for script in scripts}
    assert len(values) == 1


def test_saved_and_loaded_networks_agree_to_the_cent(finished):
    loaded = dollars(finished("04/load_saved_model.py").stdout)
    assert loaded == dollars(finished("04/predict.py").stdout) * 2  # from .keras and from .h5


def test_training_goes_on_after_keras_and_after_the_advice_for_h5(finished, tmp_path):
    """.keras brings Adam's state back, moments included; .h5 needs compile, as the README says."""
    folder = Path(finished("04/load_saved_model.py").folder)
    rows = ROOT / "04" / "sales_data_training_scaled.csv"
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
    out = output_of_program(tmp_path, code)
    assert "iterations 1600 arrays 18\n" in out
    assert first_number(out, "smallest") > 0
    assert first_number(out, "after") < 1e-4
    assert "Unknown variable" in out
    # The new Adam has to find its step again.
    assert first_number(out, "compiled") < 5e-3


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
    for done in completed_all([[script], [script.with_name("predict.py")]], script.parents[2]):
        assert done.returncode == 0, done.stderr
        for one, two in zip(dollars(done.stdout)[::2], dollars(done.stdout)[1::2], strict=True):
            assert one == pytest.approx(first, rel=1e-6)  # two rows at once are rounded otherwise
            assert two < 0.7 * one
    usual = finished("04/predict.py").stdout
    assert first_number(done.stdout, "rows is") == first_number(usual, "rows is")


def test_dollars_use_the_scaling_of_the_file(finished, loading):
    scaling = table("sales_data_scaling.csv", "04").set_index("column")
    scaling.loc[TARGET, "multiply_by"] /= 2
    scaling.to_csv(loading.with_name("sales_data_scaling.csv"))
    now = dollars(output_of(loading, fresh=False))
    assert now == pytest.approx([2 * x for x in dollars(finished("04/load_saved_model.py").stdout)])


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_another_backend_trains_saves_and_loads(backend, finished):
    needs(backend)
    out = finished("04/load_saved_model.py", fresh=False, KERAS_BACKEND=backend).stdout
    assert len(set(dollars(out))) == 1
    assert dollars(out)[0] == pytest.approx(RULE, rel=0.06)


def test_a_quick_look(finished, tmp_path):
    """KERAS_MAX_EPOCHS, as the README says, stops after three epochs and says so.

    And nothing of the tests lands in the reader's home folder.
    """
    home = dict.fromkeys(("HOME", "USERPROFILE"), str(tmp_path))
    more = home | {"PYTHONWARNINGS": "default", "KERAS_MAX_EPOCHS": "3"}
    result = finished("04/train_model.py", fresh=False, **more)
    assert result.stdout.count("Epoch ") == 3 and "Limiting epochs to 3" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither of the two signals")
def test_ctrl_c_ends_a_training_and_leaves_everything_as_it_was(chapter):
    path = chapter("04/train_model.py")
    before = snapshot(path.parent)
    # As at a terminal, also where the tests run in the background, which ignores Ctrl-C.
    obey = functools.partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with started(path, obey) as process:
        for line in process.stdout:
            if line.startswith("Epoch 3"):
                process.send_signal(signal.SIGINT)
        # Python ends by the signal; TensorFlow, interrupted within a step, may crash on the way.
        ended = {-signal.SIGINT, -signal.SIGABRT, -signal.SIGSEGV}
        assert process.wait(60) in ended, process.stderr.read()[-2000:]
    assert snapshot(path.parent) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of this kind")
def test_a_full_disk_is_no_success_and_other_files_stay(chapter):
    """No file may be larger than 50 KB: what the system then says is what a full disk says."""
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
    changes = [("epochs=50", "epochs=1"), ("import keras\n", f"{limit}import keras\n")]
    path = change(chapter("04/save_trained_model.py"), *changes)
    before = snapshot(path.parent)
    full = completed(path, fresh=False)
    assert full.returncode == 1 and "OSError" in full.stderr.splitlines()[-1], full.stderr[-2000:]
    after = snapshot(path.parent)
    assert {name: after[name] for name in before} == before


@pytest.mark.long
def test_the_validation_rows_choose_the_number_of_epochs(chapter):
    """Exercise 1: one training of 200 epochs shows what those of 5 and 50 end with, too."""
    held_back = ("verbose=2)", "verbose=2, validation_split=0.2)")
    script = change(chapter("04/train_model.py"), ("epochs=50", "epochs=200"), held_back)
    losses = [float(loss) for loss in re.findall(r"val_loss: (\S+)", output_of(script))]
    assert len(losses) == 200
    assert 2e-4 < losses[4] < 2e-3
    assert 2e-5 < losses[49] < 2e-4
    assert 1e-5 < losses[199] < 4e-4
    assert 5 < losses[4] / losses[49] < 40


def test_two_lines_part_a_table_as_the_readme_says():
    lines = re.findall(r"`((?:training|test) = table\.[^`]+)`", text_of("README.md"))
    assert len(lines) == 2
    names = {"table": table("sales_data_training.csv")}
    for line in lines:
        exec(line, names)
    training, test = names["training"], names["test"]
    assert (len(training), len(test)) == (800, 200)
    assert not set(training.index) & set(test.index)
