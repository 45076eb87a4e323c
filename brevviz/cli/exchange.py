"""`brevviz exchange DIR`: a manifest in the formats of others."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brevviz.cli.options import Commands

__all__ = ["add", "run"]


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "exchange",
        parents=[common],
        help="write a manifest for others: Croissant, Frictionless, Hugging Face, CSV",
        description="Writes croissant.json, datapackage.json, metadata.jsonl and "
        "manifest.spreadsheet.csv beside the manifest. They help to find and load the set; the "
        "record is the manifest, and the CSV is never read back.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the manifest is")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the paths."""
    from brevviz.evidence.exchange import write_exchange  # noqa: PLC0415  # pandas and Arrow only when needed

    sys.stdout.writelines(f"{path}\n" for path in write_exchange(args.folder))
    return 0
