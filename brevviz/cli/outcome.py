"""What `brevviz run` does: one job, its checks, its files, its summary."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from brevviz.evidence import read_manifest, write_manifest
from brevviz.files import write_atomic
from brevviz.job import Digests, Job, Preview, record, replay
from brevviz.job.reporting import pictures_of, write_report
from brevviz.notebook import Exported, export
from brevviz.progress import Report
from brevviz.recipe import Recipe
from brevviz.split import Leaks
from brevviz.words import printable

__all__ = ["Outcome", "carry_out", "to_text"]

_UNREAD = "Only the pictures of the first batch were read; brevviz lock reads every file."
_SHOWN = 8


@dataclass(frozen=True)
class Outcome:
    """What a run has come to.

    folder : where its files are. counts : of the manifest. findings : sentences; what does not
    hold. notes : sentences; what is good to know.
    """

    folder: Path
    counts: dict[str, Any]
    digests: Digests
    findings: tuple[str, ...]
    notes: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """As plain data, for `summary.json`."""
        return {
            "counts": self.counts,
            "digests": self.digests.data(),
            "findings": list(self.findings),
            "notes": list(self.notes),
        }


def carry_out(
    recipe: Recipe,
    exported: Exported | None,
    folder: Path,
    *,
    trusted: Collection[str],
    report: Report,
    reason: str,
    who: str | None,
) -> Outcome:
    """Do the whole job of a recipe and write its files. Raises BrevvizError.

    Parameters
    ----------
    exported : the notebook that the recipe comes from; its digests are compared.
    reason, who : for the trail.
    """
    job = Job(recipe, trusted=trusted, report=report)
    table, frequencies = job.table, job.frequencies()
    # The source was listed and split: from here on there is something to write.
    recipe.save(folder / "recipe.yaml")
    _write_table(folder / "split.json", table)
    _write_table(folder / "frequencies.json", frequencies)
    report("first batch", 0, 2)
    _load_tensorflow()
    digests = job.digests()
    report("first batch again", 1, 2)
    # Another job, which shares nothing with the first but the recipe.
    again = Job(recipe, trusted=trusted, report=report).digests()
    recorded = record(job)
    recorded.save(folder / "record.json")
    replayed = replay(recorded, trusted=trusted, report=report)
    report("first batch again", 2, 2)
    preview = job.preview(_SHOWN)
    write_atomic(folder / "batch.png", pictures_of(preview).png)
    export(recipe, folder / "recipe.ipynb", digests)
    write_manifest(job, folder, digests, report, reason=reason, who=who)
    manifest = read_manifest(folder)
    leaks = job.leaks().leaks
    write_report(job, folder, preview, leaks)
    outcome = Outcome(
        folder=folder,
        counts=manifest.header.counts,
        digests=digests,
        findings=(
            *_findings(digests, again, preview, exported),
            *replayed.findings,
            *_leaking(leaks),
        ),
        notes=(
            *job.notes,
            *(f"not shown: {why}" for _, why in preview.rejected),
            *_edited(exported),
            _UNREAD,
        ),
    )
    text = json.dumps(outcome.data(), indent=1, ensure_ascii=True) + "\n"
    write_atomic(folder / "summary.json", text.encode("ascii"))
    return outcome


def to_text(outcome: Outcome) -> str:
    """The summary for people, one thing a line, the names of a column wide."""
    counts = outcome.counts
    classes = ", ".join(f"{name} {number:,}" for name, number in counts["classes"].items())
    lines = [
        ("samples", f"{counts['samples']:,} of {counts['items']:,} items: {classes}"),
        *(
            (purpose, f"{of['images']:,} images of {of['items']:,} items")
            for purpose, of in counts["purposes"].items()
        ),
        *outcome.digests.data().items(),
        *(("note", note) for note in outcome.notes),
        *(("FINDING", finding) for finding in outcome.findings),
        ("written", str(outcome.folder)),
    ]
    return "".join(f"{name:<10} {printable(text)}\n" for name, text in lines)


def _findings(
    digests: Digests, again: Digests, preview: Preview, exported: Exported | None
) -> list[str]:
    findings = [
        f"{name}: {value} at first, {again.data()[name]} when derived again"
        for name, value in digests.data().items()
        if again.data()[name] != value
    ]
    unequal = preview.equal.count(False)
    if unequal:
        findings.append(f"preview: {unequal} of {len(preview.equal)} pictures do not repeat")
    if exported is not None and not exported.edited:
        findings += [
            f"{name}: is {digests.data()[name]}, and the notebook was exported with {expected}"
            for name, expected in exported.expected.items()
            if digests.data()[name] != expected
        ]
    return findings


def _edited(exported: Exported | None) -> list[str]:
    if exported is None or not exported.edited:
        return []
    return [f"the notebook was edited: its recipe is derived from {exported.recipe_sha256}"]


def _leaking(leaks: Leaks) -> list[str]:
    return [
        f"{number:,} pairs of images on both sides of the split: {level}"
        for level, number in leaks.counts().items()
        if number
    ]


def _write_table(path: Path, table: pd.DataFrame) -> None:
    named = table.index.name is not None or table.index.nlevels > 1
    rows = (table.reset_index() if named else table).to_json(orient="records", indent=1)
    write_atomic(path, f"{rows}\n".encode())


def _load_tensorflow() -> None:
    """Load TensorFlow without the notes on hardware that it writes past every setting."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            import brevviz.images.backend  # noqa: PLC0415, F401  # loaded here on purpose
    finally:
        os.dup2(kept, 2)
        os.close(kept)
