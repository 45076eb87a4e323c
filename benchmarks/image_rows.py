"""The rows that `benchmarks.images` hands over: each of our figures against each peer."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.image_peers import MODULES
from benchmarks.rows import Row

__all__ = ["rows_of"]

GOALS = {
    "augmentation": {
        "ours, cached working images": {
            "albumentations + OpenCV": 4,
            "the original's operators": 7,
            "Keras layers": 20,
            "DALI on CPU": 15,
        },
        "ours, like for like": {"albumentations + OpenCV": 2.5},
    },
    "JPEG 640 x 480": {
        "ours": {"albumentations + OpenCV": 2, "decoding and shrinking alone": 1 / 1.6}
    },
    "BMP 1280 x 1024": {"ours": {"albumentations + OpenCV": 3}},
    "preview of 24": {"ours": {"a data set built again": 20}},
}
WORDS = {
    ("augmentation", "ours, cached working images"): "augmenting pictures kept as working images",
    ("augmentation", "ours, like for like"): "augmenting plain arrays, like for like",
    ("preview of 24", "ours"): "a preview of 24 pictures after a changed setting",
}
PEERS = {"augmentation": tuple(MODULES), "preview of 24": ("a data set built again",)}
READING = (
    "albumentations + OpenCV",
    "naive TensorFlow, per sample",
    "decoding and shrinking alone",
)


def rows_of(tables: dict[str, dict[str, float]]) -> Iterator[Row]:
    """From contender → pictures (previews) a second, by table; who is not installed is named."""
    for table, figures in tables.items():
        unit = "previews a second" if table.startswith("preview") else "pictures a CPU second"
        for ours in [name for name in figures if (table, name) in WORDS or name == "ours"]:
            what = WORDS.get((table, ours), f"{table}: from the file to augmented pictures")
            for peer in PEERS.get(table, READING):
                yield Row(
                    what,
                    unit,
                    figures[ours],
                    peer,
                    figures.get(peer),
                    "" if peer in figures else f"{MODULES[peer]} is not installed",
                    more=True,
                    times=GOALS.get(table, {}).get(ours, {}).get(peer),
                )
