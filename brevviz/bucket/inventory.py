"""S3 Inventory: a bucket's listing that S3 itself has written, for buckets too large to list.

A report is `…/CONFIG/2026-11-24T01-00Z/manifest.json`, with `manifest.checksum` beside it and its
data in `…/CONFIG/data/`. Every file is checked by its MD5 and kept as Parquet of our own form.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from brevviz.bucket.browse import Index
from brevviz.bucket.cache import cache_folder
from brevviz.bucket.index import write_table
from brevviz.bucket.listing import finish
from brevviz.bucket.pages import SCHEMA
from brevviz.bucket.reading import md5_of
from brevviz.bucket.store import Head, Listing, Store
from brevviz.errors import BucketError
from brevviz.progress import Report, quiet

__all__ = ["InventoryStore", "is_inventory"]

MANIFEST = "manifest.json"
SETTING = "BREVVIZ_MOST_LISTED"
"""Environment: more objects than this are browsed (`index`), not listed in memory; a row takes
about 150 bytes there, so that the default stands for some 7 GiB."""
MOST_LISTED = 50_000_000

# Names of S3's CSV and of its Parquet files, which differ in their style.
_NAMES = {
    "key": "key",
    "size": "size",
    "etag": "etag",
    "lastmodifieddate": "modified",
    "versionid": "version_id",
    "islatest": "is_latest",
    "isdeletemarker": "is_delete_marker",
}


def is_inventory(path: str) -> bool:
    """Is a path that of an inventory's manifest?"""
    return path.rpartition("/")[2] == MANIFEST


def _most_listed() -> int:
    text = os.environ.get(SETTING, "") or str(MOST_LISTED)
    if not text.isdecimal():
        raise BucketError(SETTING, f"{text!r} is not a number of objects")
    return int(text)


class InventoryStore:
    """The objects of an inventory, read from the bucket that it is about.

    Parameters
    ----------
    report_store : the folder CONFIG of the report, in a bucket or a copy on disk.
    date : the name of the folder that holds the manifest.
    open_source : a function of the bucket's name that opens it for reading.
    """

    def __init__(self, report_store: Store, date: str, open_source: Callable[[str], Store]) -> None:
        self._report_store = report_store
        self._date = date
        manifest = self._manifest()
        self._files: list[Mapping[str, Any]] = manifest["files"]
        self._format = str(manifest["fileFormat"])
        self._schema = str(manifest["fileSchema"])
        self._source: Store = open_source(str(manifest["sourceBucket"]))
        self.root = self._source.root
        self.base_url = self._source.base_url

    def __repr__(self) -> str:
        return f"InventoryStore({self._report_store.root!r}, {self._date!r})"

    def uri(self, key: str) -> str:
        """`s3://bucket/key` of the source bucket."""
        return self._source.uri(key)

    def url(self, key: str) -> str:
        """The object's plain address in the source bucket."""
        return self._source.url(key)

    def index(self, report: Report = quiet) -> Index:
        """The inventory's objects, fetched, checked and kept; memory holds one file at a time.

        Raises BucketError when a file is missing or is not the one that the manifest names.
        """
        folder = cache_folder() / "inventories"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths: list[Path] = []
        for number, entry in enumerate(self._files):
            report("inventory files", number, len(self._files))
            md5 = str(entry["MD5checksum"]).lower()
            path = folder / f"{md5_of(json.dumps([md5, self._schema]).encode())}.parquet"
            if not path.exists():
                write_table(self._table(str(entry["key"]), md5), path)
            paths.append(path)
        report("inventory files", len(self._files), len(self._files))
        return Index(paths)

    def list(self, report: Report = quiet) -> Listing:
        """Every object of the inventory. Raises BucketError, also for more than `SETTING` allows."""
        index, most = self.index(report), _most_listed()
        if len(index) > most:
            raise BucketError(
                self._report_store.root,
                f"holds {len(index):,} objects; up to {most:,} are listed in memory",
                f"Browse it with open_store(source).index(), or set {SETTING}",
            )
        return finish(
            [pq.read_table(p, columns=SCHEMA.names).cast(SCHEMA) for p in index.paths], ""
        )

    def get(self, key: str, etag: str | None = None, *, keep: bool = True) -> bytes:
        """The object's bytes from the source bucket. Raises BucketError."""
        return self._source.get(key, etag, keep=keep)

    def head(self, key: str) -> Head:
        """What the object is now. Raises BucketError."""
        return self._source.head(key)

    def close(self) -> None:
        """Close idle connections."""
        self._source.close()
        self._report_store.close()

    def _manifest(self) -> dict[str, Any]:
        where = f"{self._report_store.root}/{self._date}/{MANIFEST}"
        text = self._report_store.get(f"{self._date}/{MANIFEST}")
        checksum = self._report_store.get(f"{self._date}/manifest.checksum")
        if checksum.decode("ascii", "replace").strip().lower() != md5_of(text):
            raise BucketError(where, "does not match manifest.checksum beside it")
        try:
            manifest = dict(json.loads(text))
            whole = isinstance(manifest["files"], list) and bool(manifest["sourceBucket"])
            form = manifest["fileFormat"]
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise BucketError(where, "is not the manifest of an S3 inventory")
        if form not in {"CSV", "Parquet"}:
            raise BucketError(where, f"has files of the form {form!r}; CSV and Parquet are read")
        return manifest

    def _table(self, key: str, md5: str) -> pa.Table:
        name = f"data/{key.rpartition('/')[2]}"
        where = self._report_store.uri(name)
        data = self._report_store.get(name)
        if md5_of(data) != md5:
            raise BucketError(where, "does not match its MD5 in the manifest")
        try:
            raw = _parquet(data) if self._format == "Parquet" else _csv(data, self._schema)
            return _ours(raw, encoded=self._format == "CSV")
        except (pa.ArrowException, KeyError, OSError, EOFError) as error:
            raise BucketError(where, f"cannot be read as {self._format}: {error}") from error


def _parquet(data: bytes) -> pa.Table:
    table = pq.read_table(pa.BufferReader(data))
    return table.rename_columns([_known(name) for name in table.column_names])


def _csv(data: bytes, schema: str) -> pa.Table:
    names = [_known(name) for name in schema.split(",")]
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    return pc_csv.read_csv(
        pa.BufferReader(text),
        read_options=pc_csv.ReadOptions(column_names=names),
        parse_options=pc_csv.ParseOptions(newlines_in_values=True),
        convert_options=pc_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _known(name: str) -> str:
    plain = name.strip().replace("_", "").lower()
    return _NAMES.get(plain, plain)


def _ours(raw: pa.Table, *, encoded: bool) -> pa.Table:
    """Rows of an inventory with SCHEMA, sorted: current objects only."""
    for flag, wanted in (("is_latest", "true"), ("is_delete_marker", "false")):
        if flag in raw.column_names:
            raw = raw.filter(pc.equal(pc.utf8_lower(raw[flag].cast(pa.string())), wanted))
    keys = raw["key"].cast(pa.large_string())
    if encoded and pc.any(pc.match_substring_regex(keys, r"[%+]")).as_py():
        decode = partial(unquote_plus, errors="strict")
        keys = pa.chunked_array([pa.array(map(decode, keys.to_pylist()), pa.large_string())])
    columns = {
        "key": keys,
        "size": _filled(raw["size"], "0").cast(pa.int64()),
        "etag": pc.utf8_trim(_filled(raw["etag"], ""), '"'),
        "modified": raw["modified"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()),
        "version_id": _versions(raw),
    }
    table = pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)
    return table.take(pc.sort_indices(table["key"]))


def _filled(column: pa.ChunkedArray, value: str) -> pa.ChunkedArray:
    text = column.cast(pa.large_string())
    return pc.if_else(pc.equal(pc.fill_null(text, ""), ""), value, text)


def _versions(raw: pa.Table) -> pa.ChunkedArray:
    if "version_id" not in raw.column_names:
        return pa.chunked_array([pa.nulls(len(raw), pa.large_string())])
    text = raw["version_id"].cast(pa.large_string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.large_string()), text)
