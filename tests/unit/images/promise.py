"""Print a digest of every change's pictures, once all ways to make them agree: `promise.py whole`.

Run by test_processes.py in processes of their own, whose output must then be the same text.
`slice` tries fewer ways: each change alone in another order, and all together in every way.
"""

import hashlib
import sys
from itertools import product

import numpy as np

from brevviz.hashing import mix
from brevviz.images import ImageAugmenter, Setting, register_change, render, uniform
from brevviz.images.augment.apply import apply
from brevviz.images.augment.beside import draw_beside
from brevviz.images.augment.own import apply_own
from brevviz.images.augment.params import draw
from brevviz.images.augment.ranges import ranges
from brevviz.images.augment.register import chosen
from brevviz.images.backend import tf
from brevviz.images.reduce import reduce_area
from brevviz.recipe import Augmentation

COUNT, SOURCE, TARGET = 32, (24, 30), (16, 20)
STILL = {
    **dict.fromkeys(("flip_left_right", "flip_up_down", "rotate", "scale", "shear"), 0.0),
    **dict.fromkeys(("translate", "brightness", "saturation", "hue", "noise"), 0.0),
    "contrast": (1.0, 1.0),
}
RANGES = {
    "flip_left_right": 0.5,
    "flip_up_down": 0.5,
    "rotate": 90.0,
    "scale": 0.2,
    "shear": 0.2,
    "translate": 0.1,
    "brightness": 48.0,
    "contrast": (0.5, 1.25),
    "saturation": 0.9,
    "hue": 90.0,
    "noise": 10.0,
    "blur": 2.0,
    "emboss": 1.0,
    "salt_and_pepper": 0.1,
    "elastic": 0.1,
}
CHANCES = {name: 0.7 for name in Augmentation.model_fields if name.endswith("_chance")}


def shaded(images, keys, settings):
    """A user's own change: darker towards a side, by an amount that hangs on the key."""
    slope = uniform(keys, 1)[:, 0] * settings["slope"]
    fall = tf.range(images.shape[2], dtype=tf.float64)[None] * slope[:, None]
    levels = tf.cast(images, tf.float64) - fall[:, None, :, None]
    return tf.cast(tf.clip_by_value(levels, 0.0, 255.0), tf.uint8)


def changes():
    own = {"shaded": register_change("shaded", shaded, {"slope": Setting(0, 9, 3)}).recorded()}
    yield from ((name, Augmentation(**{**STILL, name: value})) for name, value in RANGES.items())
    yield "own", Augmentation(**STILL, own=own)
    yield "all", Augmentation(**RANGES, own=own)
    yield "all by chance", Augmentation(**RANGES, **CHANCES, own=own)


def by_parts(working, keys, augmentation, compiled):
    """What `render` does, compiled or not."""
    within = ranges(augmentation)
    parameters = draw(keys, within, SOURCE, TARGET)
    beside = draw_beside(keys, within, SOURCE)
    pictures = apply(working, parameters, TARGET, beside, compiled=compiled)
    return apply_own(pictures, keys, chosen(augmentation.own)).numpy()


def eagerly(working, keys, augmentation):
    tf.config.run_functions_eagerly(True)
    try:
        return by_parts(working, keys, augmentation, compiled=False)
    finally:
        tf.config.run_functions_eagerly(False)


def in_batches(make, working, keys, augmentation, size):
    return np.concatenate(
        [
            make(working[i : i + size], keys[i : i + size], augmentation)
            for i in range(0, COUNT, size)
        ]
    )


def from_data_set(working, keys, augmentation, size, calls):
    """As training gets them: the parameters drawn in the graph, batches mapped side by side."""
    augmenter = ImageAugmenter.of(augmentation)

    def change(working, keys):
        # The picture's own size is `target`; the working image is what it is rendered from.
        plain = tf.zeros([tf.shape(working)[0], *TARGET, 3])
        batch = {"img": plain, "_plain:img": plain, "_working:img": working}
        return augmenter(batch, keys)["img"]

    data = tf.data.Dataset.from_tensor_slices((working, keys)).batch(size)
    parts = data.map(change, num_parallel_calls=calls).as_numpy_iterator()
    return np.concatenate(list(parts)).astype(np.uint8)


def rendered(working, keys, augmentation):
    return render(working, keys, augmentation, TARGET)


def in_graph(working, keys, augmentation):
    return by_parts(working, keys, augmentation, compiled=False)


WAYS = {"xla": rendered, "graph": in_graph, "eager": eagerly}


def promise(whole):
    grid = np.meshgrid(*map(np.arange, (COUNT, 31, 45, 3)), indexing="ij")
    full = (53 * grid[0] + 11 * grid[1] + 7 * grid[2] + 85 * grid[3] + 3 * grid[1] * grid[2]) % 256
    working = np.stack([reduce_area(image, SOURCE) for image in full.astype(np.uint8)])
    keys = mix(np.arange(COUNT, dtype=np.uint64))
    order = np.random.default_rng(0).permutation(COUNT)
    seen = set()
    for name, augmentation in changes():
        expected = rendered(working, keys, augmentation)
        every = whole or name.startswith("all")
        sizes = (1, 3, 32) if whole else (3, 32) if every else (32,)
        for way, size in product(WAYS if every else ["xla"], sizes):
            given = in_batches(WAYS[way], working[order], keys[order], augmentation, size)
            assert np.array_equal(given, expected[order]), (name, way, size)
        for size, calls in product((1, 3, 32), (1, 4)) if whole else [(3, 4)] * every:
            given = from_data_set(working[order], keys[order], augmentation, size, calls)
            assert np.array_equal(given, expected[order]), (name, "data set", size, calls)
        digest = hashlib.sha256(expected.tobytes()).hexdigest()
        assert digest not in seen, name
        seen.add(digest)
        sys.stdout.write(f"{name}\t{digest}\n")


if __name__ == "__main__":
    promise(sys.argv[1] == "whole")
