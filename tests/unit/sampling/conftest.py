"""The demo set's groups, as a frame."""

from __future__ import annotations

import pandas as pd
import pytest

SIZES = {"bad_cap": 22, "good": 146, "missing_cap": 12}


@pytest.fixture
def vials():
    """The 180 samples of the seed, by folder."""
    folders = [folder for folder, size in SIZES.items() for _ in range(size)]
    paths = [f"/set/{folder}/{i}.bmp" for i, folder in enumerate(folders)]
    return pd.DataFrame({"folder": folders, "path": paths})
