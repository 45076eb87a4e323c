"""The demo set's names: those printed by the seed, and the counts of the published set."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from brevviz.demo.stamps import shots

PRINTED = [
    "bad_cap/0_1543413169486.bmp",
    "bad_cap/0_1543413189854.bmp",
    "bad_cap/10_1543413182213.bmp",
    "bad_cap/10_1543413191789.bmp",
    "bad_cap/1_1543413257224.bmp",
    "bad_cap/1_1543413266824.bmp",
    "bad_cap/2_1543413180595.bmp",
    "bad_cap/7_1543413267987.bmp",
    "bad_cap/9_1543413258829.bmp",
    "bad_cap/9_1543413268396.bmp",
    "good/0_1543412090863.bmp",
    "good/0_1543412100480.bmp",
    "good/0_1543412167680.bmp",
    "good/10_1543412160097.bmp",
    "good/11_1543412102711.bmp",
    "good/11_1543412169898.bmp",
    "good/16_1543412094105.bmp",
    "good/25_1543412095870.bmp",
    "good/27_1543412096276.bmp",
    "good/28_1543412163686.bmp",
    "good/30_1543412164091.bmp",
    "good/33_1543412164698.bmp",
    "missing_cap/0_1543412677280.bmp",
    "missing_cap/1_1543412754274.bmp",
    "missing_cap/2_1543412677681.bmp",
    "missing_cap/3_1543412745124.bmp",
    "missing_cap/4_1543412678089.bmp",
    "missing_cap/5_1543412755088.bmp",
    "missing_cap/5_1543412764666.bmp",
]

IMAGES_OF_ITEMS = {
    "bad_cap": dict.fromkeys(range(11), 2),
    "good": {item: 4 if item in {10, 11} else 3 for item in range(48)},
    "missing_cap": dict.fromkeys(range(6), 2),
}


@pytest.mark.parametrize("name", PRINTED)
def test_every_printed_name_is_in_the_set(name):
    assert name in {shot.name for shot in shots()}


def test_counts_of_classes_and_items():
    assert Counter(shot.folder for shot in shots()) == {
        "bad_cap": 22,
        "good": 146,
        "missing_cap": 12,
    }
    for folder, expected in IMAGES_OF_ITEMS.items():
        assert Counter(s.item for s in shots() if s.folder == folder) == expected


@pytest.mark.parametrize(
    ("folder", "first", "last"),
    [
        ("bad_cap", 1543413169486, 1543413268396),
        ("good", 1543412090863, 1543412169898),
        ("missing_cap", 1543412677280, 1543412764666),
    ],
)
def test_stamps_lie_in_the_published_interval(folder, first, last):
    stamps = [shot.stamp for shot in shots() if shot.folder == folder]
    assert (min(stamps), max(stamps)) == (first, last)
    assert len(set(stamps)) == len(stamps)


def test_the_camera_saw_one_place_after_the_other():
    """Stamps in time order go round the carousel, a place in about 0.2 s."""
    good = sorted((s for s in shots() if s.folder == "good"), key=lambda shot: shot.stamp)
    for before, after in pairwise(good):
        if after.stamp - before.stamp < 1000:  # not between two recordings
            assert (after.item - before.item) % 48 == 1
            assert 190 <= after.stamp - before.stamp <= 210


def test_order_is_that_of_the_names_bytes():
    names = [shot.name for shot in shots()]
    assert names == sorted(names, key=str.encode)
    assert names.index("good/10_1543412160097.bmp") < names.index("good/1_1543412091065.bmp")
