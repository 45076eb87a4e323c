import numpy as np
import pytest

from brevviz.images.augment.params import DRAWS, NUMPY, _sin_cos, draw, draws_of, plain
from brevviz.images.augment.ranges import FIELDS, ranges
from brevviz.images.backend import ARITHMETIC, tf
from brevviz.recipe import Augmentation

D = np.array([0.5, 0.5, 0.5, 0.2, 0.04, 0.1, 63.75, 0.5, 1.25, 0, 0, 10.2])
E = np.array([0.5, 0.5, 0.5, 0.2, 0.04, 0.1, 63.75, 0.5, 1.25, 0.3, 0.05, 10.2])


@pytest.mark.parametrize(
    "case",
    [
        (D, (16, 16), (16, 16), "db649bda4491394ad459363fe3134446"),
        (E, (20, 28), (12, 16), "41e06d72a660d5e4c53fffa9ec9f5ef9"),
    ],
)
def test_parameters_of_the_fact_sheet(keys, sha, case):
    within, source, target, digest = case
    drawn = draw(keys(), within, source, target)
    assert drawn.affine.dtype == drawn.colour.dtype == drawn.noise_gain.dtype == np.int32
    assert drawn.noise_key.dtype == np.uint32
    assert sha(*drawn) == digest


def test_parameters_of_one_picture_in_full(keys):
    drawn = draw(keys(1), E, (16, 16), (16, 16))
    assert drawn.affine[0].tolist() == [-53312, 13132, 782566, -13092, -53302, 1017313]
    assert drawn.colour[0].tolist() == [
        *(2800, -41, -61, 281039),
        *(-67, 2752, 14, 281039),
        *(80, -169, 2788, 281039),
    ]
    assert (int(drawn.noise_key[0]), int(drawn.noise_gain[0])) == (0xE181FD74, 273)


def test_tensorflow_draws_the_same_bits_eagerly_and_in_a_graph(keys):
    many = keys(4096)

    @tf.function(autograph=False)
    def in_graph(keys):
        return draw(keys, tf.constant(E), (192, 224), (128, 96), ARITHMETIC)

    expected = draw(many, E, (192, 224), (128, 96))
    eager = draw(tf.constant(many), tf.constant(E), (192, 224), (128, 96), ARITHMETIC)
    for column, one, other in zip(expected, eager, in_graph(tf.constant(many)), strict=True):
        assert np.array_equal(column, one.numpy())
        assert np.array_equal(column, other.numpy())


def test_a_batch_of_one_draws_the_same_bits(keys):
    many = keys(256)
    together = draw(many, E, (192, 192), (128, 128))
    alone = [draw(many[i : i + 1], E, (192, 192), (128, 128)) for i in range(256)]
    for column, *singles in zip(together, *alone, strict=True):
        assert np.array_equal(column, np.concatenate(singles))


def test_sine_and_cosine_keep_eleven_digits():
    turns = np.linspace(-2, 2, 10_001)
    sine, cosine = _sin_cos(turns, NUMPY)
    np.testing.assert_allclose(sine, np.sin(2 * np.pi * turns), rtol=0, atol=1e-11)
    np.testing.assert_allclose(cosine, np.cos(2 * np.pi * turns), rtol=0, atol=1e-11)


def test_quarter_turns_are_exact():
    sine, cosine = _sin_cos(np.array([-0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]), NUMPY)
    assert sine.tolist() == [0, -1, 0, 1, 0, -1, 0]
    assert cosine.tolist() == [-1, 0, 1, 0, -1, 0, 1]


def test_ranges_turn_the_recipes_units_into_the_kernels():
    augmentation = Augmentation(
        flip_left_right=0.25,
        flip_up_down=0.75,
        rotate=90.0,
        scale=0.1,
        shear=0.02,
        translate=0.3,
        brightness=12.0,
        contrast=(0.8, 1.5),
        saturation=0.4,
        hue=18.0,
        noise=7.0,
    )
    assert dict(zip(FIELDS, ranges(augmentation).tolist(), strict=True)) == {
        "flip_h": 0.25,
        "flip_v": 0.75,
        "rot": 0.25,
        "scale": 0.1,
        "shear": 0.02,
        "trans": 0.3,
        "bright": 12.0,
        "clo": 0.8,
        "chi": 1.5,
        "sat": 0.4,
        "hue": 0.05,
        "sd": 7.0,
    }


@pytest.mark.parametrize("augmentation", [None, Augmentation(enabled=False)])
def test_no_augmentation_changes_nothing(keys, augmentation):
    drawn = draw(keys(8), ranges(augmentation), (32, 32), (32, 32))
    assert drawn.affine.tolist() == [[65536, 0, 0, 0, 65536, 0]] * 8
    assert drawn.colour.tolist() == [[4096, 0, 0, 0, 0, 4096, 0, 0, 0, 0, 4096, 0]] * 8
    assert drawn.noise_gain.tolist() == [0] * 8
    one = plain((32, 32), (32, 32))
    assert one.affine.tolist() == drawn.affine[:1].tolist()


def test_every_change_has_a_draw_of_its_own():
    assert sorted(DRAWS.values()) == list(range(12))


def test_no_two_draws_are_correlated(keys):
    # 66 pairs of 2¹⁷ draws: |r| under 6 / √n fails a fair generator once in 10⁷ runs.
    u = draws_of(keys(1 << 17), NUMPY)
    correlation = np.corrcoef(u, rowvar=False) - np.eye(12)
    assert np.abs(correlation).max() < 6 / np.sqrt(len(u))
    # And neighbouring keys: draw j of one key against draw k of the next.
    lagged = np.corrcoef(u[:-1], u[1:], rowvar=False)[:12, 12:]
    assert np.abs(lagged).max() < 6 / np.sqrt(len(u))


def test_the_draws_are_uniform(keys):
    u = draws_of(keys(1 << 16), NUMPY)
    assert u.min() >= 0
    assert u.max() < 1
    counts = np.stack([np.histogram(u[:, j], 64, (0, 1))[0] for j in range(12)])
    expected = len(u) / 64
    statistic = ((counts - expected) ** 2 / expected).sum(axis=1)
    # Chi squared with 63 degrees: over 150 once in 10⁸; 12 fixed columns.
    assert statistic.max() < 150


def test_draws_of_the_fact_sheet(keys):
    u = draws_of(keys(1))[0]
    assert [x.hex() for x in u[:3].tolist()] == [
        "0x1.fedbf15e5b45cp-2",
        "0x1.d52057b771d18p-2",
        "0x1.139f90e09efc5p-1",
    ]
