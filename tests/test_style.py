"""What every script promises: header, style, repeated blocks, copies; ruff has nothing to say."""

import ast
import re

import pytest
from layout import FOLDERS, ROOT, header, main_road, scripts, text_of
from running import output_of

SCRIPTS = scripts()
MAIN_ROAD = main_road()
FORBIDDEN = {
    r":=|!r\}": "no cleverness",
    r"\bpickle\b|Lambda\(": "runs code of a stranger's file",
    r"tf\.keras": "import keras",
    r"\._[a-z]": "private",
    r"set_floatx|set_image_data_format|set_dtype_policy": "no setting in case of a keras.json",
    r"exit\(\d|os\._exit|raise SystemExit\(\d": "a stop is sys.exit with a sentence, status 1",
    r"\bsocket\b|KERAS_HOME|set_verbosity": "machinery",
    r"\.reconfigure\(": "the output of a notebook has none",
    r"\bgetopt\b|sys\.argv\[": "options are argparse",
}
# What a script needs all the same: old model files count on these settings, and so on.
OWN = {
    "04/more/rescue_old_model.py": "set_dtype_policy set_image_data_format",
    "04/scaling/train_on_spark.py": "socket",  # task 0 looks for a free port
}


def test_the_main_road_is_nine_scripts_in_this_order():
    assert [script.split("/")[1].removesuffix(".py") for script in MAIN_ROAD] == [
        *"preprocess_data create_model train_model predict save_trained_model".split(),
        *"load_saved_model image_recognition model_logging visualize_training".split(),
    ]


def test_the_folders_are_known_to_the_tests_and_to_run_course():
    """A folder of scripts that one of them does not know would never be run."""
    there = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("0*/**/*.py")}
    assert there == set(FOLDERS)
    listed = re.search(r'^FOLDERS = """\n(.+?)""".split', text_of("run_course.py"), re.M | re.S)
    assert [folder for folder in listed[1].split() if folder in there] == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_reading_order_has_no_gap(folder):
    there = [script for script in SCRIPTS if script.rpartition("/")[0] == folder]
    heads = [header(script) for script in there]
    assert [head["number"] for head in heads] == list(range(1, len(heads) + 1))
    for head in heads:
        assert f"0{head['chapter']}/{head['side']}".rstrip("/") == folder


@pytest.mark.parametrize("script", SCRIPTS)
def test_style(script):
    text = text_of(script)
    tree = ast.parse(text)
    assert text.isascii(), "a Windows console may know no more"
    for forbidden, why in FORBIDDEN.items():
        found = re.search(forbidden, text)
        assert not found or found[0] in OWN.get(script, ""), f"{found[0]}: {why}"
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.names[0].name != "*", "star import"
            imported.add(node.module.split(".")[0])
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("open", "_text")):
            named = {keyword.arg for keyword in node.keywords}
            readable = "encoding" in named or ast.unparse(node.func).startswith("Image")
            assert readable or "b" in ast.unparse(node), f"no encoding: {ast.unparse(node)}"
    neighbors = {path.stem for path in (ROOT / script).parent.glob("*.py")}
    assert not imported & neighbors, "a helper module"
    if "model.fit(" in text:
        assert "set_random_seed(" in text, "no seed"
    if script in MAIN_ROAD:
        assert "try:" not in text and "sys.argv" not in text
        assert 20 <= len(text.splitlines()) <= 75


def test_repeated_blocks_are_the_same_to_the_letter():
    """Steps with the same comment have the same code, so that a diff shows the new idea alone."""
    blocks = {}
    for script in SCRIPTS:
        for block in re.split(r"\n(?=# \d+\. )", text_of(script))[1:]:
            title, _, body = block.partition("\n")
            title, body = re.sub(r"^# \d+\. ", "", title), body.strip()
            known_script, known = blocks.setdefault(title, (script, body))
            # The last step runs on to the end of the file: there one may be longer.
            same = body.startswith(known) or known.startswith(body)
            assert same, f"step {title!r} differs between {known_script} and {script}"


@pytest.mark.parametrize("name", sorted({path.name for path in ROOT.glob("0?/*.csv")}))
def test_copies_are_identical(name):
    contents = {path.read_bytes() for path in ROOT.glob(f"0?/{name}")}
    assert len(contents) == 1, f"the copies of {name} differ"


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=lambda x: x[0])
def test_ruff(command):
    output_of("-m", "ruff", *command, "--no-cache", ROOT)
