"""How samples are put into one file: the same samples give the same bytes."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["FORMATS", "Format", "Packed"]


@dataclass(frozen=True)
class Packed:
    """One sample of a shard.

    number : its place in the whole set. data : the file, of the format that `ending` names.
    label : number of its class, -1 for none. facts : what else is known of it, as plain data.
    """

    number: int
    data: bytes
    ending: str
    label: int
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Format:
    """ending : of the shards' names. pack : samples → the whole file."""

    ending: str
    pack: Callable[[Sequence[Packed]], bytes]


def _webdataset(samples: Sequence[Packed]) -> bytes:
    """A tar in which the members of one sample share a name: image, .cls and .json."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for sample in samples:
            facts = json.dumps(sample.facts, sort_keys=True, ensure_ascii=True)
            for ending, data in (
                (sample.ending, sample.data),
                ("cls", str(sample.label).encode()),
                ("json", facts.encode("ascii")),
            ):
                # A TarInfo of its own has no time, owner or mode of this machine.
                member = tarfile.TarInfo(f"{sample.number:010d}.{ending}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _tfrecord(samples: Sequence[Packed]) -> bytes:
    """`tf.train.Example`s with the names that TensorFlow's own image data sets use."""
    from brevviz.images.backend import tf  # noqa: PLC0415  # TensorFlow only for its own format

    with tempfile.TemporaryDirectory(prefix="brevviz-shard-") as folder:
        path = Path(folder) / "shard"
        with tf.io.TFRecordWriter(str(path)) as writer:
            for sample in samples:
                writer.write(_example(sample, tf.train))
        return path.read_bytes()


def _example(sample: Packed, train: Any) -> bytes:
    def text(value: object) -> Any:
        return train.Feature(bytes_list=train.BytesList(value=[str(value).encode()]))

    features = {
        "image/encoded": train.Feature(bytes_list=train.BytesList(value=[sample.data])),
        "image/format": text(sample.ending),
        "image/filename": text(sample.facts["key"]),
        "image/key/sha256": text(sample.facts["sha256"]),
        "image/class/text": text("|".join(sample.facts["classes"])),
        "image/class/label": train.Feature(int64_list=train.Int64List(value=[sample.label])),
        "image/purpose": text(sample.facts["purpose"]),
    }
    example = train.Example(features=train.Features(feature=features))
    # Features are a map, whose order protobuf leaves open unless it is told not to.
    serialized: bytes = example.SerializeToString(deterministic=True)
    return serialized


FORMATS = {
    "webdataset": Format("tar", _webdataset),
    "tfrecord": Format("tfrecord", _tfrecord),
}
