"""The digest of draws: what two runs of one recipe must draw alike."""

from __future__ import annotations

import hashlib

import numpy as np

from brevviz.sampling.draw_order import Draws

__all__ = ["draws_digest"]


def draws_digest(draws: Draws) -> str:
    """SHA-256 (64 hex digits) over the drawn rows and their repeats, in order.

    Rows are numbers into the samples in byte order of their keys, so that one set in a folder and
    on S3 has one digest.
    """
    numbers = np.stack([draws.index, draws.repeat]).astype("<i8")
    return hashlib.sha256(b"brevviz-draws-v1\0" + numbers.tobytes()).hexdigest()
