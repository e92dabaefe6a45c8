"""Chapter 5, more: the zoo, and what reuse gains."""

import re

import numpy as np
import pandas as pd
import pytest
from missing import needs
from outputs import numbers, own_lines
from running import (
    completed,
    output_of,
)

TF = "tensorflow"


# ---- The zoo ----

# Who named these networks counted the same layers. The others, by hand: MobileNetV2 has a first
# layer, 17 blocks of three (the first of two), one more, and the answer; and so on.
DEPTHS = {
    "ResNet50": 50, "VGG16": 16, "VGG19": 19, "DenseNet121": 121, "DenseNet169": 169,
    "DenseNet201": 201, "MobileNet": 1 + 13 * 2 + 1, "MobileNetV2": 1 + 17 * 3 - 1 + 1 + 1,
    "EfficientNetB0": 1 + 16 * 5 - 1 + 1 + 1, "Xception": 2 + 3 * 2 + 8 * 3 + 2 * 2 + 1,
    "InceptionV3": 48,
}  # fmt: skip
PARAMETERS = {"ResNet50": 25_636_712, "VGG16": 138_357_544, "MobileNetV2": 3_538_984}


def test_zoo(finished):
    result = finished("05/more/model_zoo.py")
    table = pd.read_csv(f"{result.folder}/model_zoo.csv").set_index("network")
    assert len(table) == 13 and (table.milliseconds > 0).all()
    assert {name: table.depth[name] for name in DEPTHS} == DEPTHS
    assert {name: table.parameters[name] for name in PARAMETERS} == PARAMETERS
    assert np.allclose(table.megabytes, table.parameters * 4 / 2**20, atol=0.06)
    assert (table.top1 < table.top5).all() and (table.depth < table.layers).all()
    for name, row in table.iterrows():
        assert re.search(rf"^{name} +{int(row.parameters):,} ", result.stdout, re.M)


def test_zoo_of_chosen_networks_with_jax_and_settings(stand_in, chapter):
    needs("jax")
    path = chapter("05/more/model_zoo.py")
    output_of(path, "MobileNet", KERAS_BACKEND="jax", KERAS_HOME=str(stand_in / "home"))
    [row] = pd.read_csv(path.with_name("model_zoo.csv")).itertuples()
    assert (row.parameters, row.layers, row.depth, row.side) == (4_253_864, 91, 28, 224)
    [line] = own_lines(completed(path, "ResNet51"))
    assert "ResNet51" in line and "ResNet50" in line


# ---- Reuse ----


def test_reuse_pays_with_few_examples_and_no_longer_with_many(finished):
    result = finished("05/more/reuse_layers.py")
    found = re.findall(r"seed \d, +(\d+) examples: reused (.+)%, from scratch (.+)%", result.stdout)
    table = pd.DataFrame(found, columns=["examples", "reused", "scratch"], dtype=float)
    assert len(table) == 10
    average = table.groupby("examples").mean()
    gain = average["reused"] - average["scratch"]
    assert gain[10] > 15 and gain[100] < 0
    assert average.min(axis=None) > 47 and average["scratch"][100] > 85
    for examples in (10, 100):
        printed = numbers(result.stdout.split(f"average, {examples} examples:")[1])[:3]
        assert printed == pytest.approx([*average.loc[examples], gain[examples]], abs=0.11)
