"""The preview: the next draws as pictures, and the proof that they repeat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brevviz.bucket import reader
from brevviz.errors import BucketError, ImageError, ImageRejected
from brevviz.images import ImagePipeline, Loaded, digests, image_keys, render_view, stack
from brevviz.images.preview import forget_traces
from brevviz.job.look import Look, looked_at

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from brevviz.job.job import Job

__all__ = ["Preview", "load", "preview"]

_READERS = 8


@dataclass(frozen=True)
class Preview:
    """Pictures of some draws.

    original, augmented : uint8 (draws, height, width, channels); regions that the view keeps apart
        are laid out downwards.
    repeated : the augmented pictures, computed once more.
    reordered : once more in the opposite order and in smaller batches: what hangs on a picture's
        place in its batch would show as a difference.
    augmented_digests, repeated_digests, reordered_digests : SHA-256 of each picture.
    rejected : path and reason of each draw that cannot be shown.
    """

    samples: pd.DataFrame
    original: NDArray[np.uint8]
    augmented: NDArray[np.uint8]
    repeated: NDArray[np.uint8]
    reordered: NDArray[np.uint8]
    augmented_digests: tuple[str, ...]
    repeated_digests: tuple[str, ...]
    reordered_digests: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]

    @property
    def equal(self) -> tuple[bool, ...]:
        """For each draw: are all three of its augmented pictures the same bytes?"""
        return tuple(
            len(set(three)) == 1
            for three in zip(
                self.augmented_digests,
                self.repeated_digests,
                self.reordered_digests,
                strict=True,
            )
        )


def load(job: Job, samples: pd.DataFrame) -> list[Loaded | BucketError | ImageRejected]:
    """Read and decode samples on threads; what cannot be shown comes back as its error."""
    read = reader(samples)
    pipeline = ImagePipeline.of(job.recipe.view)
    view = job.recipe.slice_digest("view")

    def one(path: str, etag: str) -> Loaded | BucketError | ImageRejected:
        try:
            return job.results.get(
                "loaded", f"{path}\0{etag}\0{view}", lambda: pipeline.load(read(path, etag), path)
            )
        except (BucketError, ImageRejected) as error:
            return error

    with ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(one, samples["path"], samples["etag"]))


@dataclass(frozen=True)
class _Ground:
    """What a preview stands on: all that no setting of the augmentation changes.

    working : uint8 (draws, height, width, 3), the working images. keys : uint64 (draws,).
    size : (height, width) of the pictures. The others are as in `Preview`.
    """

    samples: pd.DataFrame
    working: NDArray[np.uint8]
    keys: NDArray[np.uint64]
    size: tuple[int, int]
    original: NDArray[np.uint8]
    rejected: tuple[tuple[str, str], ...]


_BELOW = ("source", "triage", "split", "sampling", "view", "seed")


def preview(job: Job, look: Look) -> Preview:
    """Pictures of what is looked at. Raises ImageError if none of them can be shown."""
    recipe = job.recipe
    key = f"{recipe.slice_digest(*_BELOW)} {look}"
    ground = job.results.peek("ground", key)
    if ground is None:
        ground = _ground(job, look)
        # What could not be read is asked for again the next time.
        if not ground.rejected:
            job.results.get("ground", key, lambda: ground)
    # Chosen samples are shown as augmentation would make them, whatever their purpose is.
    changed = bool(look.paths) or look.purpose in recipe.augmentation.purposes
    augmentation = recipe.augmentation if changed and recipe.augmentation.enabled else None

    def augment(order: NDArray[np.intp]) -> NDArray[np.uint8]:
        job.report("pictures", 0)  # a newer setting ends this one between two batches
        return render_view(
            ground.working[order], ground.keys[order], augmentation, recipe.view, ground.size
        )

    forwards = np.arange(len(ground.keys))
    augmented = augment(forwards)
    if augmentation is not None and augmentation.own:
        forget_traces()
    repeated = augment(forwards)
    halves = np.array_split(forwards[::-1], min(2, len(forwards)))
    reordered = np.concatenate([augment(half) for half in halves])[::-1]
    return Preview(
        samples=ground.samples,
        original=ground.original,
        augmented=augmented,
        repeated=repeated,
        reordered=reordered,
        augmented_digests=tuple(digests(augmented)),
        repeated_digests=tuple(digests(repeated)),
        reordered_digests=tuple(digests(reordered)),
        rejected=ground.rejected,
    )


def _ground(job: Job, look: Look) -> _Ground:
    drawn, repeat = looked_at(job, look)
    loaded = load(job, drawn)
    good = [i for i, item in enumerate(loaded) if isinstance(item, Loaded)]
    images = [item for item in loaded if isinstance(item, Loaded)]
    rejected = tuple(
        (path, str(item))
        for path, item in zip(drawn["path"], loaded, strict=True)
        if not isinstance(item, Loaded)
    )
    if not images:
        raise ImageError(
            "view", f"none of the {len(loaded)} images drawn can be shown: {rejected[0][1]}"
        )
    working = stack(images)
    keys = image_keys([image.content for image in images], job.recipe.seed, repeat[good])
    size = images[0].size
    return _Ground(
        samples=drawn.iloc[good],
        working=working,
        keys=keys,
        size=size,
        original=render_view(working, keys, None, job.recipe.view, size),
        rejected=rejected,
    )
