"""Suggest patterns for item keys from the file names; a person chooses, nothing is applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from brevviz.errors import PatternError
from brevviz.progress import Report, quiet
from brevviz.split.arrays import Ints
from brevviz.split.candidates import Candidate, candidates_of
from brevviz.split.encode import encode
from brevviz.split.keys import keys_in_paths
from brevviz.split.pattern import check_pattern

__all__ = ["Suggestion", "suggest_patterns"]

_SAMPLE, _BLOCKS = 20_000, 10
_ENOUGH = 0.25
_FEW_FOLDERS = 30
_WHERE = "split.uniqueness"


@dataclass(frozen=True)
class Suggestion:
    """A pattern and what it would mean for the paths looked at.

    source : where the key comes from, in words: "token 1", "folder".
    score : the higher the better; below 0.25 it is a guess.
    items : number of items. images : mean images an item; largest : images of the largest.
    matched : share of the paths that match, 0..1.
    examples : up to three keys.
    warnings : sentences, such as "Every image is its own item."
    """

    pattern: str
    source: str
    score: float
    items: int
    images: float
    largest: int
    matched: float
    examples: tuple[str, ...]
    warnings: tuple[str, ...]


def suggest_patterns(
    paths: Sequence[str], at_most: int = 5, report: Report = quiet
) -> list[Suggestion]:
    """The likeliest patterns, best first; none when every image seems to be its own item.

    Parameters
    ----------
    paths : all paths; beyond 20,000 ten runs of neighbours in sorted order are looked at,
        because neighbours are what items are made of.
    at_most : number of suggestions.
    report : told between two candidates; may raise Cancelled.
    """
    sample = _sample(paths)
    if len(sample) < 2:
        return []
    array = pa.chunked_array([pa.array(sample, pa.large_string())])
    names = len({path.rpartition("/")[2] for path in sample}) / len(sample)
    whole = len(set(sample)) / len(sample)
    folders, _ = encode(pa.chunked_array([pa.array([path.rpartition("/")[0] for path in sample])]))
    best: dict[tuple[int, ...], Suggestion] = {}
    for number, candidate in enumerate(candidates_of(sample)):
        report("suggestions", number)
        try:
            checked = check_pattern(candidate.pattern, _WHERE)
            keys = keys_in_paths(array, checked, _WHERE)
        except PatternError:  # names that make a pattern of more than 500 characters
            continue
        apart = whole if candidate.with_folder else names
        found, groups = _weigh(candidate, keys, apart, folders)
        # Of patterns that make the same groups one is enough.
        if groups not in best or found.score > best[groups].score:
            best[groups] = found
    ranked = sorted(best.values(), key=lambda found: (-found.score, found.pattern))
    return [found for found in ranked[:at_most] if found.score >= _ENOUGH]


def _sample(paths: Sequence[str]) -> list[str]:
    texts = sorted(path.encode(errors="replace").decode() for path in paths)
    if len(texts) <= _SAMPLE:
        return texts
    size = _SAMPLE // _BLOCKS
    starts = np.linspace(0, len(texts) - size, _BLOCKS).astype(int)
    return [text for start in starts for text in texts[start : start + size]]


def _weigh(
    candidate: Candidate, keys: pa.ChunkedArray, apart: float, folders: Ints
) -> tuple[Suggestion, tuple[int, ...]]:
    matched = keys.drop_null()
    codes, values = encode(matched)
    sizes = np.bincount(codes, minlength=len(values))
    coverage = len(matched) / len(keys)
    score = candidate.bias + _shape_score(sizes, apart) - 1.5 * (1 - coverage)
    mean = float(sizes.mean()) if len(sizes) else 0.0
    if candidate.source in {"folder", "folder above"} and len(values) < _FEW_FOLDERS:
        score -= 0.8  # these are the classes, not objects
    if any(count <= max(12, 2 * mean) for count in candidate.has_view):
        score += 0.15
    found = Suggestion(
        pattern=candidate.pattern,
        source=candidate.source,
        score=round(score, 3),
        items=len(values) + keys.null_count,
        images=round(len(keys) / max(1, len(values) + keys.null_count), 2),
        largest=int(sizes.max(initial=0)),
        matched=coverage,
        examples=tuple(values[:3].to_pylist()),
        warnings=_warnings(sizes, keys, folders),
    )
    labels, _ = encode(keys.fill_null("\x00"))
    return found, tuple(labels.tolist())


def _shape_score(sizes: Ints, apart: float) -> float:
    """What the sizes of the groups say: several images each, none too large, all alike."""
    if not len(sizes):
        return -1.0
    files = int(sizes.sum())
    several = float(sizes[sizes >= 2].sum() / files)
    score = 0.9 * (several if several >= 0.2 else several - 1)
    score -= 1.8 * max(0.0, float(sizes.max()) / files - 0.05)
    score -= 0.35 * min(1.5, float(sizes.std() / sizes.mean()))
    score += 0.35 * min(1.0, 0.5 * float(np.log10(len(sizes))))
    score -= 0.4 * (len(sizes) <= 3)
    if sizes.mean() > 60:
        score -= 0.5 * float(np.log10(sizes.mean() / 60))
    return score + 0.25 * (apart - 0.5)


def _warnings(sizes: Ints, keys: pa.ChunkedArray, folders: Ints) -> tuple[str, ...]:
    warnings = []
    if len(sizes) == 1 and not keys.null_count:
        warnings.append("All images are one item.")
    if len(sizes) and sizes.max() == 1:
        warnings.append("Every image is its own item.")
    if keys.null_count:
        warnings.append(f"{keys.null_count:,} of {len(keys):,} paths do not match.")
    crossing = _crossing(keys, folders)
    if crossing:
        warnings.append(f"{crossing:,} of {len(sizes):,} keys stand in several folders.")
    return tuple(warnings)


def _crossing(keys: pa.ChunkedArray, folders: Ints) -> int:
    """Number of keys that stand in more than one folder."""
    codes, values = encode(keys.fill_null(""))
    pairs = np.unique(codes * (int(folders.max()) + 1) + folders) // (int(folders.max()) + 1)
    crossing = np.bincount(pairs, minlength=len(values)) > 1
    return int(np.count_nonzero(crossing & (values.to_numpy(zero_copy_only=False) != "")))
