"""What all sections of a recipe share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from brevviz.recipe.sections.values import plain_zero

__all__ = ["Section"]


class Section(BaseModel):
    """What all sections share: strict types, no unknown names, no change in place."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        allow_inf_nan=False,
        validate_default=True,
        # The text under each field is its help: in the schema, the docs and the panels.
        use_attribute_docstrings=True,
    )

    @field_validator("*", mode="after")
    @classmethod
    def _plain_zeros(cls, value: Any) -> Any:
        return plain_zero(value)
