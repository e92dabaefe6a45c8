"""Settings that readers have, on the side roads of chapter 6; and no Graphviz."""

from bringing import settings
from missing import missing_packages
from situations import Situation

HISTORY, PLOT = "06/more/plot_history.py", "06/more/plot_model.py"
HOME = {"KERAS_HOME": "more/home"}  # seen from the chapter, where the tests run a script
QUICK = {"KERAS_MAX_EPOCHS": "3"}

SITUATIONS = [
    Situation(HISTORY, "float16 in keras.json", "Drawn: loss_curves.png", 0,
              settings("home", floatx="float16"), HOME | QUICK, ("06/more/*.png",), not_said="nan"),
    Situation(PLOT, "no Graphviz", "The program dot of Graphviz is missing", 69,
              environment={"PATH": ""}),
]  # fmt: skip
# With another backend: everything as the page says. Where it is not installed, nothing is to run.
SITUATIONS += [
    Situation(HISTORY, f"KERAS_BACKEND={backend}", "Drawn: loss_curves.png", 0, None,
              QUICK | {"KERAS_BACKEND": backend}, ("06/more/*.png",))
    for backend in ("jax", "torch")
    if not missing_packages(backend)
]  # fmt: skip
