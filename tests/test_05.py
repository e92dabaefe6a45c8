"""Chapter 5: the picture is prepared as ResNet50 was trained, and the answers are those of it.

The weights have random values, for the published ones cannot be had everywhere: stand_in.py has
computed what they must answer, without the script's own lines.
"""

import json
import re
import shutil

import numpy as np
import pytest
from made_pictures import scene
from running import change, completed
from stand_in import RESNET, class_index

SCRIPT = "05/image_recognition.py"


def test_the_nine_likeliest_are_those_of_the_weights(stand_in, chapter):
    """Nothing is divided by 255, no color is at another's place, no row is turned."""
    path = chapter(SCRIPT)
    change(path, ('weights="imagenet"', f"weights={str(stand_in / RESNET)!r}"))
    scene(size=(224, 224)).save(path.with_name("bay.jpg"), "PNG")  # exact pixels under this name
    home = path.parents[1] / "home"  # the names of the classes, and no settings of a reader's
    (home / "models").mkdir(parents=True)
    shutil.copy(stand_in / "home" / "models" / "imagenet_class_index.json", home / "models")
    done = completed(path, fresh=False, KERAS_HOME=str(home))
    assert done.returncode == 0, done.stderr[-2000:]
    expected = np.load(stand_in / "expected.npy")
    likeliest = expected.argsort()[::-1][:9]
    index = json.loads(class_index())
    found = re.findall(r" - (.+): (\d+\.\d\d)%", done.stdout)
    assert len(found) == 9
    for (name, percent), number in zip(found, likeliest, strict=True):
        assert float(percent) == pytest.approx(100 * expected[number], abs=0.02)
        alike = np.abs(expected - expected[number]) < 1e-4  # may change places
        assert name in {index[str(place)][1] for place in np.flatnonzero(alike)}
