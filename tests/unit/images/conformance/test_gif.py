"""GIFs: interlaced, transparent, animated, a frame smaller than the screen."""

import struct

import pytest
from odd_pixels import GREY, HEIGHT, PALETTE, WIDTH, saved
from PIL import Image


def gifs():
    few = Image.fromarray(GREY & 7, "P")
    few.putpalette(PALETTE[:8].tobytes())
    shown = PALETTE[GREY & 7]
    yield "GIF", saved(few, "GIF", interlace=0), shown
    yield "GIF interlaced", saved(few, "GIF", interlace=1), shown
    other = Image.fromarray((GREY + 1) & 7, "P")
    other.putpalette(PALETTE[:8].tobytes())
    yield "GIF animated", saved(few, "GIF", save_all=True, append_images=[other], duration=9), shown
    data = saved(few, "GIF", transparency=3)
    yield "GIF transparent", data, shown
    small = bytearray(saved(few, "GIF"))
    struct.pack_into("<HH", small, 6, WIDTH + 4, HEIGHT + 3)
    place = small.index(b"\x2c\0\0\0\0")
    struct.pack_into("<HH", small, place + 1, 2, 1)
    yield "GIF whose frame is smaller than its screen", bytes(small), None


CASES = [*gifs()]


@pytest.mark.parametrize(("data", "pixels"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_an_odd_file_is_shown_as_it_was_meant(data, pixels, shown_right):
    shown_right(data, pixels, "GIF")
