"""A user's own change: in previews and data sets, by its keys, checked, and seen when it cheats."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from brevviz import ImageAugmenter, Setting, register_change
from brevviz.errors import ImageError
from brevviz.images import ImagePipeline, render, stack, uniform
from brevviz.images.augment import register
from brevviz.images.augment.own import forget_traces
from brevviz.images.backend import tf
from brevviz.recipe import Augmentation, Recipe

SIZE = (24, 20)
LINES = {"level": Setting(0, 255, 200, "grey levels"), "wide": Setting(1, 9, 2, "pixels")}


def line(images, keys, settings):
    """A vertical line at a place that hangs on the key."""
    width = images.shape[2]
    left = tf.cast(uniform(keys, 1) * float(width), tf.int32)
    columns = tf.range(width)[None]
    inside = (columns >= left) & (columns < left + int(settings["wide"]))
    return tf.where(inside[:, None, :, None], tf.cast(settings["level"], tf.uint8), images)


@pytest.fixture(autouse=True)
def line_alone_is_registered(monkeypatch):
    monkeypatch.setattr(register, "_changes", {})
    register_change("line", line, LINES)
    forget_traces()


@pytest.fixture(scope="module")
def prepared(photo, encode, keys):
    pipeline = ImagePipeline(target_size=SIZE)
    working = stack([pipeline.load(encode(photo(60, 50, seed))) for seed in range(9)])
    return pipeline, working, keys(9)


def of(**own):
    return Augmentation(own=register.recorded(own))


def trained(prepared, augmentation, size, order=slice(None)):
    """The pictures of a data set with batches of `size`."""
    pipeline, working, keys = prepared
    augmenter = ImageAugmenter.of(augmentation)

    def both(working, keys):
        return augmenter(pipeline({"_working:img": working}), keys)["img"]

    data = tf.data.Dataset.from_tensor_slices((working[order], keys[order])).batch(size)
    return np.concatenate(list(data.map(both, num_parallel_calls=4).as_numpy_iterator()))


def test_it_is_the_same_in_previews_and_in_data_sets_of_any_batch_and_order(prepared):
    _, working, keys = prepared
    augmentation = of(line={"wide": 3.0})
    shown = render(working, keys, augmentation, SIZE)
    without = render(working, keys, Augmentation(), SIZE)
    for i in range(9):
        columns = np.flatnonzero((shown[i] != without[i]).any(axis=(0, 2)))
        assert 1 <= len(columns) <= 3
        assert (shown[i][:, columns] == 200).all()
    order = np.random.default_rng(0).permutation(9)
    for size in (1, 4, 9):
        assert np.array_equal(trained(prepared, augmentation, size, order), shown[order])


def test_its_chance_leaves_the_other_pictures_as_they_are(prepared):
    _, working, keys = prepared
    many, images = np.arange(400, dtype=np.uint64) * keys[0], np.repeat(working[:1], 400, axis=0)
    always, never, some = (
        render(images, many, of(line={"chance": chance}), SIZE) for chance in (1, 0, 0.3)
    )
    assert np.array_equal(never, render(images, many, Augmentation(), SIZE))
    happens = np.array(
        [np.array_equal(one, other) for one, other in zip(some, always, strict=True)]
    )
    assert np.array_equal(some[~happens], never[~happens])
    # A line may lie where the picture has its colour already; 400 coins: 5 standard errors.
    assert abs(happens.mean() - 0.3) < 0.12


def test_two_changes_have_keys_of_their_own_and_shift_no_other(prepared):
    _, working, keys = prepared
    register_change("again", line, LINES)
    one, other, both = (
        render(working, keys, of(**own), SIZE)
        for own in ({"line": {}}, {"again": {}}, {"line": {}, "again": {}})
    )
    assert not np.array_equal(one, other)
    plain = render(working, keys, Augmentation(), SIZE)
    assert np.array_equal(both, np.where(other != plain, other, one))


def test_a_setting_that_changes_is_seen_at_once(prepared):
    _, working, keys = prepared
    for level in (10.0, 20.0, 10.0):
        shown = render(working, keys, of(line={"level": level}), SIZE)
        assert ((shown == level).all(axis=(1, 3)).any(axis=1)).all()


def test_the_keywords_need_no_version_and_the_recipe_holds_it(prepared):
    augmenter = ImageAugmenter(own={"line": {"wide": 3}})
    expected = {"chance": 1.0, "level": 200.0, "version": 1.0, "wide": 3.0}
    assert dict(augmenter.augmentation.own["line"]) == expected
    register_change("line", line, LINES, version=2)
    _, working, keys = prepared
    with pytest.raises(ImageError, match="means version 1, and version 2 is registered"):
        render(working, keys, augmenter.augmentation, SIZE)
    with pytest.raises(ImageError, match=r"run brevviz\.register_change\('rain', function"):
        render(working, keys, Augmentation(own={"rain": {}}), SIZE)
    with pytest.raises(ImageError, match="no change is registered by this name"):
        ImageAugmenter(own={"rain": {}})


def test_off_it_need_not_be_registered(prepared):
    _, working, keys = prepared
    off = Augmentation(own={"rain": {}}, enabled=False)
    assert np.array_equal(render(working, keys, off, SIZE), render(working, keys, None, SIZE))


def python_if(images, keys, settings):
    return images if tf.reduce_sum(keys) > 0 else images + 1


def not_a_number(images, keys, settings):
    return tf.cast(images, tf.float32) / 0.0 * 0.0


BROKEN = {
    "float32; uint8 of shape": not_a_number,
    "Clip and cast the result": lambda images, keys, settings: tf.cast(images, tf.float32) / 255,
    r"gave shape \[None, 24, 20, 1\]; uint8 of shape \(n, 24, 20, 3\)": (
        lambda images, keys, settings: images[..., :1]
    ),
    r"gave a NoneType; uint8 of shape": lambda images, keys, settings: None,
    "gave fewer or more images": lambda images, keys, settings: images[1:],
    "failed: KeyError: 'speed'": lambda images, keys, settings: images + settings["speed"],
    "use TensorFlow's operations, and no if or for": python_if,
    r"failed: InvalidArgumentError: .*indices\[0\] = 99 is not in": (
        lambda images, keys, settings: tf.gather(images, tf.fill(tf.shape(keys), 99))
    ),
    "failed: NotImplementedError": lambda images, keys, settings: np.flip(np.asarray(images), 2),
}


@pytest.mark.parametrize("message", BROKEN)
def test_what_a_function_may_not_do_is_said_in_the_preview(prepared, message):
    register_change("bad", BROKEN[message])
    _, working, keys = prepared
    with pytest.raises(ImageError, match=rf"augmentation\.own\.bad: .*{message}"):
        render(working, keys, of(bad={}), SIZE)


@pytest.mark.parametrize("message", [m for m in BROKEN if "fewer" not in m and "Argument" not in m])
def test_and_in_a_data_set_when_it_is_built(prepared, message):
    register_change("bad", BROKEN[message])
    pipeline, working, keys = prepared
    augmenter = ImageAugmenter.of(of(bad={}))

    @tf.autograph.experimental.do_not_convert
    def both(working, keys):
        return augmenter(pipeline({"_working:img": working}), keys)["img"]

    data = tf.data.Dataset.from_tensor_slices((working, keys)).batch(3)
    with pytest.raises(ImageError, match=message):
        data.map(both)


def test_fewer_pictures_are_refused_in_a_data_set_too(prepared):
    register_change("bad", BROKEN["gave fewer or more images"])
    with pytest.raises(tf.errors.InvalidArgumentError, match="gave fewer or more images"):
        trained(prepared, of(bad={}), 3)


def test_traces_that_are_forgotten_show_what_hangs_on_more_than_the_keys(prepared):
    counter = itertools.count()
    register_change("cheat", lambda images, keys, settings: images + next(counter))
    _, working, keys = prepared
    first = render(working, keys, of(cheat={}), SIZE)
    assert np.array_equal(render(working, keys, of(cheat={}), SIZE), first)
    forget_traces()
    assert not np.array_equal(render(working, keys, of(cheat={}), SIZE), first)


def test_grey_views_stay_grey(photo, encode, keys):
    pipeline = ImagePipeline(target_size=SIZE, color_mode="greyscale")
    working = stack([pipeline.load(encode(photo(60, 50)))])
    augmenter = ImageAugmenter(own={"line": {}})
    out = augmenter(pipeline({"_working:img": working}), keys(1))["img"].numpy()
    assert out.shape == (1, *SIZE, 1)
    expected = render(working, keys(1), augmenter.augmentation, SIZE, channels=1)
    assert np.array_equal(out, expected)


def test_uniform_draws_are_the_same_for_arrays_and_tensors(keys):
    drawn = uniform(keys(100), 7)
    assert drawn.shape == (100, 7)
    assert np.array_equal(uniform(tf.constant(keys(100)), 7), drawn)
    assert np.array_equal(uniform(keys(100), 3), drawn[:, :3])


def test_the_manuals_example_does_what_it_says(prepared):
    text = (Path(__file__).parents[3] / "docs" / "images.md").read_text()
    (code,) = re.findall(r"```python\n(import tensorflow.*?)```", text, re.DOTALL)
    told = {"recipe": Recipe.start("/nowhere")}
    exec(code, told)  # noqa: S102  # the example, as a reader would run it
    held = {"glare": {"chance": 0.3, "light": 200.0, "radius": 0.15, "version": 1.0}}
    assert {name: dict(values) for name, values in told["recipe"].augmentation.own.items()} == held
    _, working, keys = prepared
    plain = render(working, keys, Augmentation(), SIZE).astype(int)
    lit = render(working, keys, told["augmenter"].augmentation, SIZE).astype(int)
    assert (lit >= plain).all()
    assert ((lit > plain).any(axis=(1, 2, 3))).all()
    assert np.array_equal(trained(prepared, told["augmenter"].augmentation, 4), lit)
