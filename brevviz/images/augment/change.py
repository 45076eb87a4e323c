"""A recipe's augmentation on working images: the one way that previews and data sets share."""

from __future__ import annotations

from typing import Any

from brevviz.images.augment.apply import apply, size_of
from brevviz.images.augment.beside import draw_beside
from brevviz.images.augment.draws import NUMPY, Arithmetic
from brevviz.images.augment.limits import check_reach
from brevviz.images.augment.own import apply_own
from brevviz.images.augment.params import draw
from brevviz.images.augment.ranges import ranges
from brevviz.images.augment.register import chosen
from brevviz.recipe import Augmentation

__all__ = ["changed"]


def changed(
    working: Any,
    keys: Any,
    augmentation: Augmentation | None,
    target: tuple[int, int],
    do: Arithmetic = NUMPY,
) -> Any:
    """Render pictures, changed as their keys say.

    Parameters
    ----------
    working : uint8 (n, height, width, 3).
    keys : uint64 (n,), in the arrays of `do`.
    augmentation : None, or one that is not enabled, gives the plain view.
    target : (height, width) of the pictures, pixels.
    do : whose arrays the parameters are drawn in.

    Returns uint8 (n, *target, 3), a tensor. Raises ImageError when the ranges reach too far for
    these sizes, or when one of the user's own changes is not registered or fails.
    """
    source = size_of(working)
    own = chosen(augmentation.own) if augmentation and augmentation.enabled else ()
    within = ranges(augmentation)
    check_reach(within, source, target)
    parameters = draw(keys, within, source, target, do)
    beside = draw_beside(keys, within, source, do)
    return apply_own(apply(working, parameters, target, beside), keys, own)
