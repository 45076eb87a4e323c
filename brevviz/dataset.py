"""`Dataset`: a bucket and its rules for classes, which together give the frame of samples."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from brevviz.bucket import ATTRIBUTE, Listing, Store, access_of, agree, encode, open_store
from brevviz.errors import NoImages, PatternError
from brevviz.progress import Report, quiet
from brevviz.recipe import Source
from brevviz.recipe.problems import recipe_error

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Counts", "Dataset", "frame_of"]

_TOP = "__root__"


@dataclass(frozen=True)
class Counts:
    """What became of the objects that were listed.

    listed : all of them, hidden ones too. let_in : they are samples. filtered_out : by the name
    or by the classes. hidden : a part of the name starts with ".". refused : no key can stand
    for the name, or it is no file.
    """

    listed: int
    let_in: int
    filtered_out: int
    hidden: int
    refused: int = 0


class Dataset:
    """Images in a bucket or a folder, and the rules that make folders into classes.

    Parameters
    ----------
    bucket : `s3://bucket/prefix`, `file:///folder` or a folder's path.
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

    @classmethod
    def of(cls, source: Source, trusted: Collection[str] = ()) -> Self:
        """The data set of a recipe's section; an endpoint in it must be trusted."""
        dataset = cls.__new__(cls)
        dataset.source = source
        dataset._trusted = tuple(trusted)  # noqa: SLF001  # a second constructor
        dataset.counts = None
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
        samples, self.counts = frame_of(
            store.list(report), source, store.root, store.base_url, details=details
        )
        if samples.empty:
            raise _no_images(store.root, source, self.counts)
        return samples


def frame_of(
    listing: Listing, source: Source, root: str, base_url: str, *, details: bool = False
) -> tuple[pd.DataFrame, Counts]:
    """The frame of samples of a listing, now or as it was recorded; it may be empty.

    Parameters
    ----------
    listing : every object of the source.
    source : the rules.
    root, base_url : the store's.
    details : as in `Dataset.get_image_samples`.

    Returns the frame, and what became of the objects. Raises PatternError.
    """
    table = _let_in(_table(listing), source)
    table, category = _classified(table, source)
    counts = Counts(
        listed=len(listing) + listing.hidden + len(listing.refused),
        let_in=len(table),
        filtered_out=len(listing) - len(table),
        hidden=listing.hidden,
        refused=len(listing.refused),
    )
    return _frame(table, category, root, base_url, source, details=details), counts


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


def _table(listing: Listing) -> pa.Table:
    names = ("key", "size", "etag", "modified", "version_id")
    return pa.table([getattr(listing, name) for name in names], names)


def _let_in(table: pa.Table, source: Source) -> pa.Table:
    pattern = source.sample_filter
    try:
        found = pc.match_substring_regex(pc.utf8_lower(table["key"]), pattern)
    except pa.ArrowInvalid as error:
        reason = str(error).removeprefix("Invalid regular expression: ")
        raise PatternError(
            "source.sample_filter", f"{pattern!r} cannot be used: {reason}"
        ) from None
    return table.filter(found)


def _classified(table: pa.Table, source: Source) -> tuple[pa.Table, np.ndarray[Any, Any]]:
    """The table with its column `folder`, and each row's category; unwanted classes are gone.

    Names are handled once for each folder of the bucket, not once for each sample.
    """
    parents = pc.replace_substring_regex(table["key"], r"/?[^/]*$", "").combine_chunks()
    encoded = parents.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    paths = encoded.dictionary.to_pylist()
    categories = np.empty(len(paths), object)
    categories[:] = [_category(path, source) for path in paths]
    rows = encoded.indices.to_numpy(zero_copy_only=False)
    leaves = pa.array([path.rpartition("/")[2] or _TOP for path in paths], pa.large_string())
    table = table.append_column("folder", leaves.take(encoded.indices))
    if source.classes is not None:
        wanted = np.array([bool(category) for category in categories], bool)[rows]
        table, rows = table.filter(pa.array(wanted)), rows[wanted]
    return table, categories[rows]


def _category(path: str, source: Source) -> tuple[str, ...]:
    names = [*reversed([name for name in path.split("/") if name]), _TOP]
    mapped = next((source.class_mapping[n] for n in names if n in source.class_mapping), None)
    category = (names[0],) if mapped is None else tuple(mapped)
    if source.classes is None:
        return category
    return tuple(name for name in category if name in source.classes)


def _frame(
    table: pa.Table,
    category: np.ndarray[Any, Any],
    root: str,
    base_url: str,
    source: Source,
    *,
    details: bool,
) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415  # `import brevviz.dataset` is cheap for the command line

    # Any: pandas' stubs leave out the half of its extension interface that Arrow uses.
    text: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    keys = table["key"].combine_chunks()
    many = len(table)

    def column(values: Any) -> Any:
        whole = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
        return text.__from_arrow__(whole)

    def constant(value: str) -> Any:
        return column(pa.repeat(pa.scalar(value, pa.large_string()), many))

    columns = {
        "category": category,
        "folder": column(table["folder"]),
        "path": column(_joined(root, keys)),
        "etag": column(table["etag"]),
        "bucket": constant(root),
        "dataset": constant(source.name),
        "dataset_id": constant(source.id),
        "url": column(_joined(base_url, encode(keys))),
    }
    if details:
        columns["size"] = table["size"].to_numpy()
        columns["modified"] = table["modified"].cast(pa.timestamp("us", "UTC")).to_pandas()
        columns["version_id"] = column(table["version_id"])
    frame = pd.DataFrame(columns, copy=False)
    frame.attrs[ATTRIBUTE] = access_of(source)
    return frame


def _joined(root: str, keys: pa.Array) -> pa.Array:
    before, between = (pa.scalar(text, pa.large_string()) for text in (f"{root}/", ""))
    return pc.binary_join_element_wise(before, keys, between)


def _no_images(root: str, source: Source, counts: Counts) -> NoImages:
    if not counts.listed:
        return NoImages(root, "holds no object at all", "Check source.uri")
    left_out = counts.filtered_out
    rule = f"the filter {source.sample_filter!r}"
    if source.classes is not None:
        rule += f" and the classes {', '.join(source.classes)}"
    return NoImages(
        root,
        f"holds no image: {left_out:,} of {counts.listed:,} objects are left out by {rule}, "
        f"{counts.hidden:,} are hidden",
        "Change source.sample_filter or source.classes",
    )
