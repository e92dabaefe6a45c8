"""Draw what three side roads of chapter 4 find: overfitting, rare hits, and a forecast.

python img/make_stops.py
"""

import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import style

COURSE = Path(__file__).resolve().parent.parent


def copied(script):
    """Run a copy of a script that reads nothing, and keep the chart that it draws."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(COURSE / script, folder)
        subprocess.run([sys.executable, copy], check=True)
        chart = Path(copy).with_suffix(".png")
        shutil.copy(chart, style.IMG / chart.name)


def hits():
    """Draw the probabilities of the test rows, and what each threshold costs."""
    run = runpy.run_path(str(COURSE / "04/labs/classify_hits.py"))
    page, (top, low) = style.figure(8.0, rows=2)
    random = np.random.default_rng(7)
    rows = [("other\ngames", 0, style.GRAY), ("hits", 1, style.ORANGE)]
    for _, truth, color in rows:
        probabilities = run["p_plain"][run["y_test"] == truth]
        heights = truth + random.uniform(-0.3, 0.3, len(probabilities))
        top.plot(probabilities, heights, "o", color=color, markersize=5, alpha=0.6)
    top.set(title="400 test rows: what the network says", xlabel="probability of a hit")
    top.set_yticks([0, 1], [name for name, *_ in rows])
    low.step(run["thresholds"], run["costs"], where="mid", color=style.BLUE)
    low.set(title="300 validation rows: what a threshold costs", xlabel="threshold", ylabel="cost")
    low.plot(run["chosen"], min(run["costs"]), "o", color=style.RED)
    low.text(run["chosen"], 7, "chosen", ha="center")
    for axes in (top, low):
        axes.axvline(0.5, color=style.GRAY, linestyle="--", linewidth=style.THIN)
        axes.set_xlim(0, 1)
    low.set_ylim(0, None)
    style.save(page, "classify_hits.png")


if __name__ == "__main__":
    hits()
    copied("04/more/stop_in_time.py")
    copied("04/labs/forecast_sales.py")
