"""The types of the fields: what a value may be, and how plain data becomes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from brevviz.recipe.mapping import FrozenMapping

__all__ = [
    "Chance",
    "ClassMapping",
    "Groups",
    "Names",
    "OwnChanges",
    "Pair",
    "Pattern",
    "PatternOrNames",
    "Reasons",
    "Roi",
    "Shares",
    "Size",
    "Weights",
    "as_tuple",
    "plain_zero",
]


def as_tuple(value: Any) -> Any:
    """Lists as tuples: strict models refuse a list; YAML, JSON and the seed's code give lists."""
    if isinstance(value, list):
        return tuple(as_tuple(item) for item in value)
    return value


def plain_zero(value: Any) -> Any:
    """-0.0 as 0.0: they are equal but written otherwise, so that one job would have two digests."""
    if isinstance(value, tuple):
        return tuple(plain_zero(item) for item in value)
    if isinstance(value, FrozenMapping):
        return FrozenMapping({name: plain_zero(item) for name, item in value.items()})
    return value + 0.0 if isinstance(value, float) else value


def _one_or_many(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: (v,) if isinstance(v, str) else as_tuple(v) for k, v in value.items()}
    return value


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _sorted(value: Mapping[str, Any]) -> FrozenMapping[str, Any]:
    # Tables that people fill in any order: one content, one text.
    return FrozenMapping({name: value[name] for name in sorted(value)})


Chance = Annotated[float, Field(ge=0, le=1)]
Names = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]
Groups = Annotated[tuple[Names, ...], BeforeValidator(as_tuple)]
Pair = Annotated[tuple[float, float], BeforeValidator(as_tuple)]
Size = Annotated[
    tuple[Annotated[int, Field(ge=2, le=8192)], Annotated[int, Field(ge=2, le=8192)]],
    BeforeValidator(as_tuple),
]
Pixel = Annotated[int, Field(ge=0, le=65_535)]
Corner = Annotated[tuple[Pixel, Pixel], BeforeValidator(as_tuple)]
Roi = Annotated[tuple[Corner, Corner], BeforeValidator(as_tuple)]
Window = Annotated[tuple[Pixel, Pixel], BeforeValidator(as_tuple)]
Pattern = Annotated[str, Field(max_length=500)]
PURPOSES = ("train", "devel", "test")
"""What an image may be for; the first two are open."""

PatternOrNames = Annotated[Pattern | Names, BeforeValidator(as_tuple)]

ClassMapping = Annotated[
    dict[str, tuple[str, ...]],
    BeforeValidator(_one_or_many),
    AfterValidator(FrozenMapping),
    PlainSerializer(lambda value: {k: list(v) for k, v in value.items()}),
]
Weights = Annotated[
    dict[str, Annotated[float, Field(ge=0)]],
    BeforeValidator(_plain),
    AfterValidator(_sorted),
    PlainSerializer(dict),
]
Shares = Annotated[
    dict[str, Chance], BeforeValidator(_plain), AfterValidator(_sorted), PlainSerializer(dict)
]
Reasons = Annotated[
    dict[str, Annotated[str, Field(min_length=1, max_length=512)]],
    BeforeValidator(_plain),
    AfterValidator(_sorted),
    PlainSerializer(dict),
]
Settings = Annotated[
    dict[str, float], BeforeValidator(_plain), AfterValidator(_sorted), PlainSerializer(dict)
]
OwnChanges = Annotated[
    dict[str, Settings],
    BeforeValidator(_plain),
    AfterValidator(_sorted),
    PlainSerializer(lambda value: {k: dict(v) for k, v in value.items()}),
]
