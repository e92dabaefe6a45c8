"""Settings that readers have, on the side roads of chapter 6; and no Graphviz."""

from missing import missing_packages
from situations import Situation

HISTORY, PLOT = "06/more/plot_history.py", "06/more/plot_model.py"
QUICK = {"KERAS_MAX_EPOCHS": "3"}

SITUATIONS = [
    Situation(PLOT, "no Graphviz", "ImportError: You must install graphviz", 1,
              environment={"PATH": ""}, traceback=True),
]  # fmt: skip
# With another backend: everything as the page says. Where it is not installed, nothing is to run.
SITUATIONS += [
    Situation(HISTORY, f"KERAS_BACKEND={backend}", "Drawn: loss_curves.png", 0, None,
              QUICK | {"KERAS_BACKEND": backend}, ("06/more/*.png",))
    for backend in ("jax", "torch")
    if not missing_packages(backend)
]  # fmt: skip
