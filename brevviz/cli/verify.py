"""`brevviz verify DIR`: does a manifest still hold?"""

from __future__ import annotations

import argparse
from pathlib import Path

from brevviz.cli.options import Commands, add_trust
from brevviz.cli.progress import Progress
from brevviz.cli.verdicts import show
from brevviz.errors import EvidenceError

__all__ = ["add", "run"]

_DESCRIPTION = """\
Derives the split of DIR/manifest.json again from its recipe and rows, and compares every object
with what was listed: ETag, size and version. With --deep all bytes are read and compared with the
SHA-256 that `brevviz lock` has recorded.

Exit code 0: everything was checked and holds. 1: something does not hold. 2: something could not
be checked; it is named, and never taken for good.
"""


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "verify",
        parents=[common],
        help="check a manifest against its recipe and its objects",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the manifest is")
    parser.add_argument("--deep", action="store_true", help="read all bytes")
    parser.add_argument("--signers", metavar="FILE", type=Path, help="allowed signers of OpenSSH")
    parser.add_argument("--signer", metavar="NAME", default="", help="who must have signed it")
    add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the verdict."""
    from brevviz.evidence import check_signature, verify  # noqa: PLC0415  # pandas and Arrow only when needed

    with Progress() as report:
        verdict = verify(args.folder, deep=args.deep, trusted=args.endpoint_trusted, report=report)
    if args.signers is not None:
        try:
            verdict.checked.append(check_signature(args.folder, args.signers, args.signer))
        except EvidenceError as error:
            verdict.findings.append(f"the signature: {error}")
    return show(verdict, ("It holds.", "It does NOT hold.", "It could NOT be checked whole."))
