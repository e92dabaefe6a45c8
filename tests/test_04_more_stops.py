"""Stop in time, and keep the best: what their page says, computed again."""

import re

import claims_04_more_stops as claims
import numpy as np
import pytest
from layout import text_of
from missing import needs
from outputs import numbers
from running import change, completed_all, copy_chapter, output_of, output_of_program

STOP, KEEP = claims.STOP, claims.KEEP


@pytest.mark.parametrize("script", [STOP, KEEP])
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_runs_on_other_backends(script, backend, chapter):
    needs(backend)
    epochs = "2" if script != KEEP else "50"
    out = output_of(chapter(script), KERAS_BACKEND=backend, KERAS_MAX_EPOCHS=epochs)
    if script == KEEP:
        never, gone_on, lost = claims.losses(out)
        assert np.allclose(never, gone_on, rtol=1e-3) and lost[0] > 10 * never[0]


def test_the_weights_for_each_picture():
    page = text_of(claims.CLAIMS[0].page)
    weights = sum(a * b + b for a, b in [(64, 256), (256, 256), (256, 10)])
    assert f"= {weights:,}." in page and f"{weights / 150:.0f} for each" in page


def test_a_fresh_process_goes_on_where_the_file_ends(finished):
    """The file after 40 epochs, loaded elsewhere, loses in epoch 41 what the script printed."""
    result = finished(KEEP)
    setup, _, rest = text_of(KEEP).partition("# 3. ")
    resume = rest[rest.index("# 7. ") : rest.index("# 8. ")]
    text = f"losses = {{}}\n{setup}{resume}print('again', *losses['gone on'][:2])\n"
    again = numbers(output_of_program(result.folder, text).split("again")[1])
    assert again == pytest.approx(claims.losses(result.stdout)[1][:2], rel=1e-3)


@pytest.mark.long
def test_the_exercises_of_keep_the_best(tmp_path):
    """Shuffled, going on does not jump; without a state to lose, nothing does."""
    again = 'optimizer="adam")\n'
    shuffled = [("shuffle=False", "shuffle=True")]
    plain = [(again + mark, again.replace("adam", "sgd") + mark) for mark in ("\n# 4.", "losses")]
    copies = [copy_chapter(KEEP, tmp_path / name) for name in ("shuffled", "plain")]
    for copy, changes in zip(copies, [shuffled, plain], strict=True):
        change(copy, *changes)
    outputs = [done.stdout for done in completed_all([[copy] for copy in copies], tmp_path)]
    never, gone_on, lost = claims.losses(outputs[0])
    assert gone_on[0] < 3 * never[0] and lost[0] > 10 * never[0]
    never, gone_on, lost = claims.losses(outputs[1])
    assert never == gone_on == lost
    assert 0.0008 < never[-1] < 0.004


NETWORK = """
import keras, numpy as np, pathlib
X = np.random.default_rng(1).normal(size=(64, 3))
y = X.sum(axis=1)


def network(loss="mean_squared_error"):
    keras.utils.set_random_seed(1)
    dense = [keras.layers.Dense(8), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input(shape=(3,)), *dense])
    model.compile(loss=loss, optimizer="adam")
    return model


def fit(model, epochs, callbacks=(), first=0):
    more = {"initial_epoch": first, "callbacks": list(callbacks), "shuffle": False, "verbose": 0}
    return model.fit(X, y, epochs=epochs, validation_data=(X, y), **more).history.get("loss")
"""
CHECKPOINTS = """
best = lambda **more: keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True, **more)
good, file = network(), pathlib.Path("best.keras")
fit(good, 30, [best()])
before, worth = file.read_bytes(), good.evaluate(X, y, verbose=0)
fit(network(), 1, [best(initial_value_threshold=worth)])
assert file.read_bytes() == before
fit(network(), 1, [best()])
assert file.read_bytes() != before


def stop(epoch, logs):
    if epoch == 12:
        raise KeyboardInterrupt


backup, plug = keras.callbacks.BackupAndRestore, keras.callbacks.LambdaCallback
whole = fit(network(), 20)
try:
    fit(network(), 20, [backup("backup"), plug(on_epoch_begin=stop)])
except KeyboardInterrupt:
    print("interrupted")
again = fit(network(), 20, [backup("backup")])
assert np.allclose(again, whole[12:], rtol=1e-4), (again, whole[12:])
assert not pathlib.Path("backup").exists()
assert not fit(network(), 10, first=40)
"""


def test_what_the_page_says_of_checkpoints_in_a_new_program(tmp_path):
    assert "interrupted" in output_of_program(tmp_path, NETWORK + CHECKPOINTS)


@pytest.mark.long
def test_a_loss_of_ones_own_elsewhere(tmp_path):
    page = text_of("04/more/README.md")
    section = page.split("## Keep the best")[1].split("\n## ")[0]
    registered = re.search(r"```python\n(@keras.+?)```", section, re.S)[1]
    plain = registered.split("\n", 1)[1]
    quoted = re.search(r"``(Could not locate function.+?) ``", section)[1]
    save = "network(double_if_too_low).save('custom.keras')\n"
    load = "keras.saving.load_model('custom.keras')\n"
    known = load.replace(")", ", custom_objects={'double_if_too_low': double_if_too_low})")
    anyway = load.replace(")", ", compile=False)")
    output_of_program(tmp_path, NETWORK + plain + save)
    output_of_program(tmp_path, f"import keras\n{anyway}")
    with pytest.raises(AssertionError, match=re.escape(quoted)):
        output_of_program(tmp_path, f"import keras\n{load}")
    output_of_program(tmp_path, f"import keras\n{plain}{known}")
    output_of_program(tmp_path, NETWORK + registered + save)
    output_of_program(tmp_path, f"import keras\n{registered}{load}")
