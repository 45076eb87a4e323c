"""`Job`: one recipe and all that follows from it, each result computed once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Literal

from brevviz.job.divided import Divided
from brevviz.recipe import PURPOSES, Recipe, Sampling
from brevviz.sampling import Sampler

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from brevviz.generator import DataGenerator
    from brevviz.job.digests import Digests
    from brevviz.job.leaks import Found
    from brevviz.job.preview import Preview

__all__ = ["Job", "generators"]


class Job(Divided):
    """What a recipe means: samples, split, draws, pictures and digests.

    A job never changes; `with_recipe` gives another that shares what both have in common.
    """

    def sampling_of(self, purpose: str) -> Sampling:
        """The rule of the draw: the recipe's for train; each sample once, in order, for others."""
        if purpose == "train":
            return self.recipe.sampling
        return Sampling(batch_size=self.recipe.sampling.batch_size)

    def sampler(self, purpose: str = "train") -> Sampler:
        """The draw order of one purpose."""
        return Sampler.of(self.sampling_of(purpose), self.recipe.seed)

    def frequencies(self, purpose: str = "train", epochs: int = 1) -> pd.DataFrame:
        """Per group: images, weight, expected and drawn number, band, repeats, share unseen."""
        return self.results.get(
            "frequencies",
            self._frequencies_key(purpose, epochs),
            lambda: self.sampler(purpose).frequencies(self.samples_of(purpose), epochs=epochs),
        )

    def generator(self, purpose: str = "train") -> DataGenerator:
        """The batches that training sees: augmented for `augmentation.purposes`, else plain.

        Raises Sealed for test before `unseal`.
        """
        from brevviz.generator import DataGenerator  # noqa: PLC0415  # TensorFlow only where drawn
        from brevviz.images import ImageAugmenter, ImagePipeline  # noqa: PLC0415

        generator = DataGenerator.of(
            self.shown_samples_of(purpose), self.sampling_of(purpose), self.recipe.seed
        ).map(ImagePipeline.of(self.recipe.view))
        augmentation = self.recipe.augmentation
        if augmentation.enabled and purpose in augmentation.purposes:
            generator = generator.map(ImageAugmenter.of(augmentation))
        return generator

    def preview(
        self,
        count: int,
        start: int = 0,
        purpose: str = "train",
        *,
        paths: Sequence[str] = (),
        repeats: bool = False,
    ) -> Preview:
        """Some pictures, three times: original, augmented, and augmented again.

        Parameters
        ----------
        count, start : how many draws, and the first one's place in epoch 0.
        paths : chosen samples in place of draws; `start` counts among them.
        repeats : one image only, the first chosen or the first drawn, as its repeats from number
            `start` on change it.

        Raises Sealed for test before `unseal`.
        """
        from brevviz.job.look import Look  # noqa: PLC0415  # TensorFlow only where drawn
        from brevviz.job.preview import preview  # noqa: PLC0415  # the same

        return preview(self, Look(count, start, purpose, tuple(paths), repeats))

    def leaks(self, *, pictures: bool = False) -> Found:
        """What stands on both sides of the split: same item, same bytes; and, when `pictures`
        are read and decoded, the same pixels and near-identical pictures. Pictures of a sealed test
        set are left out and counted.
        """
        from brevviz.job.leaks import leaks  # noqa: PLC0415  # Pillow only where looked

        return leaks(self, pictures=pictures)

    def digests(self) -> Digests:
        """What two runs of this recipe must have in common; drawn and decoded once."""
        from brevviz.job.digests import digests  # noqa: PLC0415  # TensorFlow only where drawn

        return self.results.get("digests", self.recipe.digest(), lambda: digests(self))

    def ready(self, name: Literal["assigned", "digests", "frequencies", "listing"]) -> Any | None:
        """A result if it stands computed, else None; never waits. Frequencies: train, one epoch."""
        keys = {
            "assigned": self._key("source", "triage", "split", "seed"),
            "digests": self.recipe.digest(),
            "frequencies": self._frequencies_key("train", 1),
            "listing": self._key("source"),
        }
        return self.results.peek(name, keys[name])

    def _frequencies_key(self, purpose: str, epochs: int) -> str:
        return f"{self._key('source', 'triage', 'split', 'sampling', 'seed')} {purpose} {epochs}"


def generators(
    recipe: Recipe,
    *,
    trusted: Collection[str] = (),
    unseal: str = "",
    trail: str | Path | None = None,
) -> dict[str, DataGenerator]:
    """The batches of every purpose that has samples: `generators(recipe)["train"]`.

    Train is drawn as the recipe says; devel and test come once, in order. Those purposes are
    augmented that the recipe names: train alone, unless told.

    Parameters
    ----------
    trusted : endpoints that may get a profile's keys although only the recipe names them.
    unseal : why the test set is opened; without a reason it is sealed and left out.
    trail : folder of the trail that says so; None: the one that `BREVVIZ_TRAIL` names.
    """
    job = Job(recipe, trusted=trusted)
    present = set(job.assigned["purpose"])
    if unseal and "test" in present:
        job.unseal(unseal, trail=trail)
    return {
        purpose: job.generator(purpose)
        for purpose in PURPOSES
        if purpose in present and not job.hides(purpose)
    }
