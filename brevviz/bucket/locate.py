"""Where a URI points to: a bucket and a prefix, or a folder."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.errors import RecipeError

__all__ = ["Place", "encode", "locate"]

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
# RFC 3986's unreserved characters, and the slash that parts of a key are divided by.
_PLAIN = r"^[A-Za-z0-9_.~/-]*$"
# ASCII that is neither plain nor "%", as ranges.
_SPECIAL = r"[\x00-\x24\x26-\x2c\x3a-\x40\x5b-\x5e\x60\x7b-\x7d\x7f]"


@dataclass(frozen=True)
class Place:
    """A parsed source: `bucket` is None for a folder, whose absolute path is then `path`.

    For S3, `path` is the prefix without a slash at its end; it may be empty.
    """

    bucket: str | None
    path: str

    @property
    def root(self) -> str:
        """The place as text, without a slash at the end."""
        if self.bucket is None:
            return self.path
        return f"s3://{self.bucket}/{self.path}" if self.path else f"s3://{self.bucket}"


def locate(uri: str) -> Place:
    """Parse `s3://bucket/prefix` (raw, not percent-encoded), `file:///folder` or a folder's path.

    Raises RecipeError when the text is none of these.
    """
    if uri.startswith("s3://"):
        bucket, _, prefix = uri[5:].partition("/")
        if not _BUCKET.fullmatch(bucket):
            raise RecipeError(
                "source.uri",
                f"{bucket!r} is not the name of a bucket: 2 to 255 letters, digits, '.', '_', '-'",
            )
        return Place(bucket, prefix.rstrip("/"))
    if uri.startswith("file://"):
        parts = urlsplit(uri)
        if parts.netloc not in {"", "localhost"}:
            raise RecipeError("source.uri", f"{uri!r} is on another machine: file:///folder is not")
        # urlsplit takes "#" and "?" for its own; file names hold both.
        uri = unquote(uri.removeprefix("file://").removeprefix(parts.netloc))
    if "\0" in uri:
        raise RecipeError("source.uri", "holds a NUL character, which no path can")
    return Place(None, os.path.abspath(os.path.expanduser(uri)))  # noqa: PTH100, PTH111  # pathlib would resolve links


def encode(keys: pa.Array) -> pa.Array:
    """Percent-encode keys for an address, as `urllib.parse.quote` does, but by columns.

    Parameters
    ----------
    keys : large_string (n,).

    Returns large_string (n,).
    """
    plain = pc.match_substring_regex(keys, _PLAIN)
    if pc.all(plain).as_py() in {True, None}:
        return keys
    special = pc.replace_substring(keys.filter(pc.invert(plain)), "%", "%25")
    # A bucket uses few special characters, each of them often: one pass for each.
    while (row := pc.index(pc.match_substring_regex(special, _SPECIAL), True).as_py()) >= 0:
        for character in set(re.findall(_SPECIAL, special[row].as_py())):
            special = pc.replace_substring(special, character, f"%{ord(character):02X}")
    rest = pc.match_substring_regex(special, r"[^\x00-\x7f]")
    if pc.any(rest).as_py():
        quoted = [quote(text, safe="/%") for text in special.filter(rest).to_pylist()]
        special = pc.replace_with_mask(special, rest, pa.array(quoted, special.type))
    return pc.replace_with_mask(keys, pc.invert(plain), special)
