"""What every script promises: header, style, repeated blocks, copies; ruff has nothing to say."""

import ast
import re

import course
import pytest

SCRIPTS = course.scripts()
# Side roads have 100 lines at most, and these so many: their lines would be dense in a hundred.
LONGER = {
    "04/labs/classify_digits_conv.py": 103,
    "04/labs/classify_digits_exercise.py": 101,
    "04/more/compare_networks.py": 102,
    "04/more/compare_optimizers.py": 102,
    "04/more/predict_your_game.py": 101,
    "04/more/rescue_old_model.py": 105,
    "04/more/stop_in_time.py": 102,
    "04/more/your_own_table.py": 113,
    "04/scaling/export_model.py": 101,
    "04/scaling/train_on_big_data.py": 113,
    "04/scaling/train_on_machines.py": 152,
    "04/scaling/train_on_spark.py": 143,
    "05/more/fine_tune.py": 113,
}
MAIN_ROAD = [script for script in SCRIPTS if script.count("/") == 1]


def test_the_main_road_is_nine_scripts_in_this_order():
    assert [script.split("/")[1].removesuffix(".py") for script in MAIN_ROAD] == [
        *"preprocess_data create_model train_model predict save_trained_model".split(),
        *"load_saved_model image_recognition model_logging visualize_training".split(),
    ]


@pytest.mark.parametrize("folder", course.FOLDERS)
def test_reading_order_has_no_gap(folder):
    there = [script for script in SCRIPTS if script.rpartition("/")[0] == folder]
    heads = [course.header(course.ROOT / script) for script in there]
    assert [head["number"] for head in heads] == list(range(1, len(heads) + 1))
    for head in heads:
        assert f"0{head['chapter']}/{head['side']}".rstrip("/") == folder


@pytest.mark.parametrize("script", SCRIPTS)
def test_style(script):
    text = course.read(script)
    tree = ast.parse(text)
    assert text.isascii(), "a Windows console may know no more"
    for forbidden in (":=", "!r}", "pickle", "argparse", "tf.keras", "._", "Lambda(", "os._exit"):
        assert forbidden not in text, forbidden
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
    neighbors = {path.stem for path in (course.ROOT / script).parent.glob("*.py")}
    assert not imported & neighbors, "a helper module"
    if "model.fit(" in text:
        assert "set_random_seed(" in text, "no seed"
    if script in MAIN_ROAD:
        assert "try:" not in text and "sys.argv" not in text
    longest = 75 if script in MAIN_ROAD else LONGER.get(script, 100)
    assert len(text.splitlines()) <= longest


def test_repeated_blocks_are_the_same_to_the_letter():
    """Steps with the same comment have the same code, so that a diff shows the new idea alone."""
    blocks = {}
    for script in SCRIPTS:
        for block in re.split(r"\n(?=# \d+\. )", course.read(script))[1:]:
            title, _, body = block.partition("\n")
            title, body = re.sub(r"^# \d+\. ", "", title), body.strip()
            known_script, known = blocks.setdefault(title, (script, body))
            # The last step runs on to the end of the file: there one may be longer.
            same = body.startswith(known) or known.startswith(body)
            assert same, f"step {title!r} differs between {known_script} and {script}"


@pytest.mark.parametrize("name", sorted({path.name for path in course.ROOT.glob("0?/*.csv")}))
def test_copies_are_identical(name):
    contents = {path.read_bytes() for path in course.ROOT.glob(f"0?/{name}")}
    assert len(contents) == 1, f"the copies of {name} differ"


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=lambda x: x[0])
def test_ruff(command):
    course.output("-m", "ruff", *command, "--no-cache", course.ROOT)
