"""Croissant 1.0 (MLCommons): JSON-LD that lets a set be found and its rows be loaded.

It has no words for the version of an object or the rule of a split: the record is the manifest.
"""

from __future__ import annotations

from typing import Any

from brevviz.evidence.manifest import Manifest

__all__ = ["croissant"]

# The official one, word for word: readers warn of any other.
_CROISSANT = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject"),
    *("fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField"),
    *("path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate"),
    *("separator", "source", "subField", "transform"),
)
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{name: f"cr:{name}" for name in _CROISSANT},
}

_FIELDS = {
    "key": ("sc:Text", "Name of the object inside its source"),
    "etag": ("sc:Text", "ETag of the object"),
    "sha256": ("sc:Text", "SHA-256 of the bytes, where they are locked"),
    "size": ("sc:Integer", "Bytes"),
    "class": ("sc:Text", "Labels"),
    "item": ("sc:Text", "The physical item that the image shows"),
    "purpose": ("sc:Text", "train, devel or test"),
    "reason": ("sc:Text", "Why it is left out or rejected"),
}


def croissant(manifest: Manifest) -> dict[str, Any]:
    """The description as plain data."""
    header = manifest.header
    source = manifest.recipe.source
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": source.name or "brevviz-manifest",
        "description": "Images with their classes, physical items and purposes.",
        "identifier": header.rows_sha256,
        "citeAs": f"brevviz manifest, rows SHA-256 {header.rows_sha256}",
        "datePublished": manifest.listed,
        "url": header.base_url,
        "version": f"{len(header.revisions)}.0.0",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": "manifest",
                "name": header.part["file"],
                "contentUrl": header.part["file"],
                "encodingFormat": "application/x-parquet",
                "sha256": header.part["sha256"],
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "objects",
                "name": "objects",
                "field": [_field(name, *about) for name, about in _FIELDS.items()],
            }
        ],
    }


def _field(name: str, kind: str, description: str) -> dict[str, Any]:
    made = {
        "@type": "cr:Field",
        "@id": f"objects/{name}",
        "name": name,
        "description": description,
        "dataType": kind,
        "source": {"fileObject": {"@id": "manifest"}, "extract": {"column": name}},
    }
    return made | ({"repeated": True} if name == "class" else {})
