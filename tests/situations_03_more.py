"""Settings that readers have, on the side roads of chapter 3."""

from bringing import settings, without
from missing import missing_packages
from situations import Situation

LAYERS, LOSSES = "03/more/explore_layers.py", "03/more/explore_losses.py"
BACKEND = "03/more/choose_backend.py"
HOME = {"KERAS_HOME": "more/home"}  # seen from the chapter, where the tests run a script


def home(**changed):
    return settings("home", **changed)


def half(folder):
    (folder / "home").mkdir()
    (folder / "home" / "keras.json").write_text('{"flo', encoding="utf-8")


def on(backend):
    return {"KERAS_BACKEND": backend}


WHOLE = {"whole": True}  # the message has the result of the whole training

SITUATIONS = [
    Situation(LAYERS, "channels_first in keras.json", "output size would be zero or negative", 1,
              home(image_data_format="channels_first"), HOME, traceback=True),
    Situation(LAYERS, "KERAS_BACKEND=theano", "ValueError: Unable to import backend : theano",
              environment=on("theano"), traceback=True),
    Situation(LOSSES, "float64 in keras.json", "from softmax 16.1181, from logits 60.0000", 0,
              home(floatx="float64"), HOME, not_said="DIFFERENT"),
    Situation(BACKEND, "KERAS_BACKEND=theano", "ValueError: Unable to import backend : theano",
              environment=on("theano"), traceback=True),
    Situation(BACKEND, "KERAS_BACKEND=TensorFlow, in capitals", "Unable to import backend",
              environment=on("TensorFlow"), traceback=True),
    Situation(BACKEND, "KERAS_BACKEND=jax, which is not installed",
              "ModuleNotFoundError: No module named 'jax'", 1, without("jax"), on("jax"),
              traceback=True),
    Situation(BACKEND, "a backend in keras.json that is none", "Unable to import backend : cntk", 1,
              home(backend="cntk"), HOME, traceback=True),
    Situation(BACKEND, "KERAS_BACKEND goes before a backend in keras.json that is none",
              "test MSE 2.1", 0, home(backend="cntk"), HOME | on("tensorflow"), **WHOLE),
    Situation(BACKEND, "float16 in keras.json", "test MSE nan", 0,
              home(floatx="float16"), HOME),
    Situation(BACKEND, "bfloat16 in keras.json", "Received: floatx=bfloat16", 1,
              home(floatx="bfloat16"), HOME, traceback=True),
    Situation(BACKEND, "float64 and channels_first in keras.json", "test MSE 2.1", 0,
              home(floatx="float64", image_data_format="channels_first"), HOME, **WHOLE),
    Situation(BACKEND, "half a keras.json", "floatx            = float32", 0, half, HOME),
]  # fmt: skip

# With another backend: everything as the page says. Where it is not installed, nothing is to run.
for backend in ("jax", "torch"):
    if not missing_packages(backend):
        SITUATIONS += [
            Situation(LAYERS, f"KERAS_BACKEND={backend}", "same = True", 0, None, on(backend),
                      not_said="  expected "),
            Situation(LOSSES, f"KERAS_BACKEND={backend}", "from softmax 16.1181, from logits 60.0",
                      0, None, on(backend), not_said="DIFFERENT"),
        ]  # fmt: skip
