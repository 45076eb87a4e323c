"""Keyword arguments into a section of the recipe: its names, its defaults, its checks."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError

from brevviz.errors import RecipeError
from brevviz.recipe import Section
from brevviz.recipe.problems import explain

__all__ = ["described", "section_of"]

_S = TypeVar("_S", bound=Section)


def section_of(model: type[_S], owner: str, given: Mapping[str, Any]) -> _S:
    """Build a section from keyword arguments.

    Parameters
    ----------
    model : the section's class.
    owner : the class whose arguments these are, for the message.
    given : name → value; what is not given has the section's default.

    Raises TypeError for a name that is none of the section's, RecipeError for a value that is
    not allowed.
    """
    for name in given:
        if name not in model.model_fields:
            near = get_close_matches(name, model.model_fields, n=1, cutoff=0.5)
            hint = (
                f"did you mean {near[0]!r}?" if near else f"known: {', '.join(model.model_fields)}"
            )
            raise TypeError(f"{owner} has no keyword {name!r}; {hint}")
    try:
        return model(**given)
    except ValidationError as error:
        section = model.__name__.lower()
        problems = explain(error, model)
        raise RecipeError.of(
            {f"{section}.{field}": text for field, text in problems.items()}
        ) from None


def described(owner: str, section: Section) -> str:
    """Write the call that makes `owner`: the fields that are not at their default."""
    fields = type(section).model_fields
    changed = (
        f"{name}={value!r}"
        for name, value in section
        if value != fields[name].get_default(call_default_factory=True)
    )
    return f"{owner}({', '.join(changed)})"
