"""`brevviz diff OLD NEW`: what is different between two manifests."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brevviz.cli.options import Commands
from brevviz.words import printable

__all__ = ["add", "run"]


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "diff",
        parents=[common],
        help="say what is different between two manifests",
        description="Compares recipes, objects, classes and purposes. Exit code 0: nothing is "
        "different; 1: something is; 2: they cannot be compared.",
    )
    parser.add_argument("old", metavar="OLD", type=Path, help="folder of one manifest")
    parser.add_argument("new", metavar="NEW", type=Path, help="folder of the other")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one sentence for each difference."""
    from brevviz.evidence import diff, read_manifest  # noqa: PLC0415  # pandas and Arrow only when needed

    difference = diff(read_manifest(args.old), read_manifest(args.new))
    sentences = difference.sentences() or ["nothing is different"]
    sys.stdout.writelines(f"{printable(sentence)}\n" for sentence in sentences)
    return 1 if difference else 0
