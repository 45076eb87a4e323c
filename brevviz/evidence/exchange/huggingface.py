"""`metadata.jsonl`, which Hugging Face's ImageFolder reads beside the images."""

from __future__ import annotations

import json
from collections.abc import Iterator

from brevviz.evidence.manifest import Manifest
from brevviz.evidence.rows import REJECTED

__all__ = ["metadata"]


def metadata(manifest: Manifest) -> Iterator[str]:
    """One JSON line for each sample that can be shown: file_name, label, labels, item, split."""
    columns = [
        manifest.rows[name].to_pylist() for name in ("key", "class", "item", "purpose", "reason")
    ]
    for key, labels, item, purpose, reason in zip(*columns, strict=True):
        if purpose is not None and not (reason or "").startswith(REJECTED):
            line = {
                "file_name": key,
                "label": labels[0] if labels else None,
                "labels": labels,
                "item": item,
                "split": purpose,
            }
            yield json.dumps(line, ensure_ascii=True)
