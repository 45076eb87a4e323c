"""What a pattern captures in a few paths: the live view of a regular expression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.budget import within_budget
from brevviz.split.fallback import match_slowly
from brevviz.split.pattern import Checked, check_pattern
from brevviz.split.slow_engine import NO_MATCH

__all__ = ["Captures", "capture"]

Span = tuple[int, int]


@dataclass(frozen=True)
class Captures:
    """Where a pattern's groups lie in some paths.

    names : the groups' names, "" for an unnamed one; empty when the whole match is the key.
    engine : the engine that matched.
    spans : for each path None where nothing matches, else (start, end) in characters of each
        group that took part, or of the whole match.
    """

    names: tuple[str, ...]
    engine: str
    spans: tuple[tuple[Span, ...] | None, ...]

    @property
    def caught(self) -> tuple[bool, ...]:
        """For each path: is something captured in it that is not empty?"""
        return tuple(any(a < b for a, b in spans or ()) for spans in self.spans)

    @property
    def matched(self) -> int:
        """Number of paths in which something is captured that is not empty."""
        return sum(self.caught)


def capture(
    pattern: str, paths: Sequence[str], where: str = "split.uniqueness", engine: str = ""
) -> Captures:
    """Search a few paths (some thousands at most), for highlighting. Raises PatternError."""
    checked = check_pattern(pattern, where, engine)
    find = _by_re2 if checked.engine == "re2-pyarrow" else _by_python
    return Captures(checked.names, checked.engine, tuple(find(checked, paths, where)))


def _by_re2(
    checked: Checked, paths: Sequence[str], where: str
) -> Iterator[tuple[Span, ...] | None]:
    # A name with lone surrogates has no UTF-8: each one counts as one "?", which keeps places.
    encoded = [path.encode(errors="replace") for path in paths]
    texts = pa.chunked_array([pa.array([path.decode() for path in encoded], pa.large_string())])

    def extract(piece: pa.Array) -> pa.Array:
        return pc.extract_regex_span(piece, pattern=checked.ready)

    found = within_budget(texts, checked.pattern, where, extract)
    matches = (match for piece in found for match in piece.to_pylist())
    for path, match in zip(encoded, matches, strict=True):
        yield (
            None
            if match is None
            else tuple(_span(path, *place) for place in match.values() if place is not None)
        )


def _span(path: bytes, start: int, length: int) -> Span:
    """RE2 counts bytes; a screen counts characters."""
    if path.isascii():
        return start, start + length
    before = len(path[:start].decode())
    return before, before + len(path[start : start + length].decode())


def _by_python(
    checked: Checked, paths: Sequence[str], where: str
) -> Iterator[tuple[Span, ...] | None]:
    for groups in match_slowly(checked.ready, paths, where).tolist():
        yield (
            None
            if groups[0][0] == NO_MATCH
            else tuple((start, end) for start, end in groups if start >= 0)
        )
