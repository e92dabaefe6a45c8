"""prepare_table.py in this process: what it says of a table, and what it writes."""

import contextlib
import importlib.util
import io
import sys
from types import SimpleNamespace

import pandas as pd
from layout import ROOT

OUTPUTS = ["columns.csv", "training_rows.csv", "test_rows.csv"]


def load_prepare():
    """Return prepare_table.py as a module."""
    path = ROOT / "04/your_table/prepare_table.py"
    spec = importlib.util.spec_from_file_location("prepare_table", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PREPARE = load_prepare()


def prepared(folder, content, target, name="table.csv"):
    """Prepare a table; return what is said, why it stopped (or None), and the three tables."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    PREPARE.HERE, was = folder, sys.argv
    sys.argv = ["prepare_table.py", str(file), f"--target={target}"]
    said, refused = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(said):
            PREPARE.main()
    except SystemExit as end:
        assert isinstance(end.code, str), end.code
        refused = end.code
        assert not any((folder / output).exists() for output in OUTPUTS)
        return SimpleNamespace(said=said.getvalue(), refused=refused)
    finally:
        sys.argv = was
    plain = {"dtype": str, "keep_default_na": False, "encoding": "utf-8"}
    columns, training, test = (pd.read_csv(folder / output, **plain) for output in OUTPUTS)
    tables = {"columns": columns, "training": training, "test": test}
    tables |= {"kept": pd.concat([training, test]), "kinds": columns.set_index("name")["kind"]}
    return SimpleNamespace(said=said.getvalue(), refused=None, **tables)


def text_of_table(columns, separator=","):
    """Return the text of a table: {name: cells}."""
    lines = [columns, *zip(*columns.values(), strict=True)]
    return "".join(separator.join(map(str, line)) + "\n" for line in lines)
