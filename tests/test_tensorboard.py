"""TensorBoard over the logs of chapter 6, started for real and looked at in a real Chromium.

The steps are those of img/make_screenshots.py, which are those of the README.
"""

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import course
import pytest

sys.path.insert(0, str(course.ROOT / "img"))
import make_screenshots as board

README = (course.ROOT / "README.md").read_text(encoding="utf-8")
# The README's own command, word for word.
COMMAND = re.search(r"```bash\n(tensorboard --logdir (\S+))\n```", README)
RUNS = ["model logging 1", "run 1 with 50 nodes", "run 2 with 5 nodes"]
LAYERS = ["layer_1", "layer_2", "layer_3", "output_layer"]


@pytest.fixture(scope="module")
def logged(ran, tmp_path_factory):
    """Return a course folder with 06/logs, written by both scripts."""
    folder = tmp_path_factory.mktemp("course")
    for script in ("06/model_logging.py", "06/visualize_training.py"):
        result = ran(script)
        assert result.status == 0, result.stderr[-2000:]
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
        assert not os.environ.get("CI"), "on CI, Chromium is installed"
        pytest.skip("Chromium was not found on the PATH")
    pytest.importorskip("playwright")
    with board.browser_page(scale=1) as opened:
        board.open_board(opened, started[1])
        yield opened


def test_the_readme_has_the_command_and_the_runs():
    assert COMMAND[1] == "tensorboard --logdir 06/logs"
    for run in RUNS:
        assert f"`{run}`" in README or f"`06/logs/{run}`" in README, run
    # The program of that name came with requirements.txt.
    folder = Path(sys.executable).parent
    assert shutil.which("tensorboard", path=f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_runs_are_listed_under_their_names(page):
    board.open_tab(page, "Time Series")
    for run in RUNS:
        page.get_by_text(run, exact=True).first.wait_for()
        page.get_by_text(f"{run}/train", exact=True).first.wait_for()


def test_scalars_have_a_line_for_each_run(page):
    chart = board.show_losses(page)
    runs = page.locator("tf-runs-selector:visible").first
    for run in RUNS[1:]:
        runs.get_by_text(f"{run}/train", exact=True).first.wait_for()
    colors = board.line_colors(chart)
    assert len(colors) == 2, colors


def test_graph_has_the_four_layers_and_the_sizes(page):
    board.show_graph(page)
    labels = page.locator("text textPath").all_text_contents()
    for columns in (9, 50, 100, 1):
        label = f"?\u00d7{columns}"
        assert label in labels, labels
        assert f"`{label}`" in README


def test_same_color_means_same_structure(page):
    """The three hidden layers share a color; the output layer, without relu, has another."""
    board.show_graph(page)
    fills = [
        page.locator(f"g.node[data-name='{name}'] > .nodeshape rect").first.evaluate(
            "shape => getComputedStyle(shape).fill"
        )
        for name in LAYERS
    ]
    assert fills[0] == fills[1] == fills[2], fills
    assert fills[3] != fills[0], fills


def test_layer_opens_into_its_operations(page):
    board.show_graph(page)
    board.open_box(page, "layer_1", ["MatMul", "BiasAdd", "Relu"])
    inside = page.locator("g.node[data-name^='layer_1/']").evaluate_all(
        "all => all.map(one => one.getAttribute('data-name'))"
    )
    parts = ["MatMul", "BiasAdd", "Relu", "kernel", "bias", "kernel_variable", "bias_variable"]
    assert sorted(inside) == sorted(f"layer_1/{part}" for part in parts)
    board.close_box(page, "layer_1", "MatMul")


def test_tracing_inputs_highlights_the_whole_chain(page):
    board.show_graph(page)
    board.trace_inputs(page, "output_layer")
    bright = page.locator("g.node.input-highlight").evaluate_all(
        "all => all.map(one => one.getAttribute('data-name'))"
    )
    assert sorted(bright) == sorted(["features", *LAYERS])


def test_histograms_of_every_layer_are_there(page):
    board.show_histograms(page, "run 1 with 50 nodes/train", "histogram")
    for layer in LAYERS:
        for part in ("bias", "kernel"):
            tag = f"network/{layer}/{part}/histogram"
            page.get_by_text(tag, exact=True).first.wait_for()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's /proc/net/tcp")
def test_nothing_listens_on_anything_but_localhost(started):
    """All sockets that TensorBoard and its children listen on, from the kernel's own tables."""
    process, address = started
    family = [process.pid, *children(process.pid)]
    sockets = set()
    for pid in family:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                found = re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink()))
            except OSError:
                continue
            if found:
                sockets.add(found[1])
    hosts, ports = set(), set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in sockets:
                host, port = fields[1].split(":")
                hosts.add(readable(host))
                ports.add(int(port, 16))
    assert int(address.rstrip("/").rsplit(":", 1)[1]) in ports
    assert hosts <= {"127.0.0.1", "::1"}, hosts


def children(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *children(int(child))]
    return found


def readable(host):
    """Return an address of /proc/net/tcp, words in the machine's byte order, as a person writes."""
    words = [host[n : n + 8] for n in range(0, len(host), 8)]
    packed = b"".join(struct.pack("=I", int(word, 16)) for word in words)
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def start(folder, *arguments, seconds=90):
    """Run TensorBoard with these arguments until it ends by itself."""
    command = [sys.executable, "-m", "tensorboard.main", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env=course.environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )


def test_a_taken_port_is_told_in_one_line(tmp_path):
    with socket.create_server(("localhost", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = start(tmp_path, "--logdir", "06/logs", "--port", port)
    assert done.returncode != 0
    assert f"TensorBoard could not bind to port {port}, it was already in use" in done.stderr
    assert "TensorBoard could not bind to port 6006, it was already in use" in README


def test_without_logs_the_page_says_so(page, tmp_path):
    sentence = "No dashboards are active for the current data set."
    with board.tensorboard(tmp_path, "--port", "0") as (_, address):
        other = page.context.browser.new_page()
        other.goto(address)
        other.get_by_text(sentence).first.wait_for(timeout=120_000)  # milliseconds
        other.close()
    assert sentence in README


def test_runs_count_on_when_the_script_runs_again(chapter):
    path = chapter("06/visualize_training.py")
    for _ in range(2):
        done = course.run(path, KERAS_MAX_EPOCHS="1")
        assert done.returncode == 0, done.stderr[-2000:]
    runs = sorted(run.name for run in (path.parent / "logs").iterdir())
    assert runs == [
        "run 1 with 50 nodes",
        "run 2 with 5 nodes",
        "run 3 with 50 nodes",
        "run 4 with 5 nodes",
    ]


@pytest.mark.parametrize("script", ["06/model_logging.py", "06/visualize_training.py"])
def test_tensorboard_not_installed_is_one_line(script, chapter, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['tensorboard'] = None\n", encoding="utf-8"
    )
    path = chapter(script)
    done = course.run(path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    pinned = re.search(
        r"^tensorboard==\S+", (course.ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M
    )[0]
    assert course.said(done) == [
        f"tensorboard is not installed. Run: python -m pip install {pinned}"
    ]
    assert not (path.parent / "logs").exists()


def test_plot_model_without_graphviz_prints_the_summary(chapter, tmp_path):
    path = chapter("06/plot_model.py")
    done = course.run(path, PATH=str(tmp_path))
    assert done.returncode == 0, done.stderr[-2000:]
    first, *rest = done.stdout.splitlines()
    for system in ("apt install", "dnf install", "brew install", "winget install"):
        assert system in first
        assert system in README
    for layer in LAYERS:
        assert any(layer in line for line in rest)
    assert not (path.parent / "network.png").exists()
    assert not [one for one in path.parent.iterdir() if one.name.startswith("tmp")]


def test_ctrl_c_ends_tensorboard(logged):
    if os.name == "nt":
        pytest.skip("Windows has no SIGINT for another process")
    with board.tensorboard(logged, "--port", "0") as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(30) is not None
