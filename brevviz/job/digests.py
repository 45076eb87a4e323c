"""The digests of a job: what two runs of one recipe must have in common, wherever they run."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from brevviz.images import digests as image_digests
from brevviz.sampling import draws_digest
from brevviz.split import split_digest

if TYPE_CHECKING:
    from brevviz.job.job import Job

__all__ = ["Digests", "digests"]


@dataclass(frozen=True)
class Digests:
    """SHA-256, 64 hex digits each.

    recipe : the canonical JSON of the recipe.
    split : every sample's key, ETag and purpose; the same for one set in a folder and on S3.
    draws : the first epoch's draws of train, as numbers into the samples in order of their keys.
    batch : the first batch of train, as uint8 pictures.
    """

    recipe: str
    split: str
    draws: str
    batch: str

    def data(self) -> dict[str, str]:
        """As plain data."""
        return asdict(self)


def digests(job: Job) -> Digests:
    """Compute a job's digests; draws and decodes one batch."""
    frame = job.samples_of("train")
    draws = job.sampler("train").order(frame).draws(0)
    with_pictures = next(iter(job.generator("train")))
    return Digests(
        recipe=job.recipe.digest(),
        split=split_digest(job.assigned),
        draws=draws_digest(draws),
        batch=hashlib.sha256(
            "\n".join(("brevviz-batch-v1", *image_digests(with_pictures["img"]))).encode()
        ).hexdigest(),
    )
