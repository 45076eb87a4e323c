"""`brevviz index RECIPE --out DIR`: the source's listing as Parquet parts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brevviz.cli.options import Commands, add_cluster, add_trust, cluster_of, read_recipe
from brevviz.cli.progress import Progress
from brevviz.words import printable

__all__ = ["add", "run"]

_DESCRIPTION = """\
Lists every object of the recipe's source, whatever its filter lets in, into Parquet parts of a
million rows and more: key, size, ETag, time and version, in byte order. With workers, each lists
folders of the bucket; the parts are the same, byte for byte. DIR/index.json names them with their
SHA-256; until all are written it says so, and a stopped run leaves no index behind.

`brevviz.bucket.load_index(DIR)` browses it without reading it whole.
"""


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "index",
        parents=[common],
        help="list a source into Parquet parts, with many workers",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path, help=".yaml, .json or .ipynb")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="made if missing")
    add_trust(parser)
    add_cluster(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the parts, print how many objects are in them."""
    recipe, _ = read_recipe(args.recipe)
    from brevviz.bucket import index_source  # noqa: PLC0415  # Arrow only when needed

    with Progress() as report, cluster_of(args) as cluster:
        index = index_source(
            recipe.source, args.out, cluster, trusted=args.endpoint_trusted, report=report
        )
    parts = f"{len(index.paths):,} part{'s' * (len(index.paths) != 1)}"
    sys.stdout.write(f"{len(index):,} objects in {parts}: {printable(str(args.out))}\n")
    return 0
