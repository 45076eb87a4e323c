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


@pytest.fixture(scope="session")
def upright_as():
    """Hold that a turned file is the plain one, turned, or the plain one where turns are off."""
    window = (0, (1 << 16) - 1)
    turns = {
        2: np.fliplr,
        3: lambda p: np.rot90(p, 2),
        4: np.flipud,
        5: lambda p: p.transpose(1, 0, 2),
        6: lambda p: np.rot90(p, -1),
        7: lambda p: np.rot90(p, 2).transpose(1, 0, 2),
        8: np.rot90,
    }

    def hold(turned, plain, turn):
        stored = decode(plain, probe(plain, MOST), View(window=window))
        header = probe(turned, MOST)
        assert np.array_equal(decode(turned, header, View(window=window)), turns[turn](stored))
        left = View(window=window, exif_orientation=False)
        assert np.array_equal(decode(turned, header, left), stored)

    return hold
