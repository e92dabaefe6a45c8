"""run_course.py: order, choice, table, exit status, Ctrl-C, a Python that does not fit."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import course
import pytest

SCRIPT = '"""{idea}\n\nChapter {chapter}, script {number}.\n"""\n{code}\n'


@pytest.fixture
def small_course(tmp_path):
    """Return run_course.py in a course of five tiny scripts, one for each way to end."""
    shutil.copy(course.ROOT / "run_course.py", tmp_path)
    shutil.copy(course.ROOT / "requirements.txt", tmp_path)
    for name, chapter, number, code in (
        ("03/second.py", 3, 2, "import sys; sys.exit('no such column')"),
        ("03/first.py", 3, 1, "print('hello from first')"),
        ("04/offline.py", 4, 1, "raise SystemExit(75)"),
        ("04/package.py", 4, 2, "raise SystemExit(69)"),
        ("04/blanks_exercise.py", 4, 3, "raise SystemExit(1)"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        text = SCRIPT.format(idea=f"Idea of {name}.", chapter=chapter, number=number, code=code)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "run_course.py"


def test_everything_in_reading_order_and_a_failure_does_not_stop_the_rest(small_course):
    done = course.run(small_course)
    assert done.returncode == 1
    announced = re.findall(r"^\[(\d)/4\] (\S+): (.*)$", done.stdout, re.M)
    assert [name for _, name, _ in announced] == [
        "03/first.py",
        "03/second.py",
        "04/offline.py",
        "04/package.py",
    ]
    assert announced[0][2] == "Idea of 03/first.py."
    assert "hello from first" in done.stdout
    table = done.stdout[done.stdout.index("script  ") :]
    assert re.search(r"03/first\.py +\d+\.\d  ok", table)
    assert re.search(r"03/second\.py +\d+\.\d  FAILED \(exit status 1\)", table)
    assert re.search(r"04/offline\.py +\d+\.\d  no internet", table)
    assert re.search(r"04/package\.py +\d+\.\d  needs an extra package", table)
    assert "4 scripts, 1 failed" in table


@pytest.mark.parametrize("argument", ["04", "04/", "./04"])
def test_a_chapter_without_internet_or_packages_has_not_failed(small_course, argument):
    done = course.run(small_course, argument)
    assert done.returncode == 0
    assert "03/first.py" not in done.stdout


@pytest.mark.parametrize("argument", ["03/first.py", "03\\first.py"])
def test_one_script(small_course, argument):
    done = course.run(small_course, argument)
    assert done.returncode == 0
    assert "[1/1] 03/first.py" in done.stdout


def test_an_unknown_name_is_one_line(small_course):
    done = course.run(small_course, "07")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "07" in done.stderr and "03, 04" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a signal cannot be sent to one process here")
def test_ctrl_c_ends_with_the_table_so_far(small_course):
    (small_course.parent / "03" / "second.py").write_text(
        SCRIPT.format(
            idea="Sleep.", chapter=3, number=2, code="import time; print('zzz'); time.sleep(60)"
        ),
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, str(small_course)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=course.environment(PYTHONUNBUFFERED="1"),
        text=True,
    )
    lines = []
    while "zzz" not in "".join(lines):
        lines.append(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - start < 20
    assert process.returncode == 130
    assert "Traceback" not in err
    assert re.search(r"03/first\.py +\d+\.\d  ok", out)
    assert re.search(r"03/second\.py +\d+\.\d  interrupted", out)


def test_without_the_packages_it_is_one_line_with_the_command():
    done = subprocess.run(
        [sys.executable, "-S", str(course.ROOT / "run_course.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "tensorflow" in done.stderr and "-m pip install -r" in done.stderr


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_a_python_that_does_not_fit_is_one_line(version):
    code = f"import sys; sys.version_info = {version}; sys.argv = ['run_course.py']\n"
    code += (course.ROOT / "run_course.py").read_text(encoding="utf-8").split("import ast\n")[0]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"Python {version[0]}.{version[1]}" in done.stderr


def test_a_very_old_python_can_read_the_check():
    text = (course.ROOT / "run_course.py").read_text(encoding="utf-8")
    assert not re.search(r"\bf['\"]|:=", text), "a SyntaxError instead of the line"
    compile(text, "run_course.py", "exec")


def test_pycharm_run_configurations():
    shared = {}
    for path in (course.ROOT / ".run").glob("*.run.xml"):
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


def test_ci_calls_the_readmes_test_command():
    readme = (course.ROOT / "README.md").read_text(encoding="utf-8")
    ci = (course.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    command = re.search(r"^\.venv/bin/python -m pip install .*tests/requirements.*$", readme, re.M)
    assert command[0].replace("install -r", "install -q -r") in ci
