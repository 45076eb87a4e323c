"""Pictures and files that the tests of this folder share."""

import hashlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from brevviz.hashing import mix


@pytest.fixture(scope="session")
def pattern():
    """The fact sheet's test picture: uint8 (count, height, width, 3) by a formula."""

    def make(height, width, count=4):
        grid = np.meshgrid(*map(np.arange, (count, height, width, 3)), indexing="ij")
        b, y, x, c = grid
        return ((53 * b + 11 * y + 7 * x + 85 * c + 3 * x * y) % 256).astype(np.uint8)

    return make


@pytest.fixture(scope="session")
def keys():
    """Keys mix(12345 + b), as the fact sheet's vectors use them."""

    def make(count=4, start=12345):
        return mix(np.arange(count, dtype=np.uint64) + np.uint64(start))

    return make


@pytest.fixture(scope="session")
def encode():
    """A picture as the bytes of a file."""

    def make(picture, kind="PNG", **options):
        if not isinstance(picture, Image.Image):
            picture = Image.fromarray(np.ascontiguousarray(picture))
        buffer = BytesIO()
        picture.save(buffer, kind, **options)
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def sha():
    """The first 32 hex digits of SHA-256 over arrays' bytes joined."""

    def make(*arrays):
        joined = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)
        return hashlib.sha256(joined).hexdigest()[:32]

    return make


@pytest.fixture(scope="session")
def photo():
    """A smooth colour picture, as photographs are: uint8 (height, width, 3)."""

    def make(height, width, seed=0):
        coarse = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
        return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))

    return make
