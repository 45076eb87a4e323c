"""What other libraries do for the same work: one thread, their usual form, ranges as ours.

Each peer turns a batch of uint8 pictures into augmented ones: flips, rotation ±90°, scale ±20 %,
shift ±10 %, contrast .5 to 1.25, brightness ±64, noise of up to 10 grey levels. They differ a
little in contrast pivot, border and law of the noise. A peer that is not installed is named as such.
"""

# ruff: noqa: PLC0415  # a peer may be missing, and TensorFlow starts after its threads are set
from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MODULES", "augmenters", "readers"]

Batch = NDArray[np.uint8]
SIDE = 128
MODULES = {
    "OpenCV by hand": "cv2",
    "albumentations + OpenCV": "albumentations",
    "the original's operators": "tensorflow",
    "naive TensorFlow, per sample": "tensorflow",
    "Keras layers": "keras",
    "DALI on CPU": "nvidia.dali",
}
"""Name → the module that must be installed."""


def augmenters() -> dict[str, Callable[[Batch], Any]]:
    """Name → function from uint8 (n, 128, 128, 3) to a batch of the same shape."""
    makers = {
        "OpenCV by hand": opencv,
        "albumentations + OpenCV": albumentations,
        "the original's operators": original,
        "naive TensorFlow, per sample": naive,
        "Keras layers": keras_layers,
        "DALI on CPU": dali,
    }
    return {name: make() for name, make in makers.items() if installed(MODULES[name])}


def readers() -> dict[str, Callable[[bytes], Batch]]:
    """Name → function from a file's bytes to uint8 (128, 128, 3), decoded in full."""
    found: dict[str, Callable[[bytes], Batch]] = {}
    if installed("cv2"):
        found["albumentations + OpenCV"] = read_with_opencv
    found["naive TensorFlow, per sample"] = read_with_tensorflow
    return found


def installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def read_with_opencv(data: bytes) -> Batch:
    import cv2

    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    image = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def read_with_tensorflow(data: bytes) -> Batch:
    import tensorflow as tf

    image = tf.image.decode_image(data, channels=3, expand_animations=False)
    image = tf.image.resize(tf.cast(image, tf.float32), (SIDE, SIDE))
    return tf.cast(image, tf.uint8).numpy()


def opencv() -> Callable[[Batch], Any]:
    import cv2

    cv2.setNumThreads(1)
    rng = np.random.default_rng(0)
    centre = (SIDE - 1) / 2

    def one(image: Batch) -> Batch:
        matrix = cv2.getRotationMatrix2D(
            (centre, centre), rng.uniform(-90, 90), rng.uniform(0.8, 1.2)
        )
        matrix[0] *= rng.choice((-1, 1))
        matrix[1] *= rng.choice((-1, 1))
        matrix[:, 2] += centre - matrix[:, :2] @ [centre, centre] - matrix[:, 2]
        matrix[:, 2] += rng.uniform(-0.1, 0.1, 2) * SIDE
        turned = cv2.warpAffine(image, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
        contrast, light = rng.uniform(0.5, 1.25), rng.uniform(-64, 64)
        noise = np.empty(image.shape, np.int16)
        cv2.randn(noise, 127.5 * (1 - contrast) + light, rng.uniform(0, 10))
        mixed = cv2.addWeighted(turned, contrast, noise, 1, 0, dtype=cv2.CV_16S)
        return cv2.add(mixed, 0, dtype=cv2.CV_8U)

    return lambda batch: np.stack([one(image) for image in batch])


def albumentations() -> Callable[[Batch], Any]:
    import albumentations as a
    import cv2

    cv2.setNumThreads(1)
    steps = a.Compose(
        [
            a.HorizontalFlip(p=0.5),
            a.VerticalFlip(p=0.5),
            a.Affine(
                scale=(0.8, 1.2),
                translate_percent=(-0.1, 0.1),
                rotate=(-90, 90),
                shear=(-2, 2),
                border_mode=cv2.BORDER_REPLICATE,
                p=1,
            ),
            a.RandomBrightnessContrast((-0.25, 0.25), (-0.5, 0.25), p=1),
            a.GaussNoise((0, 0.04), p=1),
        ]
    )
    return lambda batch: np.stack([steps(image=image)["image"] for image in batch])


def original() -> Callable[[Batch], Any]:
    import tensorflow as tf

    @tf.function
    def run(batch: Any) -> Any:
        images = tf.cast(batch, tf.float32)
        count = tf.shape(images)[0]
        images = transformed(images, random_matrices(count, tf), tf)
        wide = (count, 1, 1, 1)
        mean = tf.reduce_mean(images, axis=(1, 2), keepdims=True)
        images = (images - mean) * tf.random.uniform(wide, 0.5, 1.25) + mean
        images += tf.random.uniform(wide, -64.0, 64.0)
        images += tf.random.normal(tf.shape(images)) * tf.random.uniform(wide, 0.0, 10.0)
        return tf.cast(tf.clip_by_value(images, 0.0, 255.0), tf.uint8)

    return run


def naive() -> Callable[[Batch], Any]:
    import tensorflow as tf

    def one(item: Any) -> Any:
        image, seed = item
        image = tf.cast(image, tf.float32)
        image = transformed(image[None], random_matrices(1, tf), tf)[0]
        image = tf.image.stateless_random_flip_left_right(image, seed)
        image = tf.image.stateless_random_flip_up_down(image, seed)
        image = tf.image.stateless_random_contrast(image, 0.5, 1.25, seed)
        image = tf.image.stateless_random_brightness(image, 64.0, seed)
        image += tf.random.stateless_normal(tf.shape(image), seed, 0.0, 10.0)
        return tf.cast(tf.clip_by_value(image, 0.0, 255.0), tf.uint8)

    @tf.function
    def run(batch: Any) -> Any:
        count = tf.shape(batch)[0]
        seeds = tf.stack([tf.range(count), tf.range(count)], axis=1)
        return tf.map_fn(one, (batch, seeds), fn_output_signature=tf.uint8)

    return run


def random_matrices(count: Any, tf: Any) -> Any:
    """Projective transforms about the centre, (count, 8)."""
    angle = tf.random.uniform((count,), -math.pi / 2, math.pi / 2)
    zoom = 1 / tf.random.uniform((count,), 0.8, 1.2)
    shift = tf.random.uniform((2, count), -0.1, 0.1) * SIDE
    cosine, sine = tf.cos(angle) * zoom, tf.sin(angle) * zoom
    centre = (SIDE - 1) / 2
    x = centre - cosine * (centre + shift[0]) + sine * (centre + shift[1])
    y = centre - sine * (centre + shift[0]) - cosine * (centre + shift[1])
    zero = tf.zeros_like(x)
    return tf.stack([cosine, -sine, x, sine, cosine, y, zero, zero], axis=1)


def transformed(images: Any, matrices: Any, tf: Any) -> Any:
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=matrices,
        output_shape=(SIDE, SIDE),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def keras_layers() -> Callable[[Batch], Any]:
    import keras
    import tensorflow as tf

    layers = [
        keras.layers.RandomFlip(),
        keras.layers.RandomRotation(0.25, fill_mode="nearest"),
        keras.layers.RandomZoom(0.2, fill_mode="nearest"),
        keras.layers.RandomTranslation(0.1, 0.1, fill_mode="nearest"),
        keras.layers.RandomContrast(0.5, value_range=(0, 1)),
        keras.layers.RandomBrightness(0.25, value_range=(0, 1)),
        keras.layers.GaussianNoise(0.04),
    ]

    @tf.function
    def run(batch: Any) -> Any:
        images = tf.cast(batch, tf.float32) / 255
        for layer in layers:
            images = layer(images, training=True)
        return tf.cast(tf.clip_by_value(images, 0.0, 1.0) * 255, tf.uint8)

    return run


def dali() -> Callable[[Batch], Any]:
    from nvidia.dali import fn, pipeline_def, types

    waiting: list[Batch] = []

    @pipeline_def(batch_size=32, num_threads=1, device_id=None)
    def steps() -> Any:
        images = fn.external_source(source=lambda: waiting.pop(), batch=True, layout="HWC")  # noqa: PLW0108  # DALI cannot inspect a bound method
        images = fn.flip(images, horizontal=fn.random.coin_flip(), vertical=fn.random.coin_flip())
        images = fn.rotate(images, angle=fn.random.uniform(range=(-90, 90)), size=(SIDE, SIDE))
        matrix = fn.transforms.scale(
            scale=fn.random.uniform(range=(0.8, 1.2), shape=2), center=(SIDE / 2, SIDE / 2)
        )
        images = fn.warp_affine(images, matrix=matrix)
        images = fn.brightness_contrast(
            images,
            contrast=fn.random.uniform(range=(0.5, 1.25)),
            brightness_shift=fn.random.uniform(range=(-0.25, 0.25)),
        )
        noise = fn.random.normal(images, stddev=10.0)
        return fn.cast(images + noise, dtype=types.UINT8)

    pipeline: Any = None

    def run(batch: Batch) -> Any:
        nonlocal pipeline
        if pipeline is None:
            waiting.extend([batch] * 8)
            pipeline = steps(prefetch_queue_depth=1)
            pipeline.build()
        waiting.append(batch)
        return pipeline.run()[0].as_array()

    return run
