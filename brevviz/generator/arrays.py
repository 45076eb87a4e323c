"""Batches as numpy arrays with text in them, and batches as single samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from brevviz.generator.maps import HIDDEN

__all__ = ["as_numpy", "samples_of"]


def as_numpy(batch: Any) -> Any:
    """Tensors or arrays, nested in dicts and tuples, as numpy arrays; bytes become text."""
    if isinstance(batch, dict):
        return {k: as_numpy(v) for k, v in batch.items() if not str(k).startswith(HIDDEN)}
    if isinstance(batch, tuple):
        return tuple(as_numpy(part) for part in batch)
    array = np.asarray(batch)
    if array.dtype != object:
        return array
    text = np.empty(array.shape, object)
    text.ravel()[:] = [value.decode("utf-8", "replace") for value in array.ravel()]
    return text


def samples_of(batch: Any) -> Iterator[Any]:
    """The samples of a numpy batch, one by one, in the same structure.

    Padded text, such as `category`, becomes the tuple that the frame holds.
    """
    for number in range(_length(batch)):
        yield _one(batch, number)


def _length(batch: Any) -> int:
    while isinstance(batch, (dict, tuple)):
        batch = next(iter(batch.values() if isinstance(batch, dict) else batch))
    return len(batch)


def _one(batch: Any, number: int) -> Any:
    if isinstance(batch, dict):
        return {k: _one(v, number) for k, v in batch.items()}
    if isinstance(batch, tuple):
        return tuple(_one(part, number) for part in batch)
    value = batch[number]
    if batch.dtype == object and batch.ndim == 2:
        return tuple(text for text in value if text)
    return value
