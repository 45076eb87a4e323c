import numpy as np

from brevviz.images import digests


def test_a_digest_a_picture(pattern):
    found = digests(pattern(8, 9))
    assert len(set(found)) == 4
    assert all(len(digest) == 64 for digest in found)
    assert digests(pattern(8, 9)[2:3]) == found[2:3]


def test_levels_in_floating_point_count_as_levels(pattern):
    images = pattern(8, 9)
    assert digests(images.astype(np.float32)) == digests(images)
    assert digests(images.astype(np.float32) / 2) != digests(images)
    assert digests(images.astype(np.float32) * 2) != digests(images)


def test_shape_and_type_count_too(pattern):
    images = pattern(8, 9)
    assert digests(images.reshape(4, 9, 8, 3)) != digests(images)
    assert digests(images.view(np.int8)) != digests(images)


def test_the_digest_is_pinned(pattern):
    assert digests(pattern(4, 4, 1)) == [
        "d93950c63236bd3b90253fa557b940c1a567014cc6e7e9be77668a6b4edff106"
    ]
