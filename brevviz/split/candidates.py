"""Patterns that could find the item in a set of paths, and what speaks for or against each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from brevviz.split.tokens import CLASSES, Shape, shapes_of, split_path

__all__ = ["Candidate", "candidates_of"]

_ENDING = r"\.[^./]+$"
_STRONG = {"item", "vial", "part", "unit", "sn", "serial", "patient"}
_WEAK = {"id", "lot", "batch", "sample"}
_AGAINST = {"cam", "camera", "side", "view", "frame", "slice", "exp", "test", "mask"}

_STEMS = (
    ("leading number", r"/(\d+)[^/\d][^/]*$"),
    ("leading word and number", r"/([A-Za-z]+[_-]?\d+)[^/]*$"),
    ("leading hex", r"/([0-9a-f]{6,})[^/]*$"),
    ("name", rf"/([^/]+){_ENDING}"),
    ("up to the first separator", r"/([^/_.\- ]+)[_.\- ][^/]*$"),
    ("up to the last separator", r"/([^/]+)[_\- ][^/_\- ]*$"),
    ("folder", r"([^/]+)/[^/]*$"),
    ("folder above", r"([^/]+)/[^/]+/[^/]*$"),
)


@dataclass(frozen=True)
class Candidate:
    """A pattern, where it comes from, and its score before its groups are counted.

    bias : what the token itself says: words beside it, dates, time stamps, counters.
    has_view : True when another token takes few values, as a camera or a view does.
    with_folder : True when the key holds a folder.
    """

    source: str
    pattern: str
    bias: float
    has_view: frozenset[int]
    with_folder: bool


def candidates_of(paths: Sequence[str]) -> Iterator[Candidate]:
    """Candidates for a sample of paths, in no order of worth."""
    split = [split_path(path) for path in paths]
    folders, names = [folder for folder, _ in split], [name for _, name in split]
    repeated = len(set(names)) < 0.95 * len(set(split))
    for shape in shapes_of(names):
        yield from _of_shape(shape, folders, repeated=repeated)
    for source, pattern in _STEMS:
        in_folder = source.startswith("folder")
        yield Candidate(source, pattern, -0.12, frozenset(), in_folder)
        if repeated and not in_folder:
            yield Candidate(f"folder and {source}", rf"([^/]+){pattern}", -0.17, frozenset(), True)


def _of_shape(shape: Shape, folders: Sequence[str], *, repeated: bool) -> Iterator[Candidate]:
    counts = [len(set(column)) for column in shape.columns]
    varying = [
        token
        for token in range(len(shape.classes))
        if not shape.is_separator(token) and shape.varies(token)
    ]
    for place, token in enumerate(varying):
        views = frozenset(counts[other] for other in varying if other != token)
        bias = _bias(shape, token, folders) - 0.05 * place
        found = [(f"token {token + 1}", _pattern(shape, token, token), bias, views)]
        if place:
            views = frozenset(counts[other] for other in varying[place + 1 :])
            found.append(
                (f"up to token {token + 1}", _pattern(shape, 0, token), bias - 0.12, views)
            )
        for source, pattern, worth, few in found:
            yield Candidate(source, pattern, worth, few, with_folder=False)
            if repeated:
                yield Candidate(f"folder and {source}", f"([^/]+){pattern}", worth, few, True)


def _pattern(shape: Shape, first: int, last: int) -> str:
    """The whole name, with the tokens from first to last as its one group."""
    parts = []
    for token, kind in enumerate(shape.classes):
        constant = shape.is_separator(token) or (kind == "W" and not shape.varies(token))
        part = re.escape(shape.columns[token][0]) if constant else CLASSES[kind]
        parts.append(("(" if token == first else "") + part + (")" if token == last else ""))
    return f"/{''.join(parts)}{_ENDING}"


def _bias(shape: Shape, token: int, folders: Sequence[str]) -> float:
    word = shape.word_before(token)
    bias = 0.6 * (word in _STRONG) + 0.25 * (word in _WEAK) - 0.8 * (word in _AGAINST)
    if shape.classes[token] == "W":
        return bias - 0.35
    if shape.classes[token] != "D":
        return bias
    texts = shape.columns[token]
    count = len(texts)
    dates = sum(bool(re.fullmatch(r"(19|20)\d\d[01]\d[0-3]\d", text)) for text in texts)
    stamps = sum(len(text) in {10, 13, 14} for text in texts)
    return bias - (0.7 * dates + 0.9 * stamps + 1.2 * _counted(shape, token, folders)) / count


def _counted(shape: Shape, token: int, folders: Sequence[str]) -> int:
    """How many names lie in folders that the token merely counts through: 1, 2, 3, …"""
    by_folder = defaultdict(list)
    for row, text in zip(shape.rows, shape.columns[token], strict=True):
        by_folder[folders[row]].append(int(text[:18]))
    total = 0
    for values in by_folder.values():
        distinct = set(values)
        span = max(distinct) - min(distinct) + 1
        if len(values) > 2 and len(distinct) >= 0.9 * max(len(values), span):
            total += len(values)
    return total
