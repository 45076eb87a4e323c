"""`Divided`: what a recipe's source, triage, split and seed come to, before anything is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from brevviz.cluster import Cluster
from brevviz.dataset import Counts, Dataset, Parted, exclude
from brevviz.errors import NoImages, SamplingError
from brevviz.job.results import Results
from brevviz.job.seal import Seal
from brevviz.progress import Report, quiet
from brevviz.recipe import PURPOSES, Recipe
from brevviz.recipe.text import canonical
from brevviz.split import Plan, SampleSplit, split_digest

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from brevviz.bucket import Changes

__all__ = ["Divided", "Listed"]

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


class Divided:
    """The samples of a recipe, and which of them train, are held out, and are sealed.

    It never changes; `with_recipe` gives another that shares what both have in common.

    Parameters
    ----------
    recipe : the job's whole description.
    trusted : endpoints that may get a profile's keys although only the recipe names them.
    results : shared results of an earlier job; None: nothing is known yet.
    report : told of progress; may raise Cancelled.
    seal : keeps pictures of the test set unseen until `unseal`; None: one of its own.
    cluster : whose workers read and decode where every image is looked at (`leaks`, the app's
        checks and locks); None: threads of this process. Results are the same.

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
        cluster: Cluster | None = None,
    ) -> None:
        self.recipe = recipe
        self.trusted = tuple(trusted)
        self.results = results if results is not None else Results(more=_KEEP)
        self.report = report
        self.seal = seal if seal is not None else Seal()
        self.cluster = cluster

    def with_recipe(self, recipe: Recipe) -> Self:
        """Another recipe's job; what does not depend on the difference is not computed again."""
        return self._like(recipe, self.report)

    def with_report(self, report: Report) -> Self:
        """The same job, telling its progress to somebody else."""
        return self._like(self.recipe, report)

    def _like(self, recipe: Recipe, report: Report) -> Self:
        return type(self)(
            recipe,
            trusted=self.trusted,
            results=self.results,
            report=report,
            seal=self.seal,
            cluster=self.cluster,
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
