"""`brevviz check RECIPE`: a gate that fails when something stands on both sides of the split."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from brevviz.cli.options import Commands, add_trust, read_recipe
from brevviz.cli.progress import Progress
from brevviz.words import printable

if TYPE_CHECKING:
    from brevviz.job.leaks import Found

__all__ = ["add", "run"]

_MOST = 20
_SIDES = ("left", "right")
_DESCRIPTION = """\
Lists and splits the samples of a recipe and looks for pairs with different purposes, from certain
to probable: the same item, the same bytes, the same pixels, near-identical pictures (copies and
re-encodings; not another photo of the same thing). --quick does not read the pictures.

Exit code 0: none found. 1: some were. 2: it cannot be checked, or not all files could be read.
"""


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "check",
        parents=[common],
        help="look for what stands on both sides of a split",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path, help=".yaml, .json or .ipynb")
    parser.add_argument(
        "--quick", action="store_true", help="compare items and ETags only; reads no picture"
    )
    add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the number of pairs of each level, and the first of them."""
    recipe, _ = read_recipe(args.recipe)
    from brevviz.job import Job  # noqa: PLC0415  # pandas only when needed

    with Progress() as report:
        job = Job(recipe, trusted=args.endpoint_trusted, report=report)
        found = job.leaks(pictures=not args.quick)
    sys.stdout.write(_to_text(found))
    if not found.leaks.clean:
        return 1
    return 2 if found.unread else 0


def _to_text(found: Found) -> str:
    pairs = found.leaks.pairs
    lines = [f"{level:<16} {number:,} pairs" for level, number in found.leaks.counts().items()]
    if len(found.leaks.almost_empty):
        lines.append(f"{len(found.leaks.almost_empty):,} almost empty pictures were not compared")
    lines += [f"NOT CHECKED      {path}: {why}" for path, why in found.unread]
    for row in pairs.head(_MOST).to_dict("records"):
        left, right = (f"{row[f'path_{side}']} ({row[f'purpose_{side}']})" for side in _SIDES)
        lines.append(f"{row['level']:<16} {left} and {right}")
    if len(pairs) > _MOST:
        lines.append(f"and {len(pairs) - _MOST:,} more pairs")
    lines.append("Leaks found." if len(pairs) else "No leak found.")
    return "".join(f"{printable(line)}\n" for line in lines)
