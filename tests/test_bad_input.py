"""A reader's mistakes: one line on stderr that names the file, status 1, nothing lost."""

import os
import shutil
from pathlib import Path

import course
import pytest

# What is done to a CSV file of the course.
CSV_MISTAKES = {
    "missing": lambda _: None,
    "empty": lambda _: "",
    "without its header": lambda text: text.split("\n", 1)[1],
    "without rows": lambda text: text.split("\n", 1)[0] + "\n",
    "with a column gone": lambda text: "\n".join(
        line.split(",", 1)[1] for line in text.splitlines()
    ),
    "with text in a number column": lambda text: replace_cell(text, "many"),
    "with an empty cell": lambda text: replace_cell(text, ""),
    "with an infinite number": lambda text: replace_cell(text, "inf"),
    "with one more column": lambda text: "\n".join(
        line + (",1" if number else ",is_new") for number, line in enumerate(text.splitlines())
    ),
    "with semicolons": lambda text: text.replace(",", ";"),
    "not text": lambda text: "\udcff\udcfe\x00" + text,
}


def replace_cell(text, value):
    header, first, rest = text.split("\n", 2)
    return "\n".join([header, ",".join([value, *first.split(",")[1:]]), rest])


def break_file(path, mistake):
    text = CSV_MISTAKES[mistake](path.read_text(encoding="utf-8"))
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8", errors="surrogateescape", newline="\n")


def assert_one_line(done, *words):
    """The script ended with status 1 and one line that says these words, and no traceback."""
    lines = course.said(done)
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(lines) == 1, done.stderr
    for word in words:
        assert str(word) in lines[0], lines[0]


def assert_nothing_lost(script, before):
    after = course.snapshot(script.parent)
    assert after == before, "a file changed although the script failed"


@pytest.mark.parametrize(
    "script, name",
    [
        ("03/preprocess_data.py", "sales_data_training.csv"),
        ("03/preprocess_data.py", "sales_data_test.csv"),
        ("04/train_model.py", "sales_data_training_scaled.csv"),
        ("04/train_model.py", "sales_data_test_scaled.csv"),
        ("04/load_saved_model.py", "proposed_new_product.csv"),
    ],
)
def test_csv(script, name, tmp_path):
    paths = {m: course.copy_chapter(script, tmp_path / m) for m in CSV_MISTAKES}
    for mistake, path in paths.items():
        break_file(path.with_name(name), mistake)
    before = {mistake: course.snapshot(path.parent) for mistake, path in paths.items()}
    runs = course.run_all([[path] for path in paths.values()], tmp_path)
    for (mistake, path), done in zip(paths.items(), runs, strict=True):
        print(mistake)  # pytest shows the last one when something is wrong
        assert_one_line(done, name)
        assert_nothing_lost(path, before[mistake])


def test_every_script_that_loads_the_scaled_rows_checks_them(tmp_path):
    """The same block everywhere; one mistake shows that it stands where it must."""
    paths = [
        course.copy_chapter(script, tmp_path / script)
        for script in course.scripts()
        if "sales_data_test_scaled.csv" in course.header(course.ROOT / script)["reads"]
    ]
    assert len(paths) > 5
    for path in paths:
        break_file(path.with_name("sales_data_test_scaled.csv"), "with a column gone")
    runs = course.run_all([[path] for path in paths], tmp_path)
    for path, done in zip(paths, runs, strict=True):
        print(path)
        if done.returncode == course.NEEDS_MORE and not os.environ.get("CI"):
            continue  # a package is missing here, and the script says that first
        assert_one_line(done, "sales_data_test_scaled.csv", "critic_rating")


def test_raw_rows_in_the_scaled_file(chapter):
    path = chapter("04/train_model.py")
    shutil.copy(
        course.ROOT / "03" / "sales_data_training.csv",
        path.with_name("sales_data_training_scaled.csv"),
    )
    assert_one_line(course.run(path), "sales_data_training_scaled.csv", "not scaled")


SCALING_MISTAKES = {
    "missing": None,
    "empty": "",
    "cut in half": '{"total_earnings": {"multi',
    "without the target": "{}",
    "without the factor": '{"total_earnings": {"add": 1}}',
    "a list": "[]",
    "text for a number": '{"total_earnings": {"multiply_by": "a", "add": 1}}',
}
MODEL_MISTAKES = {
    "missing": lambda _: None,
    "empty": lambda _: b"",
    "cut in half": lambda whole: whole[: len(whole) // 2],
    "not a model": lambda _: b"hello\n",
}


def test_scaling_file(tmp_path):
    paths = {
        mistake: course.copy_chapter("04/load_saved_model.py", tmp_path / mistake)
        for mistake in SCALING_MISTAKES
    }
    for mistake, path in paths.items():
        file, text = path.with_name("sales_data_scaling.json"), SCALING_MISTAKES[mistake]
        file.unlink() if text is None else file.write_text(text, encoding="utf-8")
    runs = course.run_all([[path] for path in paths.values()], tmp_path)
    for mistake, done in zip(paths, runs, strict=True):
        print(mistake)
        assert_one_line(done, "sales_data_scaling.json")


def test_model_file(tmp_path, finished):
    made = Path(finished("04/save_trained_model.py").folder)
    names = ("trained_model.keras", "trained_model.h5")
    paths = {}
    for name in names:
        for mistake, spoil in MODEL_MISTAKES.items():
            path = course.copy_chapter("04/load_saved_model.py", tmp_path / f"{mistake} {name}")
            for file in names:
                shutil.copy(made / file, path.parent)
            broken = spoil((made / name).read_bytes())
            path.with_name(name).unlink()
            if broken is not None:
                path.with_name(name).write_bytes(broken)
            paths[mistake, name] = path
    runs = course.run_all([[path] for path in paths.values()], tmp_path)
    for (mistake, name), done in zip(paths, runs, strict=True):
        print(mistake)
        assert_one_line(done, name, "save_trained_model.py")


WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")


@pytest.mark.skipif(os.name == "nt", reason="folder permissions work in another way here")
@pytest.mark.parametrize(
    "script",
    [
        "03/make_sales_data.py",
        "03/preprocess_data.py",
        "04/save_trained_model.py",
        "06/model_logging.py",
        "06/visualize_training.py",
    ],
)
def test_folder_not_writable(script, chapter):
    path = chapter(script)
    before = course.snapshot(path.parent)
    path.parent.chmod(0o555)
    try:
        prefix = WITHOUT_ROOTS_RIGHTS if os.geteuid() == 0 else ()
        done = course.run(path, prefix=prefix, KERAS_MAX_EPOCHS="1", PYTHONDONTWRITEBYTECODE="1")
    finally:
        path.parent.chmod(0o755)
    assert_one_line(done, path.parent)
    assert_nothing_lost(path, before)


@pytest.mark.parametrize("script", ["06/model_logging.py", "06/visualize_training.py"])
def test_logs_is_a_file(script, chapter):
    path = chapter(script)
    path.with_name("logs").write_text("my notes", encoding="utf-8")
    done = course.run(path)
    assert_one_line(done, "logs")
    assert path.with_name("logs").read_text(encoding="utf-8") == "my notes"


@pytest.mark.skipif(os.name == "nt", reason="no limit on the size of files here")
@pytest.mark.parametrize(
    "script", ["03/make_sales_data.py", "03/preprocess_data.py", "04/save_trained_model.py"]
)
def test_full_disk(script, chapter):
    """No file may grow past 8 KiB: what was there stays, nothing half-written is left."""
    path = chapter(script)
    for name in ("trained_model.keras", "trained_model.h5"):
        path.with_name(name).write_bytes(b"an older model")
    before = course.snapshot(path.parent)
    limit = ("bash", "-c", 'trap "" XFSZ; ulimit -f 8; exec "$@"', "limit")
    done = course.run(path, prefix=limit, KERAS_MAX_EPOCHS="1")
    assert_one_line(done, path.parent)
    assert_nothing_lost(path, before)
