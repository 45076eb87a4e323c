import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.errors import ImageError, RecipeError
from brevviz.images import ImageAugmenter, ImagePipeline, image_keys, render, stack
from brevviz.images.augment.apply import apply
from brevviz.images.augment.draws import NUMPY
from brevviz.images.augment.params import _affine, plain
from brevviz.images.augment.ranges import Ranges
from brevviz.images.backend import tf
from brevviz.recipe import Augmentation

NOTHING = {
    "flip_left_right": 0.0,
    "flip_up_down": 0.0,
    "rotate": 0.0,
    "scale": 0.0,
    "shear": 0.0,
    "translate": 0.0,
    "brightness": 0.0,
    "contrast": (1.0, 1.0),
    "saturation": 0.0,
    "hue": 0.0,
    "noise": 0.0,
}
ALONE = {
    "flip_left_right": {"flip_left_right": 0.5},
    "flip_up_down": {"flip_up_down": 0.5},
    "rotate": {"rotate": 90.0},
    "scale": {"scale": 0.2},
    "shear": {"shear": 0.2},
    "translate": {"translate": 0.2},
    "brightness": {"brightness": 48.0},
    "contrast": {"contrast": (0.5, 1.25)},
    "saturation": {"saturation": 0.9},
    "hue": {"hue": 90.0},
    "noise": {"noise": 10.0},
    "all": dict(Augmentation()),
}


def only(**changed):
    return Augmentation(**{**NOTHING, **changed})


def test_its_keywords_are_the_fields_of_the_section():
    augmenter = ImageAugmenter(rotate=20.0, contrast=[0.9, 1.1], image_keys=["a", "b"])
    assert augmenter.augmentation == Augmentation(rotate=20.0, contrast=(0.9, 1.1))
    assert augmenter.image_keys == ("a", "b")
    assert ImageAugmenter().augmentation == Augmentation()
    assert ImageAugmenter.of(augmenter.augmentation).augmentation is augmenter.augmentation
    assert repr(augmenter) == "ImageAugmenter(rotate=20.0, contrast=(0.9, 1.1))"


def test_unknown_keywords_and_values_are_refused():
    with pytest.raises(TypeError, match="did you mean 'rotate'"):
        ImageAugmenter(rotation=20)
    with pytest.raises(RecipeError, match=r"augmentation\.rotate: 181\.0 is outside 0\.\.180"):
        ImageAugmenter(rotate=181.0)
    with pytest.raises(TypeError, match=r"image_keys is a list of names: \['img'\]"):
        ImageAugmenter(image_keys="img")


@pytest.fixture(scope="module")
def prepared(photo, encode, keys):
    pipeline = ImagePipeline(target_size=(32, 24))
    working = stack([pipeline.load(encode(photo(60, 80, seed))) for seed in range(9)])
    return pipeline, working, keys(9)


def batches(prepared, augmenter, size=None, order=slice(None), parallel=1):
    pipeline, working, keys = prepared

    def both(working, keys):
        return augmenter(pipeline({"_working:img": working}), keys)["img"]

    data = tf.data.Dataset.from_tensor_slices((working[order], keys[order]))
    data = data.batch(size or len(keys)).map(both, num_parallel_calls=parallel)
    return np.concatenate(list(data.as_numpy_iterator()))


@pytest.mark.parametrize("name", ALONE)
def test_each_change_is_the_same_in_any_batch_order_and_graph(prepared, name):
    augmentation = only(**ALONE[name])
    augmenter = ImageAugmenter.of(augmentation)
    _, working, keys = prepared
    expected = render(working, keys, augmentation, (32, 24))
    plain = render(working, keys, None, (32, 24))
    assert any((expected[i] != plain[i]).any() for i in range(9))
    order = np.random.default_rng(1).permutation(9)
    assert np.array_equal(batches(prepared, augmenter, 4, order, parallel=4), expected[order])
    for i in range(9) if name == "all" else ():
        alone = render(working[i : i + 1], keys[i : i + 1], augmentation, (32, 24))
        assert np.array_equal(alone[0], expected[i])


def test_all_ranges_at_nothing_give_the_plain_picture(prepared):
    _, working, keys = prepared
    plain = render(working, keys, None, (32, 24))
    assert np.array_equal(render(working, keys, only(), (32, 24)), plain)
    assert np.array_equal(batches(prepared, ImageAugmenter.of(only())), plain)


def test_another_key_gives_another_picture(prepared):
    _, working, keys = prepared
    a = render(working, keys, Augmentation(), (32, 24))
    b = render(working, keys + np.uint64(1), Augmentation(), (32, 24))
    assert all((a[i] != b[i]).any() for i in range(9))


def test_an_augmenter_that_is_off_hands_the_batch_on(prepared):
    pipeline, working, keys = prepared
    batch = pipeline({"_working:img": working})
    assert ImageAugmenter(enabled=False)(batch, keys)["img"] is batch["img"]


def test_what_another_step_has_changed_is_augmented_as_it_is(prepared):
    pipeline, working, keys = prepared
    batch = pipeline({"_working:img": working})
    inverted = {**batch, "img": 255.0 - batch["img"]}
    out = ImageAugmenter.of(only(flip_left_right=1.0))(inverted, keys)["img"].numpy()
    plain = render(working, keys, None, (32, 24)).astype(np.float32)
    assert np.array_equal(out, 255 - plain[:, :, ::-1])


@pytest.mark.parametrize("rescale", ["unit", "imagenet"])
def test_rescaled_pictures_are_augmented_in_grey_levels(photo, encode, keys, rescale):
    pipeline = ImagePipeline(target_size=(16, 16), rescale=rescale)
    plain = ImagePipeline(target_size=(16, 16))
    working = stack([pipeline.load(encode(photo(60, 80)))])
    augmenter = ImageAugmenter()
    levels = augmenter(plain({"_working:img": working}), keys(1))["img"].numpy()
    scaled = augmenter(pipeline({"_working:img": working}), keys(1))["img"].numpy()
    expected = levels / 255 if rescale == "unit" else levels / 127.5 - 1
    np.testing.assert_allclose(scaled, expected, atol=1e-6)
    # Changed by another step first: back to levels, and forth again.
    batch = pipeline({"_working:img": working})
    batch["img"] = tf.identity(batch["img"])
    again = ImageAugmenter.of(only(flip_up_down=1.0))(batch, keys(1))["img"].numpy()
    assert np.array_equal(again, batch["img"].numpy()[:, ::-1])


def test_greyscale_keeps_one_channel(photo, encode, keys):
    pipeline = ImagePipeline(target_size=(16, 16), color_mode="greyscale")
    working = stack([pipeline.load(encode(photo(60, 80)))])
    out = ImageAugmenter()(pipeline({"_working:img": working}), keys(1))["img"].numpy()
    assert out.shape == (1, 16, 16, 1)
    assert np.array_equal(out, render(working, keys(1), Augmentation(), (16, 16), channels=1))


def test_two_entries_are_changed_alike(prepared):
    pipeline, working, keys = prepared
    batch = pipeline({"_working:img": working})
    batch["other"] = batch["img"]
    out = ImageAugmenter.of(only(rotate=90.0, noise=9.0), image_keys=("img", "other"))(batch, keys)
    flipped = ImageAugmenter.of(only(flip_up_down=1.0), image_keys=("img", "other"))(batch, keys)
    assert not np.array_equal(out["img"], batch["img"])
    assert np.array_equal(flipped["img"], flipped["other"])


@pytest.mark.parametrize("bad", [42, [1.5], [[1, 2]]])
def test_a_seed_that_is_no_key_a_picture_is_refused(prepared, bad):
    pipeline, working, _ = prepared
    batch = pipeline({"_working:img": working})
    with pytest.raises(ImageError, match="not one 64-bit key a picture"):
        ImageAugmenter()(batch, np.array(bad))


def test_signed_keys_are_the_same_bits(prepared):
    pipeline, working, keys = prepared
    batch = pipeline({"_working:img": working})
    a = ImageAugmenter()(batch, keys)["img"]
    b = ImageAugmenter()(batch, keys.view(np.int64))["img"]
    assert np.array_equal(a, b)


def test_a_missing_entry_is_named(prepared):
    _, _, keys = prepared
    with pytest.raises(ImageError, match="no entry 'img'; it has path"):
        ImageAugmenter()({"path": ["a"] * 9}, keys)


pictures = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).integers(0, 256, (1, 16, 16, 3), dtype=np.uint8)
)
some_key = st.integers(0, 2**64 - 1).map(lambda key: np.array([key], np.uint64))


@settings(max_examples=100, deadline=None)  # the first call compiles
@given(pictures, some_key)
def test_a_flip_is_exact_and_undoes_itself(image, key):
    across = only(flip_left_right=1.0)
    once = render(image, key, across, (16, 16))
    assert np.array_equal(once, image[:, :, ::-1])
    assert np.array_equal(render(once, key, across, (16, 16)), image)
    assert np.array_equal(render(image, key, only(flip_up_down=1.0), (16, 16)), image[:, ::-1])


TURNS = {0.75: 1, 0.25: -1, 0.0: 2}
"""Draw of `rot` within ± half a turn → quarters of a turn."""


@pytest.mark.parametrize("drawn", TURNS)
@pytest.mark.parametrize("side", [2, 15, 16, 33])
def test_a_quarter_turn_is_rot90_to_the_bit(photo, drawn, side):
    image = photo(side, side)[None]
    still = dict.fromkeys(("scale", "shear", "shift_x", "shift_y"), np.array([0.5]))
    u = {**still, "rot": np.array([drawn]), "flip_h": np.ones(1), "flip_v": np.ones(1)}
    affine = np.rint(_affine(u, Ranges(rot=0.5), (side, side), (side, side), NUMPY))
    turned = plain((side, side), (side, side))._replace(affine=affine.astype(np.int32))
    expected = np.rot90(image[0], TURNS[drawn])
    assert np.array_equal(apply(image, turned, (side, side)).numpy()[0], expected)


@settings(max_examples=100, deadline=None)  # the first call compiles
@given(st.data(), st.integers(0, 2**63 - 1) | st.text(max_size=9), st.integers(0, 9))
def test_another_seed_sample_or_repeat_gives_another_picture(data, seed, repeat):
    other_seed = data.draw(st.integers(0, 99).filter(lambda value: str(value) != str(seed)))
    other_repeat = data.draw(st.integers(0, 99).filter(lambda value: value != repeat))
    keys = np.concatenate(
        [
            image_keys(["a" * 64], seed, repeat),
            image_keys(["b" * 64], seed, repeat),
            image_keys(["a" * 64], other_seed, repeat),
            image_keys(["a" * 64], seed, other_repeat),
            image_keys(["a" * 64], seed, repeat),
        ]
    )
    image = (np.arange(16 * 16 * 3) % 251).astype(np.uint8).reshape(1, 16, 16, 3)
    shown = render(np.repeat(image, 5, axis=0), keys, Augmentation(), (16, 16))
    assert len({picture.tobytes() for picture in shown[:4]}) == 4
    assert np.array_equal(shown[0], shown[4])


@settings(max_examples=100, deadline=None)  # the first call compiles
@given(some_key)
def test_the_centre_stays_put(key):
    image = np.zeros((1, 33, 33, 3), np.uint8)
    image[0, 16, 16] = 255
    turned = only(rotate=180.0, scale=0.2, shear=0.1, flip_left_right=0.5, flip_up_down=0.5)
    # Places are cut to 1/256 of a pixel: one step off along each axis leaves (255/256)² of 255.
    assert (render(image, key, turned, (33, 33))[0, 16, 16] >= 253).all()
