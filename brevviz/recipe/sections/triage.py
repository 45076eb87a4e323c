"""Which samples people left out, and why."""

from __future__ import annotations

from pydantic import Field

from brevviz.recipe.sections.section import Section
from brevviz.recipe.sections.values import Reasons

__all__ = ["Triage"]


class Triage(Section):
    """Samples that are left out by hand."""

    excluded: Reasons = Field(default_factory=dict)
    """Key (path inside the source) → why the sample is left out."""
