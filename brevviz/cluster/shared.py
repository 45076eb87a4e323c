"""What all pieces have in common, unpacked once in each worker and not once a piece."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

__all__ = ["call"]

_kept: tuple[str, Any] = ("", None)


def call(token: str, read: Callable[[], bytes], piece: Any) -> Any:
    """Do one piece of the work that a token names.

    Parameters
    ----------
    token : names the work and what its pieces share.
    read : gives both, pickled by the process that asks; called when the token is new here.
    """
    global _kept  # noqa: PLW0603  # one a process, as the worker is
    if _kept[0] != token:
        _kept = (token, pickle.loads(read()))  # noqa: S301  # from the process that started this one
    work, shared = _kept[1]
    return work(shared, piece)
