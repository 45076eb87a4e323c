"""Frames for the split's tests."""

import pandas as pd
import pytest


def _stamps(folder):
    """The names of the demo set's folder: item_milliseconds.bmp."""
    items = {
        "bad_cap": [i for i in range(11) for _ in range(2)],
        "good": [i for i in range(48) for _ in range(4 if i in (10, 11) else 3)],
        "missing_cap": [i for i in range(6) for _ in range(2)],
    }[folder]
    return [f"{item}_{1543412090863 + 201 * place}.bmp" for place, item in enumerate(items)]


@pytest.fixture
def demo():
    """The samples of the demo set: 22 + 146 + 12 images of 11, 48 and 6 items."""
    rows = [
        {"category": (folder,), "folder": folder, "path": f"s3://demo/set/{folder}/{name}"}
        for folder in ("bad_cap", "good", "missing_cap")
        for name in _stamps(folder)
    ]
    frame = pd.DataFrame(rows)
    frame["etag"] = [f"{i:032x}" for i in range(len(frame))]
    frame["bucket"] = "s3://demo/set"
    return frame


@pytest.fixture(scope="session")
def frame_of():
    """Make a frame of (key, stratum) pairs, one row each; columns key, folder, path, etag."""

    def make(pairs, purposes=None):
        frame = pd.DataFrame(
            {
                "key": [str(key) for key, _ in pairs],
                "folder": [str(stratum) for _, stratum in pairs],
                "path": [f"s3://b/{s}/{k}_{i}.png" for i, (k, s) in enumerate(pairs)],
                "etag": [f"{i:032x}" for i in range(len(pairs))],
            }
        )
        if purposes is not None:
            frame["purpose"] = pd.Series(purposes, dtype="str")
        return frame

    return make
