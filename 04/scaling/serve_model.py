"""Put the network behind a web address: a game goes in, its predicted earnings come out.

Chapter 4, scaling, script 8.
Reads:  exported/network.onnx, exported/columns.txt, serve_model.html, and your requests
Writes: nothing
Prints: the address, and a line for each request, until you stop it with Ctrl-C
After:  ../save_trained_model.py, export_model.py
"""

import argparse
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

HERE = Path(__file__).resolve().parent  # the folder of this script
EXPORTED = HERE / "exported"
MOST_GAMES = 1000  # in one request
MOST_BYTES = 500_000  # of one request

# 1. Load the network once, when the service starts.
network = onnxruntime.InferenceSession(EXPORTED / "network.onnx")
columns = (EXPORTED / "columns.txt").read_text(encoding="utf-8").splitlines()


# 2. Describe a game. This is also the check: pydantic refuses what does not fit, and says why.
#    The ranges are those that the network has learned from.
class Game(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    critic_rating: float = Field(ge=2, le=5, description="stars")
    is_action: Literal[0, 1]
    is_exclusive_to_us: Literal[0, 1]
    is_portable: Literal[0, 1]
    is_role_playing: Literal[0, 1]
    is_sequel: Literal[0, 1]
    is_sports: Literal[0, 1]
    suitable_for_kids: Literal[0, 1]
    unit_price: float = Field(ge=39.99, le=59.99, description="dollars")

    @model_validator(mode="after")
    def has_one_genre(self):
        if self.is_action + self.is_role_playing + self.is_sports != 1:
            raise ValueError("one of is_action, is_role_playing and is_sports must be 1")
        return self


# 3. A request has a list of games. One game alone is taken for a list of one.
def as_list(body):
    return [body] if isinstance(body, dict) else body


Games = Annotated[list[Game], BeforeValidator(as_list), Field(min_length=1, max_length=MOST_GAMES)]

# 4. Answer: games as a shop writes them in, dollars out. FastAPI's own pages about the service
#    load files from the web, so they are off.
app = FastAPI(title="What will this game earn?", docs_url=None, redoc_url=None)


@app.post("/predict")
def predict(games: Games):
    rows = [[getattr(game, column) for column in columns] for game in games]
    [dollars] = network.run(None, {"row": np.array(rows, dtype="float32")})
    return {"earnings": [round(float(amount), 2) for amount in dollars[:, 0]]}


@app.get("/health")
def health():
    return {"status": "ok"}


@app.get("/")
def form():
    return FileResponse(HERE / "serve_model.html")


# 5. Refuse a request that is too large, or no JSON, before it is read.
@app.middleware("http")
async def look_at_the_headers(request: Request, call_next):
    length = request.headers.get("content-length")
    kind = request.headers.get("content-type", "nothing")
    if request.method == "POST" and length is None:
        return JSONResponse({"detail": "Content-Length is missing"}, status_code=411)
    if length is not None and int(length) > MOST_BYTES:
        return JSONResponse({"detail": f"more than {MOST_BYTES:,} bytes"}, status_code=413)
    if request.method == "POST" and not kind.startswith("application/json"):
        wrong = f"Content-Type must be application/json, not {kind}"
        return JSONResponse({"detail": wrong}, status_code=415)
    return await call_next(request)


# 6. In the others, name each wrong value.
@app.exception_handler(RequestValidationError)
async def name_wrong_values(_: Request, problem: RequestValidationError):
    wrong = [{"where": error["loc"][1:], "what": error["msg"]} for error in problem.errors()]
    return JSONResponse({"detail": wrong}, status_code=422)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Serve the exported network.")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 opens it to other machines")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    uvicorn.run(app, host=arguments.host, port=arguments.port)
