"""`brevviz replay RECORD`: does a recorded batch come out the same?"""

from __future__ import annotations

import argparse
from pathlib import Path

from brevviz.cli.options import Commands, add_trust
from brevviz.cli.progress import Progress
from brevviz.cli.verdicts import show

__all__ = ["add", "run"]

_DESCRIPTION = """\
Computes the batch of RECORD again from its recipe and its source, and compares each draw: which
sample, its file's bytes, its working image, its parameters, its pixels. Where something differs,
the first difference is named, with its step; and what has changed in the environment since.

RECORD is a record.json, or the folder that `brevviz run` has written it into.

Exit code 0: the same bytes. 1: something differs, or the record was changed after it was written.
2: it cannot be computed.
"""


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "replay",
        parents=[common],
        help="compute a recorded batch again, and name the first difference",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("record", metavar="RECORD", type=Path, help="record.json, or its folder")
    add_trust(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what came of it."""
    from brevviz.evidence import Verdict  # noqa: PLC0415  # pandas and TensorFlow only when needed
    from brevviz.job import Record, replay  # noqa: PLC0415  # the same

    recorded = Record.load(args.record)
    with Progress() as report:
        found = replay(recorded, trusted=tuple(args.endpoint_trusted), report=report)
    verdict = Verdict()
    if found.difference is None:
        verdict.checked.append(
            f"{found.draws} draws of {recorded.purpose}: samples, files, working images, "
            "parameters and pixels are the same"
        )
    verdict.notes += found.notes
    verdict.findings += found.findings
    return show(verdict, ("It repeats.", "It does NOT repeat.", "It could NOT be computed."))
