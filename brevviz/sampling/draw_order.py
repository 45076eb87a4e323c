"""`DrawOrder`: which sample comes when, as a pure function of (seed, epoch, place)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from brevviz.errors import SamplingError
from brevviz.hashing import state
from brevviz.sampling.bijection import Bijections
from brevviz.sampling.independent import independent
from brevviz.sampling.quotas import Quotas
from brevviz.sampling.slots import Golden, shuffled
from brevviz.sampling.streams import Stream, key, keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brevviz.sampling.groups import Groups

__all__ = ["Algorithm", "DrawOrder", "Draws"]

_Counts = npt.NDArray[np.int64]

Algorithm: TypeAlias = Literal["quota-1", "even-1", "independent-1"]

_BLOCK = 1 << 14  # places worked on at a time: the scratch arrays stay in the processor's cache
_LIMIT = 1 << 32


@dataclass(frozen=True)
class Draws:
    """Consecutive draws; each array is int64 (n,).

    group : number of the group.
    member : number of the sample inside its group.
    repeat : how often this sample was drawn before, in all epochs.
    index : number of the sample in the frame; without a frame, as if it were sorted by group.
    """

    group: _Counts
    member: _Counts
    repeat: _Counts
    index: _Counts

    def __len__(self) -> int:
        return len(self.group)


class DrawOrder:
    """The quota sampler: every epoch gives each group its expected number of draws.

    Each group gets T·p draws rounded down or up, and each of its samples ⌊c/n⌋ or ⌈c/n⌉ of the c
    draws it had so far, within every epoch and over all of them. Memory is that of the groups,
    whatever the number of samples; any epoch and any place in it is reached without the others.

    Parameters
    ----------
    sizes : (k,) samples in each group; an empty group is never drawn.
    p : float64 (k,), weight of each group; only their proportions count.
    epoch_samples : T, draws an epoch, 1..2³².
    seed : int or text.
    shuffle : False: the samples of a group in their own order, groups evenly interleaved.
        True: in random order.
    algorithm : "quota-1": as above, groups in random order too. "even-1": the same quotas, groups
        evenly interleaved also when shuffled, so that each batch has its share of each group.
        "independent-1": every draw by itself; no quotas, and `repeat` just numbers the draws.
    groups : where the samples stand in their frame; gives `Draws.index`.

    Raises
    ------
    SamplingError : sizes, weights or the number of draws cannot be used.
    """

    def __init__(
        self,
        sizes: Sequence[int] | _Counts,
        p: Sequence[float] | npt.NDArray[np.float64],
        epoch_samples: int,
        seed: int | str,
        shuffle: bool,
        *,
        algorithm: Algorithm = "quota-1",
        groups: Groups | None = None,
    ) -> None:
        sizes = np.asarray(sizes, np.int64)
        p = np.where(sizes > 0, np.asarray(p, np.float64), 0.0)
        _check(sizes, p, epoch_samples)
        if algorithm == "independent-1" and not shuffle:
            raise SamplingError(
                "sampling.shuffle",
                "false is not allowed with sampling.algorithm independent-1",
                "Independent draws have no order: shuffle them, or take quota-1",
            )
        self.epoch_samples = epoch_samples
        self.seed = seed
        self.shuffle = shuffle
        self.algorithm = algorithm
        self.sizes = sizes
        self._groups = groups
        self._drawn = np.flatnonzero(p > 0)
        self.p = p / math.fsum(p)
        self._quotas = Quotas(p[self._drawn], epoch_samples, seed)
        self._members = Bijections(
            sizes[self._drawn], keys(state(seed), Stream.MEMBER, self._drawn)
        )
        self._offsets = np.concatenate(([0], np.cumsum(sizes)[:-1]))

    def counts(self, epochs: int = 1) -> _Counts:
        """Draws of each group in the first epochs together: int64 (k,).

        Quotas are known without drawing; independent draws are drawn and counted.
        """
        counts = np.zeros(len(self.sizes), np.int64)
        if self.algorithm == "independent-1":
            for epoch in range(epochs):
                counts += np.bincount(self.draws(epoch).group, minlength=len(counts))
            return counts
        counts[self._drawn] = self._quotas.before(epochs)
        return counts

    def seen(self, epochs: int = 1) -> _Counts:
        """The samples that the first epochs show at least once: int64, as `Draws.index`."""
        if self.algorithm == "independent-1":
            return np.unique(np.concatenate([self.draws(epoch).index for epoch in range(epochs)]))
        counts = np.minimum(self.counts(epochs), self.sizes)[self._drawn]
        group = np.repeat(np.arange(len(counts)), counts)
        rank = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
        group, member, _ = self._finish(group, rank)
        return self._index(group, member)

    def bounds(self, epochs: int = 1) -> tuple[_Counts, _Counts]:
        """The least and the most draws a group can get by its quotas: int64 (k,) both."""
        exact = self.epoch_samples * self.p
        # The float may lie on the wrong side of a whole number that the fractions meet exactly.
        near = np.rint(exact)
        exact = np.where(np.abs(exact - near) < 1e-9 * np.maximum(near, 1), near, exact)
        low, high = np.floor(exact).astype(np.int64), np.ceil(exact).astype(np.int64)
        return low * epochs, high * epochs

    def draws(self, epoch: int, start: int = 0, stop: int | None = None) -> Draws:
        """The draws of one epoch from place `start` to `stop` (None: its end).

        Raises SamplingError when the places are not inside 0..epoch_samples.
        """
        stop = self.epoch_samples if stop is None else min(stop, self.epoch_samples)
        if epoch < 0 or not 0 <= start <= self.epoch_samples:
            raise SamplingError(
                "sampling",
                f"epoch {epoch}, draw {start} is outside epoch 0 or later, "
                f"draw 0..{self.epoch_samples}",
            )
        pieces = [
            self._block(epoch, first, min(first + _BLOCK, stop))
            for first in range(start, stop, _BLOCK)
        ]
        group, member, repeat = (
            np.concatenate(column) if pieces else np.zeros(0, np.int64)
            for column in (zip(*pieces, strict=True) if pieces else ((), (), ()))
        )
        return Draws(group, member, repeat, self._index(group, member))

    def _index(self, group: _Counts, member: _Counts) -> _Counts:
        if self._groups is not None:
            return self._groups.rows(group, member)
        return self._offsets[group] + member

    def _block(self, epoch: int, start: int, stop: int) -> tuple[_Counts, _Counts, _Counts]:
        places = np.arange(start, stop, dtype=np.int64)
        if self.algorithm == "independent-1":
            sizes = self.sizes[self._drawn]
            group, member = independent(sizes, self.p[self._drawn], self.seed, epoch, places)
            return self._drawn[group], member, places + epoch * self.epoch_samples
        starts = self._quotas.starts(epoch)
        epoch_key = key(self.seed, Stream.EPOCH, epoch)
        if self.shuffle and self.algorithm == "quota-1":
            slots = shuffled(places, self.epoch_samples, epoch_key)
            group = _owner(starts, slots)
            rank = slots - starts[group]
        else:
            order = Golden(self.epoch_samples, epoch_key)
            slots = order.slots(places)
            group = _owner(starts, slots)
            if self.shuffle:
                rank = self._mixed(epoch, starts, group, slots - starts[group])
            else:
                rank = _turn(order, starts, group, start)
        return self._finish(group, self._quotas.before(epoch)[group] + rank)

    def _mixed(self, epoch: int, starts: _Counts, group: _Counts, rank: _Counts) -> _Counts:
        # Golden steps come back to the same neighbours epoch after epoch: mix the ranks once more.
        epoch_keys = keys(key(self.seed, Stream.RANK, epoch), Stream.RANK, self._drawn)
        quotas = np.maximum(np.diff(starts), 1)
        return Bijections(quotas, epoch_keys).apply(group, rank).astype(np.int64)

    def _finish(self, group: _Counts, rank: _Counts) -> tuple[_Counts, _Counts, _Counts]:
        # One fixed order for each group, walked round and round: a new one for each round would
        # show a sample three times in an epoch that owes it one or two.
        sizes = self.sizes[self._drawn][group]
        repeat, member = np.divmod(rank, sizes)
        if self.shuffle:
            member = self._members.apply(group, member).astype(np.int64)
        return self._drawn[group], member, repeat


def _owner(starts: _Counts, slots: _Counts) -> _Counts:
    """The group whose stretch holds each slot; empty stretches hold none."""
    return np.searchsorted(starts, slots, side="right").astype(np.int64) - 1


def _turn(order: Golden, starts: _Counts, group: _Counts, start: int) -> _Counts:
    """How many draws of its group came before each draw, in this epoch."""
    present, inverse = np.unique(group, return_inverse=True)
    borders = [int(starts[g]) for g in present] + [int(starts[g + 1]) for g in present]
    visits = order.visits(start, borders)
    before = np.array(visits[len(present) :]) - np.array(visits[: len(present)])
    # Sorted by group, stably, the draws of each group stand in a row: their turn is the place.
    by_group = np.argsort(inverse, kind="stable")
    heads = np.concatenate(([0], np.cumsum(np.bincount(inverse))[:-1]))
    turn = np.empty(len(group), np.int64)
    turn[by_group] = np.arange(len(group)) - heads[inverse[by_group]]
    turn += before[inverse]
    return turn


def _check(sizes: _Counts, p: npt.NDArray[np.float64], epoch_samples: int) -> None:
    if not 1 <= epoch_samples <= _LIMIT:
        raise SamplingError("sampling.epoch_samples", f"{epoch_samples} is outside 1..{_LIMIT}")
    if sizes.max(initial=0) > _LIMIT:
        raise SamplingError("samples", f"a group holds {sizes.max()}, more than {_LIMIT} samples")
    if not np.all(np.isfinite(p)) or np.any(p < 0):
        raise SamplingError("sampling.weighing", "a weight is negative or not a finite number")
    if not np.any(p > 0):
        raise SamplingError(
            "sampling.weighing",
            "no group with samples has a weight above 0",
            "Give at least one of them a weight",
        )
