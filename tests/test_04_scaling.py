"""04/scaling: faster training, and what does not work with Keras 3."""

import re

import pytest
from layout import text_of
from missing import needs
from outputs import first_number
from running import change, completed, output_of, output_of_program

FASTER = "04/scaling/train_faster.py"
PAGE = text_of("04/scaling/README.md")


def ways(stdout):
    """Return {way: test MSE} of what train_faster.py printed."""
    lines = stdout.splitlines()[1:]
    return {line[:33].strip(): float(line.split()[-1]) for line in lines}


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
