import numpy as np
import pytest

from brevviz.errors import ImageError
from brevviz.images import render
from brevviz.images.augment.apply import _program
from brevviz.images.augment.kernel import _pack, _unpack, _warp
from brevviz.recipe import Augmentation


def test_a_changed_setting_traces_nothing_again(photo, keys):
    working = np.stack([photo(48, 48, seed) for seed in range(7)])
    render(working, keys(7), Augmentation(), (32, 32))
    sizes = ((48, 48), (32, 32), True)
    functions = (_program(*sizes[:2], (), False, True), _pack(True), _warp(*sizes), _unpack(True))
    traced = [function.experimental_get_tracing_count() for function in functions]
    shown = [
        render(working[:count], keys(count), Augmentation(rotate=float(count)), (32, 32))
        for count in (1, 3, 5, 7)
    ]
    shown.append(render(working, keys(7), None, (32, 32)))
    assert [function.experimental_get_tracing_count() for function in functions] == traced
    assert [len(pictures) for pictures in shown] == [1, 3, 5, 7, 7]


def test_keys_and_images_must_be_as_many(photo, keys):
    with pytest.raises(ImageError, match="3 keys for 1 images"):
        render(photo(8, 8)[None], keys(3), None, (8, 8))


def test_no_image_gives_no_picture(keys):
    none = np.empty((0, 24, 24, 3), np.uint8)
    assert render(none, keys(0), Augmentation(), (16, 16)).shape == (0, 16, 16, 3)


def test_a_reversed_view_is_rendered_as_it_reads(photo, keys):
    working = np.stack([photo(24, 24, seed) for seed in range(3)])
    forth = render(working, keys(3), Augmentation(), (16, 16))
    back = render(working[::-1], keys(3)[::-1], Augmentation(), (16, 16))
    assert np.array_equal(back[::-1], forth)
