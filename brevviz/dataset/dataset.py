"""`Dataset`: a bucket and its rules for classes, which together give the frame of samples."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from brevviz.bucket import (
    Changes,
    Listing,
    Store,
    agree,
    changes,
    is_worth_keeping,
    keep,
    kept,
    list_source,
    open_store,
)
from brevviz.cluster import Cluster
from brevviz.dataset.frame import Counts, frame_of
from brevviz.errors import NoImages
from brevviz.progress import Report, quiet
from brevviz.recipe import Source
from brevviz.recipe.problems import recipe_error
from brevviz.words import quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Dataset"]


class Dataset:
    """Images in a bucket or a folder, and the rules that make folders into classes.

    Parameters
    ----------
    bucket : `s3://bucket/prefix`, `file:///folder` or a folder's path; or the address of an S3
        inventory's `manifest.json`, for a bucket too large to list.
    endpoint : S3 only: `https://host[:port]`. Naming it here is agreeing to send it signatures.
    region, anonymous, profile, ca_file : S3 only, as in `brevviz.recipe.Source`.
    name, id : fill the columns `dataset` and `dataset_id`.
    resolve_access_rights : the original's switch for asking its platform; only False is known.
    trusted : further endpoints that may be sent signatures.

    Raises
    ------
    RecipeError, AccessDenied, UntrustedEndpoint : when `store` is first used, too.
    """

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        anonymous: bool = False,
        profile: str | None = None,
        ca_file: str | None = None,
        name: str = "",
        id: str = "",  # noqa: A002  # the original's keyword
        resolve_access_rights: bool = False,
        trusted: Collection[str] = (),
        **unknown: Any,
    ) -> None:
        _refuse(type(self).__init__, unknown)
        if resolve_access_rights:
            raise TypeError(
                "resolve_access_rights: only False is known; access is set by anonymous, profile "
                "and endpoint"
            )
        self.source = _source(
            uri=bucket,
            endpoint=endpoint,
            region=region,
            anonymous=anonymous,
            profile=profile,
            ca_file=ca_file,
            name=name,
            id=id,
        )
        if endpoint is not None:
            agree(profile, endpoint)
        self._trusted = tuple(trusted)
        self.counts: Counts | None = None
        """What became of the objects of the last listing; None before it."""
        self.changes: Changes | None = None
        """What the last listing found changed since the kept one; None where none was kept."""

    @classmethod
    def of(cls, source: Source, trusted: Collection[str] = ()) -> Self:
        """The data set of a recipe's section; an endpoint in it must be trusted."""
        dataset = cls.__new__(cls)
        dataset.source = source
        dataset._trusted = tuple(trusted)  # noqa: SLF001  # a second constructor
        dataset.counts = dataset.changes = None
        return dataset

    @property
    def store(self) -> Store:
        """Where the images are read from. Raises AccessDenied, UntrustedEndpoint, RecipeError."""
        return open_store(self.source, self._trusted)

    def __repr__(self) -> str:
        return f"Dataset({self.source.uri!r})"

    def get_image_samples(
        self,
        sample_filter: str | None = None,
        class_mapping: Mapping[str, str | Sequence[str]] | None = None,
        classes: Sequence[str] | None = None,
        *,
        details: bool = False,
        cluster: Cluster | None = None,
        report: Report = quiet,
    ) -> pd.DataFrame:
        """List the source and make one row of each image.

        Parameters
        ----------
        sample_filter : linear-time regex searched in the lower-cased key. None: the source's.
        class_mapping : folder name → class or classes. From the leaf upwards, the first folder
            named here gives a sample's category; without one the leaf's name does.
        classes : only samples of these classes, and of a sample's classes only these.
        details : also the columns size (bytes), modified (UTC) and version_id.
        cluster : whose workers list; None: threads of this process.
        report : told of progress; may raise Cancelled.

        Returns
        -------
        A frame in byte order of keys with the columns category (tuple of str), folder, path,
        etag, bucket, dataset, dataset_id and url.

        Raises
        ------
        NoImages : when nothing is let in.
        PatternError : when the filter is no regular expression.
        BucketError : when the source cannot be listed.
        """
        given = {
            "sample_filter": sample_filter,
            "class_mapping": class_mapping,
            "classes": classes,
        }
        changed = {name: value for name, value in given.items() if value is not None}
        source = _source(**{**self.source.model_dump(), **changed})
        store = self.store
        if cluster is None:
            listing = store.list(report)
        else:
            listing = list_source(source, cluster, trusted=self._trusted, report=report)
        self._compare(listing)
        samples, self.counts = frame_of(
            listing, source, store.root, store.base_url, details=details, report=report
        )
        if samples.empty:
            raise _no_images(store.root, source, self.counts)
        return samples

    def get_kept_samples(self, *, details: bool = False) -> tuple[pd.DataFrame, datetime] | None:
        """The samples of the listing that was kept of an S3 source, with the time it was taken.

        It asks the server for nothing. None: no listing was kept. Raises AccessDenied,
        UntrustedEndpoint, RecipeError.
        """
        store, old = self.store, kept(self.source)
        if old is None:
            return None
        samples, _ = frame_of(old.listing, self.source, store.root, store.base_url, details=details)
        return samples, old.taken

    def _compare(self, listing: Listing) -> None:
        """Note what has changed since the kept listing of an S3 source, and keep this one."""
        if not is_worth_keeping(self.source):
            return
        old = kept(self.source)
        self.changes = None if old is None else changes(old.listing, listing)
        if old is None or self.changes:
            keep(self.source, listing)


def _source(**fields: Any) -> Source:
    try:
        return Source(**fields)
    except ValidationError as error:
        raise recipe_error(error, Source) from None


def _refuse(function: Any, unknown: Mapping[str, Any]) -> None:
    for name in unknown:
        known = [p for p in inspect.signature(function).parameters if p not in {"self", "unknown"}]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        raise TypeError(f"Dataset() has no keyword {name!r}; {hint}")


def _no_images(root: str, source: Source, counts: Counts) -> NoImages:
    if not counts.listed:
        return NoImages(root, "holds no object at all", "Check source.uri")
    left_out = counts.filtered_out
    rule = f"the filter {quoted(source.sample_filter)}"
    if source.classes is not None:
        rule += f" and the classes {', '.join(source.classes)}"
    return NoImages(
        root,
        f"holds no image: {left_out:,} of {counts.listed:,} objects are left out by {rule}, "
        f"{counts.hidden:,} are hidden",
        "Change source.sample_filter or source.classes",
    )
