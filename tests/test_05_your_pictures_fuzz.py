"""Hundreds of damaged pictures that nobody thought of: each is read, or refused in one line."""

import io
import warnings

import made_pictures
import numpy as np
from fuzz import often
from hypothesis import given
from hypothesis import strategies as st
from PIL import features
from situations_05_your_pictures import reader

READ = reader()
TURN = {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"}
KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO"]
KINDS += ["AVIF"] if features.check("avif") else []
MODES = [(kind, "RGB") for kind in KINDS] + [("TIFF", mode) for mode in ("RGBA", "P", "L", "CMYK")]
MODES += [("PNG", mode) for mode in ("RGBA", "P", "L")]


def picture(kind, mode):
    file = io.BytesIO()
    more = TURN if kind in ("JPEG", "PNG", "WEBP") else {}
    made_pictures.scene(mode, (48, 40)).save(file, kind, **more)
    return file.getvalue()


WHOLE = [picture(kind, mode) for kind, mode in MODES]
CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)), max_size=6)


@often(300)
@given(st.sampled_from(WHOLE), CHANGES, st.integers(0, 4000), st.booleans())
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
