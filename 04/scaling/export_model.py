"""Export a trained network, with its scaling inside, for programs that do not have Keras.

Chapter 4, scaling, script 6.
Reads:  ../trained_model.keras, ../sales_data_scaling.csv, ../sales_data_test_scaled.csv
Writes: exported/
Prints: how far each exported network is from Keras, on real rows
After:  ../save_trained_model.py

    python 04/scaling/export_model.py
    python 04/scaling/export_model.py my_network.keras --rows my_rows.csv
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # it can write all three formats

import argparse
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pandas as pd
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from keras import layers

HERE = Path(__file__).resolve().parent  # the folder of this script
CHAPTER = HERE.parent  # the chapter's folder, with the CSVs and the trained network
# Two answers are equal if they differ by less than a ten-thousandth of the answer, or by less
# than a hundred-thousandth of the largest answer: each library rounds in its own way.
REL_TOL, ABS_TOL = 1e-4, 1e-5


def main():
    parser = argparse.ArgumentParser(description="Export a network to SavedModel, ONNX and LiteRT.")
    parser.add_argument("model", nargs="?", help="a .keras file; without it, chapter 4's network")
    parser.add_argument("--rows", help="what it is asked: a CSV file, a picture, or a .npy array")
    arguments = parser.parse_args()

    # 1. Load the network, and rows to ask it about: an array for each of its inputs.
    if arguments.model is None:
        exported = HERE / "exported"
        exported.mkdir(exist_ok=True)
        model, rows = load_chapter_4(exported)
    else:
        exported = HERE / f"exported_{Path(arguments.model).stem}"
        exported.mkdir(exist_ok=True)
        model = keras.saving.load_model(arguments.model)
        rows = read_rows(arguments.rows, model) if arguments.rows else make_up_rows(model)

    # 2. Give its inputs and answers names for other programs. training=False leaves behind what
    #    is for training alone, such as Dropout and the random turns of pictures.
    names = ["row"] if len(model.inputs) == 1 else [tensor.name for tensor in model.inputs]
    names = [re.sub(r"\W", "_", name) for name in names]  # SavedModel takes no blanks in them
    inputs = []
    for name, tensor in zip(names, model.inputs, strict=True):
        inputs.append(keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=name))
    given = inputs[0]
    if not isinstance(model, keras.Sequential):  # which has a single input
        given = keras.tree.pack_sequence_as(model.input, inputs)  # by place or by name, as it was
    answers = keras.tree.flatten(model(given, training=False))
    outputs = {f"answer_{number}": answer for number, answer in enumerate(answers, start=1)}
    network = keras.Model(inputs, outputs)

    # 3. Export it. For ONNX, the ONNX project's own converter reads the SavedModel.
    network.export(exported / "saved_model", format="tf_saved_model", verbose=False)
    convert = "-m tf2onnx.convert --tag serve --saved-model saved_model --output network.onnx"
    command = [sys.executable, *convert.split()]
    done = subprocess.run(
        command, cwd=exported, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode != 0:
        sys.exit(f"tf2onnx cannot convert this network:\n{done.stderr}")
    network.export(exported / "network.tflite", format="litert", verbose=False)
    if has_recurrent_layers(model):
        print("LiteRT has no LSTM and GRU: without TensorFlow, take network.onnx")
        (exported / "network.tflite").unlink()

    # 4. Ask Keras and the files the same question, each file with its own library.
    question = dict(zip(names, rows, strict=True))
    tensors = {name: tf.constant(row) for name, row in question.items()}
    expected = {name: answer.numpy() for name, answer in network(tensors).items()}
    print(f"{exported.name}, asked about {len(rows[0])} rows:")
    for file, ask in FORMATS.items():
        if (exported / file).exists():
            compare(file, ask(exported / file, question), expected)
    print("Next: predict_without_keras.py and serve_model.py, which use exported/network.onnx")


def load_chapter_4(exported):
    """Return the network of chapter 4 with the scaling inside, and the 400 test games.

    The games, and the names of their columns, are put beside the network.
    """
    scaling = pd.read_csv(CHAPTER / "sales_data_scaling.csv", index_col="column")
    earnings = scaling.loc["total_earnings"]
    features = scaling.drop(index="total_earnings")
    model = keras.Sequential(
        [
            keras.Input(shape=(9,)),
            layers.Rescaling(features["multiply_by"].tolist(), features["add"].tolist()),
            keras.saving.load_model(CHAPTER / "trained_model.keras"),
            layers.Rescaling(
                1 / earnings["multiply_by"], -earnings["add"] / earnings["multiply_by"]
            ),
        ]
    )
    test = pd.read_csv(CHAPTER / "sales_data_test_scaled.csv")[features.index]
    games = ((test - features["add"]) / features["multiply_by"]).round(2)  # stars and dollars
    games.to_csv(exported / "games.csv", index=False)
    (exported / "columns.txt").write_text("\n".join(games.columns), encoding="utf-8")
    return model, [games.to_numpy("float32")]


def read_rows(file, model):
    """Return the rows of a file, as an array for each input of the network.

    A CSV has a column for each input, by name, or all columns of the only input, in their order.
    """
    first = model.inputs[0]
    if file.endswith(".npy"):
        return [np.load(file).astype(first.dtype)]
    if not file.endswith(".csv"):
        color = "grayscale" if first.shape[3] == 1 else "rgb"
        picture = keras.utils.load_img(file, color_mode=color, target_size=first.shape[1:3])
        return [np.expand_dims(keras.utils.img_to_array(picture), axis=0)]
    if len(model.inputs) == 1:
        return [pd.read_csv(file).to_numpy(first.dtype)]
    table = pd.read_csv(file, dtype=str, keep_default_na=False)  # NA may be a word
    rows = []
    for tensor in model.inputs:
        column = table[[tensor.name]]
        if tensor.dtype == "string":
            rows.append(column.to_numpy(object))
        else:
            rows.append(column.apply(pd.to_numeric).to_numpy(tensor.dtype))
    return rows


def make_up_rows(model):
    """Return eight rows of random numbers from 0 to 1, or of words where it takes words.

    Where it takes whole numbers they are 0 or 1.
    """
    random, rows = np.random.default_rng(7), []
    for tensor in model.inputs:
        shape = [tensor.shape[0] or 8] + [size or 32 for size in tensor.shape[1:]]  # None: any size
        if tensor.dtype == "string":
            rows.append(np.full(shape, "word", dtype=object))
        elif "int" in tensor.dtype or tensor.dtype == "bool":
            rows.append(random.integers(0, 2, shape).astype(tensor.dtype))
        else:
            rows.append(random.random(shape).astype(tensor.dtype))
    return rows


def has_recurrent_layers(model):
    """Tell whether a network, or a network inside it, has layers such as LSTM and GRU."""
    for layer in model.layers:
        if isinstance(layer, layers.RNN | layers.Bidirectional):
            return True
        if isinstance(layer, keras.Model) and has_recurrent_layers(layer):
            return True
    return False


def ask_saved_model(file, question):
    """Return {name: answers} of the SavedModel, which TensorFlow reads."""
    network = tf.saved_model.load(file).signatures["serving_default"]
    answers = network(**{name: tf.constant(row) for name, row in question.items()})
    return {name: answer.numpy() for name, answer in answers.items()}


def ask_onnx(file, question):
    """Return {name: answers} of the ONNX file, which ONNX Runtime reads."""
    network = onnxruntime.InferenceSession(file)
    names = [output.name for output in network.get_outputs()]
    return dict(zip(names, network.run(names, question), strict=True))


def ask_litert(file, question):
    """Return {name: answers} of the LiteRT file."""
    network = Interpreter(str(file))
    return network.get_signature_runner()(**question)


def compare(file, answers, expected):
    """Print how far an exported network is from Keras; stop if it answers otherwise."""
    for name, right in expected.items():
        close = np.isclose(answers[name], right, REL_TOL, ABS_TOL * np.abs(right).max())
        if not close.all():
            wrong, instead = answers[name][~close][0], right[~close][0]
            sys.exit(f"{file}: {name} is {wrong} where Keras says {instead}. Do not use this file.")
        away = np.abs(answers[name] - right).max()
        print(f"{file}: {name} is equal in all rows; the largest difference is {away:.2g}")


FORMATS = {
    "saved_model": ask_saved_model,
    "network.onnx": ask_onnx,
    "network.tflite": ask_litert,
}

if __name__ == "__main__":
    main()
