"""TensorBoard over the logs of chapter 6, started for real and looked at in a real Chromium.

The steps are those of img/make_screenshots.py, which are those of the README.
"""

import os
import re
import shutil
import socket
import sys
from pathlib import Path

import pytest
from layout import ROOT, text_of
from missing import lacks, needs
from running import completed

sys.path.insert(0, str(ROOT / "img"))
import make_screenshots as board

README = text_of("README.md")
# The README's own command, word for word.
COMMAND = re.search(r"```bash\n(tensorboard --logdir (\S+))\n```", README)
RUNS = ["model logging", "run 1 with 50 nodes", "run 2 with 5 nodes"]
LAYERS = ["layer_1", "layer_2", "layer_3", "output_layer"]
NAMES = "all => all.map(one => one.getAttribute('data-name'))"


@pytest.fixture(scope="module")
def logged(result_of, tmp_path_factory):
    """Return a course folder with 06/logs, written by both scripts."""
    folder = tmp_path_factory.mktemp("course")
    for script in ("06/model_logging.py", "06/visualize_training.py"):
        result = result_of(script)
        assert result.returncode == 0, result.stderr[-2000:]
        shutil.copytree(Path(result.folder) / "logs", folder / "06" / "logs", dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def started(logged):
    """Start TensorBoard with the README's command (on a free port); give process and address."""
    with board.tensorboard(logged, "--port", "0", logs=COMMAND[2]) as (process, address):
        yield process, address


@pytest.fixture(scope="module")
def page(started):
    """Return a page of Chromium that shows TensorBoard with all runs listed."""
    if not board.chromium():
        lacks("Chromium was not found on the PATH")
    needs("playwright")
    with board.browser_page(scale=1) as opened:
        board.open_board(opened, started[1])
        yield opened


def test_the_readme_has_the_command_and_the_runs():
    assert COMMAND[1] == "tensorboard --logdir 06/logs"
    for run in RUNS:
        assert run in README, run
    # The program of that name came with requirements.txt.
    folder = Path(sys.executable).parent
    assert shutil.which("tensorboard", path=f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_runs_are_listed_under_their_names(page):
    board.open_tab(page, "Time Series")
    for run in (RUNS[0], *(f"{run}/train" for run in RUNS)):
        page.get_by_text(run, exact=True).first.wait_for()


def test_scalars_have_a_line_for_each_run(page):
    chart = board.show_losses(page)
    runs = page.locator("tf-runs-selector:visible").first
    for run in RUNS[1:]:
        for part in ("train", "validation"):
            runs.get_by_text(f"{run}/{part}", exact=True).first.wait_for()
    colors = board.line_colors(chart)
    assert len(colors) == 4, colors


def test_graph_has_the_four_layers_and_the_sizes(page):
    board.show_graph(page)
    labels = page.locator("text textPath").all_text_contents()
    for columns in (9, 50, 100, 1):
        label = f"?\u00d7{columns}"
        assert label in labels, labels
    assert "`?\u00d79`" in README
    boxes = page.locator("g.node").evaluate_all(NAMES)
    assert not [name for name in boxes if "NoOp" in name or "ReadVariable" in name], boxes


def test_same_color_means_same_structure(page):
    """The three hidden layers share a color; the output layer, without relu, has another."""
    board.show_graph(page)
    shapes = [f"g.node[data-name='{name}'] > .nodeshape rect" for name in LAYERS]
    fill = "shape => getComputedStyle(shape).fill"
    fills = [page.locator(shape).first.evaluate(fill) for shape in shapes]
    assert fills[0] == fills[1] == fills[2], fills
    assert fills[3] != fills[0], fills


def test_layer_opens_into_its_operations(page):
    board.show_graph(page)
    board.open_box(page, "layer_1", ["MatMul", "BiasAdd", "Relu"])
    inside = page.locator("g.node[data-name^='layer_1/']").evaluate_all(NAMES)
    assert sorted(inside) == sorted(f"layer_1/{part}" for part in ("MatMul", "BiasAdd", "Relu"))
    for part in ("kernel", "bias"):  # the small circles beside them
        assert page.locator("g.annotation.constant", has_text=part).count()
    board.close_box(page, "layer_1", "MatMul")


def test_tracing_inputs_highlights_the_whole_chain(page):
    board.show_graph(page)
    board.trace_inputs(page, "output_layer")
    bright = page.locator("g.node.input-highlight").evaluate_all(NAMES)
    assert sorted(bright) == sorted(["features", *LAYERS])


def test_distributions_are_there(page):
    board.open_tab(page, "Distributions")
    board.only(page, "tf-runs-selector", "run 1 with 50 nodes/train")
    board.only(page, "tf-tag-filterer", "layer_1")
    page.locator("vz-distribution-chart:visible").first.wait_for()


def test_histograms_of_every_layer_are_there(page):
    board.show_histograms(page, "run 1 with 50 nodes/train", "histogram")
    for layer in LAYERS:
        for part in ("bias", "kernel"):
            tag = f"sequential/{layer}/{part}/histogram"
            page.get_by_text(tag, exact=True).locator("visible=true").first.wait_for()


def test_nothing_listens_on_anything_but_localhost(started):
    """127.0.0.1 answers, and the address by which other machines know this one does not."""
    port = int(started[1].rstrip("/").rsplit(":", 1)[1])
    socket.create_connection(("127.0.0.1", port), timeout=10).close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # sends nothing: the system chooses its own address
            other = asked.getsockname()[0]
        except OSError:  # no network at all
            other = "127.0.0.2"
    if other.startswith("127.") and sys.platform != "linux":
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError):
        socket.create_connection((other, port), timeout=10)


def test_a_taken_port_is_told_in_one_line(tmp_path):
    with socket.create_server(("localhost", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = f"-m tensorboard.main --logdir x --port {port}".split()
        done = completed(*words, cwd=tmp_path)
    assert done.returncode != 0
    assert f"TensorBoard could not bind to port {port}" in done.stderr
    assert "TensorBoard could not bind to port 6006" in README


def test_without_logs_the_page_says_so(page, tmp_path):
    sentence = "No dashboards are active for the current data set."
    with board.tensorboard(tmp_path, "--port", "0") as (_, address):
        other = page.context.browser.new_page()
        other.goto(address)
        other.get_by_text(sentence).first.wait_for(timeout=120_000)  # milliseconds
        other.close()
    assert sentence in README
