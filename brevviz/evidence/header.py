"""The header of a manifest: the recipe, the digests and the counts, under a digest of their own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from brevviz.errors import EvidenceError
from brevviz.evidence.derive import Place
from brevviz.evidence.tools import tools
from brevviz.recipe import Recipe
from brevviz.recipe.text import canonical

__all__ = ["Header", "now"]

_KIND = "brevviz-manifest"
_SCHEMA = 1


def now() -> str:
    """The present second, UTC with its offset, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Header:
    """What a manifest says of its rows.

    recipe : as plain data. digests : recipe, split and, where known, draws and batch.
    counts : of `counts_of`. rows_sha256 : of `hash_rows`. part : file, bytes and sha256 of the
    Parquet file. revisions : when each was listed and how many objects it added. trail : SHA-256
    of the line of the trail that this was written with.
    """

    recipe: dict[str, Any]
    root: str
    base_url: str
    digests: dict[str, str]
    counts: dict[str, Any]
    rows_sha256: str
    part: dict[str, Any]
    revisions: list[dict[str, Any]]
    trail: str
    tools: dict[str, str] = field(default_factory=tools)

    @property
    def place(self) -> Place:
        """Where the keys of the rows stand."""
        return Place(self.root, self.base_url)

    def to_bytes(self) -> bytes:
        """JSON for people, ASCII, with the digest over all the rest as its last entry."""
        data = {"kind": _KIND, "schema": _SCHEMA, **asdict(self)}
        data["header_sha256"] = _digest(data)
        return (json.dumps(data, indent=1, ensure_ascii=True, allow_nan=False) + "\n").encode()

    @classmethod
    def parse(cls, data: bytes, where: str) -> tuple[Header, bool]:
        """A header, and whether it is as it was written. Raises EvidenceError."""
        try:
            parsed = json.loads(data)
        except (ValueError, RecursionError):
            raise EvidenceError(where, "is not the header of a manifest: it is not JSON") from None
        if not isinstance(parsed, dict) or parsed.get("kind") != _KIND:
            raise EvidenceError(where, f"is not the header of a manifest: no kind {_KIND!r}")
        if parsed.get("schema") != _SCHEMA:
            raise EvidenceError(
                where,
                f"has the schema {parsed.get('schema')!r}; this brevviz reads {_SCHEMA}",
                "Install a newer one: pip install --upgrade brevviz",
            )
        whole = parsed.pop("header_sha256", None) == _digest(parsed)
        fields: dict[str, Any] = {name: parsed.get(name) for name in cls.__dataclass_fields__}
        _check(fields, where)
        return cls(**fields), whole

    def built_recipe(self) -> Recipe:
        """The recipe. Raises RecipeError when it does not hold."""
        return Recipe.build(self.recipe)


def _digest(data: dict[str, Any]) -> str:
    return hashlib.sha256(b"brevviz-manifest-v1\0" + canonical(data)).hexdigest()


_TYPES = {
    "recipe": dict,
    "root": str,
    "base_url": str,
    "digests": dict,
    "counts": dict,
    "rows_sha256": str,
    "part": dict,
    "revisions": list,
    "trail": str,
    "tools": dict,
}


def _check(fields: dict[str, Any], where: str) -> None:
    for name, kind in _TYPES.items():
        if not isinstance(fields[name], kind):
            raise EvidenceError(where, f"is not the header of a manifest: {name} is not as written")
    if not all(isinstance(fields["part"].get(name), str) for name in ("file", "sha256")):
        raise EvidenceError(where, "is not the header of a manifest: part is not as written")
