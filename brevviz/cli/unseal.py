"""`brevviz unseal DIR --reason TEXT`: open the test samples of a manifest, once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brevviz.cli.options import Commands, add_trust, named_by_default
from brevviz.cli.progress import Progress
from brevviz.cli.verdicts import show

__all__ = ["add", "run"]

_DESCRIPTION = """\
The test samples of a manifest are sealed: lock hashes their bytes and decodes none of them. This
writes into the trail that they are opened, why, and how often that was done, and then tries each as
an image that can be shown. Nothing stays open: a job opens its own, by job.unseal(reason).

A seal holds for what goes through brevviz. Whoever opens the files themselves walks round it.
"""


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "unseal",
        parents=[common],
        help="open the test samples of a manifest once, with a reason in the trail",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the manifest is")
    parser.add_argument("--reason", required=True, help="why, for the trail")
    named_by_default(parser)
    add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print how often that was done, and what was found."""
    from brevviz.evidence import unseal  # noqa: PLC0415  # pandas and Arrow only when needed

    with Progress() as report:
        unsealed = unseal(
            args.folder,
            args.reason,
            trusted=args.endpoint_trusted,
            report=report,
            who=args.who,
        )
    sys.stdout.write(
        f"{'count':<12} {unsealed.count:,} times, by this trail, was a test set opened\n"
    )
    return show(unsealed.verdict, ("Tried.", "It does NOT hold.", "NOT all could be tried."))
