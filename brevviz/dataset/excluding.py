"""Samples that people left out by hand, taken from the frame with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Parted", "exclude"]


@dataclass(frozen=True)
class Parted:
    """A frame of samples without those that are excluded, and those.

    samples : what is left, in order. excluded : the others, with their `reason`.
    unknown : keys that are excluded and name no sample, in byte order: it was deleted, renamed,
    or another rule leaves it out already.
    """

    samples: pd.DataFrame
    excluded: pd.DataFrame
    unknown: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the exclusions, one sentence each."""
        if not self.unknown:
            return ()
        first = f"{self.unknown[0]!r}" + (" and others" if len(self.unknown) > 1 else "")
        note = (
            f"{len(self.unknown):,} of the keys in triage.excluded name no sample and exclude "
            f"nothing: {first}."
        )
        return (note,)


def exclude(samples: pd.DataFrame, reasons: Mapping[str, str]) -> Parted:
    """Part a frame of one source into what stays and what is excluded.

    Parameters
    ----------
    samples : as `Dataset.get_image_samples` gives them; never changed.
    reasons : key (path inside the source) → why it is left out, as `Triage.excluded`.
    """
    if not reasons or samples.empty:
        nothing = samples.iloc[:0].assign(reason="")
        return Parted(samples, nothing, tuple(sorted(reasons)))
    root = str(samples["bucket"].iloc[0])
    of_path = {f"{root}/{key}": reason for key, reason in reasons.items()}
    out = samples["path"].isin(of_path).to_numpy(bool)
    excluded = samples[out]
    paths = excluded["path"].tolist()
    unknown = sorted(set(of_path).difference(paths))
    return Parted(
        samples[~out],
        excluded.assign(reason=[of_path[path] for path in paths]),
        tuple(path[len(root) + 1 :] for path in unknown),
    )
