"""What every script promises: it runs, writes what its header says, warns of nothing."""

import ast
import fnmatch
import re
from pathlib import Path

import course
import pytest

SCRIPTS = course.scripts()
# The exercise is for the reader to fill in; tests/test_digits.py fills it in.
RUN = [script for script in SCRIPTS if not script.endswith("_exercise.py")]
FOLDERS = {"logs/": "logs/*", "exported_model/": "exported_model/*"}


def test_scripts_are_found():
    assert len(SCRIPTS) >= 8


def test_reading_order_has_no_gap():
    places = [course.number(course.ROOT / script) for script in SCRIPTS]
    assert len(set(places)) == len(places), "two scripts have the same place"
    for script, (chapter, _) in zip(SCRIPTS, places, strict=True):
        assert script.startswith(f"0{chapter}/")


@pytest.mark.parametrize("script", RUN)
def test_runs(script, finished):
    result = finished(script, arguments=course.ARGUMENTS.get(script, ()))
    assert result.stdout.strip(), "it printed nothing"
    assert "Traceback" not in result.stderr
    own_warnings = [line for line in result.stderr.splitlines() if f"{script}:" in line]
    assert not own_warnings, own_warnings


@pytest.mark.parametrize("script", RUN)
def test_writes_what_its_docstring_says_and_touches_nothing_else(script, finished):
    result = finished(script, arguments=course.ARGUMENTS.get(script, ()))
    promised = course.names(course.header(course.ROOT / script)["writes"])
    patterns = [FOLDERS.get(name, name) for name in promised]
    for pattern in patterns:
        there = [
            path.relative_to(result.folder).as_posix() for path in Path(result.folder).rglob("*")
        ]
        assert fnmatch.filter(there, pattern), f"{pattern} was not written"
    extra = [name for name in result.changed if not any(fnmatch.fnmatch(name, p) for p in patterns)]
    assert not extra, "written, but not named in the docstring"


@pytest.mark.parametrize("script", SCRIPTS)
def test_reads_what_lies_beside_it(script):
    reads = course.names(course.header(course.ROOT / script)["reads"])
    made = {
        name
        for other in SCRIPTS
        for name in course.names(course.header(course.ROOT / other)["writes"])
        if other.startswith(script[:2])
    }
    for name in reads:
        if re.fullmatch(r"[\w.-]+\.\w+", name):
            assert (course.ROOT / script).with_name(name).exists() or name in made, name


@pytest.mark.parametrize("script", SCRIPTS)
def test_style(script):
    text = (course.ROOT / script).read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.isascii(), "a Windows console may know no more"
    assert "HERE = Path(__file__).resolve().parent" in text or "HERE" not in text
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.names[0].name != "*", "star import"
            assert node.level == 0, "relative import"
            assert node.module != "tensorflow.keras"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) != ("tf", "keras"), "tf.keras"
        assert not isinstance(node, ast.ClassDef), "a class"
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            named = {keyword.arg for keyword in node.keywords}
            if name == "open" or name.endswith((".read_text", ".write_text", ".to_csv")):
                assert "encoding" in named or "b" in ast.unparse(node), f"no encoding: {name}"
            assert not name.endswith("Lambda"), "a Lambda layer"
            assert "pickle" not in name
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not imported & {"argparse", "pickle"}
    neighbors = {path.stem for path in (course.ROOT / script).parent.glob("*.py")}
    assert not imported & neighbors, "a helper module"
    if "model.fit(" in text:
        assert "set_random_seed(" in text, "no seed"


def test_repeated_blocks_are_the_same_to_the_letter():
    """Steps with the same comment have the same code, so that a diff shows the new idea alone."""
    blocks = {}
    for script in SCRIPTS:
        text = (course.ROOT / script).read_text(encoding="utf-8")
        for block in re.split(r"\n(?=# \d+\. )", text)[1:]:
            title, _, body = block.partition("\n")
            title, body = re.sub(r"^# \d+\. ", "", title), body.strip()
            known_script, known = blocks.setdefault(title, (script, body))
            # The last step runs on to the end of the file: there one may be longer.
            same = body.startswith(known) or known.startswith(body)
            assert same, f"step {title!r} differs between {known_script} and {script}"


@pytest.mark.parametrize(
    "name", sorted({path.name for c in course.CHAPTERS for path in (course.ROOT / c).glob("*.csv")})
)
def test_copies_are_identical(name):
    copies = [course.ROOT / c / name for c in course.CHAPTERS if (course.ROOT / c / name).exists()]
    contents = {path.read_bytes() for path in copies}
    assert len(contents) == 1, f"the copies of {name} differ"
