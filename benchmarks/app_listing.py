"""A bucket of any number of pictures that exist only when they are read, for the app at scale.

    from benchmarks.app_listing import many
    app = brevviz.Explorer(many("/tmp/many", 1_000_000))

It is a folder's store in all but its listing and its bytes: the same app, the same calls.
"""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np
import pyarrow as pa

from brevviz import demo
from brevviz.bucket import Listing, opening
from brevviz.bucket.folder import FolderStore
from brevviz.progress import Report, quiet

__all__ = ["PATTERN", "many"]

CLASSES = ("bad_cap", "cracked", "good", "low_fill", "missing_cap", "scratched")
PATTERN = r"/(\d+)_\d+\.bmp"
_PER_ITEM = 4


class ManyStore(FolderStore):
    """`number` keys such as `good/000017_2.bmp`, each read as a picture of the demo set."""

    def __init__(self, path: str, number: int) -> None:
        super().__init__(path)
        self._number = number
        root = Path(demo.bucket())
        self._pictures = [file.read_bytes() for file in sorted(root.glob("*/*.bmp"))]

    def list(self, report: Report = quiet) -> Listing:
        """All keys, sorted; their classes are far from equally many."""
        report("listed", self._number, self._number)
        places = np.arange(self._number)
        share = np.array([0.04, 0.02, 0.8, 0.06, 0.03, 0.05])
        classes = np.searchsorted(np.cumsum(share) * self._number, places, side="right")
        items = places // _PER_ITEM
        keys = [
            f"{CLASSES[min(c, len(CLASSES) - 1)]}/{item:07d}_{n}.bmp"
            for c, item, n in zip(
                classes.tolist(), items.tolist(), (places % _PER_ITEM).tolist(), strict=True
            )
        ]
        return Listing(
            key=pa.array(keys, pa.large_string()),
            size=pa.array(50_000 + places % 7_000),
            etag=pa.array([f"{place:032x}" for place in places.tolist()], pa.large_string()),
            modified=pa.array(1_700_000_000_000_000 + places),
            version_id=pa.nulls(self._number, pa.large_string()),
        )

    def get(self, key: str, etag: str | None = None, *, keep: bool = True) -> bytes:
        """One of the demo set's pictures, always the same for a key."""
        del etag, keep
        return self._pictures[crc32(key.encode()) % len(self._pictures)]


def many(folder: str | Path, number: int) -> str:
    """Open `number` pictures under the path of a folder, for this process; gives the path."""
    root = str(Path(folder).resolve())
    Path(root).mkdir(parents=True, exist_ok=True)
    opening._open[(root,)] = (ManyStore(root, number), None)  # noqa: SLF001  # a store of our own kind
    return root
