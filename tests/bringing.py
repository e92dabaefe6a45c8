"""How a situation brings things: each function here returns a `bring(folder)`."""

from running import keras_json


def settings(place, **changed):
    """Bring a keras.json with these settings, in a folder seen from the script's own."""
    return lambda folder: keras_json((folder / place).resolve(), **changed) and None


def gone(name):
    """Take a file of the course away."""
    return lambda folder: (folder / name).unlink()


def edited_text(name, old, new):
    """Put another text into a file of the course, at the first place where the old one stands."""

    def bring(folder):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return bring


def written(name, content, *arguments):
    """Write a file, a text or bytes, beside the script, and name it on the command line."""

    def bring(folder):
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return [folder / name, *arguments]

    return bring


def options(words):
    """Bring nothing but these words on the command line."""
    return lambda _folder: words.split()


def without(package):
    """Hide a package behind a file of its name beside the script."""

    def bring(folder):
        text = f"raise ModuleNotFoundError(\"No module named '{package}'\", name={package!r})\n"
        (folder / f"{package}.py").write_text(text, encoding="utf-8")

    return bring
