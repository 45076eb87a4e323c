"""`Job`: one recipe and all that follows from it, each result computed once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from brevviz.dataset import Counts, Dataset, Parted, exclude
from brevviz.errors import NoImages, SamplingError
from brevviz.job.results import Results
from brevviz.job.seal import Seal
from brevviz.progress import Report, quiet
from brevviz.recipe import Recipe, Sampling
from brevviz.recipe.text import canonical
from brevviz.sampling import Sampler
from brevviz.split import Plan, SampleSplit, split_digest

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from brevviz.bucket import Changes
    from brevviz.generator import DataGenerator
    from brevviz.job.digests import Digests
    from brevviz.job.leaks import Found
    from brevviz.job.preview import Preview

__all__ = ["PURPOSES", "Job", "Listed", "generators"]

PURPOSES = ("train", "devel", "test")

# Working images are small and asked for by every preview; frames are large and asked for by few.
_KEEP = {"loaded": 256, "parted": 2, "assigned": 2}


@dataclass(frozen=True)
class Listed:
    """What listing a source came to.

    samples : one row a sample, those that are excluded by hand too.
    counts : what became of everything that was listed.
    changes : what is new, gone or changed since the listing that was kept; None: none was.
    """

    samples: pd.DataFrame
    counts: Counts
    changes: Changes | None


class Job:
    """What a recipe means: samples, split, draws, pictures and digests.

    A job never changes; `with_recipe` gives another that shares what both have in common.

    Parameters
    ----------
    recipe : the job's whole description.
    trusted : endpoints that may get a profile's keys although only the recipe names them.
    results : shared results of an earlier job; None: nothing is known yet.
    report : told of progress; may raise Cancelled.
    seal : keeps pictures of the test set unseen until `unseal`; None: one of its own.

    Raises
    ------
    BrevvizError : from each property, when the step it stands for cannot be done.
    """

    def __init__(
        self,
        recipe: Recipe,
        *,
        trusted: Collection[str] = (),
        results: Results | None = None,
        report: Report = quiet,
        seal: Seal | None = None,
    ) -> None:
        self.recipe = recipe
        self.trusted = tuple(trusted)
        self.results = results if results is not None else Results(more=_KEEP)
        self.report = report
        self.seal = seal if seal is not None else Seal()

    def with_recipe(self, recipe: Recipe) -> Self:
        """Another recipe's job; what does not depend on the difference is not computed again."""
        return self._like(recipe, self.report)

    def with_report(self, report: Report) -> Self:
        """The same job, telling its progress to somebody else."""
        return self._like(self.recipe, report)

    def _like(self, recipe: Recipe, report: Report) -> Self:
        return type(self)(
            recipe, trusted=self.trusted, results=self.results, report=report, seal=self.seal
        )

    @property
    def listing(self) -> Listed:
        """The samples, and what the listing came to."""
        return self.results.get("listing", self._key("source"), self._list)

    def _list(self) -> Listed:
        dataset = Dataset.of(self.recipe.source, trusted=self.trusted)
        samples = dataset.get_image_samples(details=True, report=self.report)
        assert dataset.counts is not None  # noqa: S101  # a listing that came back was counted
        return Listed(samples, dataset.counts, dataset.changes)

    def kept_samples(self) -> tuple[pd.DataFrame, datetime] | None:
        """The samples as an earlier session listed them, and when (UTC); None: not kept, or no
        longer wanted, since this session has listed the source itself.
        """
        if self.results.peek("listing", self._key("source")) is not None:
            return None
        return Dataset.of(self.recipe.source, trusted=self.trusted).get_kept_samples(details=True)

    @property
    def parted(self) -> Parted:
        """The listed samples without those of `triage.excluded`, and those."""
        return self.results.get(
            "parted",
            self._key("source", "triage"),
            lambda: exclude(self.listing.samples, self.recipe.triage.excluded),
        )

    @property
    def samples(self) -> pd.DataFrame:
        """One row a sample, as `Dataset.get_image_samples(details=True)` gives them, without those
        that are excluded by hand. Raises NoImages when none is left.
        """
        parted = self.parted
        if parted.samples.empty:
            raise NoImages(
                "triage.excluded",
                f"leaves out all of the {len(parted.excluded):,} samples",
                "Take some of them back",
            )
        return parted.samples

    @property
    def excluded(self) -> pd.DataFrame:
        """The samples that are left out by hand, with the `reason` of each."""
        return self.parted.excluded

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of exclusions and split, one sentence each."""
        return (*self.parted.notes, *self.plan.notes)

    @property
    def splitter(self) -> SampleSplit:
        """The split's rule."""
        return SampleSplit.of(self.recipe.split, self.recipe.seed)

    @property
    def plan(self) -> Plan:
        """Every item's place on the line from 0 to 1, whatever the ratio."""
        return self.results.get(
            "plan",
            self._plan_key(),
            lambda: self.splitter.plan(self.samples, report=self.report),
        )

    @property
    def assigned(self) -> pd.DataFrame:
        """The samples with their `purpose`: train, devel or test."""
        return self.results.get(
            "assigned", self._key("source", "triage", "split", "seed"), self._assign
        )

    def _assign(self) -> pd.DataFrame:
        split = self.recipe.split
        purposes = self.plan.purposes(split.ratio, split.test_ratio)
        return self.samples.assign(purpose=purposes)

    @property
    def table(self) -> pd.DataFrame:
        """Stratum x purpose: items, images, target and deviation."""
        return self.plan.table(self.recipe.split.ratio, self.recipe.split.test_ratio)

    def ready_table(self) -> pd.DataFrame | None:
        """The table if its plan stands computed, else None; never waits."""
        plan = self.results.peek("plan", self._plan_key())
        split = self.recipe.split
        return None if plan is None else plan.table(split.ratio, split.test_ratio)

    def samples_of(self, purpose: str) -> pd.DataFrame:
        """The samples of one purpose. Raises NoImages when there are none."""
        if purpose not in PURPOSES:
            raise SamplingError("purpose", f"{purpose!r} is not one of {', '.join(PURPOSES)}")
        samples = self.assigned
        chosen = samples[samples["purpose"] == purpose]
        if chosen.empty:
            raise NoImages(
                f"purpose {purpose}",
                f"holds none of the {len(samples):,} samples",
                "Change split.ratio or split.test_ratio",
            )
        return chosen

    @property
    def sealed(self) -> bool:
        """Is the test set of this split sealed? Its keys, counts and metadata are always there."""
        return not self.seal.is_open(self._test_key())

    def hides(self, purpose: str) -> bool:
        """Are pictures of samples of this purpose sealed? Of test, and of what may become test."""
        tested = self.recipe.split.test_ratio > 0
        return self.seal.hides(purpose, self._test_key(), tested=tested)

    def unseal(
        self, reason: str, *, trail: str | Path | None = None, who: str | None = None
    ) -> int:
        """Open the test set of this split, for this process; gives how often that was done.

        Parameters
        ----------
        reason : why; it goes into the trail with the running count.
        trail : folder of the trail; None: the seal's own, or the one that `BREVVIZ_TRAIL` names.
        who : a name for the trail, if one is wanted in it.

        Raises EvidenceError without a reason or a trail; NoImages when there is no test set.
        """
        samples = self.samples_of("test")
        about = {
            "recipe": self.recipe.digest(),
            "split": split_digest(self.assigned),
            "images": len(samples),
        }
        return self.seal.open(self._test_key(), about, reason, trail, who)

    def shown_samples_of(self, purpose: str) -> pd.DataFrame:
        """The samples of a purpose whose pictures may be seen. Raises Sealed and NoImages."""
        samples = self.samples_of(purpose)
        if self.hides(purpose):
            raise self.seal.refuse(len(samples))
        return samples

    def _test_key(self) -> str:
        return self._key("source", "triage", "split", "seed")

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

    def _plan_key(self) -> str:
        return self._key("source", "triage", "split", "seed", without=("ratio", "test_ratio"))

    def _key(self, *sections: str, without: Collection[str] = ()) -> str:
        data: dict[str, Any] = {}
        for name, value in self.recipe.data().items():
            if name in sections:
                fields = value.items() if isinstance(value, dict) else ()
                kept = {field: item for field, item in fields if field not in without}
                data[name] = kept if isinstance(value, dict) else value
        return hashlib.sha256(canonical(data)).hexdigest()


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
