"""JPEGs as Pillow writes them: samplings, scans, colours, sizes, turns."""

import pytest
from odd_pixels import COLOUR, saved
from PIL import Image


def jpegs():
    smooth = Image.fromarray(COLOUR).resize((61, 47), Image.Resampling.BICUBIC)
    for sampling in ("4:4:4", "4:2:2", "4:2:0"):
        for progressive in (False, True):
            data = saved(smooth, "JPEG", subsampling=sampling, progressive=progressive, quality=85)
            yield f"JPEG {sampling}{' progressive' if progressive else ''}", data, None
    for size in ((2, 2), (7, 9), (8, 8), (17, 33)):
        yield f"JPEG {size[0]} x {size[1]}", saved(smooth.resize(size), "JPEG"), None
    yield "JPEG with restarts", saved(smooth, "JPEG", restart_marker_blocks=3), None
    yield "JPEG not in YCbCr", saved(smooth, "JPEG", keep_rgb=True), None
    for mode in ("L", "CMYK"):
        yield f"JPEG {mode}", saved(smooth.convert(mode), "JPEG"), None
    comment = saved(smooth, "JPEG", comment=b"\xff\xd9 no end")
    yield "JPEG with an end in its comment", comment, None
    yield "JPEG with zeros after its end", comment + bytes(64), None
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turn
        yield f"JPEG turned {turn}", saved(smooth, "JPEG", exif=exif), None


CASES = [*jpegs()]


@pytest.mark.parametrize(("data", "pixels"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_an_odd_file_is_shown_as_it_was_meant(data, pixels, shown_right):
    shown_right(data, pixels, "JPEG")
