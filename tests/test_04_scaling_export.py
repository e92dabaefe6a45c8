"""Networks of every kind in three formats, a program without Keras, and a web service."""

import importlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layout import ROOT, text_of
from missing import lacks, needs
from outputs import numbers
from running import change, completed, copy_chapter, output_of, output_of_program
from servers import free_port

EXPORT, SERVE = "04/scaling/export_model.py", "04/scaling/serve_model.py"
PREDICT = "04/scaling/predict_without_keras.py"
PACKAGES = ["onnxruntime", "tf2onnx", "ai_edge_litert"]
GAME = dict(critic_rating=4.1, is_action=1, is_exclusive_to_us=1, is_portable=1, is_role_playing=0)
GAME |= dict(is_sequel=1, is_sports=0, suitable_for_kids=1, unit_price=55.99)
KINDS = """
import keras, sys
from keras import layers
from pathlib import Path
here, x = Path(sys.argv[1]), keras.Input
price, mode = x((1,), name="unit price"), x((1,), name="mode", dtype="string")
words = layers.StringLookup(vocabulary=["hand", "solo"], output_mode="one_hot")(mode)
both = layers.Concatenate()([layers.Normalization(mean=[5.0], variance=[2.0])(price), words])
turned = layers.RandomRotation(0.4)(layers.RandomFlip()(x((16, 16, 3), name="photo")))
networks = {
    "table": keras.Model({"unit price": price, "mode": mode}, layers.Dense(1)(both)),
    "turned": keras.Sequential([x((16, 16, 3)), layers.RandomFlip(), layers.RandomRotation(0.4),
        layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Flatten(), layers.Dense(2)]),
    "weeks": keras.Sequential([x((12, 1)), layers.GRU(4), layers.Dense(1)]),
    "small": keras.Sequential([x((2,)), layers.Dense(1, kernel_initializer="zeros")]),
}
shop, rest = x((3,), name="shop code", dtype="int32"), x((2,), name="rest")
sold = layers.Flatten()(layers.Embedding(2, 4)(shop))
sold = layers.Dense(2)(layers.Concatenate()([sold, rest]))
networks["codes"] = keras.Model({"a": shop, "b": rest},  # named otherwise than its inputs
    {"sum": sold, "nothing": layers.Dense(1, kernel_initializer="zeros")(sold),
     "tiny": layers.Rescaling(1e-9)(sold)})
photo = x((4,), name="a")
networks["two"] = keras.Model(photo, [layers.Dense(1)(photo), layers.Dense(3)(photo)])
for name, network in networks.items():
    network.save(here / f"{name}.keras")
"""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """Return a folder with networks of several kinds."""
    needs(*PACKAGES)
    folder = tmp_path_factory.mktemp("kinds")
    output_of_program(folder, KINDS, folder)
    return folder


@pytest.mark.parametrize("kind", ["table", "turned", "weeks", "small", "two", "codes"])
def test_a_network_of_each_kind_is_exported_and_equal(kinds, chapter, kind):
    path = chapter(EXPORT)
    rows = []
    if kind == "table":
        file = path.with_name("rows.csv")
        file.write_text("unit price,mode\n4,solo\n5.5,hand\n9,never seen\n", encoding="utf-8")
        rows = ["--rows", file]
    printed = output_of(path, kinds / f"{kind}.keras", *rows)
    answers = {"two": 2, "codes": 3}.get(kind, 1)
    formats = 2 if kind == "weeks" else 3  # LiteRT has no GRU
    assert printed.count("is equal in all rows") == answers * formats
    assert f"exported_{kind}, asked about {3 if rows else 8} rows" in printed
    assert (path.parent / f"exported_{kind}" / "network.tflite").exists() == (kind != "weeks")
    assert not (path.parent / "exported").exists()


def test_a_file_that_answers_otherwise_is_refused(kinds, chapter):
    path = chapter(EXPORT)
    change(
        path,
        (
            "answer.numpy() for name, answer in network(",
            "answer.numpy() + 1 for name, answer in network(",
        ),
    )
    done = completed(path, kinds / "small.keras")
    assert done.returncode == 1
    assert "Do not use this file." in done.stderr


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Return a copy of the scripts with what export_model.py made for the chapter's network."""
    needs(*PACKAGES)
    folder = tmp_path_factory.mktemp("exported")
    output_of(copy_chapter("04/save_trained_model.py", folder), KERAS_MAX_EPOCHS="20")
    path = copy_chapter(EXPORT, folder)
    printed = output_of(path)
    assert printed.count("is equal in all rows") == 3
    assert "asked about 400 rows" in printed
    return path.parent


def test_the_program_without_keras_predicts_every_test_game(exported):
    hidden = "import runpy, sys; sys.modules['keras'] = sys.modules['tensorflow'] = None; "
    hidden += f"runpy.run_path({str(exported / 'predict_without_keras.py')!r}, run_name='__main__')"
    printed = output_of("-c", hidden, cwd=exported)
    dollars = [numbers(line.replace("$", " "))[-1] for line in printed.splitlines()]
    truth = pd.read_csv(ROOT / "03/sales_data_test.csv")["total_earnings"]
    assert ((pd.Series(dollars) - truth) ** 2).mean() < 9000**2


HEADER = ",".join(GAME)
LINE = "4.1,1,1,1,0,1,0,1,55.99"
WRONG = {  # what is brought, and the words that it gets
    "a decimal comma": (f"{HEADER}\n4,1,1,1,1,0,1,0,1,55,99\n", "more values than the header"),
    "a decimal comma in quotes": (f'{HEADER}\n"4,1",1,1,1,0,1,0,1,55.99\n', "is no number"),
    "a value too many": (f"{HEADER}\n{LINE}\n{LINE},7\n", "line 3: more values"),
    "a comma at the end": (f"{HEADER}\n{LINE},\n", "line 2: more values"),
    "a value too few": (f"{HEADER}\n4.1,1,1,1,0,1,0,1\n", "line 2: fewer values"),
    "an empty cell": (f"{HEADER}\n,1,1,1,0,1,0,1,55.99\n", "critic_rating: '' is no number"),
    "nan": (f"{HEADER}\nnan,1,1,1,0,1,0,1,55.99\n", "no number to calculate with"),
    "a column missing": (HEADER.replace("unit_", "") + f"\n{LINE}\n", "unit_price stands 0 times"),
    "a column twice": (f"{HEADER},unit_price\n{LINE},9\n", "unit_price stands 2 times"),
    "semicolons": (f"{HEADER}\n{LINE}\n".replace(",", ";"), "must be separated by commas"),
    "Excel's Unicode text": (f"{HEADER}\n{LINE}\n".replace(",", "\t"), "as a CSV in UTF-8"),
    "no games": (f"{HEADER}\n", "no games"),
    "nothing": ("", "stands 0 times"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_table_is_told_and_gives_no_dollars(exported, tmp_path, what):
    text, words = WRONG[what]
    table = tmp_path / "games.csv"
    table.write_text(text, encoding="utf-16" if "Unicode" in what else "utf-8")
    done = completed(exported / "predict_without_keras.py", table)
    assert done.returncode == 1
    assert words in done.stderr.splitlines()[-1]
    assert "$" not in done.stdout


def test_columns_in_another_order_and_a_mark_at_the_start_change_nothing(exported, tmp_path):
    games = pd.read_csv(exported / "exported" / "games.csv")
    games[games.columns[::-1]].to_csv(tmp_path / "other.csv", index=False, encoding="utf-8-sig")
    script = exported / "predict_without_keras.py"
    assert output_of(script, tmp_path / "other.csv") == output_of(script)


# ---- serve_model.py ----


STOP = signal.SIGINT if os.name != "nt" else signal.SIGTERM  # Ctrl-C
JSON = {"Content-Type": "application/json"}


def started_service(exported, port):
    """Start the service; return its process and a client of it, when it answers."""
    httpx = importlib.import_module("httpx")
    process = subprocess.Popen(
        [sys.executable, str(exported / "serve_model.py"), "--port", str(port)],
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
    for _ in range(300):
        try:
            client.get("/health")
            break
        except httpx.TransportError:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
    return process, client


@pytest.fixture(scope="module")
def service(exported):
    """Return a client of the running service."""
    needs("fastapi", "uvicorn", "httpx")
    process, client = started_service(exported, free_port())
    yield client
    client.close()
    process.send_signal(STOP)
    assert "Finished server process" in process.communicate(timeout=30)[1]


def test_one_game_and_many_get_the_dollars_of_the_program(service, exported):
    games = pd.read_csv(exported / "exported" / "games.csv").to_dict("records")
    printed = output_of(exported / "predict_without_keras.py")
    dollars = [numbers(line.replace("$", " "))[-1] for line in printed.splitlines()]
    answer = service.post("/predict", json=games)
    assert answer.status_code == 200
    assert answer.json()["earnings"] == pytest.approx(dollars, abs=0.02)
    alone = service.post("/predict", json=games[7]).json()["earnings"]
    assert alone == pytest.approx(dollars[7:8], abs=0.02)
    backwards = dict(reversed(games[7].items()))
    assert service.post("/predict", json=backwards).json()["earnings"] == alone


REFUSED = {
    **{f"without {name}": ({k: v for k, v in GAME.items() if k != name}, name) for name in GAME},
    **{f"{name} is a text": (GAME | {name: str(value)}, name) for name, value in GAME.items()},
    **{f"{name} is null": (GAME | {name: None}, name) for name in GAME},
    "a misspelled name": (GAME | {"price": 55.99}, "price"),
    "two genres": (GAME | {"is_sports": 1}, "is_sports"),
    "no genre": (GAME | {"is_action": 0}, "is_action"),
    "a price never seen": (GAME | {"unit_price": 9.0}, "unit_price"),
    "six stars": (GAME | {"critic_rating": 6}, "critic_rating"),
    "half a sequel": (GAME | {"is_sequel": 0.5}, "is_sequel"),
    "true": (GAME | {"is_sequel": [1]}, "is_sequel"),
    "the second is wrong": ([GAME, GAME | {"unit_price": -1}], '[1,"unit_price"]'),
    "a list in a list": ([[GAME]], "0"),
    "no games": ([], "at least 1"),
    "too many games": ([GAME] * 1001, "at most 1000"),
    "a number": (7, "list"),
    "a text": ("4.1", "list"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_wrong_game_is_refused_with_its_name(service, what):
    body, name = REFUSED[what]
    answer = service.post("/predict", json=body)
    assert answer.status_code == 422
    assert "earnings" not in answer.text
    assert name in re.sub(r"\s", "", answer.text) or name in answer.text


BROKEN = {
    "NaN": json.dumps(GAME | {"unit_price": float("nan")}),
    "Infinity": json.dumps(GAME | {"critic_rating": float("inf")}),
    "1e999": json.dumps(GAME).replace("55.99", "1e999"),
    "half a game": json.dumps(GAME)[:50],
    "nothing": "",
    "no UTF-8": b"\xff\xfe\x00",
    "a name that is no text": json.dumps(GAME | {"\ud800": 1}),
    "a number of 9,000 digits": json.dumps(GAME).replace("55.99", "5" * 9000),
    "very deep": "[" * 100_000,
    "very large": b" " * 600_000,
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_request_is_refused_and_the_service_goes_on(service, what):
    answer = service.post("/predict", content=BROKEN[what], headers=JSON)
    assert 400 <= answer.status_code < 500
    assert "earnings" not in answer.text
    assert service.get("/health").json() == {"status": "ok"}


def test_a_request_without_a_length_is_refused(service):
    answer = service.post("/predict", content=iter([json.dumps(GAME).encode()]), headers=JSON)
    assert answer.status_code == 411


def test_a_request_that_does_not_say_that_it_is_json_is_told(service):
    answer = service.post("/predict", content=json.dumps(GAME), headers={"Content-Type": "a/b"})
    assert answer.status_code == 415
    assert answer.json()["detail"] == "Content-Type must be application/json, not a/b"


def test_fuzzed_games_get_an_answer_or_a_name(service):
    """From the service's own description: what it promises to take, it takes, and no more."""
    described = service.get("/openapi.json").json()["components"]["schemas"]["Game"]
    assert set(described["required"]) == set(GAME)
    value = st.one_of(st.floats(), st.integers(), st.booleans(), st.text(max_size=3), st.none())
    game = st.fixed_dictionaries({}, optional=dict.fromkeys([*GAME, "price"], value))

    answered = []

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(game, st.booleans())
    def ask(changed, many):
        body = GAME | changed
        fits = all(
            type(v) in (int, float) and low <= v <= high
            for v, low, high in (
                (body["critic_rating"], 2, 5),
                (body["unit_price"], 39.99, 59.99),
            )
        )
        sent = json.dumps([body] if many else body)
        answer = service.post("/predict", content=sent, headers=JSON)
        answered.append(answer.status_code)
        assert answer.status_code in (200, 422), answer.text
        if answer.status_code == 200:
            assert fits
            assert "price" not in body
            assert answer.json()["earnings"][0] > 0

    ask()
    assert set(answered) == {200, 422}, "only one side of the border was tried"


def test_killed_and_started_again_it_answers_and_ctrl_c_lets_what_has_begun_end(exported):
    needs("fastapi", "uvicorn", "httpx")
    port, body = free_port(), json.dumps(GAME).encode()
    process, client = started_service(exported, port)
    dollars = client.post("/predict", json=GAME).json()
    client.close()
    process.kill()
    process.communicate()
    process, client = started_service(exported, port)
    assert client.post("/predict", json=GAME).json() == dollars
    client.close()
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as begun:
        begun.sendall(head.encode() + body[:50])
        time.sleep(0.5)
        process.send_signal(STOP)
        time.sleep(0.5)
        begun.sendall(body[50:])
        answer = begun.makefile().read()
    assert answer.startswith("HTTP/1.1 200 OK") and str(dollars["earnings"][0]) in answer
    assert "Finished server process" in process.communicate(timeout=30)[1]


def test_the_page_asks_as_the_readme_says(service, exported, tmp_path):
    assert shutil.which("curl") or sys.platform == "win32"
    page = text_of("04/scaling/README.md")
    words = re.search(r"```bash\n(curl .+?)\n```", page, re.S)[1].replace(
        "8000", str(service.base_url.port)
    )
    done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["earnings"][0] == pytest.approx(264_000, rel=0.1)
    program = re.search(r"```python\n(import httpx\n.+?)```", page, re.S)[1]
    program = program.replace("8000", str(service.base_url.port))
    program = program.replace("04/scaling/exported", str(exported / "exported"))
    output_of_program(tmp_path, program)
    asked = pd.read_csv(tmp_path / "games_with_earnings.csv")
    assert len(asked) == 400 and asked["earnings"].between(20_000, 400_000).all()
    form = service.get("/").text
    assert set(re.findall(r'(?:name|value)="([a-z_]+)"', form)) >= set(GAME)
    assert "http" not in form.replace("http-equiv", "")
    docker = (ROOT / "04/scaling/Dockerfile").read_text(encoding="utf-8")
    assert f"```dockerfile\n{docker}```" in page
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins += (ROOT / "04/scaling/requirements.txt").read_text(encoding="utf-8")
    for pin in re.findall(r"\S+==\S+", docker):
        assert pin in pins


def test_the_form_works_in_a_browser(service):
    needs("playwright")
    if not Path("/usr/bin/chromium").exists():
        lacks("no Chromium")
    script = f"""
from playwright.sync_api import sync_playwright
with sync_playwright() as player:
    browser = player.chromium.launch(executable_path="/usr/bin/chromium",
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
    page = browser.new_page()
    page.goto("{service.base_url}")
    for price in ("55.99", "9"):
        page.evaluate("document.querySelector('form').noValidate = true")
        page.fill("input[name=unit_price]", price)
        page.evaluate("document.querySelector('output').textContent = ''")
        page.click("button")
        page.wait_for_function("document.querySelector('output').textContent")
        print(page.text_content("output"))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    dollars, refused = done.stdout.splitlines()
    assert numbers(dollars.replace("$", " "))[0] == pytest.approx(264_000, rel=0.1)
    assert refused == "unit_price: Input should be greater than or equal to 39.99"


def test_another_program_at_the_port_is_told(exported, service):
    done = completed(exported / "serve_model.py", "--port", service.base_url.port)
    assert done.returncode != 0
    assert "address already in use" in done.stderr
