"""What fit does, the two comparisons, which features matter, and a table of the reader's own."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from layout import ROOT, text_of
from missing import needs
from outputs import first_number, numbers
from pages import excerpt
from running import change, completed, completed_all, copy_chapter

FIT, NETWORKS = "04/more/what_fit_does.py", "04/more/compare_networks.py"
OPTIMIZERS = "04/more/compare_optimizers.py"
FEATURES, KEEP = "04/more/which_features_matter.py", "04/more/keep_the_best.py"
PAGE = text_of("04/more/README.md")
TRAINING = pd.read_csv(ROOT / "04/sales_data_training_scaled.csv")
TEST = pd.read_csv(ROOT / "04/sales_data_test_scaled.csv")
y_test = TEST["total_earnings"]
X_test = TEST.drop(columns="total_earnings")


def rows_of(stdout, pattern):
    """Return {name: numbers} of the lines of a table."""
    found = re.findall(rf"(?m)^({pattern}) +(\S.*)$", stdout)
    return {name.strip(): numbers(rest.replace("$", "")) for name, rest in found}


@pytest.mark.parametrize("script, last", [(NETWORKS, 2), (OPTIMIZERS, 2), (KEEP, 1)])
def test_no_row_is_in_two_parts(script, last):
    """The steps that load and split, alone: validation rows are not among the training rows."""
    names = {"pd": pd, "CHAPTER": ROOT / "04"}
    exec(excerpt(f"{script}, steps 1 to {last}"), names)
    training, validation = names["X_train"].index, names["X_val"].index
    assert sorted([*training, *validation]) == [*range(1000)], "each row once"
    assert names["y_train"].index.equals(training) and names["y_val"].index.equals(validation)


# ---- what_fit_does ----


def test_four_ways_come_to_one_loss(finished):
    stdout = finished(FIT).stdout
    losses = [float(loss) for loss in re.findall(r"test MSE (\S+)", stdout)]
    assert len(losses) == 4 and losses == pytest.approx([losses[0]] * 4, rel=3e-3), stdout
    assert 1e-4 < losses[0] < 2e-3, "and it has learned"
    assert "The four losses are equal to within 1%." in stdout
    batches = re.findall(r"epoch (\d+): the loss of the last batch was (\S+)", stdout)
    for epoch in ("10", "20"):
        three = [float(loss) for number, loss in batches if number == epoch]
        assert three == pytest.approx([three[0]] * 3, rel=0.05)


def test_the_page_counts_the_lines_right():
    rows = re.findall(r"(?m)^\| `?([\w ]+?)`? \| (\d), (\d) \| (\d+) \| (\d+) \|$", PAGE)
    assert [row[0] for row in rows] == ["fit", "train_on_batch", "GradientTape", "bare TensorFlow"]
    for name, first, second, lines, characters in rows:
        code = "\n".join(excerpt(f"{FIT}, step {step}") for step in (first, second))
        code = re.sub(r"(?m)^    if epoch % 10 == 0:\n.*\n?", "", code)  # printing now and then
        code = re.sub(r" *# .*", "", code)
        counted = [line for line in code.splitlines() if line.strip()]
        assert len(counted) == int(lines), name
        assert len("".join(code.split())) == int(characters), name
    assert "22 lines with Keras against 31 in bare TensorFlow" in PAGE


def test_bare_tensorflow_uses_nothing_of_keras():
    code = excerpt(f"{FIT}, steps 7 to 8")
    assert not re.search(r"\b(keras|model|layers|optimizer)\.", code)


# ---- compare_networks ----


@pytest.fixture
def networks(finished):
    stdout = finished(NETWORKS).stdout
    return stdout, rows_of(stdout, r"[\w,-]+(?: [\w-]+)*(?= {2,}| \d\.\de)")


def test_each_number_of_the_networks_is_what_it_says(networks):
    stdout, rows = networks
    for name, sizes in [("50 relu", [9, 50, 1]), ("50-100-50 relu", [9, 50, 100, 50, 1])]:
        count = sum(a * b + b for a, b in itertools.pairwise(sizes))
        assert f"\n{name}: {count:,} parameters" in f"\n{stdout}"
    for choose, test, lowest, highest, dollars in rows.values():
        assert choose > 0 and lowest <= test <= highest
        assert dollars == pytest.approx(test**0.5 / 0.0000036968, rel=0.05)
    ours = [name for name in rows if name.endswith("elu")]
    best = re.search(r"The validation rows choose (\S+ \S+)\.", stdout)[1]
    assert len(ours) == 4 and rows[best][0] == min(rows[name][0] for name in ours)
    assert all(rows[name][2] < rows[name][3] for name in ours), "three seeds, one result"
    assert rows["MLPRegressor 50-100-50"][1] < 1e-4, "it was not given time to finish"
    assert 4e-5 < rows["50 relu"][1] < 2e-4 and 6e-6 < rows["50-50 gelu"][1] < 2e-5


def test_linear_models_and_luck_are_those_of_numpy(networks):
    stdout, rows = networks
    scaling = pd.read_csv(ROOT / "04/sales_data_scaling.csv", index_col="column")
    dollars = TEST.sub(scaling["add"]).div(scaling["multiply_by"])[TEST.columns]
    fit = TRAINING[:800]
    X, X_new = (np.c_[np.ones(len(t)), t.drop(columns="total_earnings")] for t in (fit, TEST))
    zero = scaling.loc["total_earnings", "add"]
    line = X_new @ np.linalg.lstsq(X, fit["total_earnings"], rcond=None)[0]
    logs = X_new @ np.linalg.lstsq(X, np.log(fit["total_earnings"] - zero), rcond=None)[0]
    for name, prediction in [("linear model", line), ("linear, logarithms", np.exp(logs) + zero)]:
        mse = ((prediction - y_test) ** 2).mean()
        assert rows[name][1] == pytest.approx(mse, rel=0.06), name
    assert rows["linear model"][1] / rows["linear, logarithms"][1] == pytest.approx(23, abs=1)
    copies = dollars["unit_price"] * 1.0108 * 10 * scaling.loc["total_earnings", "multiply_by"]
    assert first_number(stdout, "luck alone:") == pytest.approx((copies**2).mean(), rel=0.02)


def test_test_rows_have_no_say_in_the_choice(tmp_path):
    """With other earnings in the test rows only what the test rows say is different."""
    outputs = []
    for step in (1, -1):
        path = copy_chapter(NETWORKS, tmp_path / str(step))
        designs = '[([5], "relu"), ([9], "gelu")]'
        quick = ('max_iter": 2000', 'max_iter": 2')
        change(path, quick, EPOCHS=1, SEEDS=[1], DESIGNS=designs)
        file = path.parents[1] / "sales_data_test_scaled.csv"
        TEST.assign(total_earnings=y_test.to_numpy()[::step]).to_csv(file, index=False)
        outputs.append([path])
    before, after = (done.stdout for done in completed_all(outputs, tmp_path))
    first, second = (rows_of(text, r"[59] [rg]elu(?= )") for text in (before, after))
    assert [row[0] for row in first.values()] == [row[0] for row in second.values()]
    assert first != second
    assert re.search("rows choose .*", before)[0] == re.search("rows choose .*", after)[0]


@pytest.mark.long
def test_exercises_with_networks(tmp_path):
    """Fewer epochs; and two layers of 20 gelu units. scikit-learn's networks need not finish."""
    quick = ('"max_iter": 2000', '"max_iter": 2')
    few, small = (copy_chapter(NETWORKS, tmp_path / name) for name in ("few", "small"))
    change(few, quick, EPOCHS=20)
    change(small, quick, DESIGNS='[([20, 20], "gelu")]')
    first, second = (done.stdout for done in completed_all([[few], [small]], tmp_path, 900))
    rows = rows_of(first, r"50-\S+ \welu(?= )")
    assert 2e-5 < rows["50-50 gelu"][1] < 9e-5 and 1e-5 < rows["50-100-50 relu"][1] < 9e-5
    assert 8e-6 < rows_of(second, "20-20 gelu(?= )")["20-20 gelu"][1] < 3e-5
    assert "2e-05 to 9e-05" in PAGE and "8e-06 to 3e-05" in PAGE


# ---- compare_optimizers ----


def tried_and_judged(stdout):
    """Return [(optimizer, rate, validation MSE)] and {optimizer: (rate, test MSE)}."""
    line = r"(?m)^(SGD|momentum|Adam|Adam, cosine) +{} (\S+) +{} MSE (\S+)$"
    tried = re.findall(line.format("rate", "validation"), stdout)
    judged = re.findall(line.format("best rate", "test"), stdout)
    return tried, {name: (rate, float(mse)) for name, rate, mse in judged}


def test_the_best_rate_is_chosen_by_the_validation_rows_and_the_worst_are_lost(finished):
    tried, judged = tried_and_judged(finished(OPTIMIZERS).stdout)
    assert len(tried) == 12 and len(judged) == 4
    for name, (rate, test_mse) in judged.items():
        errors = {other: float(mse) for who, other, mse in tried if who == name and mse != "nan"}
        assert errors[rate] == min(errors.values())
        assert 1e-5 < test_mse < 2e-3, name
    lost = [float(mse) for name, _, mse in tried if name in ("SGD", "momentum")][2::3]
    assert all(not mse < 0.01 for mse in lost)


def test_all_start_from_the_same_weights_and_see_the_same_rows(chapter):
    needs("jax")
    spy = "    print('start', sum(abs(w).sum() for w in model.get_weights()), flush=True)\n"
    spy += "    import numpy; print('then', numpy.random.random(), flush=True)\n"
    place = "    model.compile("
    path = change(chapter(OPTIMIZERS), (place, spy + place))
    done = completed(path, KERAS_BACKEND="jax", KERAS_MAX_EPOCHS="1")
    starts = re.findall(r"(?m)^start (.*)\nthen (.*)$", done.stdout)
    assert len(starts) == 12, done.stderr[-2000:]
    assert len(set(starts)) == 1


@pytest.mark.long
def test_exercises_with_optimizers(tmp_path):
    """Nesterov's momentum; and five epochs."""
    nesterov, few = (copy_chapter(OPTIMIZERS, tmp_path / name) for name in ("n", "few"))
    text = nesterov.read_text(encoding="utf-8")
    text = text.replace("momentum=0.9)", "momentum=0.9, nesterov=True)")
    nesterov.write_text(text, encoding="utf-8")
    change(few, EPOCHS=5)
    done = completed_all([[nesterov], [few]], tmp_path, 900)
    first, second = (tried_and_judged(one.stdout)[1] for one in done)
    assert 3e-5 < first["momentum"][1] < 2e-4
    assert 5e-5 < second["Adam"][1] < min(second[name][1] for name in second if name != "Adam")


# ---- which_features_matter ----


def test_importance_follows_the_rule(finished):
    stdout = finished(FEATURES).stdout
    rows = re.findall(r"(?m)^ +([\d,.]+) +([\d.]+)  (.+)$", stdout)
    times = {name: numbers(number)[0] for number, _, name in rows}
    assert next(iter(times)) == "is_exclusive_to_us"
    assert set(", ".join(times).split(", ")) == set(X_test.columns) and len(times) == 10
    assert list(times.values()) == sorted(times.values(), reverse=True)
    together = times["is_action, is_role_playing, is_sports"]
    assert 1.5 < together < max(times["is_action"], times["is_role_playing"], times["is_sports"])
    # Shuffling a column adds twice its variance times the square of its weight, were all linear.
    weights = np.linalg.lstsq(np.c_[np.ones(400), X_test], y_test, rcond=None)[0][1:]
    mse = first_number(stdout, "test rows is")
    for name in ("is_exclusive_to_us", "is_sequel", "critic_rating", "unit_price"):
        weight = weights[list(X_test.columns).index(name)]
        expected = 2 * weight**2 * X_test[name].var() / mse
        assert times[name] == pytest.approx(expected, rel=0.35), name
