"""The pixels that odd files are written from, and how they are packed."""

from io import BytesIO

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 13, 19
RNG = np.random.default_rng(11)
COLOUR = RNG.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
GREY = RNG.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
PALETTE = RNG.integers(0, 256, (256, 3), dtype=np.uint8)


def in_rgb(grey):
    return np.broadcast_to(grey[:, :, None], (*grey.shape, 3))


def bits_of(values, depth):
    """Rows of numbers packed into bytes, the first in the high bits."""
    per_byte = 8 // depth
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % per_byte))).reshape(
        len(values), -1, per_byte
    )
    shifts = 8 - depth * (1 + np.arange(per_byte))
    return (padded << shifts).sum(axis=2).astype(np.uint8)


def saved(picture, kind, **options):
    """A picture, or an array of one, as Pillow writes it."""
    buffer = BytesIO()
    if not isinstance(picture, Image.Image):
        picture = Image.fromarray(np.ascontiguousarray(picture))
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
