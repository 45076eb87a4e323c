"""What a person should know of a plan, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brevviz.split.locks import FREE

if TYPE_CHECKING:
    from brevviz.split.plan import Plan

__all__ = ["notes_of"]

_LARGE = 0.05


def notes_of(plan: Plan) -> tuple[str, ...]:
    """Sentences on keys, sizes, strata and locks; none where nothing is unusual."""
    rows = len(plan.item_of_row)
    if not rows:
        return ("There are no samples.",)
    return tuple(note for rule in (_keys, _sizes, _strata, _locks) for note in rule(plan, rows))


def _keys(plan: Plan, rows: int) -> list[str]:
    notes = []
    if plan.engine == "re":
        notes.append("RE2 cannot read this pattern: Python's slow engine matched it.")
    if plan.unmatched == rows:
        notes.append("No path matches: every image is its own item.")
    elif plan.unmatched:
        notes.append(
            f"{plan.unmatched:,} of {rows:,} paths do not match: each is its own item."
            if plan.unmatched > 1
            else f"1 of {rows:,} paths does not match: it is its own item."
        )
    if plan.absent:
        what = "1 key" if len(plan.absent) == 1 else f"{len(plan.absent):,} keys"
        verb = "names" if len(plan.absent) == 1 else "name"
        notes.append(f"{what} in split.tied {verb} no sample: {_few(plan.absent)}.")
    if rows > 1 and plan.items == 1:
        notes.append("All images are one item: they all have one purpose.")
    elif rows > 1 and plan.items == rows and plan.unmatched < rows:
        notes.append("Every image is its own item.")
    return notes


def _sizes(plan: Plan, rows: int) -> list[str]:
    notes = []
    if plan.fit:
        notes.append("Each ratio has its own best fit: raising the ratio may move items back.")
    if len(plan.outliers):
        notes.append(
            f"{_items(len(plan.outliers))} pinned to {plan.labels.names[0]}: "
            "far larger than the others of the stratum."
        )
    large = int(np.count_nonzero(plan.images_of_item > _LARGE * rows))
    if large and plan.items > 1 and rows >= 100:
        most = int(plan.images_of_item.max())
        notes.append(
            f"{_items(large)} above 5 % of all images; the largest has {most:,} of {rows:,}."
        )
    return notes


def _strata(plan: Plan, rows: int) -> list[str]:
    del rows
    notes = []
    if len(plan.spanning):
        notes.append(f"{_items(len(plan.spanning))} in more than one stratum: kept whole.")
    sizes = np.bincount(plan.cells.stratum, minlength=len(plan.strata))
    alone = np.flatnonzero((sizes == 1) & (plan.totals.trained == 0) & (plan.totals.kept == 0))
    if len(alone) and plan.items > 1:
        names = _few([plan.strata[s] for s in alone[:4]])
        what = "stratum has" if len(alone) == 1 else "strata have"
        notes.append(f"{len(alone):,} {what} one item only, which has one purpose: {names}.")
    return notes


def _locks(plan: Plan, rows: int) -> list[str]:
    notes = []
    locked = int(np.count_nonzero(plan.locked != FREE))
    if locked:
        notes.append(f"{locked:,} of {rows:,} images keep the purpose they, or their item, had.")
    if len(plan.conflicts):
        notes.append(
            f"{_items(len(plan.conflicts))} locked to more than one purpose: left as they are."
        )
    return notes


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _items(count: int) -> str:
    return "1 item is" if count == 1 else f"{count:,} items are"
