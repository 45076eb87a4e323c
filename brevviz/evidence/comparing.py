"""What is different between two manifests, in words."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.evidence.manifest import Manifest
from brevviz.evidence.verdict import shown

__all__ = ["Difference", "diff"]

_COMPARED = {
    "etag": "objects have other bytes (ETag)",
    "sha256": "objects have other bytes (SHA-256)",
    "class": "objects have another class",
    "item": "objects are of another item",
    "reason": "objects are left out or rejected for another reason",
}


@dataclass(frozen=True)
class Difference:
    """What differs.

    recipe : changed settings, one sentence each. objects : sentences with numbers and first keys.
    moved : (from, to, number of images) for purposes.
    """

    recipe: tuple[str, ...]
    objects: tuple[str, ...]
    moved: tuple[tuple[str, str, int], ...]

    def __bool__(self) -> bool:
        return bool(self.recipe or self.objects or self.moved)

    def sentences(self) -> list[str]:
        """All of it."""
        moved = [f"{number:,} images moved from {old} to {new}" for old, new, number in self.moved]
        return [*(f"recipe: {change}" for change in self.recipe), *self.objects, *moved]


def diff(old: Manifest, new: Manifest) -> Difference:
    """Compare two manifests by the keys of their objects. Raises RecipeError."""
    keys = old.rows["key"].combine_chunks()
    others = new.rows["key"].combine_chunks()
    objects = []
    for some, sentence in (
        (keys.filter(pc.invert(pc.is_in(keys, value_set=others))), "objects are gone"),
        (others.filter(pc.invert(pc.is_in(others, value_set=keys))), "objects are new"),
    ):
        if len(some):
            objects.append(f"{sentence}: {shown(some)}")
    places = pc.index_in(keys, value_set=others)
    both = pc.is_valid(places)
    one = old.rows.filter(both)
    other = new.rows.take(places.drop_null())
    for name, sentence in _COMPARED.items():
        differs = _differs(one[name], other[name])
        if name == "sha256":  # that one of them is not locked yet is no difference
            unknown = pc.or_(pc.is_null(one[name]), pc.is_null(other[name])).combine_chunks()
            differs = pc.and_(differs, pc.invert(unknown))
        some = one["key"].combine_chunks().filter(differs)
        if len(some):
            objects.append(f"{sentence}: {shown(some)}")
    return Difference(old.recipe.diff(new.recipe), tuple(objects), _moved(one, other))


def _differs(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.Array:
    pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
    return pa.array([a != b for a, b in pairs], pa.bool_())


def _moved(one: pa.Table, other: pa.Table) -> tuple[tuple[str, str, int], ...]:
    numbers: dict[tuple[str, str], int] = {}
    for a, b in zip(one["purpose"].to_pylist(), other["purpose"].to_pylist(), strict=True):
        if a != b:
            move = (a or "left out", b or "left out")
            numbers[move] = numbers.get(move, 0) + 1
    return tuple((old, new, number) for (old, new), number in sorted(numbers.items()))
