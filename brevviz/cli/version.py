"""`brevviz version`: what is installed, of what a result can depend on."""

from __future__ import annotations

import argparse
import sys

from brevviz.cli.options import Commands

__all__ = ["add", "run"]


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "version", parents=[common], help="print the versions that a result can depend on"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print name and version, one a line."""
    from brevviz.evidence.tools import tools  # noqa: PLC0415  # the rest of evidence comes with it

    del args
    sys.stdout.writelines(f"{name} {version}\n" for name, version in tools().items())
    return 0
