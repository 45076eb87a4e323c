"""A CSV for spreadsheets: no cell is a formula. It is for looking at, and never read back."""

from __future__ import annotations

import csv
import io

from brevviz.evidence.manifest import Manifest
from brevviz.evidence.rows import SCHEMA

__all__ = ["spreadsheet"]

# What spreadsheets take for the beginning of a formula, full-width forms included.
_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")  # noqa: RUF001  # the full-width forms are meant


def spreadsheet(manifest: Manifest) -> str:
    """The rows as CSV, every cell quoted, and those that could be a formula behind a "'"."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(SCHEMA.names)
    columns = [manifest.rows[name].to_pylist() for name in SCHEMA.names]
    for row in zip(*columns, strict=True):
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue()


def _cell(value: object) -> str:
    text = " | ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    text = str(value) if isinstance(value, int) else text
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
