"""A generator's batches, made by many workers: the same bytes in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from brevviz.bucket import Agreements, agreements
from brevviz.cluster import Cluster
from brevviz.generator.arrays import as_numpy
from brevviz.generator.feed import nothing_shown
from brevviz.generator.maps import Structure, arranged
from brevviz.generator.report import EpochReport, Rejection, log
from brevviz.progress import Report, quiet

if TYPE_CHECKING:
    from brevviz.generator.data_generator import DataGenerator

__all__ = ["Distributed"]

_BATCHES = 4
"""Batches a piece of work: enough to outweigh the way there and back."""


class _Span(NamedTuple):
    """Draws of one epoch that one worker makes."""

    epoch: int
    first: int
    last: int


class _Made(NamedTuple):
    """What a worker made of a span: the good samples' arrays, in order, and its account."""

    span: _Span
    arrays: list[dict[str, Any]]
    ok: int
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True)
class _Shared:
    """What every worker needs. agreed : the endpoints that the asking process signs for."""

    generator: DataGenerator
    agreed: Agreements


class Distributed:
    """Batches as `DataGenerator.get_dataset_numpy` gives them, drawn, read and mapped by workers.

    Each worker makes whole stretches of the draw order; a rejected image leaves its place to the
    next good one, across the stretches too. Maps must treat each sample for itself, as
    `ImagePipeline` and `ImageAugmenter` do: workers batch as it suits them.

    Parameters
    ----------
    generator : what to draw.
    cluster : the workers.
    structure : instead of the generator's `output_structure`.
    report : told of the draws made; may raise Cancelled.
    """

    def __init__(
        self,
        generator: DataGenerator,
        cluster: Cluster,
        structure: Structure = None,
        report: Report = quiet,
    ) -> None:
        self.report = EpochReport()
        """The account of the last epoch that was drawn to its end."""
        self._generator = generator
        self._cluster = cluster
        self._structure = structure or generator.structure
        self._tell = report

    def __len__(self) -> int:
        return len(self._generator)

    def __iter__(self) -> Iterator[Any]:
        size = self._generator.section.batch_size
        pending: list[dict[str, Any]] = []
        count = 0
        for arrays in self._stretches():
            pending.append(arrays)
            count += _length(arrays)
            while count >= size:
                whole = _joined(pending)
                yield arranged(_cut(whole, 0, size), self._structure)
                pending, count = [_cut(whole, size, count)], count - size
        if count:
            yield arranged(_joined(pending), self._structure)

    def _stretches(self) -> Iterator[dict[str, Any]]:
        stream = self._generator.stream
        size = self._generator.section.batch_size * _BATCHES
        spans: Iterable[_Span] = (_Span(*span) for span in stream.spans(size))
        if not stream.repeat:
            spans = list(spans)  # their number is known, and told
        shared = _Shared(self._generator, agreements())
        results = self._cluster.map(make, shared, spans, what="stretches drawn", report=self._tell)
        account = EpochReport()
        for made in results:
            if account.epoch != made.span.epoch:
                account = EpochReport(made.span.epoch, 0, 0, ())
            account = EpochReport(
                account.epoch,
                account.drawn + made.span.last - made.span.first,
                account.ok + made.ok,
                (*account.rejected, *made.rejected),
            )
            if made.span.last == len(stream):
                self._close(account)
            yield from made.arrays

    def _close(self, account: EpochReport) -> None:
        self.report = account
        if account.rejected:
            log.warning("%s", account)
        if account.ok == 0:
            raise nothing_shown(account.drawn, account.rejected[0])


def make(shared: _Shared, span: _Span) -> _Made:
    """Make one stretch of the draws, in a worker."""
    shared.agreed.adopt()
    generator = shared.generator
    whole = len(generator.stream)
    start = span.epoch * whole + span.first
    stream = replace(generator.stream, start=start, stop=start + span.last - span.first)
    feed, run = generator.feed_of(stream, tells=False), generator.mapped
    arrays = [as_numpy(run(batch)) for batch in feed.batches()]
    return _Made(span, arrays, feed.report.ok, feed.report.rejected)


def _length(arrays: dict[str, Any]) -> int:
    return len(next(iter(arrays.values())))


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _cut(arrays: dict[str, Any], begin: int, end: int) -> dict[str, Any]:
    return {name: values[begin:end] for name, values in arrays.items()}
