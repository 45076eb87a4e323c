"""What the Export panel's buttons do with a folder: each gives sentences, or raises BrevvizError."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from brevviz import notebook
from brevviz.errors import RecipeError
from brevviz.evidence import Verdict, diff, draft, lock, read_manifest, verify, write_manifest
from brevviz.job import Job
from brevviz.job.reporting import write_report
from brevviz.recipe import Recipe

__all__ = ["DEEDS", "Done", "read_any"]

_MANIFEST = "manifest.json"
_SUFFIXES = (".yaml", ".yml", ".json", ".ipynb")


@dataclass(frozen=True)
class Done:
    """What came of it.

    said : one sentence. rows : (kind, sentence) each; the kinds are those of `FLAGS`.
    """

    said: str
    rows: tuple[tuple[str, str], ...] = ()


def save(job: Job, folder: Path, reason: str) -> Done:
    """Write recipe, notebook, manifest and a line of the trail."""
    digests = job.digests()
    job.recipe.save(folder / "recipe.yaml")
    notebook.export(job.recipe, folder / "recipe.ipynb", digests)
    manifest = write_manifest(job, folder, digests, job.report, reason=reason, who=job.seal.who)
    return Done(
        f"Saved recipe.yaml, recipe.ipynb, {manifest.name}, manifest.parquet and trail.jsonl "
        f"in {folder.resolve()}"
    )


def lock_bytes(job: Job, folder: Path, reason: str) -> Done:
    """Record the SHA-256 of every object; a folder without a manifest gets one first."""
    if (folder / _MANIFEST).is_file():
        _expect_own(job, folder)
    else:
        save(job, folder, reason)
    verdict = lock(
        folder,
        trusted=job.trusted,
        cluster=job.cluster,
        report=job.report,
        reason=reason,
        who=job.seal.who,
    )
    ends = ("Locked", "Not all could be locked", "Not all could be locked")
    return Done(f"{ends[verdict.exit_code]}: {folder.resolve()}", _rows(verdict))


def check(job: Job, folder: Path, reason: str) -> Done:  # noqa: ARG001  # as all deeds
    """Compare a manifest with its recipe and with what its source lists now."""
    return _verified(job, folder, deep=False)


def check_bytes(job: Job, folder: Path, reason: str) -> Done:  # noqa: ARG001  # as all deeds
    """The same, and read every object."""
    return _verified(job, folder, deep=True)


def report(job: Job, folder: Path, reason: str) -> Done:
    """Write the report; a folder without a manifest gets one first."""
    if not (folder / _MANIFEST).is_file():
        save(job, folder, reason)
    path = write_report(job, folder)
    return Done(f"Wrote {path.resolve()} and report.json beside it")


def compare(job: Job, folder: Path, reason: str) -> Done:  # noqa: ARG001  # as all deeds
    """Say what saving now would change about the manifest in the folder."""
    difference = diff(read_manifest(folder), draft(job, job.report))
    changes = difference.sentences()
    said = "Nothing has changed since it was saved" if not changes else "Changed since it was saved"
    return Done(f"{said}: {folder.resolve()}", tuple(("change", change) for change in changes))


DEEDS: Mapping[str, Callable[[Job, Path, str], Done]] = {
    "save": save,
    "lock": lock_bytes,
    "verify": check,
    "deep": check_bytes,
    "report": report,
    "compare": compare,
}
"""Button → what it does with the job, the folder, and the reason for the trail."""


def read_any(path: Path) -> Recipe:
    """The recipe in a recipe file, a notebook, a manifest, or the folder of one.

    Raises RecipeError and EvidenceError.
    """
    if path.is_dir() or path.name == _MANIFEST:
        return read_manifest(path if path.is_dir() else path.parent).recipe
    if path.suffix.lower() not in _SUFFIXES:
        raise RecipeError(
            "recipe", f"{path.name!r} does not end in {', '.join(_SUFFIXES)}: not a recipe"
        )
    return notebook.load(path) if path.suffix.lower() == ".ipynb" else Recipe.load(path)


def _expect_own(job: Job, folder: Path) -> None:
    changes = read_manifest(folder).recipe.diff(job.recipe)
    if changes:
        raise RecipeError(
            "folder",
            f"holds the manifest of another recipe ({changes[0]})",
            "Save all there first, or name another folder",
        )


def _verified(job: Job, folder: Path, *, deep: bool) -> Done:
    verdict = verify(folder, deep=deep, trusted=job.trusted, report=job.report)
    ends = ("It holds", "It does not hold", "It could not be checked whole")
    return Done(f"{ends[verdict.exit_code]}: {folder.resolve()}", _rows(verdict))


def _rows(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    kinds: Iterable[tuple[str, list[str]]] = (
        ("finding", verdict.findings),
        ("not checked", verdict.unchecked),
        ("note", verdict.notes),
        ("holds", verdict.checked),
    )
    return tuple((kind, sentence) for kind, sentences in kinds for sentence in sentences)
