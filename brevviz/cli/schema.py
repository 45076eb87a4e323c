"""`brevviz schema`: the JSON Schema of recipes, for editors and other programs."""

from __future__ import annotations

import argparse
import json
import sys

from brevviz.cli.options import Commands
from brevviz.recipe import Recipe

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
    """Print it, sorted."""
    del args
    sys.stdout.write(json.dumps(Recipe.model_json_schema(), indent=1, sort_keys=True) + "\n")
    return 0
