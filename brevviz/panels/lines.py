"""One line of the regex bench: a path, what is captured in it, the key, and why it is odd."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Line", "line_of"]

Line = list[object]
"""[path, start, end, item, odd], as `widgets.PathBench.lines` has them."""


def line_of(
    path: str, groups: Sequence[tuple[int, int]] | None, odd: str = "", key: str | None = None
) -> Line:
    """A line from the (start, end) of each captured group, characters; None: nothing matches.

    Parameters
    ----------
    odd : why the line is unusual, if it is.
    key : the item's key, where it is known; None: what is captured.
    """
    caught = [place for place in groups or () if place[0] < place[1]]
    if not caught:
        return [path, None, None, key or "", odd]
    start, end = caught[0]
    return [path, start, end, key or " ".join(path[a:b] for a, b in caught), odd]
