"""Frictionless Data Package (v1): `datapackage.json` for the rows of a manifest."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from brevviz.evidence.manifest import Manifest
from brevviz.evidence.rows import SCHEMA
from brevviz.recipe import PURPOSES

__all__ = ["datapackage"]


def datapackage(manifest: Manifest) -> dict[str, Any]:
    """The descriptor as plain data; `hash` is that of `manifest.parquet`.

    `frictionless validate` checks types, keys and purposes. It counts no bytes of a Parquet file,
    so that `bytes` would fail it, and takes its lists for no arrays.
    """
    header = manifest.header
    return {
        "profile": "data-package",
        "name": "brevviz-manifest",
        "title": "Images, their classes, items and purposes",
        "created": manifest.listed,
        "resources": [
            {
                "name": "manifest",
                "path": header.part["file"],
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "hash": f"sha256:{header.part['sha256']}",
                "schema": {
                    "fields": [_field(field) for field in SCHEMA],
                    "primaryKey": ["key"],
                },
            }
        ],
    }


def _field(field: pa.Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if field.nullable else {"required": True}
    if field.name == "purpose":
        constraints["enum"] = list(PURPOSES)
    made: dict[str, Any] = {"name": field.name, "type": _type(field.type)}
    return made | ({"constraints": constraints} if constraints else {})


def _type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_timestamp(kind):
        return "datetime"
    return "any" if pa.types.is_large_list(kind) else "string"
