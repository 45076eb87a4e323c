"""Connected components: what any chain of ties joins is one item."""

from __future__ import annotations

import numpy as np

from brevviz.split.arrays import Ints

__all__ = ["components"]


def components(count: int, left: Ints, right: Ints) -> Ints:
    """Join nodes by edges.

    Parameters
    ----------
    count : number of nodes.
    left, right : int64 (edges,), the two nodes of each edge.

    Returns int64 (count,): for each node the smallest node of its component.

    Each round hooks the larger of two roots under the smaller and then shortens every path to
    its root (Shiloach and Vishkin, 1982), in whole arrays.
    """
    root = np.arange(count)
    while True:
        a, b = root[left], root[right]
        apart = a != b
        if not apart.any():
            return root
        left, right, a, b = left[apart], right[apart], a[apart], b[apart]
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while True:
            shorter = root[root]
            if np.array_equal(shorter, root):
                break
            root = shorter
