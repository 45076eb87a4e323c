"""A small folder of pictures, as files and as a frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

SIZES = {"bad_cap": 5, "good": 14, "missing_cap": 2}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Path of a folder with 21 small PNG files, each of its own pixels."""
    root = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(5)
    for folder, size in SIZES.items():
        (root / folder).mkdir()
        for number in range(size):
            pixels = random.integers(0, 256, (20, 24, 3), np.uint8)
            Image.fromarray(pixels).save(root / folder / f"{number}.png")
    return root


@pytest.fixture
def samples(pictures):
    """Its samples, in the order of their keys."""
    rows = [
        {
            "category": (folder,),
            "folder": folder,
            "path": f"{pictures}/{folder}/{number}.png",
            "bucket": str(pictures),
        }
        for folder, size in SIZES.items()
        for number in range(size)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def copied(pictures, tmp_path, samples):
    """The same samples in a folder of the test's own, whose files it may break."""
    frame = samples.copy()
    for row, path in enumerate(frame["path"]):
        target = tmp_path / path.removeprefix(f"{pictures}/")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(Path(path).read_bytes())
        frame.loc[row, "path"] = str(target)
    frame["bucket"] = str(tmp_path)
    return frame
