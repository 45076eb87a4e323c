"""`brevviz lock DIR`: record the SHA-256 of every object of a manifest."""

from __future__ import annotations

import argparse
from pathlib import Path

from brevviz.cli.options import Commands, add_cluster, add_trail, add_trust, cluster_of
from brevviz.cli.progress import Progress
from brevviz.cli.verdicts import show

__all__ = ["add", "run"]


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "lock",
        parents=[common],
        help="record the SHA-256 of every object of a manifest",
        description="Reads every object that has no SHA-256 yet, and says which samples are no "
        "image that can be shown. Stopped work goes on where it was. Exit code 1: objects are "
        "gone or have changed; 2: objects could not be read.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the manifest is")
    add_trust(parser)
    add_trail(parser)
    add_cluster(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was locked, and what could not be."""
    from brevviz.evidence import lock  # noqa: PLC0415  # pandas and Arrow only when needed

    with Progress() as report, cluster_of(args) as cluster:
        verdict = lock(
            args.folder,
            trusted=args.endpoint_trusted,
            cluster=cluster,
            report=report,
            reason=args.reason,
            who=args.who,
        )
    return show(verdict, ("Locked.", "NOT all is locked.", "NOT all is locked."))
