"""Scripts under %run, as the README says for notebooks: one kernel runs a whole folder."""

import digits
import pytest
from layout import runs_after, scripts, takes_minutes, waits_for_the_reader
from missing import needs
from running import COPY, copy_chapter

DIGITS = {"04/labs/classify_digits.py", "04/labs/classify_digits_conv.py"}  # few pictures: quick
WHOLE = {"04/more/keep_the_best.py"}  # it compares ten epochs: one is not enough
FOLDERS = ["03/more", "04", "04/labs", "04/more", "06/more"]


def in_order(folder):
    """Return the scripts of a folder that a reader can just run, each behind what it needs."""
    chosen = []
    for script in scripts(folder):
        if not waits_for_the_reader(script) and (script in DIGITS or not takes_minutes(script)):
            chosen += [one for one in (*runs_after(script), script) if one not in chosen]
    return [script for script in chosen if "exercise" not in script and script not in WHOLE]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_notebook_runs_the_scripts_of_a_folder_one_after_another(folder, tmp_path, monkeypatch):
    needs("nbclient", "ipykernel")
    import nbclient  # noqa: PLC0415
    import nbformat  # noqa: PLC0415

    for name, value in digits.environment(digits.few).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KERAS_MAX_EPOCHS", "1")
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a notebook shows charts its own way
    chosen = in_order(folder)
    if folder == "04/more":
        chosen.append("04/save_trained_model.py")  # again: no script keeps its files open
    for script in chosen:
        copy_chapter(script, tmp_path)
    cells = [nbformat.v4.new_code_cell(f"%run {script}") for script in chosen]
    notebook = nbformat.v4.new_notebook(cells=cells)
    resources = {"metadata": {"path": str(tmp_path / COPY)}}
    nbclient.NotebookClient(notebook, timeout=600, resources=resources).execute()
    for script, cell in zip(chosen, notebook.cells, strict=True):
        errors = [out["evalue"] for out in cell.outputs if out["output_type"] == "error"]
        assert not errors, f"{script}: {errors}"
        assert any(out.get("name") == "stdout" for out in cell.outputs), f"{script} said nothing"
