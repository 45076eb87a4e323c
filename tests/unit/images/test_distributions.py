"""What is drawn follows the law that the recipe states, and no change's draw moves another's.

Each law is tested over 65,536 pictures of fixed keys. Kolmogorov and Smirnov's statistic is held
below 2.7 / √n = .0105, which a right sampler exceeds once in 10⁶ runs (2·exp(-2·2.7²)); a law
whose distribution function is off by .02 anywhere, such as a range that is 4 % too wide, is found
with more than 99.99 %, since the statistic then stands 2.4 / √n over the bound. Proportions are
held within 5 standard errors.
"""

from itertools import combinations

import numpy as np
import pytest

from brevviz.images.augment.beside import NOTHING, draw_beside
from brevviz.images.augment.draws import DRAWS, draws_of
from brevviz.images.augment.params import _K0, _KC, _KS, draw
from brevviz.images.augment.ranges import Ranges

COUNT = 1 << 16
SIZE = (200, 320)
CHANGES = {
    "rot": {"rot": 0.25},
    "scale": {"scale": 0.2},
    "shear": {"shear": 0.4},
    "trans": {"trans": 0.1},
    "bright": {"bright": 48.0},
    "contrast": {"clo": 0.5, "chi": 1.25},
    "sat": {"sat": 0.3},
    "hue": {"hue": 0.1},
    "sd": {"sd": 10.0},
    "blur": {"blur": 2.0},
    "emboss": {"emboss": 0.8},
    "speckle": {"speckle": 0.05},
    "elastic": {"elastic": 0.1},
}
BESIDE = ("blur", "emboss", "speckle", "elastic")


@pytest.fixture(scope="module")
def many(keys):
    return keys(COUNT)


def far_from_uniform(values, low, high):
    """Kolmogorov and Smirnov's statistic times √n."""
    place = (np.sort(values) - low) / (high - low)
    n = len(place)
    above = np.abs(np.arange(1, n + 1) / n - place).max()
    return np.sqrt(n) * max(above, np.abs(np.arange(n) / n - place).max())


def affine(many, **within):
    return draw(many, Ranges(**within), SIZE, SIZE).affine / 65536


def colour(many, **within):
    return draw(many, Ranges(**within), SIZE, SIZE).colour.reshape(-1, 3, 4) / 4096


def test_the_statistic_finds_a_range_that_is_four_percent_too_wide(many):
    u = draws_of(many, ["rot"])["rot"]
    assert far_from_uniform(u, 0, 1) < 2.7
    assert far_from_uniform(u * 1.04, 0, 1) > 2.7
    assert far_from_uniform(u**1.06, 0, 1) > 2.7


def test_turns(many):
    m = affine(many, rot=0.25)
    assert far_from_uniform(np.arctan2(m[:, 3], m[:, 0]) / (2 * np.pi), -0.25, 0.25) < 2.7


def test_scales(many):
    m = affine(many, scale=0.2)
    assert far_from_uniform(1 / m[:, 0] - 1, -0.2, 0.2) < 2.7
    assert np.array_equal(m[:, 0], m[:, 4])


def test_shears(many):
    assert far_from_uniform(affine(many, shear=0.4)[:, 1], -0.4, 0.4) < 2.7


def test_shifts_across_and_down_each_by_its_own_side(many):
    m = affine(many, trans=0.1)
    across, down = m[:, 2] / SIZE[1], m[:, 5] / SIZE[0]
    assert far_from_uniform(across, -0.1, 0.1) < 2.7
    assert far_from_uniform(down, -0.1, 0.1) < 2.7
    assert abs(np.corrcoef(across, down)[0, 1]) < 5 / np.sqrt(COUNT)


def test_brightness(many):
    assert far_from_uniform(colour(many, bright=48.0)[:, 0, 3], -48, 48) < 2.7


def test_contrast_about_middle_grey(many):
    c = colour(many, clo=0.5, chi=1.25)
    factor = c[:, 1, :3].sum(axis=1)
    assert far_from_uniform(factor, 0.5, 1.25) < 2.7
    np.testing.assert_allclose(factor * 127.5 + c[:, 1, 3], 127.5, atol=0.1)


def test_saturation(many):
    factor = (colour(many, sat=0.3)[:, 0, 0] - 0.299) / 0.701
    assert far_from_uniform(factor, 0.7, 1.3) < 2.7


def test_hue(many):
    m = colour(many, hue=0.1)[:, :, :3].reshape(-1, 9) - _K0
    (c, s), *_ = np.linalg.lstsq(np.stack([_KC, _KS], axis=1), m.T, rcond=None)
    assert far_from_uniform(np.arctan2(s, c) / (2 * np.pi), -0.1, 0.1) < 2.7
    np.testing.assert_allclose(np.hypot(c, s), 1, atol=1e-3)


def test_the_deviation_of_the_noise(many):
    # A step is 1/27.7 grey level: it adds up to half of 1/277 to the statistic.
    gain = draw(many, Ranges(sd=10.0), SIZE, SIZE).noise_gain
    assert far_from_uniform(gain * (147.8 / 4096), 0, 10) < 2.7 + 0.5 / 277 * np.sqrt(COUNT)


def test_blur_in_steps_of_a_thirty_second_pixel(many):
    drawn = draw_beside(many, Ranges(blur=1.0), SIZE)
    assert drawn.blur_again is None
    expected = np.full(33, COUNT / 32)
    expected[[0, -1]] /= 2
    counts = np.bincount(drawn.blur, minlength=33)
    # Chi squared with 32 degrees: over 90 once in 10⁶.
    assert ((counts - expected) ** 2 / expected).sum() < 90
    # Above one pixel two rounds share the variance.
    wide = draw_beside(many, Ranges(blur=2.0), SIZE)
    sd = draws_of(many, ["blur"])["blur"] * 2
    assert np.abs(np.hypot(wide.blur, wide.blur_again) / 32 - sd).max() < 0.0225
    assert np.array_equal(wide.blur_again > 0, sd > 1)


def test_embossing_in_steps_of_a_256th(many):
    counts = np.bincount(draw_beside(many, Ranges(emboss=1.0), SIZE).relief, minlength=257)
    expected = np.full(257, COUNT / 256)
    expected[[0, -1]] /= 2
    # Chi squared with 256 degrees: over 380 once in 10⁶.
    assert ((counts - expected) ** 2 / expected).sum() < 380


def test_the_part_that_turns_black_or_white(many):
    part = draw_beside(many, Ranges(speckle=0.05), SIZE).speckle_part / 2**31
    assert far_from_uniform(part, 0, 0.05) < 2.7


def test_elastic_nodes_within_the_largest_shift_of_their_picture(many):
    some = many[:4096]
    nodes = draw_beside(some, Ranges(elastic=0.1), SIZE).nodes.reshape(-1, 2, 49) / 256
    largest = draws_of(some, ["elastic"])["elastic"] * 0.1
    big = largest > 0.01
    parts = nodes[big] / (largest[big, None, None] * np.array([[SIZE[1]], [SIZE[0]]]))
    assert far_from_uniform(parts.ravel(), -1, 1) < 2.7
    # The two directions and neighbouring nodes go their own ways.
    r = np.corrcoef(parts.reshape(len(parts), 98), rowvar=False) - np.eye(98)
    assert np.abs(r).max() < 6 / np.sqrt(len(parts))


@pytest.mark.parametrize("part", [0.25, 0.5, 0.9])
@pytest.mark.parametrize(("field", "column"), [("flip_h", 0), ("flip_v", 4)])
def test_flips(many, field, column, part):
    flipped = affine(many, **{field: part})[:, column] < 0
    assert abs(flipped.mean() - part) < 5 * np.sqrt(part * (1 - part) / COUNT)


def drawn(many, **within):
    """All parameters, as one row of integers a picture."""
    both = (*draw(many, Ranges(**within), SIZE, SIZE), *draw_beside(many, Ranges(**within), SIZE))
    return {
        name: np.zeros((len(many), 1), int) if column is None else column.reshape(len(many), -1)
        for name, column in zip(
            (
                "affine",
                "colour",
                "key",
                "gain",
                "nodes",
                "blur",
                "again",
                "relief",
                "strew",
                "part",
            ),
            both,
            strict=True,
        )
        if name not in {"key", "strew"}
    }


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("chance", [0.25, 0.8])
def test_a_change_with_a_chance_is_the_one_without_or_none(many, name, chance):
    whole = drawn(many, **CHANGES[name])
    some = drawn(many, **CHANGES[name], **{f"{name}_chance": chance})
    none = drawn(many[:1])
    same = np.logical_and.reduce([(whole[k] == some[k]).all(axis=1) for k in whole])
    still = np.logical_and.reduce([(none[k] == some[k]).all(axis=1) for k in whole])
    assert (same | still).all()
    happens = draws_of(many, [f"{name}_chance"])[f"{name}_chance"] < chance
    assert same[happens].all()
    assert still[~happens].all()
    assert abs(happens.mean() - chance) < 5 * np.sqrt(chance * (1 - chance) / COUNT)


@pytest.mark.parametrize("chance", [0.5, 0.1])
def test_no_two_changes_coins_are_correlated(many, chance):
    """All 105 pairs of 15 coins, each with each: |φ| under 6 / √n = .023, which fair coins exceed
    once in 10⁶ runs; coins that agree in 2 % more pictures than they should (φ = .04) are found
    with more than 99.99 %.
    """
    names = ["flip_h", "flip_v", *(name for name in DRAWS if name.endswith("_chance"))]
    assert len(names) == 15
    coins = np.stack([*draws_of(many, names).values()]) < chance
    correlation = np.corrcoef(coins) - np.eye(15)
    assert np.abs(correlation).max() < 6 / np.sqrt(COUNT)
    # Nor is a coin with what is drawn when it falls.
    everything = np.stack([*draws_of(many, [*DRAWS]).values()])
    for coin, name in zip(coins, names, strict=True):
        for values, other in zip(everything, DRAWS, strict=True):
            if name != other:
                assert abs(np.corrcoef(coin, values)[0, 1]) < 6 / np.sqrt(COUNT), (name, other)


@pytest.mark.parametrize(("one", "other"), [*combinations(CHANGES, 2)])
def test_adding_a_change_shifts_no_other(keys, one, other):
    some = keys(64)
    alone, added = drawn(some, **CHANGES[one]), drawn(some, **CHANGES[other])
    both = drawn(some, **CHANGES[one], **CHANGES[other])
    none = drawn(some[:1])
    for name, values in both.items():
        for mine, theirs in ((alone, added), (added, alone)):
            if (theirs[name] == none[name]).all():
                assert np.array_equal(values, mine[name]), name


@pytest.mark.parametrize("name", BESIDE)
def test_a_change_that_is_off_is_not_drawn(keys, name):
    assert draw_beside(keys(8), Ranges(), SIZE) == NOTHING
    never = Ranges(**CHANGES[name], **{f"{name}_chance": 0.0})
    assert draw_beside(keys(8), never, SIZE) == NOTHING
