"""What fit remembers, when each loss is measured, and the network as a picture."""

import re
from pathlib import Path

import numpy as np
import pytest
from layout import text_of
from outputs import first_number
from pages import excerpt
from PIL import Image
from running import change, completed_all, copy_chapter, output_of_program

HISTORY, PLOT = "06/more/plot_history.py", "06/more/plot_model.py"
PAGE = text_of("06/more/README.md")


def test_losses_fall_and_the_classifier_reports_its_accuracy(finished):
    out = finished(HISTORY).stdout
    for name, low, high in (("loss", 2e-6, 4e-5), ("val_loss", 1e-5, 2e-4)):
        first, last = re.search(rf"(?m)^{name}: 50 values, from (\S+) to (\S+)$", out).groups()
        assert 3e-3 < float(first) < 0.1 and low < float(last) < high, name
    assert "holds accuracy, loss, val_accuracy, val_loss" in out


@pytest.mark.parametrize("name", ["loss_curves.png", "accuracy_curves.png"])
def test_both_curves_are_in_the_pictures(finished, name):
    with Image.open(Path(finished(HISTORY).folder) / name) as picture:
        assert picture.width >= 1200
        pixels = np.asarray(picture.convert("RGB"), dtype=int)
    for half in np.array_split(pixels, 2, axis=1):
        for color in ((31, 119, 180), (255, 127, 14)):  # matplotlib's first two
            assert (abs(half - color).max(axis=2) < 10).sum() > 500, "a curve is missing"


BY_HAND = """
model.set_weights(start)
model.compile(loss="mean_squared_error", optimizer="adam")
losses = []
for first in range(0, 800, 32):
    batch = X_train[first : first + 32], y_train[first : first + 32]
    losses.append(float(model.evaluate(*batch, verbose=0)))
    model.train_on_batch(*batch)
late = model.evaluate(X_train[800:], y_train[800:], verbose=0)
print(sum(losses) / 25, history.history["loss"][0])
print(late, history.history["val_loss"][0])
"""


def test_loss_is_the_average_during_the_epoch_and_val_loss_is_measured_afterwards(tmp_path):
    """By hand, batch by batch: the two numbers of the first epoch, and of the picture."""
    script = copy_chapter(HISTORY, tmp_path)
    before, call, after = text_of(HISTORY).split("# 4. ")[0].partition("history = model.fit(")
    once = after.replace("epochs=EPOCHS, shuffle=True", "epochs=1, shuffle=False")
    text = f"{before}start = model.get_weights()\n{call}{once}{BY_HAND}"
    for line in output_of_program(script.parent, text).splitlines():
        ours, of_keras = map(float, line.split())
        assert ours == pytest.approx(of_keras, rel=1e-3)


def test_the_picture_of_an_epoch_has_the_numbers_of_the_script(finished):
    out = finished(HISTORY).stdout
    for name, alt in (("loss", "their average, 0.031"), ("val_loss", "val_loss, 0.008")):
        quoted = first_number(alt, ", ")
        first = first_number(out, f"{name}: 50 values, from")
        assert first == pytest.approx(quoted, rel=0.3) and alt in PAGE


def test_the_network_as_a_picture(finished):
    dense = re.compile(r'Dense\((\d+), activation="(\w+)"')
    drawn = dense.findall(text_of(PLOT))
    assert drawn == dense.findall(text_of("03/create_model.py"))
    with Image.open(Path(finished(PLOT).folder) / "network.png") as picture:
        assert picture.width > 600 and picture.height > picture.width


def test_the_exercises_draw_a_wide_network_and_two_branches(tmp_path, finished):
    finished(PLOT)  # skips without Graphviz
    wide = copy_chapter(PLOT, tmp_path / "wide")
    change(wide, ("    dpi=200,", '    dpi=200,\n    rankdir="LR",'))
    branches = copy_chapter(PLOT, tmp_path / "branches")
    layers = [excerpt(f"03/more/explore_layers.py, step {step}") for step in (5, 7)]
    kept = "\n".join(line for line in "\n".join(layers).splitlines() if "predict" not in line)
    kept = re.sub(r"(?m)^print.+\n?", "", kept) + "\n\n"
    text = text_of(PLOT).replace("\n    model,\n", "\n    two_inputs,\n")
    text = text.replace(excerpt(f"{PLOT}, step 1"), kept)
    branches.write_text(text, encoding="utf-8")
    for done in completed_all([[wide], [branches]], tmp_path):
        assert done.returncode == 0, done.stderr
    with Image.open(wide.parent / "network.png") as picture:
        assert picture.width > picture.height
    assert (branches.parent / "network.png").exists()
