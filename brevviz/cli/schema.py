"""`brevviz schema`: the JSON Schema of recipes, for editors and other programs."""

from __future__ import annotations

import argparse
import sys

from brevviz.cli.options import Commands
from brevviz.recipe.json_schema import JSON_SCHEMA

__all__ = ["add", "run"]


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "schema",
        parents=[common],
        help="print the JSON Schema of recipes",
        description="For editors: a YAML file whose first line is "
        "`# yaml-language-server: $schema=FILE` is completed and checked while it is typed.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the file."""
    del args
    sys.stdout.write(JSON_SCHEMA.read_text("ascii"))
    return 0
