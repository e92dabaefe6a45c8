"""04/scaling: faster training, and programs without Keras."""

import re
from pathlib import Path

import pandas as pd
import pytest
from layout import ROOT, text_of
from missing import needs, no_package
from outputs import first_number, numbers, own_lines
from running import (
    change,
    completed,
    output_of,
    output_of_program,
    shutil,
)

FASTER, EXPORT = "04/scaling/train_faster.py", "04/scaling/export_model.py"
DATA = "04/scaling/train_on_big_data.py"
PAGE = text_of("04/scaling/README.md")
PROGRAMS = ["predict_with_tensorflow.py", "predict_with_onnx.py", "predict_with_litert.py"]


def ways(stdout):
    """Return {way: test MSE} of what train_faster.py printed."""
    lines = stdout.splitlines()[1:]
    return {line[:33].strip(): float(line.split()[-1]) for line in lines}


def without_keras(program):
    """Run a program that cannot import Keras; return the dollars that it prints."""
    hidden = "import runpy, sys; sys.modules['keras'] = None; "
    hidden += f"runpy.run_path({str(program)!r}, run_name='__main__')"
    return numbers(output_of("-c", hidden, cwd=program.parent).replace("$", " "))


def exported(finished, tmp_path):
    """Return a copy of what export_model.py made, to change games.csv in it."""
    made = Path(finished(EXPORT).folder) / "exported"
    return shutil.copytree(made, tmp_path / "exported")


# ---- train_faster.py ----


def test_every_way_reaches_the_same_test_mse(finished):
    found = ways(finished(FASTER).stdout)
    assert len(found) == 7
    assert all(1e-5 < mse < 3e-4 for mse in found.values()), found
    assert found["arrays"] == found["arrays, an epoch in a call"]
    road = first_number(finished("04/train_model.py").stdout, "test rows is")
    assert found["arrays"] == pytest.approx(road, rel=0.3), "not the training of the main road"


@pytest.mark.parametrize(("backend", "rows"), [("jax", 5), ("torch", 2)])
def test_another_backend_lists_what_works_there(chapter, backend, rows):
    needs(backend)
    out = output_of(change(chapter(FASTER), EPOCHS=1), KERAS_BACKEND=backend)
    assert out.startswith(f"fit on {backend}")
    assert len(ways(out)) == rows


def test_exercise_fewer_steps_learn_less(chapter, finished):
    short = ("xla in ways:", "xla in ways[:1]:"), ('if BACKEND == "tensorflow":', "if False:")
    done = completed(change(chapter(FASTER), *short, BATCH=1000))
    worse = ways(done.stdout)["arrays"]
    assert 1e-3 < worse < 6e-3 and worse > 10 * ways(finished(FASTER).stdout)["arrays"]


def test_exercise_batch_before_shuffle_keeps_the_batches_together(chapter):
    path = chapter(FASTER)
    begin = path.read_text(encoding="utf-8").split("# 3. ")[0]
    again = """
passes = [{tuple(sorted(y.numpy())) for x, y in pipeline} for _ in range(2)]
print("the same" if passes[0] == passes[1] else "new")
"""
    swapped = begin.replace(".shuffle(len(X_train)).batch(BATCH)", ".batch(BATCH).shuffle(99)")
    assert swapped != begin
    for text, says in ((begin, "new"), (swapped, "the same")):
        path.write_text(text + again, encoding="utf-8")
        assert completed(path).stdout.strip() == says


# ---- export_model.py ----


def test_programs_without_keras_agree_on_every_test_game(finished, tmp_path):
    said = finished(EXPORT).stdout
    assert said.count(": equal within 0.001%") == 3
    folder = exported(finished, tmp_path)
    games = pd.read_csv(ROOT / "03/sales_data_test.csv")
    games.to_csv(folder / "games.csv", index=False)
    first, *others = (without_keras(folder / name) for name in PROGRAMS)
    for other in others:
        assert other == pytest.approx(first, rel=1e-5)
    assert ((first - games["total_earnings"]) ** 2).mean() < 5000**2  # dollars


def test_the_page_shows_the_program_as_it_is_written(finished):
    made = Path(finished(EXPORT).folder) / "exported" / "predict_with_onnx.py"
    assert f"```python\n{made.read_text(encoding='utf-8')}```" in PAGE


def test_exercises_a_second_game_and_columns_in_another_order(finished, tmp_path):
    folder = exported(finished, tmp_path)
    game = pd.read_csv(folder / "games.csv")
    both = pd.concat([game, game.assign(is_exclusive_to_us=0)])
    both.to_csv(folder / "games.csv", index=False)
    exclusive, not_exclusive = without_keras(folder / "predict_with_onnx.py")
    assert 1.7 < exclusive / not_exclusive < 2.1
    game[game.columns[::-1]].to_csv(folder / "games.csv", index=False)
    assert without_keras(folder / "predict_with_onnx.py") == [exclusive]


def test_a_network_of_the_readers_own_keeps_to_its_columns(chapter, finished):
    needs("onnx", "tf2onnx", "onnxruntime", "ai_edge_litert")
    own = Path(finished(DATA).folder) / "trained_on_big_data.keras"
    path = chapter(EXPORT)
    done = completed(path, own)
    assert done.stdout.count(": equal within 0.001%") == 3, done.stderr[-2000:]
    made = pd.read_csv(path.parent / "exported" / "games.csv")
    assert list(made.columns) == ["column_1", "column_2"]
    assert "$" not in done.stdout


def test_a_missing_package_is_named_and_the_savedmodel_is_there(chapter):
    path = change(chapter(EXPORT), ("epochs=50", "epochs=1"))
    hidden = path.with_name("onnxruntime.py")
    hidden.write_text("raise ImportError('No module named onnxruntime')\n", encoding="utf-8")
    done = completed(path)
    assert no_package(done)
    last = own_lines(done)[-1]
    assert last.startswith("network.onnx needs more: No module named onnxruntime: pip install -r")
    assert (path.parent / "exported" / "saved_model" / "saved_model.pb").exists()


# ---- what the table at the end of the page says ----


NO_WAY = """
import keras, numpy as np, onnxruntime
from keras import layers
rows = np.ones((4, 2), "float32")
model = keras.Sequential([keras.Input((2,)), layers.Normalization(mean=[1, 2], variance=[1, 4])])
model.predict(rows, verbose=0)
model.export("network.onnx", format="onnx", verbose=False)
try:
    network = onnxruntime.InferenceSession("network.onnx")
    network.run(None, {network.get_inputs()[0].name: rows})
except Exception as problem:
    print(problem)
model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
try:
    model.compile(loss="mean_squared_error", steps_per_execution="auto")
    model.fit(rows, rows[:, 0], verbose=0)
except TypeError:
    print("a TypeError")
model.export("saved_model", verbose=False)
try:
    keras.saving.load_model("saved_model")
except ValueError as problem:
    print(problem)
"""


def test_what_does_not_work_does_not_work(tmp_path):
    needs("onnxruntime", "tf2onnx")
    said = output_of_program(tmp_path, NO_WAY)
    assert re.search(r"(?s)are missing from input feed.*a TypeError.*File format not supp", said)
