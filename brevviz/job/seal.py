"""The seal of the test set: none of its pictures is seen before somebody says why.

It holds for what goes through a job: whoever opens the files themselves walks round it, and no
library can hold them back (docs/evidence.md says what is left).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brevviz.errors import EvidenceError, Sealed
from brevviz.evidence.trail import UNSEALED, Trail, named_trail, named_who

__all__ = ["Seal"]

_OPEN = ("train", "devel")


class Seal:
    """Which test sets were opened in this process. A job shares it with those made from it.

    Parameters
    ----------
    trail : the folder whose trail tells of it; None: the one that `BREVVIZ_TRAIL` names.
    who : a name for the trail; None: the one of `BREVVIZ_WHO`, if any.
    """

    def __init__(self, trail: str | Path | None = None, who: str | None = None) -> None:
        self.trail = Path(trail) if trail is not None else named_trail()
        self.who = who if who is not None else named_who()
        self._lock = threading.Lock()
        self._opened: set[str] = set()

    def is_open(self, key: str) -> bool:
        """Was this test set opened?

        Parameters
        ----------
        key : names what the set follows from; another split's test set is sealed again.
        """
        with self._lock:
            return key in self._opened

    def hides(self, purpose: str, key: str, *, tested: bool) -> bool:
        """Are pictures of this purpose sealed?

        Parameters
        ----------
        purpose : one that is not known yet may turn out to be test.
        tested : does the split make a test set at all?
        """
        if purpose in _OPEN or not (tested or purpose == "test"):
            return False
        return not self.is_open(key)

    def open(
        self,
        key: str,
        about: Mapping[str, Any],
        reason: str,
        trail: str | Path | None = None,
        who: str | None = None,
    ) -> int:
        """Open a test set, once the trail says so. Gives how often that was done by this trail.

        Parameters
        ----------
        about : which set, as plain data for the trail.

        Raises EvidenceError without a reason or a trail, or when the trail cannot be written.
        """
        if not reason.strip():
            raise EvidenceError("reason", "is empty", "Say why the test set is opened")
        folder = Path(trail) if trail is not None else self.trail
        if folder is None:
            raise EvidenceError(
                "trail",
                "is not named, and the test set is not opened without a line in one",
                "Name its folder: trail=..., --trail or BREVVIZ_TRAIL",
            )
        line = Trail(folder).append(
            UNSEALED, new=dict(about), reason=reason, who=who or self.who, counted=True
        )
        with self._lock:
            self._opened.add(key)
        return line.count or 1

    def refuse(self, images: int) -> Sealed:
        """The error for what would show pictures of a sealed test set."""
        return Sealed(
            "purpose test",
            f"is sealed: none of its {images:,} images is drawn, shown or decoded",
            'Say why it is opened: job.unseal("reason", trail=FOLDER)',
        )
