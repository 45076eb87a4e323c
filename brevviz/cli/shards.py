"""`brevviz shards RECIPE --out DIR`: the samples as a few large files, for training elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brevviz.cli.options import (
    Commands,
    add_cluster,
    add_trust,
    add_unseal,
    cluster_of,
    read_recipe,
)
from brevviz.cli.progress import Progress

__all__ = ["add", "run"]

_DESCRIPTION = """\
Writes one set of shards a purpose, in byte order of the keys, with an index that holds the
SHA-256 of each shard: DIR/train-00000-of-00012.tar ... and DIR/train.shards.json. The files' own
bytes go in, or the plain view as PNG; never augmented pictures. A stopped run goes on where it
was. Images that cannot be shown are left out and named in the index.

Exit code 0: done. 1: a finding: images were left out. 2: it cannot be done.
"""


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "shards",
        parents=[common],
        help="write the samples as TFRecord or WebDataset shards",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path, help=".yaml, .json or .ipynb")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="made if missing")
    parser.add_argument("--format", choices=("webdataset", "tfrecord"), default="webdataset")
    parser.add_argument("--content", choices=("originals", "views"), default="originals")
    parser.add_argument("--per-shard", metavar="N", type=int, default=1000, help="samples")
    parser.add_argument(
        "--purpose",
        action="append",
        choices=("train", "devel", "test"),
        help="may be given more than once; by default all but test, which is sealed",
    )
    add_trust(parser)
    add_unseal(parser)
    add_cluster(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the shards, print what was written."""
    recipe, _ = read_recipe(args.recipe)
    from brevviz.job import Job  # noqa: PLC0415  # pandas only when needed
    from brevviz.shards import write_shards  # noqa: PLC0415

    job = Job(recipe, trusted=tuple(args.endpoint_trusted))
    rejected = 0
    with Progress() as report, cluster_of(args) as cluster:
        present = set(job.with_report(report).assigned["purpose"])
        if args.unseal:
            job.unseal(args.unseal, trail=args.trail)
        purposes = args.purpose or [one for one in ("train", "devel") if one in present]
        for purpose in purposes:
            written = write_shards(
                job.shown_samples_of(purpose),
                args.out,
                view=recipe.view,
                name=purpose,
                format=args.format,
                content=args.content,
                per_shard=args.per_shard,
                cluster=cluster,
                report=report,
            )
            rejected += len(written.rejected)
            sys.stdout.write(
                f"{purpose:<10} {written.written:,} samples in {len(written.shards):,} shards\n"
            )
            for key, reason in written.rejected:
                sys.stdout.write(f"left out   {key}: {reason}\n")
    return 1 if rejected else 0
