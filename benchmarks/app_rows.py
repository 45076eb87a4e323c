"""The rows that `benchmarks.app` hands over: key press to paint, and what 100 more keys leave."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks.rows import Row

if TYPE_CHECKING:
    from benchmarks.app import Case, Figures

__all__ = ["rows_of"]

PEERS = {
    "an augmentation slider, 24 tiles": ("(peer) widgets.Image x 24, slider",),
    "LiveChart, 12 bars, slider": ("(peer) JupyterChart, another spec",),
}


def rows_of(found: dict[str, tuple[Case, Figures]], more: int) -> Iterator[Row]:
    """The median of each case of ours, against each of its peers; and the heap and the nodes
    that `more` keys have added to the page.
    """
    for name, (case, figures) in found.items():
        if name.startswith("(peer)"):
            continue
        for peer in PEERS.get(name, ("",)):
            _, theirs = found.get(peer, (None, None))
            absent = "not measured in this run" if peer and theirs is None else ""
            shown = peer.removeprefix("(peer) ")
            yield Row(
                f"{name}: key to paint",
                "ms",
                statistics.median(figures.taken),
                shown,
                statistics.median(theirs.taken) if theirs else None,
                absent,
                limit=case.goal,
            )
            yield Row(
                f"{name}: the page's nodes after {more} more keys",
                "nodes",
                figures.after.nodes - figures.before.nodes,
                shown,
                theirs.after.nodes - theirs.before.nodes if theirs else None,
                absent,
            )
            yield Row(
                f"{name}: the page's heap after {more} more keys",
                "MB",
                (figures.after.heap - figures.before.heap) / 2**20,
                shown,
                (theirs.after.heap - theirs.before.heap) / 2**20 if theirs else None,
                absent,
            )
