import hashlib

import numpy as np
import pytest

from brevviz.images import image_keys

ABC = hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(
    ("seed", "repeat", "key"),
    [
        (42, 0, 0x2B2FFCB97B2D4C12),
        (42, 1, 0xECCE2E718CBC0DAE),
        ("42", 1, 0xECCE2E718CBC0DAE),
        ("batch-7", 0, 0xFD488C7DA028C043),
    ],
)
def test_keys_of_the_fact_sheet(seed, repeat, key):
    assert int(image_keys([ABC], seed, repeat)[0]) == key


def test_a_key_hangs_on_content_seed_and_repeat_only():
    content = [hashlib.sha256(bytes([i])).hexdigest() for i in range(100)]
    keys = image_keys(content, 42, np.arange(100))
    backwards = image_keys(content[::-1], 42, np.arange(100)[::-1])
    assert np.array_equal(keys, backwards[::-1])
    others = np.concatenate(
        [keys, image_keys(content, 43, np.arange(100)), image_keys(content, 42, np.arange(1, 101))]
    )
    assert len(np.unique(others)) == 300


def test_no_image_has_no_key():
    assert image_keys([], 42).shape == (0,)
