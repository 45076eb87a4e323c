"""What became of the draws of an epoch."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["EpochReport", "Rejection", "log"]

log = logging.getLogger("brevviz.generator")


@dataclass(frozen=True, slots=True)
class Rejection:
    """One image that was left out, by its path, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class EpochReport:
    """An epoch's account: every draw was either shown or rejected.

    epoch : its number.
    drawn : draws in it.
    ok : those that came into a batch.
    rejected : those that were left out, in the order of the draw.

    Raises AssertionError when the account does not come out even: a sample was lost.
    """

    epoch: int = 0
    drawn: int = 0
    ok: int = 0
    rejected: tuple[Rejection, ...] = ()

    def __post_init__(self) -> None:
        if self.ok + len(self.rejected) != self.drawn:
            raise AssertionError(
                f"epoch {self.epoch}: {self.ok} shown and {len(self.rejected)} rejected "
                f"are not the {self.drawn} drawn"
            )

    def __str__(self) -> str:
        text = f"epoch {self.epoch}: {self.ok} of {self.drawn} draws shown"
        if not self.rejected:
            return text
        return f"{text}, {len(self.rejected)} rejected: {_listed(self.rejected)}"


def _listed(rejected: Sequence[Rejection], most: int = 5) -> str:
    distinct = list(dict.fromkeys(rejected))
    listed = "; ".join(f"{one.path} ({one.reason})" for one in distinct[:most])
    return listed if len(distinct) <= most else f"{listed}; and {len(distinct) - most} more images"
