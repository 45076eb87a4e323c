"""`brevviz check RECIPE`: a gate that fails when something stands on both sides of the split."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from brevviz.cli.options import (
    Commands,
    add_cluster,
    add_trust,
    add_unseal,
    cluster_of,
    read_recipe,
)
from brevviz.cli.progress import Progress
from brevviz.errors import RecipeError
from brevviz.words import printable

if TYPE_CHECKING:
    from brevviz.job.leaks import Found, Mended
    from brevviz.recipe import Recipe

__all__ = ["add", "run"]

_MOST = 20
_SIDES = ("left", "right")
_WRITTEN = {".yaml", ".yml", ".json"}
_DESCRIPTION = """\
Lists and splits the samples of a recipe and looks for pairs with different purposes, from certain
to probable: the same item, the same bytes, the same pixels, near-identical pictures (copies and
re-encodings; not another photo of the same thing). --quick does not read the pictures. Those of a
test set are sealed and not looked at; --unseal REASON opens it, and a trail says so.

--repair NEW writes a recipe whose `split.tied` makes one item of each pair, and tells who moves.

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
    parser.add_argument(
        "--repair",
        metavar="NEW",
        type=Path,
        help="write the recipe without the leaks to this .yaml or .json file, if there are any",
    )
    add_unseal(parser)
    add_trust(parser)
    add_cluster(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the number of pairs of each level, the first of them, and what a repair changes."""
    recipe, _ = read_recipe(args.recipe)
    if args.repair is not None and args.repair.suffix.lower() not in _WRITTEN:
        raise RecipeError("--repair", f"{args.repair.name!r} does not end in .yaml, .yml or .json")
    from brevviz.job import Job  # noqa: PLC0415  # pandas only when needed
    from brevviz.job.leaks import mend  # noqa: PLC0415  # Pillow only when needed

    with Progress() as report, cluster_of(args) as cluster:
        job = Job(recipe, trusted=args.endpoint_trusted, report=report, cluster=cluster)
        if args.unseal:
            job.unseal(args.unseal, trail=args.trail)
        if args.repair is None:
            found = job.leaks(pictures=not args.quick)
        else:
            mended = mend(job, pictures=not args.quick)
            found = mended.before
    lines = _found(found)
    if found.leaks.clean:
        lines.append("No leak found.")
    elif args.repair is None:
        lines.append("Leaks found. --repair NEW.yaml writes a recipe without them.")
    else:
        lines += _repaired(recipe, mended)
        left = len(mended.after.leaks.pairs)
        state = f"still has {left:,} pairs" if left else "is without them"
        lines.append(f"Leaks found. {mended.job.recipe.save(args.repair)} {state}.")
    sys.stdout.write("".join(f"{printable(line)}\n" for line in lines))
    if not found.leaks.clean:
        return 1
    return 2 if found.unread or found.sealed else 0


def _found(found: Found) -> list[str]:
    pairs = found.leaks.pairs
    lines = [f"{level:<16} {number:,} pairs" for level, number in found.leaks.counts().items()]
    if len(found.leaks.almost_empty):
        lines.append(f"{len(found.leaks.almost_empty):,} almost empty pictures were not compared")
    lines += [f"NOT CHECKED      {path}: {why}" for path, why in found.unread]
    if found.sealed:
        lines.append(
            f"NOT CHECKED      the pictures of {found.sealed:,} test samples are sealed: only items "
            "and bytes were compared. --unseal REASON looks at them, --quick at no picture"
        )
    for row in pairs.head(_MOST).to_dict("records"):
        left, right = (f"{row[f'path_{side}']} ({row[f'purpose_{side}']})" for side in _SIDES)
        lines.append(f"{row['level']:<16} {left} and {right}")
    if len(pairs) > _MOST:
        lines.append(f"and {len(pairs) - _MOST:,} more pairs")
    return lines


def _repaired(recipe: Recipe, mended: Mended) -> list[str]:
    """What is written otherwise, and who moves by it."""
    groups = [group for group in mended.job.recipe.split.tied if group not in recipe.split.tied]
    lines = [f"{len(groups):,} groups in split.tied, each one item:"]
    lines += [f"- [{', '.join(group)}]" for group in groups[:_MOST]]
    lines += [f"and {len(groups) - _MOST:,} more groups"] * (len(groups) > _MOST)
    lines.append(f"{len(mended.moved):,} images move:")
    for row in mended.moved.head(_MOST).to_dict("records"):
        lines.append(f"{row['path']}: {row['before']} -> {row['after']} ({row['why']})")
    lines += [f"and {len(mended.moved) - _MOST:,} more images"] * (len(mended.moved) > _MOST)
    return lines
