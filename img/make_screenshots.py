"""Photograph TensorBoard: real logs of chapter 6 in a real, headless Chromium.

    python img/make_screenshots.py

The page is driven as the README tells the reader to: open a tab, double-click a layer, zoom,
trace inputs. Every step waits for what it expects to see; what does not come ends the script.
The tests walk the same steps. Needs Chromium (or Chrome) and playwright==1.65.2.
"""

import contextlib
import io
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import style
from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LAYERS = ["layer_1", "layer_2", "layer_3", "output_layer"]
MAIN = ["features", *LAYERS, "Identity"]
WAIT = 60_000  # milliseconds for anything to appear: a busy machine is slow


def chromium():
    """Return the path of the browser, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def make_logs(folder):
    """Run both logging scripts in a copy of chapter 6: folder/06/logs."""
    chapter = Path(folder) / "06"
    shutil.copytree(style.IMG.parent / "06", chapter, ignore=shutil.ignore_patterns("logs", "more"))
    for script in ("model_logging.py", "visualize_training.py"):
        more = {"PYTHONUTF8": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [sys.executable, chapter / script]
        subprocess.run(command, env=os.environ | more, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def tensorboard(course, *more, logs="06/logs"):
    """Start TensorBoard as the README does, in a course; give the process and its address."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", logs, *more]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        environment = os.environ | {"PYTHONUTF8": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        process = subprocess.Popen(command, cwd=course, stdout=said, stderr=said, env=environment)
        try:
            address = None
            for _ in range(4 * WAIT // 1000):
                said.seek(0)
                text = said.read()
                address = re.search(r"TensorBoard [\d.]+ at (http://\S+)", text)
                if address or process.poll() is not None:
                    break
                time.sleep(0.5)
            if not address:
                raise RuntimeError(f"TensorBoard did not start: {text[-800:]}")
            yield process, address[1]
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def browser_page(scale=2):
    """Open an empty page of a headless Chromium, 1,000 pixels wide."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1000, "height": 800}, device_scale_factor=scale)
        page.set_default_timeout(WAIT)
        yield page
        browser.close()


# ---- What a reader does ----


def open_board(page, address, run="run 2 with 5 nodes/train"):
    """Open TensorBoard and wait until it lists a run."""
    page.goto(address)
    page.get_by_text(run, exact=True).first.wait_for()


def open_tab(page, name):
    """Click on a tab at the top."""
    page.get_by_role("tab", name=name).click()


def node(page, name):
    """Return a box or an ellipse of the graph by its full name, like layer_1/MatMul."""
    return page.locator(f"g.node[data-name='{name}']").first


def still(read):
    """Return what `read` returns once it returns the same twice: nothing moves any more."""
    old = None
    for _ in range(200):
        new = read()
        if new and new == old:
            return new
        old = new
        time.sleep(0.25)
    raise RuntimeError("the page does not come to rest")


def outline(page, names):
    """Return left, top, right, bottom around the shapes of some nodes, once they are still."""
    boxes = still(lambda: [node(page, name).bounding_box() for name in names])
    return (
        min(b["x"] for b in boxes),
        min(b["y"] for b in boxes),
        max(b["x"] + b["width"] for b in boxes),
        max(b["y"] + b["height"] for b in boxes),
    )


def fit(page):
    """Click on "Fit to screen", and wait until the graph rests."""
    page.get_by_text("Fit to screen").click()
    outline(page, LAYERS)


def show_graph(page):
    """Open the Graphs tab and wait for the four layers."""
    open_tab(page, "Graphs")
    for name in MAIN:
        node(page, name).wait_for()
    fit(page)


def open_box(page, name, inside):
    """Double-click a box, and wait for what lies in it."""
    page.locator(f"g.node[data-name='{name}'] > .nodeshape rect").first.dblclick()
    for part in inside:
        node(page, f"{name}/{part}").wait_for()


def close_box(page, name, inside):
    """Double-click the corner of an open box, and wait until what lay in it is gone."""
    still(lambda: node(page, name).bounding_box())
    shape = page.locator(f"g.node[data-name='{name}'] > .nodeshape rect").first
    shape.dblclick(position={"x": 8, "y": 8})
    node(page, f"{name}/{inside}").wait_for(state="detached")


def trace_inputs(page, name):
    """Click a box, switch "Trace inputs" on, and wait for the highlighted path."""
    fit(page)
    page.locator(f"g.node[data-name='{name}'] > .nodeshape rect").first.click()
    page.locator("paper-toggle-button", has_text="Trace inputs").first.click()
    page.locator("g.node.input-highlight[data-name='features']").wait_for()


def zoom(page, names, middle, width, height):
    """Zoom with the wheel and drag until some nodes fill width * height around the middle."""
    pane = page.locator("tf-graph-scene").bounding_box()
    for _ in range(20):
        left, top, right, bottom = outline(page, names)
        dx, dy = middle[0] - (left + right) / 2, middle[1] - (top + bottom) / 2
        grow = min(width / (right - left), height / (bottom - top))
        if abs(dx) > 3 or abs(dy) > 3:
            # An empty spot to take hold of, so that no box is dragged or clicked.
            x, y = pane["x"] + pane["width"] - 12, pane["y"] + pane["height"] - 200
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + dx / 2, y + dy / 2)
            page.mouse.move(x + dx, y + dy)
            page.mouse.up()
        elif abs(grow - 1) > 0.05:
            page.mouse.move(*middle)
            page.mouse.wheel(0, -500 * math.log2(grow))  # 500 pixels of wheel double the size
        else:
            return
        page.wait_for_timeout(50)
    raise RuntimeError(f"could not zoom to {names}")


def only(page, field, text):
    """Write a regular expression into one of the filter fields of the Scalars or Histograms tab."""
    box = page.locator(f"{field} input:visible").first
    box.fill(text)
    box.press("Enter")


# ---- The pictures ----


def photograph(page, name, clip=None):
    """Save what the page shows, or a clip (left, top, right, bottom) of it, with few colors."""
    if clip:
        left, top, right, bottom = clip
        clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip, animations="disabled")))
    shot.convert("RGB").quantize(128).save(style.IMG / name, optimize=True)
    size = (style.IMG / name).stat().st_size
    print(f"{name}: {shot.width} x {shot.height}, {size / 1024:.0f} KB", flush=True)


def around(page, names, margins):
    """Return a clip around some nodes, with margins left, top, right and bottom."""
    left, top, right, bottom = margins
    pane = page.locator("tf-graph-scene").bounding_box()
    box = outline(page, names)
    first = max(box[0] - left, pane["x"] + 2), max(box[1] - top, pane["y"] + 2)
    return *first, box[2] + right, box[3] + bottom


def graph_pictures(page):
    """Take graph, tensor, layer_1 and graph_overview."""
    page.set_viewport_size({"width": 1500, "height": 1000})
    show_graph(page)
    zoom(page, MAIN, (740, 540), 420, 800)
    page.mouse.move(1490, 990)
    photograph(page, "graph.png", around(page, MAIN, (24, 24, 130, 24)))

    zoom(page, ["features"], (740, 700), 170, 200)
    page.get_by_text("?\u00d79", exact=True).first.wait_for()
    photograph(page, "tensor.png", around(page, ["features"], (270, 330, 130, 30)))

    fit(page)
    open_box(page, "layer_1", ["MatMul", "BiasAdd", "Relu"])
    inside = [f"layer_1/{part}" for part in ("MatMul", "BiasAdd", "Relu")]
    zoom(page, [*inside, "features"], (760, 580), 520, 660)
    # A click on an empty corner closes the card that tells of the box.
    page.mouse.click(1490, 990)
    page.locator("tf-node-info").first.wait_for(state="hidden")
    photograph(page, "layer_1.png", around(page, [*inside, "features"], (150, 175, 130, 24)))

    fit(page)
    close_box(page, "layer_1", "MatMul")
    page.set_viewport_size({"width": 860, "height": 700})
    page.get_by_text("Legend").first.click()
    trace_inputs(page, "output_layer")
    zoom(page, MAIN, (415, 410), 200, 470)
    page.mouse.move(840, 540)
    photograph(page, "graph_overview.png", (0, 66, 860, 700))


def scalar_pictures(page):
    """Take training_chart and training_chart_log: both runs, smoothing 0, chart enlarged."""
    page.set_viewport_size({"width": 1000, "height": 800})
    chart = show_losses(page, width=720)
    photograph(page, "training_chart.png", (0, 66, 720, 660))
    chart.locator("paper-icon-button[icon='line-weight']").click()
    still(chart.screenshot)
    photograph(page, "training_chart_log.png", (0, 66, 720, 660))


def show_losses(page, width=1000):
    """Open the Scalars tab, keep the two runs and the loss, no smoothing, and enlarge the chart."""
    open_tab(page, "Scalars")
    page.set_viewport_size({"width": width, "height": 800})
    only(page, "tf-runs-selector", "run .*/")
    only(page, "tf-tag-filterer", "epoch_loss")
    smoothing = page.locator("tf-smoothing-input input").first
    smoothing.fill("0")
    smoothing.press("Enter")
    chart = page.locator("tf-scalar-card").first
    chart.locator("paper-icon-button[icon='fullscreen']").click()
    chart.locator("vz-line-chart2, line-chart").first.wait_for()
    still(chart.screenshot)
    return chart


def show_histograms(page, run, tags):
    """Open the Histograms tab, and keep one run and some tags."""
    open_tab(page, "Histograms")
    only(page, "tf-runs-selector", run)
    only(page, "tf-tag-filterer", tags)
    page.locator("vz-histogram-timeseries:visible").first.wait_for()


def line_colors(chart):
    """Return the colors of the lines that a chart of the Scalars tab draws."""
    return chart.locator("svg path.line").evaluate_all(
        "all => all.map(x => x.getAttribute('stroke'))"
    )


def histogram_pictures(page):
    """Take histograms: the weights of the first layers of one run."""
    page.set_viewport_size({"width": 1000, "height": 800})
    show_histograms(page, "run 1 with 50 nodes/train", "layer_[12]")
    still(page.screenshot)
    photograph(page, "histograms.png", (270, 66, 980, 660))


def distribution_pictures(page):
    """Take distributions: the weights and biases of the first layer of one run."""
    page.set_viewport_size({"width": 1000, "height": 560})
    open_tab(page, "Distributions")
    only(page, "tf-runs-selector", "run 1 with 50 nodes/train")
    only(page, "tf-tag-filterer", "layer_1")
    page.locator("vz-distribution-chart:visible").first.wait_for()
    still(page.screenshot)
    photograph(page, "distributions.png", (270, 66, 980, 420))


def shoot(page, address):
    """Take all pictures."""
    page.set_viewport_size({"width": 1000, "height": 800})
    open_board(page, address)
    page.get_by_text("epoch_loss").first.wait_for()
    # Narrow, and without the settings, so that a phone shows letters that can be read.
    page.get_by_label("Close side pane").click()
    page.set_viewport_size({"width": 760, "height": 640})
    still(page.screenshot)
    photograph(page, "time_series.png")
    graph_pictures(page)
    scalar_pictures(page)
    histogram_pictures(page)
    distribution_pictures(page)


def main():
    if not chromium():
        sys.exit(
            "Chromium was not found. Get it with sudo apt install chromium (Debian), "
            "brew install chromium (macOS) or winget install chromium (Windows)."
        )
    try:
        import playwright  # noqa: F401, PLC0415
    except ImportError:
        sys.exit("playwright is not installed. Run: python -m pip install playwright==1.65.2")
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.ExitStack() as stack,
    ):
        make_logs(folder)
        _, address = stack.enter_context(tensorboard(folder, "--port", "0"))
        shoot(stack.enter_context(browser_page()), address)


if __name__ == "__main__":
    main()
