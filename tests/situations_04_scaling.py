"""What readers bring to export_model.py, and what they must be told."""

import io
import json
import zipfile

from situations import Situation

EXPORT = "04/scaling/export_model.py"


def network(*layers, weights=b"no HDF5"):
    """Return the bytes of a .keras file with such layers, which have no weights."""
    parts = [
        {"module": "keras.layers", "class_name": name, "config": settings}
        for name, settings in layers
    ]
    whole = {"module": "keras", "class_name": "Sequential", "config": {"name": "s"}}
    whole["config"]["layers"] = parts
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("config.json", json.dumps(whole))
        packed.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        packed.writestr("model.weights.h5", weights)
    return file.getvalue()


def given(content, name="own.keras"):
    """Return a function that writes a file and names it on the command line."""

    def bring(folder):
        if content is not None:
            (folder / name).write_bytes(content)
        return [folder / name]

    return bring


INPUT = ("InputLayer", {"batch_shape": [None, 8, 8], "dtype": "float32", "name": "i"})
WEB_PAGE = "<html><body>404, not found</body></html>\n" * 30
NO_NETWORK = [
    ("no such network", given(None), "File not found"),
    ("a table", given(b"age,price\n1,2\n", "t.csv"), "File format not supported"),
    ("a web page called .keras", given(WEB_PAGE.encode()), "own.keras: "),
    ("half a network", given(network(INPUT)[:300]), "own.keras: "),
    ("a network without weights", given(network(INPUT, ("Dense", {"units": 1}))), "own.keras: "),
]
SITUATIONS = [Situation(EXPORT, what, says, 1, bring) for what, bring, says in NO_NETWORK]
