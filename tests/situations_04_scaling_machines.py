"""What readers bring to the scripts for several machines and Spark."""

from bringing import without
from situations import Situation

MACHINES = "04/scaling/train_on_machines.py"
SPARK = "04/scaling/train_on_spark.py"
FRESH = {"TF_CPP_MIN_LOG_LEVEL": "3"}  # any environment: a process of its own


def few(folder):
    """Bring a table of thirty rows."""
    rows = "".join(f"{number},{number * 2}\n" for number in range(30))
    (folder / "games.csv").write_text(f"rating,total_earnings\n{rows}", encoding="utf-8")
    return ["--data", folder / "games.csv", "--output", folder / "trained"]


SITUATIONS = [
    Situation(SPARK, "an unknown option", "unrecognized arguments: --master", 2,
              bring=lambda _folder: ["--master", "yarn"]),
    Situation(SPARK, "a word for a number", "invalid int value: 'two'", 2,
              bring=lambda _folder: ["--tasks", "two"]),
    Situation(SPARK, "fewer rows than a step", "rows are too few for 2 tasks", bring=few,
              environment=FRESH),
    Situation(MACHINES, "no JAX", "ModuleNotFoundError: No module named 'jax'",
              bring=without("jax"), environment=FRESH, traceback=True),
    Situation(SPARK, "no PySpark", "ModuleNotFoundError: No module named 'pyspark'",
              bring=without("pyspark"), environment=FRESH, traceback=True),
]  # fmt: skip
