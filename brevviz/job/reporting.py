"""The report of a job whose manifest is written: one page for people, and the same as data."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from brevviz.errors import EvidenceError
from brevviz.evidence import Trail, read_manifest
from brevviz.evidence.report import Pictures, content, to_html
from brevviz.files import write_atomic

if TYPE_CHECKING:
    from brevviz.job.job import Job
    from brevviz.job.preview import Preview
    from brevviz.split import Leaks

__all__ = ["REPORT", "pictures_of", "write_report"]

REPORT = "report.html"
_SHOWN = 8


def write_report(
    job: Job, folder: str | Path, preview: Preview | None = None, leaks: Leaks | None = None
) -> Path:
    """Write `report.html` and `report.json` beside a manifest; the page needs no network.

    Parameters
    ----------
    folder : where the job's manifest is.
    preview : the pictures on the page; None: the first eight draws of train.
    leaks : pairs on both sides of the split; None: they are looked for, by items and files.

    Returns the path of the page. Raises EvidenceError when there is no manifest, or one of another
    recipe; BucketError and ImageError.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    if manifest.recipe != job.recipe:
        raise EvidenceError(
            str(folder), "holds the manifest of another recipe", "Save the job there first"
        )
    pictures = pictures_of(job.preview(_SHOWN) if preview is None else preview)
    data = content(
        manifest,
        job.table,
        job.frequencies(),
        leaks=(job.leaks().leaks if leaks is None else leaks).counts(),
        trail=Trail(folder).entries()[0],
        pictures=pictures,
    )
    text = json.dumps(data, indent=1, ensure_ascii=True) + "\n"
    write_atomic(folder / "report.json", text.encode("ascii"))
    return write_atomic(folder / REPORT, to_html(data, pictures).encode("utf-8"))


def pictures_of(preview: Preview) -> Pictures:
    """A preview as one PNG: rows of originals, augmented, and augmented once more."""
    rows = (preview.original, preview.augmented, preview.repeated)
    pixels = np.concatenate([np.concatenate(list(row), axis=1) for row in rows])
    if pixels.shape[2] == 1:  # Pillow knows a grey picture by its missing axis
        pixels = pixels[..., 0]
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return Pictures(buffer.getvalue(), preview.augmented_digests, preview.equal)
