"""Chapter 6: logs of a training, run again; the scripts in a notebook. TensorBoard is apart."""

import pytest
from layout import text_of
from missing import needs
from running import copy_chapter, output_of


@pytest.mark.parametrize("script", ["06/model_logging.py", "06/visualize_training.py"])
def test_chapter_6_chooses_tensorflow_itself(script, finished):
    more = {"KERAS_BACKEND": "theano", "KERAS_MAX_EPOCHS": "1"}
    assert "rows is" in finished(script, **more).stdout


def test_a_notebook_runs_the_scripts(tmp_path):
    """The paragraph on notebooks: %run of two scripts, then %tensorboard's extension loads."""
    needs("nbclient")
    needs("ipykernel")
    import nbclient  # noqa: PLC0415
    import nbformat  # noqa: PLC0415

    readme = text_of("README.md")
    script = copy_chapter("06/model_logging.py", tmp_path)
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
        output_of(script, KERAS_MAX_EPOCHS="1")
    files = [path for path in script.with_name("logs").rglob("*") if path.is_file()]
    assert len(files) == 5, "two logs for each run, train and validation, and what was there"
    assert other.read_text(encoding="utf-8") == "mine"
