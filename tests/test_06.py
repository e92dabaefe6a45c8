"""Chapter 6: logs of a training, run again; the scripts in a notebook. TensorBoard is apart."""

from pathlib import Path

import pytest
from layout import main_road, text_of
from missing import needs
from outputs import numbers
from running import copy_chapter, output_of
from tensorboard.backend.event_processing import event_accumulator


@pytest.mark.parametrize("script", ["06/model_logging.py", "06/visualize_training.py"])
def test_chapter_6_chooses_tensorflow_itself(script, finished):
    more = {"KERAS_BACKEND": "theano", "KERAS_MAX_EPOCHS": "1"}
    assert "rows is" in finished(script, fresh=False, **more).stdout


def test_a_notebook_runs_the_main_road(tmp_path):
    """The paragraph on notebooks: %run of the scripts, one after the other, in one notebook."""
    needs("nbclient")
    needs("ipykernel")
    import nbclient  # noqa: PLC0415
    import nbformat  # noqa: PLC0415

    readme = text_of("README.md")
    for line in ("run course/06/model_logging.py", "load_ext tensorboard"):
        assert f"`%{line}`" in readme
    assert "`%tensorboard --logdir course/06/logs`" in readme
    # Chapter 5 needs its download.
    road = [script for script in main_road() if not script.startswith("05")]
    for script in road:
        top = copy_chapter(script, tmp_path).parents[1]
    lines = ["%env KERAS_MAX_EPOCHS=1", *(f"%run {script}" for script in road)]
    lines.append("%load_ext tensorboard")
    cells = [nbformat.v4.new_code_cell(line) for line in lines]
    notebook = nbformat.v4.new_notebook(cells=cells)
    resources = {"metadata": {"path": str(top)}}
    nbclient.NotebookClient(notebook, timeout=300, resources=resources).execute()
    for script, cell in zip(road, notebook.cells[1:], strict=False):
        assert "Next" in "".join(out.get("text", "") for out in cell.outputs), script
    assert (top / "06" / "logs" / "model logging").exists()


def test_running_again_leaves_one_log_and_other_runs_alone(chapter):
    script = chapter("06/visualize_training.py")
    other = script.with_name("logs") / "mine" / "keep.txt"
    other.parent.mkdir(parents=True)
    other.write_text("mine", encoding="utf-8")
    for _ in range(2):
        output_of(script, fresh=False, KERAS_MAX_EPOCHS="1")
    files = [path for path in script.with_name("logs").rglob("*") if path.is_file()]
    assert len(files) == 5, "two logs for each run, train and validation, and what was there"
    assert other.read_text(encoding="utf-8") == "mine"


def test_weights_are_logged_every_five_epochs(finished):
    """The histograms of all layers, also where no browser looks at them."""
    folder = Path(finished("06/visualize_training.py").folder) / "logs"
    for run in ("run 1 with 50 nodes", "run 2 with 5 nodes"):
        assert histogram_steps(folder / run / "train") == [*range(0, 50, 5)], run
    folder = Path(finished("06/model_logging.py").folder) / "logs"
    assert histogram_steps(folder / "model logging" / "train") == [*range(0, 50, 5)]


def histogram_steps(folder):
    """Return the epochs in which a log has the weights of the four layers."""
    events = event_accumulator.EventAccumulator(str(folder), {"tensors": 0}).Reload()
    tags = [tag for tag in events.Tags()["tensors"] if tag.endswith("/histogram")]
    assert len(tags) == 8, tags  # kernel and bias of four layers
    steps = {tuple(event.step for event in events.Tensors(tag)) for tag in tags}
    assert len(steps) == 1
    return [*steps.pop()]


def test_a_fifth_of_the_rows_validates(finished):
    """25 steps in each of 50 epochs: the 800 rows that train, in batches of 32."""
    folder = Path(finished("06/visualize_training.py").folder) / "logs"
    for run in ("run 1 with 50 nodes", "run 2 with 5 nodes"):
        log = str(folder / run / "validation")
        events = event_accumulator.EventAccumulator(log, {"tensors": 0}).Reload()
        steps = [event.step for event in events.Tensors("evaluation_loss_vs_iterations")]
        assert steps[-1] == 50 * 25


def test_the_two_runs_are_two_designs(finished):
    """50 and 5 nodes in the first layer do not come to one validation loss."""
    printed = finished("06/visualize_training.py").stdout
    losses = [numbers(line)[-1] for line in printed.splitlines() if line.startswith("run ")]
    assert len(losses) == 2 and losses[0] != losses[1]
