import numpy as np
import pytest
from PIL import Image

from brevviz.errors import ImageRejected
from brevviz.images import ImagePipeline
from brevviz.images.bayer import demosaic

PATTERNS = ["rggb", "bggr", "grbg", "gbrg"]


def reference(raw, pattern):
    """Every pixel by itself: the mean of the nearest pixels of each colour, halves up."""
    height, width = raw.shape
    colour = {(y, x): pattern[2 * (y % 2) + x % 2] for y in (0, 1) for x in (0, 1)}
    result = np.zeros((height, width, 3), raw.dtype)

    def mirrored(i, n):
        i = abs(i)
        return i if i < n else 2 * (n - 1) - i

    for y in range(height):
        for x in range(width):
            for channel, name in enumerate("rgb"):
                steps = [(0, 0)]
                if colour[y % 2, x % 2] != name:
                    beside = [(0, -1), (0, 1), (-1, 0), (1, 0)]
                    corners = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
                    for near in (beside, corners):
                        steps = [
                            (a, b) for a, b in near if colour[(y + a) % 2, (x + b) % 2] == name
                        ]
                        if steps:
                            break
                values = [
                    int(raw[mirrored(y + a, height), mirrored(x + b, width)]) for a, b in steps
                ]
                result[y, x, channel] = (2 * sum(values) + len(values)) // (2 * len(values))
    return result


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("size", [(2, 2), (2, 5), (7, 6), (8, 9)])
def test_each_pixel_has_the_means_of_its_neighbours(pattern, size, dtype):
    raw = np.random.default_rng(1).integers(0, np.iinfo(dtype).max + 1, size, dtype)
    assert np.array_equal(demosaic(raw, pattern), reference(raw, pattern))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_picture_of_one_colour_stays_so(pattern):
    colours = {"r": 200, "g": 90, "b": 17}
    cells = np.array([colours[name] for name in pattern], np.uint8).reshape(2, 2)
    assert (demosaic(np.tile(cells, (5, 4)), pattern) == [200, 90, 17]).all()


def test_a_file_of_one_channel_comes_out_in_colour(encode):
    raw = np.random.default_rng(2).integers(0, 256, (10, 12), np.uint8)
    pipeline = ImagePipeline(color_mode="bayer", bayer_pattern="grbg")
    for kind in ("PNG", "BMP", "TIFF"):
        assert np.array_equal(pipeline.load(encode(raw, kind)).working, demosaic(raw, "grbg"))


def test_the_mosaic_is_read_before_the_picture_is_turned(encode):
    exif = Image.Exif()
    exif[0x0112] = 6
    raw = np.random.default_rng(2).integers(0, 256, (10, 12), np.uint8)
    for kind in ("PNG", "TIFF"):
        loaded = ImagePipeline(color_mode="bayer").load(encode(raw, kind, exif=exif))
        assert np.array_equal(loaded.working, np.rot90(demosaic(raw, "rggb"), -1))


def test_sixteen_bits_become_colour_before_they_become_eight(encode):
    raw = np.random.default_rng(2).integers(0, 4096, (10, 12)).astype(np.uint16)
    loaded = ImagePipeline(color_mode="bayer", window=(0, 4095)).load(encode(raw))
    exact = demosaic(raw, "rggb").astype(float) * 255 / 4095
    assert np.abs(loaded.working - exact).max() <= 0.5


def test_a_large_raw_jpeg_is_decoded_whole(photo, encode):
    grey = Image.fromarray(photo(256, 256)).convert("L")
    data = encode(grey, "JPEG")
    whole = ImagePipeline(color_mode="bayer").load(data).working
    small = ImagePipeline(color_mode="bayer", target_size=(16, 16), working_scale="1").load(data)
    assert np.abs(small.working.astype(int).mean() - whole.mean()) < 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
def test_a_file_of_colours_is_no_mosaic(photo, encode, kind):
    with pytest.raises(ImageRejected, match=r"view\.color_mode is bayer, and the file has colours"):
        ImagePipeline(color_mode="bayer").load(encode(photo(8, 8), kind))
