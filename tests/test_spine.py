"""The main road: train, predict, save, load agree; a broken network and moved columns show."""

import json
import re
import shutil
from pathlib import Path

import course
import keras
import numpy as np
import pandas as pd
import pytest

CHAPTER = course.ROOT / "04"
TARGET = "total_earnings"
PREDICTION = r"Earnings prediction for proposed product (\d+): \$([\d,]+\.\d\d)"


def dollars(text):
    return [float(amount.replace(",", "")) for _, amount in re.findall(PREDICTION, text)]


def test_training_prints_a_loss_for_each_epoch_and_they_fall(finished):
    out = finished("04/train_model.py").stdout
    losses = [float(x) for x in re.findall(r"loss: (\S+)", out)]
    assert out.count("Epoch ") == 50 and len(losses) == 50
    assert losses[-1] < losses[0] / 50
    assert 2e-5 < course.first_number(out, "rows is") < 2e-4


def test_the_prediction_is_near_what_the_rule_of_the_data_gives(finished):
    """4.1 stars, action, exclusive, portable, a sequel, for kids, $55.99."""
    raw = pd.read_csv(course.ROOT / "03" / "sales_data_training.csv", encoding="utf-8")

    def rule(g):
        copies = 850 * (1 + 0.27 * (g["critic_rating"] - 2))
        copies *= 1.85 ** g["is_exclusive_to_us"] * 1.50 ** g["is_sequel"]
        copies *= 1.08 ** g["is_portable"] * 1.10 ** g["suitable_for_kids"]
        copies *= 1.08 ** g["is_action"] * 0.95 ** g["is_sports"]
        return copies * g["unit_price"]

    slope, offset = np.polyfit(rule(raw), raw[TARGET], 1)
    game = {
        "critic_rating": 4.1,
        "is_action": 1,
        "is_exclusive_to_us": 1,
        "is_portable": 1,
        "is_sequel": 1,
        "is_sports": 0,
        "suitable_for_kids": 1,
        "unit_price": 55.99,
    }
    (predicted,) = dollars(finished("04/predict.py").stdout)
    assert predicted == pytest.approx(slope * rule(game) + offset, rel=0.05)


def test_three_programs_predict_the_same_to_the_cent(finished):
    saved = dollars(finished("04/save_trained_model.py").stdout)
    loaded = dollars(finished("04/load_saved_model.py").stdout)
    assert len(saved) == 1
    assert loaded == saved * 2  # once from the .keras file, once from the .h5 file


def test_the_optimizer_comes_back_with_its_state(finished):
    out = finished("04/load_saved_model.py").stdout
    assert out.count("optimizer adam") == 2
    for name in ("trained_model.keras", "trained_model.h5"):
        model = keras.saving.load_model(Path(finished("04/load_saved_model.py").folder) / name)
        assert getattr(model.loss, "__name__", model.loss) == "mean_squared_error"
        assert int(np.asarray(model.optimizer.iterations)) == 50 * 32, name


def test_every_row_gets_a_prediction_and_by_name(finished, chapter):
    """Two games, columns in reverse order: the first is still worth what it was."""
    before = Path(finished("04/load_saved_model.py").folder)
    script = chapter("04/load_saved_model.py")
    for name in ("trained_model.keras", "trained_model.h5"):
        shutil.copy(before / name, script.parent)
    games = pd.read_csv(script.with_name("proposed_new_product.csv"), encoding="utf-8")
    cheap = games.assign(is_exclusive_to_us=0)
    both = pd.concat([games, cheap])[games.columns[::-1]]
    both.to_csv(script.with_name("proposed_new_product.csv"), index=False, encoding="utf-8-sig")
    done = course.run(script)
    assert done.returncode == 0, done.stderr
    first, second = dollars(done.stdout)[:2]
    alone = dollars(finished("04/save_trained_model.py").stdout)
    assert [first] == pytest.approx(alone, rel=1e-6)  # two rows at once are rounded otherwise
    assert second < 0.7 * first


def test_columns_in_another_order_change_no_result(finished, chapter):
    script = chapter("04/predict.py")
    for name in ("sales_data_training_scaled.csv", "sales_data_test_scaled.csv"):
        table = pd.read_csv(script.with_name(name), encoding="utf-8", dtype=str)
        table[table.columns[::-1]].to_csv(script.with_name(name), index=False, encoding="utf-8")
    done = course.run(script)
    assert done.returncode == 0, done.stderr
    assert done.stdout == finished("04/predict.py").stdout


def test_preprocessing_takes_columns_in_any_order(finished, chapter):
    script = chapter("03/preprocess_data.py")
    for name in ("sales_data_training.csv", "sales_data_test.csv"):
        table = pd.read_csv(script.with_name(name), encoding="utf-8", dtype=str)
        table[sorted(table.columns)].to_csv(script.with_name(name), index=False, encoding="utf-8")
    done = course.run(script)
    assert done.returncode == 0, done.stderr
    for name in finished("03/preprocess_data.py").changed or [
        "sales_data_training_scaled.csv",
        "sales_data_test_scaled.csv",
        "sales_data_scaling.json",
    ]:
        assert (script.with_name(name)).read_bytes() == (course.ROOT / "03" / name).read_bytes()


def test_dollars_use_the_scaling_of_the_file(finished, chapter):
    """Another scaling, other dollars: nothing is typed into the script."""
    before = Path(finished("04/load_saved_model.py").folder)
    script = chapter("04/load_saved_model.py")
    for name in ("trained_model.keras", "trained_model.h5"):
        shutil.copy(before / name, script.parent)
    path = script.with_name("sales_data_scaling.json")
    scaling = json.loads(path.read_text(encoding="utf-8"))
    scaling[TARGET]["multiply_by"] /= 2
    path.write_text(json.dumps(scaling), encoding="utf-8")
    now = dollars(course.run(script).stdout)
    assert now == pytest.approx([2 * x for x in dollars(finished("04/load_saved_model.py").stdout)])


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_train_save_and_load_on_another_backend(backend, finished):
    """save_trained_model.py creates, trains, judges, predicts and saves; the next one loads."""
    pytest.importorskip(backend, reason=f"{backend} is not installed: pip install {backend}")
    more = {"KERAS_BACKEND": backend, "KERAS_MAX_EPOCHS": "2"}
    assert len(set(dollars(finished("04/load_saved_model.py", **more).stdout))) == 1
