"""What readers have in chapter 6: something in the way of the logs, another backend."""

from situations import Situation

LOGGING, VISUALIZE = "06/model_logging.py", "06/visualize_training.py"
QUICK = {"KERAS_MAX_EPOCHS": "1"}


def file_called_logs(folder):
    (folder / "logs").write_text("mine", encoding="utf-8")


SITUATIONS = [
    Situation(LOGGING, "logs is a file", "logs", bring=file_called_logs, environment=QUICK,
              traceback=True),
    Situation(VISUALIZE, "logs is a file", "logs", bring=file_called_logs, environment=QUICK,
              traceback=True),
    Situation(LOGGING, "KERAS_BACKEND is jax", "rows is", 0,
              environment=QUICK | {"KERAS_BACKEND": "jax"}, changed=("*logs/*",)),
]  # fmt: skip
