"""Which draws a generator makes: all of an epoch or a shard of it, from the start or from a step."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from brevviz.errors import SamplingError
from brevviz.sampling import DrawOrder, Draws

__all__ = ["DrawStream"]

_BLOCK = 1 << 14


@dataclass(frozen=True)
class DrawStream:
    """A run through a draw order.

    A shard is one stretch of each epoch's places: shards do not overlap, together they are the
    epoch, and their sizes differ by one at most.

    Parameters
    ----------
    order : the draw order.
    repeat : True: epoch after epoch without end.
    shard, shards : which shard, of how many.
    start : draws of this shard to pass over.
    stop : the draw of this shard to end before; None: none.
    """

    order: DrawOrder
    repeat: bool
    shard: int = 0
    shards: int = 1
    start: int = 0
    stop: int | None = None

    def __post_init__(self) -> None:
        if self.shards < 1 or not 0 <= self.shard < self.shards:
            raise SamplingError(
                "shard", f"{self.shard} of {self.shards} is outside 0..{self.shards - 1}"
            )
        if self.shards > self.order.epoch_samples:
            raise SamplingError(
                "shard",
                f"{self.shards} shards of {self.order.epoch_samples} draws leave some empty",
                "Take fewer shards",
            )
        if self.start < 0:
            raise SamplingError("step", "is negative; 0 or more is allowed")

    def __len__(self) -> int:
        """Draws an epoch."""
        first, last = self._places()
        return last - first

    def pieces(self) -> Iterator[tuple[int, Draws]]:
        """The draws in order, in pieces of one epoch each: (epoch, draws)."""
        begin, end = self._places()
        for number, first, last in self.spans(_BLOCK):
            yield number, self.order.draws(number, begin + first, min(begin + last, end))

    def spans(self, size: int) -> Iterator[tuple[int, int, int]]:
        """The stretches of this shard's epochs to draw, cut to a size: (epoch, from, to)."""
        epoch, first = divmod(self.start, len(self))
        for number in itertools.count(epoch) if self.repeat else range(epoch, 1):
            last = len(self)
            if self.stop is not None:
                last = min(last, self.stop - number * len(self))
            if last <= 0:
                return
            for place in range(first, last, size):
                yield number, place, min(place + size, last)
            first = 0

    def _places(self) -> tuple[int, int]:
        total = self.order.epoch_samples
        return total * self.shard // self.shards, total * (self.shard + 1) // self.shards
