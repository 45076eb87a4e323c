"""A feed as a `tf.data.Dataset`: whole batches in, one map, in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from brevviz.generator.feed import Batch, Feed
from brevviz.generator.maps import Map, Structure, composed
from brevviz.generator.running import Running
from brevviz.images import ImageAugmenter, ImagePipeline, compile_early
from brevviz.images.backend import tf

__all__ = ["dataset_of", "graph_of", "passed_on"]

_AHEAD = 2
"""Batches that are ready before they are asked for."""


def dataset_of(
    feed: Feed,
    full: int | None,
    maps: Sequence[Map],
    structure: Structure,
    parallel: int | None,
) -> Any:
    """A dataset of a feed's batches, mapped.

    Parameters
    ----------
    feed : gives the batches.
    full : the size of every batch, for static shapes; None: the last one may be short.
    maps, structure : what is made of each batch, in one graph, traced once.
    parallel : batches mapped at once; None: as many as there are processors, up to 4.

    The only Python that runs while batches are drawn is the feed's own.
    """
    if full is not None:
        _compile_early(maps, full)
    signature = _signature(feed, full)
    dataset = tf.data.Dataset.from_generator(lambda: Running(feed), output_signature=signature)
    calls = parallel or min(4, os.cpu_count() or 1)
    function = tf.autograph.experimental.do_not_convert(composed(maps, structure, _in_graph))
    dataset = dataset.map(function, num_parallel_calls=calls, deterministic=True)
    return dataset.prefetch(_AHEAD)


def graph_of(feed: Feed, maps: Sequence[Map]) -> Callable[[Any], Any]:
    """The maps as one graph, without a dataset: for whoever has the feed's batches already."""
    signature = _signature(feed, None)
    graph = tf.function(
        composed(maps, None, _in_graph), input_signature=[signature], autograph=False
    )

    def run(batch: Batch) -> Any:
        return graph(
            {name: tf.convert_to_tensor(batch[name], signature[name].dtype) for name in signature}
        )

    return run


def _compile_early(maps: Sequence[Map], rows: int) -> None:
    """Let XLA compile what the maps will need while the first files are read."""
    for number, shown in enumerate(maps):
        if not isinstance(shown, ImagePipeline):
            continue
        key = shown.output_key
        changes = [
            one.augmentation
            for one in maps[number:]
            if isinstance(one, ImageAugmenter) and key in one.image_keys
        ]
        compile_early(shown.view, changes[0] if changes else None, rows, packed=True)


def _signature(feed: Feed, size: int | None) -> dict[str, Any]:
    return {
        name: tf.TensorSpec((size, *shape), tf.string if dtype == np.object_ else dtype)
        for name, (dtype, shape) in feed.layout().items()
    }


def _in_graph(function: Map) -> Map:
    """A user's map with its `if` and `for` over tensors converted, as `Dataset.map` does it.

    Ours need none of it, and their errors would come out as the text of another error.
    """
    home = getattr(function, "__module__", None) or type(function).__module__
    if home.startswith("brevviz."):
        return function
    autograph = tf.__internal__.autograph  # what Keras converts its users' code with
    converted: Map = autograph.tf_convert(function, autograph.control_status_ctx())
    return converted


def passed_on(dataset: Any, feed: Feed) -> Iterator[Any]:
    """The elements of a dataset; the feed's own error where TensorFlow gives the text of it."""
    feed.failure = None
    try:
        yield from dataset
    except tf.errors.OpError:
        if feed.failure is not None:
            raise feed.failure from None
        raise
