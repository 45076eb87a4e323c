"""Samples into shards: in the order of their keys, by as many workers as are wanted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from PIL import Image

from brevviz.bucket import Agreements, agreements, reader
from brevviz.cluster import Cluster, Here
from brevviz.errors import EvidenceError, ImageRejected, NoImages
from brevviz.files import write_atomic
from brevviz.images import ImagePipeline, render_view
from brevviz.images.probe import probe
from brevviz.progress import Report, quiet
from brevviz.recipe import View
from brevviz.shards.formats import FORMATS, Packed
from brevviz.shards.index import Shard, Shards, digest_of, index_path, read_shards
from brevviz.split import relative_paths, split_digest

__all__ = ["write_shards"]

Content = Literal["originals", "views"]

_READERS = 8


@dataclass(frozen=True)
class _Work:
    """What all shards of a set have in common."""

    samples: pd.DataFrame
    keys: tuple[str, ...]
    folder: Path
    format: str
    content: Content
    view: View
    classes: tuple[str, ...]
    agreed: Agreements


@dataclass(frozen=True)
class _Piece:
    """One shard to write: samples first … last - 1."""

    name: str
    first: int
    last: int


def write_shards(
    samples: pd.DataFrame,
    folder: str | Path,
    *,
    view: View,
    name: str = "samples",
    format: str = "webdataset",  # noqa: A002  # what everybody calls it
    content: Content = "originals",
    per_shard: int = 1000,
    cluster: Cluster | None = None,
    report: Report = quiet,
) -> Shards:
    """Write the samples of a frame into shards, in byte order of their keys.

    Each shard is written whole or not at all, the index last. A run that was stopped goes on with
    the shards that are not there yet: those that are hold the bytes that would be written again.

    Parameters
    ----------
    samples : with `path`, `etag`, `category` and `purpose`.
    folder : made if missing.
    view : what can be shown right, and how a view looks; images that cannot be shown are left out
        and named.
    name : of the set: `name-00000-of-00012.tar` and `name.shards.json`.
    format : "webdataset" or "tfrecord".
    content : the files' own bytes, or the plain view as PNG. Never augmented: what is drawn from
        the shards is augmented where it is drawn.
    per_shard : samples a shard.
    cluster : whose workers write; None: this process alone.

    Raises EvidenceError for a setting that is not allowed, for a folder that holds another set of
    this name, and when a file cannot be written; NoImages without samples; BucketError.
    """
    folder = Path(folder)
    _check(samples, name, format, content, per_shard)
    ordered, keys = _ordered(samples)
    work = _Work(
        ordered,
        keys,
        folder,
        format,
        content,
        view,
        _classes(samples),
        agreements(),
    )
    settings = _settings(work, per_shard)
    partial = f".{name}.partial"
    done = _done(folder, (name, partial), settings)
    ending = FORMATS[format].ending
    total = -(-len(work.samples) // per_shard)
    pieces = [
        _Piece(
            f"{name}-{number:05d}-of-{total:05d}.{ending}",
            number * per_shard,
            min((number + 1) * per_shard, len(work.samples)),
        )
        for number in range(total)
    ]
    left = [piece for piece in pieces if piece.name not in done]
    for shard in (cluster or Here()).map(
        write_shard, work, left, what="shards written", report=report
    ):
        done[shard.name] = shard
        Shards(folder, partial, settings, tuple(done[key] for key in sorted(done))).save()
    whole = Shards(folder, name, settings, tuple(done[piece.name] for piece in pieces))
    whole.save()
    index_path(folder, partial).unlink(missing_ok=True)
    return whole


def write_shard(work: _Work, piece: _Piece) -> Shard:
    """Write one shard, perhaps in a worker."""
    work.agreed.adopt()
    read = reader(work.samples)
    pipeline = ImagePipeline.of(work.view)
    rows = list(
        enumerate(work.samples.iloc[piece.first : piece.last].to_dict("records"), piece.first)
    )

    def one(place: tuple[int, dict[Any, Any]]) -> Packed | tuple[str, str]:
        number, row = place
        data = read(str(row["path"]), str(row["etag"]) or None)
        try:
            return _packed(work, pipeline, number, row, data)
        except ImageRejected as error:
            return work.keys[number], error.problem

    with ThreadPoolExecutor(_READERS) as pool:
        found = list(pool.map(one, rows))
    packed = [each for each in found if isinstance(each, Packed)]
    rejected = [each for each in found if not isinstance(each, Packed)]
    whole = FORMATS[work.format].pack(packed)
    write_atomic(work.folder / piece.name, whole)
    return Shard(
        piece.name,
        piece.first,
        len(rows),
        len(packed),
        len(whole),
        hashlib.sha256(whole).hexdigest(),
        tuple(rejected),
    )


def _packed(
    work: _Work, pipeline: ImagePipeline, number: int, row: dict[Any, Any], data: bytes
) -> Packed:
    key = work.keys[number]
    loaded = pipeline.load(data, key)
    classes = tuple(map(str, row["category"]))
    facts = {
        "key": key,
        "sha256": loaded.content,
        "classes": list(classes),
        "purpose": str(row["purpose"]),
    }
    label = work.classes.index(classes[0]) if classes else -1
    if work.content == "originals":
        return Packed(number, data, probe(data, work.view.max_pixels).format.lower(), label, facts)
    pixels = render_view(
        loaded.working[None], np.zeros(1, np.uint64), None, work.view, loaded.size
    )[0]
    return Packed(number, _png(pixels), "png", label, facts)


def _png(pixels: Any) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(buffer, "PNG")
    return buffer.getvalue()


def _ordered(samples: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The samples in byte order of their keys, and the keys."""
    keys = np.array(relative_paths(samples, "shards").to_pylist(), object)
    order = np.array(sorted(range(len(keys)), key=lambda row: str(keys[row]).encode()))
    ordered = samples.iloc[order]
    ordered.attrs = samples.attrs
    return ordered, tuple(keys[order])


def _classes(samples: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted({str(one) for entry in samples["category"] for one in entry}))


def _settings(work: _Work, per_shard: int) -> dict[str, Any]:
    return {
        "format": work.format,
        "content": work.content,
        "per_shard": per_shard,
        "classes": list(work.classes),
        "samples": split_digest(work.samples),
        "view": work.view.model_dump(mode="json"),
    }


def _done(folder: Path, names: Sequence[str], settings: dict[str, Any]) -> dict[str, Shard]:
    """The shards of this very set that an earlier run has written, and that are whole."""
    for path in (index_path(folder, name) for name in names):
        if not path.exists():
            continue
        known = read_shards(path)
        if known.settings != settings:
            raise EvidenceError(
                str(path),
                "describes another set of shards of this name",
                "Give another folder or name, or delete it",
            )
        return {one.name: one for one in known.shards if digest_of(folder / one.name) == one.sha256}
    return {}


def _check(samples: pd.DataFrame, name: str, format_: str, content: str, per_shard: int) -> None:
    if format_ not in FORMATS:
        raise EvidenceError("format", f"{format_!r} is not one of {', '.join(FORMATS)}")
    if content not in {"originals", "views"}:
        raise EvidenceError("content", f"{content!r} is not one of originals, views")
    if not 1 <= per_shard <= 1_000_000:
        raise EvidenceError("per_shard", f"{per_shard} is outside 1..1000000")
    if not name or Path(name).name != name or name.startswith("."):
        raise EvidenceError("name", f"{name!r} is not a plain file name")
    missing: Sequence[str] = [
        column for column in ("path", "etag", "category", "purpose") if column not in samples
    ]
    if missing:
        raise EvidenceError("samples", f"have no column {missing[0]!r}", "Assign them first")
    if samples.empty:
        raise NoImages("shards", "there are no samples to write")
