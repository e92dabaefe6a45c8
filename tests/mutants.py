"""Would the tests see a careless change? Make one line wrong at a time, and run what guards it.

    python tests/mutants.py               every mutant; writes mutants.md
    python tests/mutants.py 04/more       those of a folder, a script or a page

A mutant is caught if a test fails. Each runs in a copy of the course, so nothing here is touched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import course

TABLE = course.ROOT / "tests" / "mutants.md"
ROAD, PAGES, STYLE = "test_main_road.py", "test_pages.py", "test_style.py"
LAST = 'layers.Dense(1, activation="linear")'
# What is changed (each text occurs once in its file, or its first place counts), and who guards it.
MUTANTS = [
    ("03/preprocess_data.py", "scaler.fit(training)", "scaler.fit(test)", ROAD, "scaling"),
    ("03/preprocess_data.py", "feature_range=(0, 1)", "feature_range=(0, 2)", ROAD, "scaling"),
    ("03/preprocess_data.py", "scaler.transform(test)", "test", ROAD, "scaling"),
    ("03/preprocess_data.py", '"add": scaler.min_', '"add": -scaler.min_', ROAD, "scaling"),
    ("03/preprocess_data.py", "%.10g", "%.3g", ROAD, "scaling"),
    ("03/create_model.py", "Dense(100", "Dense(10", ROAD, "layers_of_the_readme"),
    ("03/create_model.py", "shape=(9,)", "shape=(10,)", ROAD, "layers_of_the_readme"),
    ("03/create_model.py", 'layers.Dense(50, activation="relu"),\n        layers.Dense(1,', "layers.Dense(1,", ROAD, "layers_of_the_readme"),
    ("04/train_model.py", 'training.drop(columns="total_earnings")', "training", ROAD, "training"),
    ("04/train_model.py", "epochs=50", "epochs=5", ROAD, "training"),
    ("04/train_model.py", LAST, LAST.replace("linear", "softmax"), ROAD, "training"),
    ("04/train_model.py", "evaluate(X_test, y_test", "evaluate(X_train, y_train", ROAD, "training"),
    ("04/train_model.py", '"mean_squared_error"', '"mean_absolute_error"', ROAD, "training"),
    ("04/train_model.py", "test_mse**0.5", "test_mse", ROAD, "training"),
    ("04/train_model.py", "seed(7)", "seed(8)", ROAD, "same_network"),
    ("04/predict.py", "- add)", "+ add)", ROAD, "near_what_the_rule"),
    ("04/predict.py", ") / multiply_by", ") * multiply_by", ROAD, "near_what_the_rule"),
    ("04/predict.py", '"total_earnings", "add"', '"unit_price", "add"', ROAD, "near_what_the_rule"),
    ("04/predict.py", "test[X_train.columns]", "test.iloc[:, :9]", ROAD, "same_network"),
    ("04/predict.py", "games[X_train.columns]", "games", ROAD, "taken_by_name"),
    ("04/save_trained_model.py", '["trained_model.keras", "trained_model.h5"]', '["trained_model.h5", "trained_model.keras"]', ROAD, "goes_on"),
    ("04/save_trained_model.py", 'optimizer="adam"', 'optimizer="sgd"', ROAD, "goes_on"),
    ("04/load_saved_model.py", "games[features]", "games", ROAD, "taken_by_name"),
    ("04/load_saved_model.py", '"total_earnings", "multiply_by"', '"unit_price", "multiply_by"', ROAD, "agree_to_the_cent"),
    ("06/model_logging.py", 'os.environ["KERAS_BACKEND"] = "tensorflow"', "pass", ROAD, "chapter_6"),
    ("06/model_logging.py", "TensorSpec([None, 9]", "TensorSpec([32, 9]", "test_tensorboard.py", "sizes"),
    ("06/model_logging.py", "histogram_freq=5", "histogram_freq=0", PAGES, "type_the_main_road"),
    ("06/visualize_training.py", "shutil.rmtree(run)", "pass", ROAD, "running_again"),
    ("06/visualize_training.py", "shutil.rmtree(run)", "shutil.rmtree(run.parent)", ROAD, "running_again"),
    ("06/visualize_training.py", "histogram_freq=5", "histogram_freq=0", "test_tensorboard.py", "histograms"),
    ("06/visualize_training.py", "Dense(nodes", "Dense(50", PAGES, "comes_out_again and visualize"),
    ("README.md", "3.91e-05\nA typical", "3.19e-03\nA typical", PAGES, "comes_out_again and train_model"),
    ("README.md", "$264,175.17\nNext", "$624,175.17\nNext", PAGES, "comes_out_again and predict"),
    ("README.md", "epochs=50, shuffle=True, verbose=2)", "epochs=40, shuffle=True, verbose=2)", PAGES, "word_for_word and train"),
    ("README.md", "1,020 parameters", "1,050 parameters", PAGES, "claims_and_exercises and create"),
    ("README.md", "(img/scaling.png)", "(img/scalings.png)", PAGES, "lead_somewhere"),
    ("README.md", "(#behind-a-firewall)", "(#behind-the-firewall)", PAGES, "lead_somewhere"),
    ("run_course.py", 'names == ["all"]', 'names == ["everything"]', "test_run_course.py", ""),
    ("run_course.py", "status == 75 or", "status == 75 and", "test_run_course.py", ""),
    ("img/make_diagrams.py", "sales_data_training.csv\").head(6)", "sales_data_test.csv\").head(6)", "test_pictures.py", "byte"),
    ("img/make_diagrams.py", "epochs = len(read(\"sales_data_training.csv\")), 32, 50", "epochs = len(read(\"sales_data_test.csv\")), 32, 50", "test_pictures.py", "byte"),
]  # fmt: skip


def caught(mutant):
    """Return whether a test fails in a copy of the course with one text changed."""
    name, old, new, guard, words = mutant
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "course"
        files = subprocess.run(
            ["git", "ls-files"], cwd=course.ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for file in files:
            if (course.ROOT / file).exists():
                (copy / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(course.ROOT / file, copy / file)
        text = (copy / name).read_text(encoding="utf-8")
        assert old in text, f"{name} no longer has {old!r}"
        (copy / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
        command = [sys.executable, "-m", "pytest", "-n", "0", "-x", f"tests/{guard}"]
        done = subprocess.run(
            [*command, *(["-k", words] if words else [])],
            cwd=copy,
            env=os.environ | {"CI": ""},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode in (0, 1), done.stdout[-1500:]  # 5: no test has these words
    return done.returncode == 1


def main(only):
    lines = ["# Careless changes, and whether a test sees them", ""]
    lines += ["| file | changed | into | guarded by | caught |", "|---|---|---|---|---|"]
    known = {}
    if TABLE.exists():
        for line in TABLE.read_text(encoding="utf-8").splitlines()[4:]:
            known[line.rpartition(" | ")[0]] = line
    for mutant in MUTANTS:
        name, old, new, guard, _ = mutant
        cells = [f"`{' '.join(text.split())}`".replace("|", "\\|") for text in (name, old, new)]
        row = f"| {' | '.join(cells)} | `{guard}`"
        if not only or name.startswith(tuple(only)):
            known[row] = f"{row} | {'yes' if caught(mutant) else 'NO'} |"
            print(known[row], flush=True)
        lines.append(known.get(row, f"{row} | not run |"))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
