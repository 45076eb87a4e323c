"""Options and arguments that several commands have, and what they mean."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from brevviz.recipe import Recipe

if TYPE_CHECKING:
    from brevviz.notebook import Exported

__all__ = ["Commands", "add_trail", "add_trust", "named_by_default", "port", "read_recipe"]

Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def add_trust(parser: argparse.ArgumentParser) -> None:
    """`--endpoint-trusted URL`, as often as wanted."""
    parser.add_argument(
        "--endpoint-trusted",
        metavar="URL",
        action="append",
        default=[],
        help="an endpoint that may be sent requests signed with your keys, although only the "
        "recipe names it; may be given more than once",
    )


def add_trail(parser: argparse.ArgumentParser) -> None:
    """`--reason TEXT` and `--who NAME`, for the trail."""
    parser.add_argument("--reason", default="", help="why this is done, for the trail")
    named_by_default(parser)


def named_by_default(parser: argparse.ArgumentParser) -> None:
    """`--who NAME`, for the trail."""
    parser.add_argument(
        "--who",
        default=os.environ.get("BREVVIZ_WHO") or None,
        help="a name for the trail; by default BREVVIZ_WHO, else none",
    )


def port(text: str) -> int:
    """A port from the command line."""
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is outside 0..65535")
    return number


def read_recipe(path: Path) -> tuple[Recipe, Exported | None]:
    """A recipe from .yaml, .yml, .json or .ipynb; of a notebook also what it expects.

    Raises RecipeError and EvidenceError.
    """
    if path.suffix.lower() == ".ipynb":
        from brevviz.notebook import read  # noqa: PLC0415  # only for notebooks

        exported = read(path)
        return exported.recipe, exported
    return Recipe.load(path), None
