"""`Recipe`: the frozen, validated description of one whole job, and its digest."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from brevviz.errors import RecipeError
from brevviz.files import write_atomic
from brevviz.recipe.changes import changes
from brevviz.recipe.migrations import migrate, oldest
from brevviz.recipe.problems import recipe_error
from brevviz.recipe.sections import Augmentation, Sampling, Section, Source, Split, Triage, View
from brevviz.recipe.text import MAX_BYTES, canonical, dump_json, dump_yaml, parse_json, parse_yaml

__all__ = ["DEFAULT_SEED", "Recipe", "Seed"]

DEFAULT_SEED = 42
_LARGEST = 2**63 - 1


def _plain_seed(value: Any) -> Any:
    # Randomness hashes str(seed), so "42" and 42 are one seed and must have one digest.
    if isinstance(value, str) and value.isascii() and value.isdigit():
        # More than an int64 holds stays text.
        number = int(value) if len(value) < 20 else _LARGEST + 1
        return number if number <= _LARGEST and str(number) == value else value
    return value


Seed = Annotated[
    Annotated[int, Field(ge=0, le=_LARGEST)] | Annotated[str, Field(min_length=1, max_length=256)],
    BeforeValidator(_plain_seed),
]


class Recipe(BaseModel):
    """One whole job: source, triage, split, sampling, view, augmentation and seed.

    Change it by replacement (`with_value`, `with_section`); read and write it with `load` and
    `save`. Two recipes that describe the same job have the same `digest()`.

    Raises
    ------
    RecipeError : from every constructor here, naming the field, the value and what is allowed.
        (`Recipe.build(...)` is the constructor that speaks our words; pydantic's own raises its
        ValidationError.)
    """

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        allow_inf_nan=False,
        populate_by_name=True,
        validate_default=True,
    )

    schema_version: Literal[2] = Field(default=2, alias="schema")
    """The version of this description."""
    source: Source
    triage: Triage = Field(default_factory=Triage)
    split: Split = Field(default_factory=Split)
    sampling: Sampling = Field(default_factory=Sampling)
    view: View = Field(default_factory=View)
    augmentation: Augmentation = Field(default_factory=Augmentation)
    seed: Seed = DEFAULT_SEED
    """Whole number or text; every random choice of the job follows from it."""

    @classmethod
    def build(cls, data: Any) -> Self:
        """A recipe from plain data (mappings, lists, text, numbers), of today's or an earlier
        schema. Raises RecipeError.
        """
        if not isinstance(data, dict):
            raise RecipeError("recipe", f"is a {type(data).__name__}, not a mapping of sections")
        try:
            return cls.model_validate(migrate(data))
        except ValidationError as error:
            raise recipe_error(error, cls) from None

    @classmethod
    def start(cls, uri: str, **source: Any) -> Self:
        """Where the app starts for a source: balanced groups, shuffled, at 128 x 128.

        Parameters
        ----------
        uri : bucket or folder, as `Source.uri`.
        source : further fields of `Source`, such as `endpoint` and `anonymous`.
        """
        return cls.build(
            {
                "source": {"uri": uri, **source},
                "sampling": {
                    "groupby": ["folder"],
                    "weighing": "square root",
                    "shuffle": True,
                    "repeat": True,
                },
                "view": {"target_size": [128, 128]},
            }
        )

    def data(self) -> dict[str, Any]:
        """The recipe as plain data; `Recipe.build(recipe.data()) == recipe`."""
        return self.model_dump(mode="json", by_alias=True)

    def digest(self) -> str:
        """SHA-256 (64 hex digits) over the canonical JSON of the whole recipe.

        It is taken over the recipe in the oldest schema that can say it, so that a newer schema
        changes no digest of a recipe that uses nothing new.
        """
        data = oldest(self.data())
        return _sha256({"schema_version": data.pop("schema"), **data})

    def slice_digest(self, *sections: str) -> str:
        """SHA-256 over the named fields only: what a derived result depends on."""
        data = self.model_dump(mode="json", include=set(sections))
        return _sha256(data)

    def get(self, where: str) -> Any:
        """The value of a field by its dotted name: `get("split.ratio")`."""
        section, _, field = where.partition(".")
        owner: Any = self
        if field:
            owner = getattr(self, section) if section in type(self).model_fields else None
        name = field or section
        if not isinstance(owner, BaseModel) or name not in type(owner).model_fields:
            raise RecipeError(where, "is not a setting")
        return getattr(owner, name)

    def with_value(self, where: str, value: Any) -> Self:
        """A copy with one field replaced and everything checked. Raises RecipeError."""
        section, _, field = where.partition(".")
        data = self.data()
        if isinstance(value, Section):
            value = value.model_dump(mode="json")
        if field:
            if not isinstance(data.get(section), dict):
                raise RecipeError(where, "is not a setting")
            data[section] = {**data[section], field: value}
        else:
            data[section] = value
        return self.build(data)

    def diff(self, other: Recipe) -> tuple[str, ...]:
        """What another recipe has otherwise, in words: "split.ratio: 0.8 -> 0.7"."""
        return changes(self.data(), other.data())

    def to_yaml(self) -> str:
        """The recipe as YAML text, ASCII."""
        return dump_yaml(self.data())

    def to_json(self) -> str:
        """The recipe as JSON text, ASCII."""
        return dump_json(self.data())

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        """A recipe from YAML text. Raises RecipeError."""
        return cls.build(parse_yaml(text))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """A recipe from JSON text. Raises RecipeError."""
        return cls.build(parse_json(text))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """A recipe from a `.yaml`, `.yml` or `.json` file. Raises RecipeError."""
        path = Path(path)
        parse = _parsers(cls).get(path.suffix.lower())
        if parse is None:
            raise RecipeError("recipe", f"{path.name!r} does not end in .yaml, .yml or .json")
        try:
            with path.open("rb") as file:
                # One byte more than is allowed tells a file that is too large.
                text = file.read(MAX_BYTES + 1).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise RecipeError("recipe", f"{str(path)!r} cannot be read: {reason}") from None
        recipe: Self = parse(text)
        return recipe

    def save(self, path: str | Path) -> Path:
        """Write the recipe to a `.yaml`, `.yml` or `.json` file: the old file, or all of the new."""
        path = Path(path)
        if path.suffix.lower() not in _parsers(type(self)):
            raise RecipeError("recipe", f"{path.name!r} does not end in .yaml, .yml or .json")
        text = self.to_json() if path.suffix.lower() == ".json" else self.to_yaml()
        return write_atomic(path, text.encode("ascii"))


def _sha256(data: dict[str, Any]) -> str:
    return hashlib.sha256(b"brevviz-recipe-v1\0" + canonical(data)).hexdigest()


def _parsers(cls: type[Recipe]) -> dict[str, Any]:
    return {".yaml": cls.from_yaml, ".yml": cls.from_yaml, ".json": cls.from_json}
