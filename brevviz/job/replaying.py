"""A recorded batch computed again: the same bytes, or the first step that gives others, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from brevviz.errors import ImageError
from brevviz.job.environment import Change, changes, environment
from brevviz.job.job import Job
from brevviz.job.recording import Drawn, Record, record
from brevviz.progress import Report, quiet

__all__ = ["Difference", "Replay", "replay"]

STEPS = (
    ("key", "draw", "another sample is drawn"),
    ("repeat", "draw", "the sample is drawn for another time"),
    ("etag", "file", "the source lists another version of the file"),
    ("bytes", "file", "the bytes of the file are others (SHA-256)"),
    ("rejected", "decoding", "it can be shown in one of the two only, or is refused for another reason"),
    ("working", "working image", "the file is the same, and decoding and shrinking give other pixels"),
    ("parameters", "parameters", "the working image is the same, and other parameters are drawn"),
    ("pixels", "pixels", "the parameters are the same, and the kernel gives other pixels"),
)  # fmt: skip
"""Entry of a draw → stage, and what it means when this entry is the first to differ."""


@dataclass(frozen=True)
class Difference:
    """Where a batch differs first.

    draw : its place in the record, from 0. key : the sample's, as recorded. stage : draw, file,
    decoding, working image, parameters or pixels. meaning : in words. then, now : the values.
    """

    draw: int
    key: str
    stage: str
    meaning: str
    then: str
    now: str

    def __str__(self) -> str:
        return (
            f"draw {self.draw}, {self.key}: {self.stage}: {self.meaning}: "
            f"{self.then or 'nothing'} then, {self.now or 'nothing'} now"
        )


@dataclass(frozen=True)
class Replay:
    """What came of computing a record again.

    draws : how many were compared. whole : the record is as it was written. recipe : the recipe
    in it is the one that it names. differing : draws with any difference.
    """

    draws: int
    whole: bool
    recipe: bool
    difference: Difference | None
    differing: int
    changes: tuple[Change, ...]

    @property
    def equal(self) -> bool:
        """Everything holds."""
        return self.whole and self.recipe and self.difference is None

    @property
    def findings(self) -> list[str]:
        """Sentences; what does not hold."""
        found = []
        if not self.whole:
            found.append("the record was changed after it was written: its digest does not fit")
        if not self.recipe:
            found.append("the recipe in the record is not the one whose digest it names")
        if self.difference is not None:
            found.append(f"{self.difference} (first of {self.differing} draws that differ)")
        return found

    @property
    def notes(self) -> list[str]:
        """Sentences; what is different about the environment."""
        if not self.changes:
            return ["the environment is the recorded one"]
        return [
            f"environment: {name} was {then or 'not set'}, is {now or 'not set'}"
            for name, then, now in self.changes
        ]


def replay(recorded: Record, *, trusted: Collection[str] = (), report: Report = quiet) -> Replay:
    """Compute a record's batch again, from its source, and compare it step by step.

    Parameters
    ----------
    trusted : endpoints that may get a profile's keys although only the recipe names them.

    Raises RecipeError, BucketError or NoImages when it cannot be computed; Sealed for draws of
    test before `unseal`.
    """
    recipe = recorded.built_recipe()
    job = Job(recipe, trusted=trusted, report=report)
    count = len(recorded.draws)
    now = record(
        job, recorded.purpose, epoch=recorded.epoch, start=recorded.start, count=count
    ).draws
    if not count:
        raise ImageError("record", "holds no draw: there is nothing to compare")
    differences = [
        _difference(place, then, now[place] if place < len(now) else None)
        for place, then in enumerate(recorded.draws)
    ]
    found = [difference for difference in differences if difference is not None]
    return Replay(
        draws=count,
        whole=recorded.whole,
        recipe=recipe.digest() == recorded.recipe_sha256,
        difference=found[0] if found else None,
        differing=len(found),
        changes=tuple(changes(recorded.environment, environment())),
    )


def _difference(place: int, then: Drawn, now: Drawn | None) -> Difference | None:
    if now is None:
        return Difference(place, then.key, "draw", "the epoch is over before it", then.key, "")
    for name, stage, meaning in STEPS:
        old, new = str(getattr(then, name)), str(getattr(now, name))
        if old != new:
            return Difference(place, then.key, stage, meaning, old, new)
    return None
