"""What an exported notebook calls to say that it still holds."""

from __future__ import annotations

from brevviz.errors import EvidenceError
from brevviz.recipe import Recipe

__all__ = ["compare", "origin"]


def origin(recipe: Recipe, exported: str) -> str:
    """One sentence: is this the recipe that was exported, or derived from it?

    Parameters
    ----------
    exported : digest of the recipe when the notebook was exported.
    """
    digest = recipe.digest()
    if digest == exported:
        return f"The recipe is as it was exported, {digest}."
    return f"The recipe was EDITED after it was exported: it is {digest}, derived from {exported}."


def compare(what: str, got: str, expected: str | None, edited: bool) -> str:
    """One sentence: is a digest what it was when the notebook was exported?

    Parameters
    ----------
    what : what the digest is of.
    expected : None: the notebook was exported without it.
    edited : was the recipe edited since? Then a difference is to be expected.

    Raises EvidenceError when it differs although the recipe is the same.
    """
    if expected is None:
        return f"{what}: {got}; the notebook was exported without one to compare it with."
    if got == expected:
        return f"{what}: {got}, as exported."
    if edited:
        return f"{what}: {got}, not {expected} as exported: the recipe was edited."
    raise EvidenceError(
        what,
        f"is {got}, not {expected} as exported, although the recipe is the same",
        "The images have changed, or the tools have: brevviz verify on the manifest says which",
    )
