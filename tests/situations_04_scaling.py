"""What readers bring to export_model.py, and what they must be told."""

from situations import Situation

EXPORT = "04/scaling/export_model.py"


def given(content, name="own.keras"):
    """Return a function that writes a file and names it on the command line."""

    def bring(folder):
        if content is not None:
            (folder / name).write_bytes(content)
        return [folder / name]

    return bring


NO_NETWORK = [
    ("no such network", given(None), "File not found"),
    ("a table", given(b"age,price\n1,2\n", "t.csv"), "File format not supported"),
]
SITUATIONS = [
    Situation(EXPORT, what, says, 1, bring, traceback=True) for what, bring, says in NO_NETWORK
]
