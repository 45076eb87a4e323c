"""A batch on record: for every draw a digest of each step on the way to its pixels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brevviz.bucket import reader
from brevviz.errors import EvidenceError, ImageRejected, ObjectChanged, ObjectMissing
from brevviz.files import write_atomic
from brevviz.images import (
    Guard,
    Loaded,
    digests,
    image_keys,
    parameter_digests,
    render_view,
    stack,
)
from brevviz.job.environment import environment
from brevviz.recipe import Recipe
from brevviz.recipe.text import canonical

if TYPE_CHECKING:
    import pandas as pd

    from brevviz.job.job import Job

__all__ = ["NAME", "Drawn", "Record", "record"]

NAME = "record.json"
_KIND = "brevviz-record"
_SCHEMA = 1
_READERS = 8


@dataclass(frozen=True)
class Drawn:
    """One draw, and what became of it.

    key, repeat : which sample, and how often it was drawn before. etag : the version listed.
    bytes : SHA-256 of the file. working, parameters, pixels : SHA-256 of the working image, of
    what was drawn for it, and of the finished picture. rejected : why it cannot be shown.
    """

    key: str
    repeat: int
    etag: str
    bytes: str = ""
    rejected: str = ""
    working: str = ""
    parameters: str = ""
    pixels: str = ""


@dataclass(frozen=True)
class Record:
    """Some draws of a recipe, as they came out once.

    recipe : as plain data, with its digest. purpose, epoch, start : which draws.
    whole : it is as it was written.
    """

    recipe: dict[str, Any]
    recipe_sha256: str
    purpose: str
    epoch: int
    start: int
    draws: tuple[Drawn, ...]
    environment: dict[str, str] = field(default_factory=environment)
    whole: bool = True

    def save(self, path: str | Path) -> Path:
        """Write it as JSON for people, with a digest over all of it. Raises EvidenceError."""
        data = {"kind": _KIND, "schema": _SCHEMA, **asdict(self)}
        del data["whole"]
        data["record_sha256"] = _digest(data)
        text = json.dumps(data, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
        return write_atomic(path, text.encode("ascii"))

    @classmethod
    def load(cls, path: str | Path) -> Record:
        """A record from its file, or from the folder of a run. Raises EvidenceError."""
        path = Path(path)
        path = path / NAME if path.is_dir() else path
        try:
            data = json.loads(path.read_bytes())
        except OSError as error:
            raise EvidenceError(str(path), f"cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError):
            raise EvidenceError(str(path), "is not a record: it is not JSON") from None
        return cls._of(data, str(path))

    @classmethod
    def _of(cls, data: Any, where: str) -> Record:
        if not isinstance(data, dict) or data.pop("kind", None) != _KIND:
            raise EvidenceError(where, f"is not a record: no kind {_KIND!r}")
        schema = data.pop("schema", None)
        if schema != _SCHEMA:
            raise EvidenceError(
                where,
                f"has the schema {schema!r}; this brevviz reads {_SCHEMA}",
                "Install a newer one: pip install --upgrade brevviz",
            )
        told = data.pop("record_sha256", None)
        whole = told == _digest({"kind": _KIND, "schema": _SCHEMA, **data})
        try:
            draws = tuple(Drawn(**one) for one in data.pop("draws"))
            made = cls(**data, draws=draws, whole=whole)
            sound = _is_sound(made)
        except (AttributeError, KeyError, TypeError):
            raise EvidenceError(where, "is not a record: entries are missing or unknown") from None
        if not sound:
            raise EvidenceError(where, "is not a record: entries are not as they are written")
        return made

    def built_recipe(self) -> Recipe:
        """The recipe. Raises RecipeError when it does not hold."""
        return Recipe.build(self.recipe)


def record(
    job: Job, purpose: str = "train", *, epoch: int = 0, start: int = 0, count: int | None = None
) -> Record:
    """Read, decode and draw some draws, and put every step on record.

    Nothing that was kept is used but the bytes of remote objects: each file is decoded.

    Parameters
    ----------
    count : how many draws; None: a batch.

    Raises BucketError when the source cannot be read; Sealed for test before `unseal`.
    """
    frame = job.shown_samples_of(purpose)
    recipe = job.recipe
    stop = start + (recipe.sampling.batch_size if count is None else count)
    draws = job.sampler(purpose).order(frame).draws(epoch, start, stop)
    drawn, loaded = _load(job, frame.iloc[draws.index], draws.repeat.tolist())
    shown = purpose in recipe.augmentation.purposes and recipe.augmentation.enabled
    for places in _alike(loaded):
        images = [image for place in places if (image := loaded[place]) is not None]
        repeats = np.array([drawn[place].repeat for place in places], np.int64)
        keys = image_keys([image.content for image in images], recipe.seed, repeats)
        working, size = stack(images), images[0].size
        changes = recipe.augmentation if shown else None
        finished = render_view(working, keys, changes, recipe.view, size)
        steps = zip(
            places,
            digests(working),
            parameter_digests(keys, changes, recipe.view, working.shape[1:3], size),
            digests(finished),
            strict=True,
        )
        for place, *one in steps:
            drawn[place] = replace(drawn[place], working=one[0], parameters=one[1], pixels=one[2])
    return Record(recipe.data(), recipe.digest(), purpose, epoch, start, tuple(drawn))


def _load(
    job: Job, samples: pd.DataFrame, repeats: Sequence[int]
) -> tuple[list[Drawn], list[Loaded | None]]:
    read, guard, view = reader(samples), Guard(), job.recipe.view

    def one(path: str, etag: str, root: str, repeat: int) -> tuple[Drawn, Loaded | None]:
        drawn = Drawn(path.removeprefix(root.rstrip("/") + "/"), repeat, etag)
        try:
            data = read(path, etag)
            drawn = replace(drawn, bytes=hashlib.sha256(data).hexdigest())
            return drawn, guard.load(data, view, path)
        except (ImageRejected, ObjectMissing, ObjectChanged) as error:
            return replace(drawn, rejected=error.problem), None

    columns = (samples[name].astype(str) for name in ("path", "etag", "bucket"))
    try:
        with ThreadPoolExecutor(_READERS) as pool:
            results = list(pool.map(one, *columns, repeats))
    finally:
        guard.close()
    return [drawn for drawn, _ in results], [loaded for _, loaded in results]


def _alike(loaded: Sequence[Loaded | None]) -> list[list[int]]:
    """The places of images that can be one batch."""
    places: dict[tuple[int, ...], list[int]] = {}
    for place, image in enumerate(loaded):
        if image is not None:
            places.setdefault((*image.working.shape, *image.size), []).append(place)
    return list(places.values())


def _is_sound(made: Record) -> bool:
    texts: list[Any] = [made.recipe_sha256, made.purpose, *made.environment.values()]
    numbers: list[Any] = [made.epoch, made.start]
    for draw in made.draws:
        numbers.append(draw.repeat)
        texts += [getattr(draw, one.name) for one in fields(draw) if one.name != "repeat"]
    return all(isinstance(text, str) for text in texts) and all(
        type(number) is int and number >= 0 for number in numbers
    )


def _digest(data: dict[str, Any]) -> str:
    return hashlib.sha256(b"brevviz-record-v1\0" + canonical(data)).hexdigest()
