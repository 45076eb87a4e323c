"""`brevviz extend DIR`: add new samples to a manifest, and move none."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brevviz.cli.options import Commands, add_trail, add_trust
from brevviz.cli.progress import Progress

__all__ = ["add", "run"]


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "extend",
        parents=[common],
        help="add what is new in the source to a manifest; what is in it stays",
        description="Lists the source again and gives new samples a purpose by the same recipe. "
        "A new image of a known item follows that item. A manifest that does not hold is not "
        "extended (exit code 2).",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the manifest is")
    add_trust(parser)
    add_trail(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was added."""
    from brevviz.evidence import extend  # noqa: PLC0415  # pandas and Arrow only when needed

    with Progress() as report:
        extension = extend(
            args.folder,
            trusted=args.endpoint_trusted,
            report=report,
            reason=args.reason,
            who=args.who,
        )
    sys.stdout.write(f"objects    {extension.objects:,} new\n")
    for purpose, images in extension.purposes.items():
        sys.stdout.write(f"{purpose:<10} {images:,} new images\n")
    if extension.followed:
        sys.stdout.write(
            f"note       {extension.followed:,} of them follow items that were there\n"
        )
    return 0
