"""Damaged pictures of every kind: each is read or refused in one line, and none ends the script.

FUZZ_EXAMPLES=10000 python -m pytest tests/test_fuzz_pictures.py -n 0    for a long run
"""

import io
import os
import warnings

import numpy as np
import pytest
import situations_pictures

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies
KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO"]
KINDS += ["AVIF"] if situations_pictures.features.check("avif") else []


READ = situations_pictures.reader()


def picture(kind, mode):
    file = io.BytesIO()
    more = {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"}
    options = more if kind in ("JPEG", "PNG", "WEBP") else {}
    situations_pictures.scene(mode, (48, 40)).save(file, kind, **options)
    return file.getvalue()


WHOLE = [
    picture(kind, mode)
    for kind in KINDS
    for mode in ("RGB", "RGBA", "P", "L", "CMYK")
    if mode == "RGB" or kind == "TIFF" or (kind == "PNG" and mode != "CMYK")
]
CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)), max_size=6)


@hypothesis.settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)
@hypothesis.given(st.sampled_from(WHOLE), CHANGES, st.integers(0, 4000), st.booleans())
def test_a_damaged_picture_is_read_or_refused(whole, changes, length, cut):
    data = bytearray(whole)
    for place, new in changes:
        start = place % len(data)
        data[start : start + len(new)] = new
    if cut:
        del data[length:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pixels = READ(io.BytesIO(data))
        except Exception as problem:
            assert len(f"{problem}".splitlines()) <= 1 and len(f"{problem}") < 400
        else:
            assert pixels.shape == (224, 224, 3) and pixels.dtype == np.uint8


def test_whole_pictures_are_read():
    for whole in WHOLE:
        assert READ(io.BytesIO(whole)).shape == (224, 224, 3)
