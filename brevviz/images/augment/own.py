"""Users' own changes, applied: each traced once, with keys that nothing else uses, and checked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from brevviz.errors import ImageError
from brevviz.hashing import state
from brevviz.images.augment.draws import bits_of, scrambled, uniform
from brevviz.images.augment.integers import cluster
from brevviz.images.augment.register import Chosen
from brevviz.images.backend import ARITHMETIC, tf

__all__ = ["apply_own", "forget_traces"]

_TRACES = 64
"""Traced functions that are kept: a slider that is drawn makes one for each of its values."""
_LEVELS = "Clip and cast the result: tf.cast(tf.clip_by_value(x, 0, 255), tf.uint8)."
_OPERATIONS = (
    "It is called in a graph: use TensorFlow's operations, and no if or for over their results."
)


def apply_own(pictures: Any, keys: Any, changes: tuple[Chosen, ...]) -> Any:
    """Change pictures by a recipe's own changes, one after the other.

    Parameters
    ----------
    pictures : uint8 (n, height, width, 3), in a graph or not.
    keys : uint64 (n,), the pictures'.
    changes : as `chosen` gives them.

    Returns uint8 of the same shape. Raises ImageError when a function fails, or gives anything
    else.
    """
    for one in changes:
        change = one.change
        start = tf.constant(np.uint64(state(f"change {change.name}")))
        own = scrambled(tf.convert_to_tensor(keys) + start, ARITHMETIC)
        size = tuple(int(side) for side in pictures.shape[1:3])
        traced = _traced(change.name, change.function, one.values, size)
        try:
            changed = traced(pictures, bits_of(own, [1], ARITHMETIC)[:, 0])
        except tf.errors.OpError as error:
            raise _failed(change.name, error) from error
        changed = _as_many(change.name, changed, pictures)
        if one.chance < 1:
            falls = uniform(own, 1, ARITHMETIC)[:, 0] < one.chance
            changed = tf.where(falls[:, None, None, None], changed, pictures)
        pictures = changed
    return pictures


def forget_traces() -> None:
    """Trace every function anew: what one draws from anything but its keys then differs."""
    _traced.cache_clear()


@lru_cache(maxsize=_TRACES)
def _traced(
    name: str,
    function: Callable[..., Any],
    values: tuple[tuple[str, float], ...],
    size: tuple[int, int],
) -> Any:
    """A graph even where pictures are made eagerly: TensorFlow rewrites some sums in graphs."""

    def run(images: Any, keys: Any) -> Any:
        try:
            result = function(images, keys, dict(values))
        except ImageError:
            raise
        except Exception as error:
            raise _failed(name, error) from error
        return _checked(name, result, images)

    signature = [tf.TensorSpec([None, *size, 3], tf.uint8), tf.TensorSpec([None], tf.uint64)]
    return cluster(run, signature, compiled=False)


def _checked(name: str, result: Any, images: Any) -> Any:
    place, size = f"augmentation.own.{name}", tuple(images.shape[1:])
    wanted = f"uint8 of shape (n, {', '.join(map(str, size))}) is needed"
    try:
        given = tf.convert_to_tensor(result)
    except (TypeError, ValueError) as error:
        kind = type(result).__name__
        raise ImageError(place, f"its function gave a {kind}; {wanted}") from error
    if given.dtype != tf.uint8:
        hint = _LEVELS if given.dtype.is_floating else ""
        raise ImageError(place, f"its function gave {given.dtype.name}; {wanted}", hint)
    if not given.shape.is_compatible_with([None, *size]):
        shape = given.shape.as_list() if given.shape.rank is not None else "unknown"
        raise ImageError(place, f"its function gave shape {shape}; {wanted}")
    return tf.ensure_shape(given, images.shape)


def _as_many(name: str, changed: Any, pictures: Any) -> Any:
    """The changed pictures, if they are as many: now, or where a graph does not know, when it runs."""
    problem = "its function gave fewer or more images"
    given, wanted = changed.shape[0], pictures.shape[0]
    if given is None or wanted is None:
        count = (tf.shape(changed)[0], tf.shape(pictures)[0])
        check = tf.debugging.assert_equal(*count, f"augmentation.own.{name}: {problem}")
        with tf.control_dependencies([check]):
            return tf.identity(changed)
    if given != wanted:
        raise ImageError(f"augmentation.own.{name}", f"{problem}: {given} for {wanted}")
    return changed


def _failed(name: str, error: Exception) -> ImageError:
    # What fails in a graph tells first where, and last what.
    told = [line.strip() for line in str(error).splitlines()]
    lines = [line for line in told if line and not line.startswith("[[")] or [""]
    line = lines[-1 if isinstance(error, tf.errors.OpError) else 0].rstrip(".")
    problem = f"its function failed: {type(error).__name__}: {line}"
    return ImageError(f"augmentation.own.{name}", problem, _OPERATIONS)
