"""WebPs: lossy and lossless, with alpha, turned, animated."""

import struct

import numpy as np
import pytest
from odd_pixels import COLOUR, GREY, HEIGHT, WIDTH, saved
from PIL import Image


def webps():
    picture = Image.fromarray(COLOUR)
    yield "WebP", saved(picture, "WebP"), None
    yield "WebP lossless", saved(picture, "WebP", lossless=True), COLOUR
    alpha = Image.fromarray(np.concatenate([COLOUR, GREY[..., None]], axis=2))
    yield "WebP with alpha", saved(alpha, "WebP", lossless=True, exact=True), COLOUR
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "WebP turned", saved(picture, "WebP", lossless=True, exif=exif), np.rot90(COLOUR, -1)
    frames = [Image.fromarray(COLOUR[::-1])]
    data = saved(picture, "WebP", save_all=True, append_images=frames, lossless=True)
    yield "WebP animated", data, COLOUR


CASES = [*webps()]


@pytest.mark.parametrize(("data", "pixels"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_an_odd_file_is_shown_as_it_was_meant(data, pixels, shown_right):
    shown_right(data, pixels, "WebP")


REFUSED = [
    (
        "WebP of a canvas beyond its frames",
        saved(COLOUR, "WebP", save_all=True, append_images=[Image.fromarray(COLOUR[::-1])]).replace(
            struct.pack("<I", WIDTH - 1)[:3] + struct.pack("<I", HEIGHT - 1)[:3],
            struct.pack("<I", 99_999)[:3] + struct.pack("<I", HEIGHT - 1)[:3],
            1,
        ),
        "100000 x 13 pixels",
    ),
    ("WebP cut short", saved(COLOUR, "WebP")[:-30], "cut short"),
    ("AVIF", b"\0\0\0\x1cftypavif" + bytes(40), "not a PNG, JPEG, BMP, GIF, TIFF or WebP"),
]


@pytest.mark.parametrize(("data", "reason"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_shown_right_is_refused_with_the_reason(data, reason, refused):
    refused(data, reason)
