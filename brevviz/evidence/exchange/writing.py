"""The files of the exchange, beside the manifest."""

from __future__ import annotations

import json
from pathlib import Path

from brevviz.evidence.exchange.croissant import croissant
from brevviz.evidence.exchange.frictionless import datapackage
from brevviz.evidence.exchange.huggingface import metadata
from brevviz.evidence.exchange.spreadsheet import spreadsheet
from brevviz.evidence.manifest import read_manifest
from brevviz.files import write_atomic

__all__ = ["write_exchange"]


def write_exchange(folder: str | Path) -> list[Path]:
    """Write all of them. Returns their paths. Raises EvidenceError."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    texts = {
        "croissant.json": json.dumps(croissant(manifest), indent=1) + "\n",
        "datapackage.json": json.dumps(datapackage(manifest), indent=1) + "\n",
        "metadata.jsonl": "".join(f"{line}\n" for line in metadata(manifest)),
        # The mark tells spreadsheets that it is UTF-8.
        "manifest.spreadsheet.csv": "\ufeff" + spreadsheet(manifest),
    }
    return [write_atomic(folder / name, text.encode("utf-8")) for name, text in texts.items()]
