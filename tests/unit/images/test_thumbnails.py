from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from brevviz.errors import ImageError, ImageRejected
from brevviz.images import sprite, thumbnail
from brevviz.recipe import View


def opened(data):
    with Image.open(BytesIO(data)) as image:
        return image.format, np.asarray(image)


@pytest.mark.parametrize(
    ("picture", "size"),
    [((480, 640), (72, 96)), ((640, 480), (96, 72)), ((30, 40), (30, 40)), ((5000, 3), (96, 1))],
)
def test_a_thumbnail_keeps_the_shape_and_is_never_larger(photo, encode, picture, size):
    kind, pixels = opened(thumbnail(encode(photo(*picture)), 96))
    assert (kind, pixels.shape) == ("JPEG", (*size, 3))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
def test_a_thumbnail_looks_like_its_picture(photo, encode, kind):
    data = encode(photo(300, 400), kind)
    _, pixels = opened(thumbnail(data, 40))
    expected = np.asarray(Image.fromarray(photo(300, 400)).resize((40, 30), Image.Resampling.BOX))
    # JPEG halves the resolution of colour, so light is what is compared.
    light = np.array([0.299, 0.587, 0.114])
    assert np.abs(pixels @ light - expected @ light).mean() < 6


def test_a_thumbnail_stands_upright_unless_the_view_says_not(photo, encode):
    exif = Image.Exif()
    exif[0x0112] = 8
    data = encode(photo(48, 64), exif=exif)
    assert opened(thumbnail(data, 32))[1].shape == (32, 24, 3)
    assert opened(thumbnail(data, 32, View(exif_orientation=False)))[1].shape == (24, 32, 3)


def test_what_cannot_be_shown_has_no_thumbnail(photo, encode):
    with pytest.raises(ImageRejected, match=r"x\.bmp: the file is not"):
        thumbnail(b"nothing", 32, where="x.bmp")
    with pytest.raises(ImageRejected, match="allows 10"):
        thumbnail(encode(photo(8, 8)), 32, View(max_pixels=10))


def test_a_sprite_holds_every_picture_in_its_cell(photo):
    images = np.stack([photo(6, 8, seed) for seed in range(5)])
    kind, grid = opened(sprite(images, 3, lossless=True))
    assert (kind, grid.shape) == ("PNG", (12, 24, 3))
    for number, image in enumerate(images):
        y, x = number // 3 * 6, number % 3 * 8
        assert np.array_equal(grid[y : y + 6, x : x + 8], image)
    assert (grid[6:, 16:] == 0).all()
    kind, grid = opened(sprite(images[..., :1], 5))
    assert (kind, grid.shape) == ("JPEG", (6, 40))


@pytest.mark.parametrize(("count", "columns"), [(0, 3), (2, 0)])
def test_a_sprite_of_nothing_is_refused(count, columns):
    with pytest.raises(ImageError, match="1 or more each"):
        sprite(np.zeros((count, 4, 4, 3), np.uint8), columns)
