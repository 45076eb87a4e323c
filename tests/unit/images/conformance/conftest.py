"""Odd files of every format: each is shown as its writer meant and as Pillow reads it, or refused.

Lossless files are held against the pixels that were put in; lossy ones against Pillow alone.
"""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from brevviz.errors import ImageRejected
from brevviz.images import probe
from brevviz.images.decode import decode
from brevviz.recipe import View

MOST = 10_000
LOW, HIGH = 1000, 40_000


def as_pillow_shows(data):
    with Image.open(BytesIO(data)) as image:
        turned = ImageOps.exif_transpose(image)
        if turned.mode in {"P", "PA"}:
            turned = turned.convert("RGBA")
        return np.asarray(turned.convert("RGB"))


@pytest.fixture(scope="session")
def shown_right():
    """Hold a file against Pillow and, where they are known, the pixels that were put in."""

    def hold(data, pixels, kind):
        header = probe(data, MOST)
        assert header.format == kind
        shown = decode(data, header, View())
        assert np.array_equal(shown, as_pillow_shows(data))
        if pixels is not None:
            assert np.array_equal(shown, pixels)

    return hold


@pytest.fixture(scope="session")
def shown_through_a_window():
    """Hold a file of 16 bits a channel against the levels that were put in."""

    def hold(data, levels):
        header = probe(data, MOST)
        assert header.bits == 16
        shown = decode(data, header, View(window=(LOW, HIGH)))
        exact = np.clip((levels.astype(float) - LOW) / (HIGH - LOW), 0, 1) * 255
        assert np.abs(shown - exact).max() <= 0.5

    return hold


@pytest.fixture(scope="session")
def refused():
    """Hold that a file is not shown, for a reason."""

    def hold(data, reason):
        with pytest.raises(ImageRejected, match=reason):
            decode(data, probe(data, MOST), View())

    return hold
