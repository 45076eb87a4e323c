"""A feed as a `tf.data.Dataset`: whole batches in, one map, in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from brevviz.generator.feed import Feed
from brevviz.generator.running import Running
from brevviz.images.backend import tf

__all__ = ["dataset_of", "passed_on"]

_AHEAD = 2
"""Batches that are ready before they are asked for."""


def dataset_of(
    feed: Feed, full: int | None, function: Callable[[Any], Any], parallel: int | None
) -> Any:
    """A dataset of a feed's batches, mapped.

    Parameters
    ----------
    feed : gives the batches.
    full : the size of every batch, for static shapes; None: the last one may be short.
    function : from batch to batch, or to whatever structure; traced once.
    parallel : batches mapped at once; None: as many as there are processors, up to 4.

    The only Python that runs while batches are drawn is the feed's own.
    """
    signature = {
        name: tf.TensorSpec((full, *shape), tf.string if dtype == np.object_ else dtype)
        for name, (dtype, shape) in feed.layout().items()
    }
    dataset = tf.data.Dataset.from_generator(lambda: Running(feed), output_signature=signature)
    calls = parallel or min(4, os.cpu_count() or 1)
    dataset = dataset.map(function, num_parallel_calls=calls, deterministic=True)
    return dataset.prefetch(_AHEAD)


def passed_on(dataset: Any, feed: Feed) -> Iterator[Any]:
    """The elements of a dataset; the feed's own error where TensorFlow gives the text of it."""
    feed.failure = None
    try:
        yield from dataset
    except tf.errors.OpError:
        if feed.failure is not None:
            raise feed.failure from None
        raise
