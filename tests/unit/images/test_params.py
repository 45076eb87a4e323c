import numpy as np
import pytest

from brevviz.images.augment.draws import DRAWS, NUMPY, draws_of, uniform
from brevviz.images.augment.params import _sin_cos, draw, plain
from brevviz.images.augment.ranges import Ranges, ranges
from brevviz.images.backend import ARITHMETIC, tf
from brevviz.recipe import Augmentation

D = Ranges(0.5, 0.5, 0.5, 0.2, 0.04, 0.1, 63.75, 0.5, 1.25, 0, 0, 10.2)
E = Ranges(0.5, 0.5, 0.5, 0.2, 0.04, 0.1, 63.75, 0.5, 1.25, 0.3, 0.05, 10.2)


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
        return draw(keys, E, (192, 224), (128, 96), ARITHMETIC)

    expected = draw(many, E, (192, 224), (128, 96))
    eager = draw(tf.constant(many), E, (192, 224), (128, 96), ARITHMETIC)
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
    given = ranges(augmentation)
    assert given == Ranges(
        flip_h=0.25,
        flip_v=0.75,
        rot=0.25,
        scale=0.1,
        shear=0.02,
        trans=0.3,
        bright=12.0,
        clo=0.8,
        chi=1.5,
        sat=0.4,
        hue=0.05,
        sd=7.0,
    )


def test_every_range_and_chance_of_a_recipe_arrives():
    """Each field at a value of its own, so that no two can be mistaken for each other."""
    fields = [
        *("scale", "shear", "translate", "saturation", "emboss", "salt_and_pepper", "elastic"),
        *(name for name in Augmentation.model_fields if name.endswith("_chance")),
    ]
    values = {name: (i + 1) / 128 for i, name in enumerate(fields)}
    given = ranges(Augmentation(**values))._asdict()
    words = {"translate": "trans", "rotate": "rot", "saturation": "sat", "noise": "sd"}
    words |= {"brightness": "bright", "salt_and_pepper": "speckle"}
    for name, value in values.items():
        stem = name.removesuffix("_chance")
        field = words.get(stem, stem) + ("_chance" if name.endswith("_chance") else "")
        assert given.pop(field) == value, name
    assert given.pop("blur") == 0
    assert [name for name in given if name.endswith("_chance")] == []


@pytest.mark.parametrize("augmentation", [None, Augmentation(enabled=False)])
def test_no_augmentation_changes_nothing(keys, augmentation):
    drawn = draw(keys(8), ranges(augmentation), (32, 32), (32, 32))
    assert drawn.affine.tolist() == [[65536, 0, 0, 0, 65536, 0]] * 8
    assert drawn.colour.tolist() == [[4096, 0, 0, 0, 0, 4096, 0, 0, 0, 0, 4096, 0]] * 8
    assert drawn.noise_gain.tolist() == [0] * 8
    one = plain((32, 32), (32, 32))
    assert one.affine.tolist() == drawn.affine[:1].tolist()


def test_every_change_has_a_draw_of_its_own():
    assert [*DRAWS.values()] == [*range(len(DRAWS))]
    # These are published: a number that changed hands would change every recipe's pictures.
    first = ("flip_h", "flip_v", "rot", "scale", "shear", "shift_x", "shift_y", "bright")
    assert [*DRAWS][:12] == [*first, "contrast", "sat", "hue", "sd"]
    assert [*DRAWS][12:21] == [
        f"{name}_chance"
        for name in ("rot", "scale", "shear", "trans", "bright", "contrast", "sat", "hue", "sd")
    ]
    assert [*DRAWS][21:] == [
        *("blur", "blur_chance", "emboss", "emboss_chance"),
        *("speckle", "speckle_chance", "speckle_key"),
        *("elastic", "elastic_chance", "elastic_nodes"),
    ]


def test_no_two_draws_are_correlated(keys):
    # 465 pairs of 2¹⁷ draws: |r| over 6 / √n = .017 comes once in 10⁶ runs of a fair generator;
    # a correlation of .03 is found with more than 99.99 % (11 - 6 = 5 standard errors).
    u = uniform(keys(1 << 17), len(DRAWS))
    bound = 6 / np.sqrt(len(u))
    assert np.abs(np.corrcoef(u, rowvar=False) - np.eye(len(DRAWS))).max() < bound
    # And neighbouring keys: draw j of one key against draw k of the next.
    lagged = np.corrcoef(u[:-1], u[1:], rowvar=False)[: len(DRAWS), len(DRAWS) :]
    assert np.abs(lagged).max() < bound


def test_the_draws_are_uniform(keys):
    u = uniform(keys(1 << 16), len(DRAWS))
    assert u.min() >= 0
    assert u.max() < 1
    counts = np.stack([np.histogram(column, 64, (0, 1))[0] for column in u.T])
    expected = len(u) / 64
    statistic = ((counts - expected) ** 2 / expected).sum(axis=1)
    # Chi squared with 63 degrees: over 150 once in 10⁸; 31 fixed columns.
    assert statistic.max() < 150


def test_draws_of_the_fact_sheet(keys):
    u = draws_of(keys(1), ["flip_h", "flip_v", "rot"])
    assert [float(column[0]).hex() for column in u.values()] == [
        "0x1.fedbf15e5b45cp-2",
        "0x1.d52057b771d18p-2",
        "0x1.139f90e09efc5p-1",
    ]
