"""`brevviz docs`: the manual, from this installation."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from pathlib import Path

from brevviz.cli.options import Commands
from brevviz.errors import BrevvizError

__all__ = ["add", "run"]

SITE = Path(__file__).with_name("site")
"""The built manual; in every wheel, and in a checkout after `make docs`."""


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "docs",
        parents=[common],
        help="open the manual that came with this installation",
        description="Opens the manual's first page in a browser. Nothing is fetched.",
    )
    parser.add_argument("--path", action="store_true", help="print where it is, open nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the first page, or print its path. Raises BrevvizError when there is none."""
    page = SITE / "index.html"
    if not page.is_file():
        raise BrevvizError(
            "docs", "this installation has no built manual", "In a checkout: make docs"
        )
    if args.path or not webbrowser.open(page.as_uri()):
        sys.stdout.write(f"{page}\n")
    return 0
