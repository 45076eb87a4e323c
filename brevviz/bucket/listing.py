"""The pages of a bucket, with guards, and the `Listing` that they make."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.bucket.client import Client
from brevviz.bucket.limits import Attempts
from brevviz.bucket.pages import SCHEMA, BadPage, Page, parse_page
from brevviz.bucket.store import Listing
from brevviz.errors import BucketError

__all__ = ["HIDDEN", "fetch", "finish"]

HIDDEN = r"(^|/)\."
"""A key that is left out, at any depth: a part of its name starts with a dot."""

_PAGE = "1000"


def fetch(client: Client, prefix: str, delimiter: str = "", token: str = "") -> Page:
    """One page of the keys that start with a text.

    Parameters
    ----------
    prefix : what keys start with; "" lists the whole bucket.
    delimiter : "/" gives the folders below the prefix instead of what is in them.
    token : what the page before said; "" asks for the first.

    Raises BucketError, also when the server's own paging is broken: a cut or an endless listing
    must not pass for a whole one.
    """
    query = {
        "list-type": "2",
        "encoding-type": "url",
        "max-keys": _PAGE,
        "prefix": prefix,
        "delimiter": delimiter,
    }
    if token:
        query["continuation-token"] = token
    page = _page(client, query)
    if page.token == "":
        raise _broken(client, "says that more follows and does not say where")
    if page.token is not None and len(page.table) == 0 and not page.prefixes:
        raise _broken(client, "gave an empty page and says that more follows")
    if not pc.all(pc.starts_with(page.table["key"], prefix), min_count=0).as_py():
        raise _broken(client, "listed keys outside of the prefix")
    return page


def finish(
    tables: list[pa.Table], root_prefix: str, *, hidden: int = 0, refused: tuple[str, ...] = ()
) -> Listing:
    """Tables of whole keys as one listing: keys relative, hidden ones out, in byte order.

    Parameters
    ----------
    tables : with the schema of `pages.SCHEMA`, in any order.
    root_prefix : "" or a text that ends with a slash; what the keys are relative to.
    hidden, refused : objects that were never put into the tables.
    """
    table = pa.concat_tables(tables) if tables else SCHEMA.empty_table()
    keys = table["key"]
    if root_prefix:
        keys = pc.utf8_slice_codeunits(keys, start=len(root_prefix), stop=None)
    table = table.set_column(0, "key", keys)
    # A key that ends with a slash stands for an empty folder; the prefix's own is then "".
    table = table.filter(pc.invert(pc.or_(pc.ends_with(keys, "/"), pc.equal(keys, ""))))
    dotted = pc.match_substring_regex(table["key"], HIDDEN)
    count = pc.sum(dotted).as_py() or 0
    if count:
        table = table.filter(pc.invert(dotted))
    table = _sorted(table.combine_chunks())
    columns = {name: _whole(table[name]) for name in SCHEMA.names}
    return Listing(**columns, hidden=hidden + count, refused=refused)


def _sorted(table: pa.Table) -> pa.Table:
    """In byte order of keys, each key once: servers differ in their order, and Arrow does not."""
    keys = _whole(table["key"])
    if pc.all(pc.less(keys[:-1], keys[1:]), min_count=0).as_py():
        return table
    table = table.take(pc.sort_indices(keys))
    keys = _whole(table["key"])
    first = pa.concat_arrays([pa.array([True]), pc.not_equal(keys[:-1], keys[1:])])
    return table.filter(first)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _page(client: Client, query: dict[str, str]) -> Page:
    attempts = Attempts(client.limits)
    while True:
        answer = client.send("GET", query=query, attempts=attempts)
        try:
            return parse_page(answer.data)
        except BadPage as problem:
            # A body without a length can be cut off without the transport's notice.
            attempts.failed(_broken(client, f"did not give a page of a listing: {problem}"))


def _broken(client: Client, problem: str) -> BucketError:
    return BucketError(f"s3://{client.bucket}", f"{client.endpoint} {problem}")
