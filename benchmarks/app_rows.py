"""The rows that `benchmarks.app` hands over: key press to paint, and what 100 more keys leave."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks.rows import Row

if TYPE_CHECKING:
    from benchmarks.app import Case, Figures

__all__ = ["PEER", "rows_of"]

PEER = "(peer) "
"""What the name of a case that is not ours begins with."""
PEERS = {
    "an augmentation slider, 24 tiles": ("(peer) widgets.Image x 24, slider",),
    "LiveChart, 12 bars, slider": ("(peer) JupyterChart, another spec",),
}


def rows_of(
    found: dict[str, tuple[Case, Figures]], absent: dict[str, str], more: int
) -> Iterator[Row]:
    """The median of each case of ours, against each of its peers; and the heap and the nodes
    that `more` keys have added to the page.

    `absent` is why a peer has no figures, by its name.
    """
    for name, (case, figures) in found.items():
        if case.is_peer:
            continue
        for peer in PEERS.get(name, ("",)):
            _, theirs = found.get(peer, (None, None))
            why = "" if theirs or not peer else absent.get(peer, "not measured in this run")
            shown = peer.removeprefix(PEER)
            yield Row(
                f"{name}: key to paint",
                "ms",
                statistics.median(figures.taken),
                shown,
                statistics.median(theirs.taken) if theirs else None,
                why,
                limit=case.goal,
            )
            yield Row(
                f"{name}: the page's nodes after {more} more keys",
                "nodes",
                figures.after.nodes - figures.before.nodes,
                shown,
                theirs.after.nodes - theirs.before.nodes if theirs else None,
                why,
            )
            yield Row(
                f"{name}: the page's heap after {more} more keys",
                "MB",
                (figures.after.heap - figures.before.heap) / 2**20,
                shown,
                (theirs.after.heap - theirs.before.heap) / 2**20 if theirs else None,
                why,
            )
