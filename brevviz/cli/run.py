"""`brevviz run RECIPE --out DIR`: the whole job, with no Jupyter."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brevviz.cli.options import Commands, add_trail, add_trust, read_recipe
from brevviz.cli.progress import Progress

__all__ = ["add", "run"]

_DESCRIPTION = """\
Lists the samples, splits them, says how often each group is drawn, and makes the first batch
twice, from the start, to see that it repeats. DIR gets:

  recipe.yaml                         the recipe
  recipe.ipynb                        a notebook that derives all this again and compares it
  split.json, frequencies.json        the two tables
  record.json                         each draw of the first batch, a digest a step: for replay
  batch.png                           eight draws: original, augmented, augmented once more
  report.html, report.json            all of it for people, on one page, and as data
  summary.json                        counts, digests, notes
  manifest.parquet, manifest.json     every object with its class, item and purpose
  trail.jsonl                         one more line: when, what, why

Files of an earlier run are replaced, each whole. Progress goes to stderr, a summary to stdout.

Exit code 0: done. 1: a finding: the batch does not repeat, an item or a file stands on both sides
of the split, or a notebook's digests are not those that it was exported with. 2: it cannot be done: a bad recipe, source or file. 130: Ctrl-C.
"""


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "run",
        parents=[common],
        help="do the whole job of a recipe, and write what proves it",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recipe", metavar="RECIPE", type=Path, help=".yaml, .json or .ipynb")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="made if missing")
    add_trust(parser)
    add_trail(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do the job, write its files, print its summary."""
    recipe, exported = read_recipe(args.recipe)
    from brevviz.cli.outcome import carry_out, to_text  # noqa: PLC0415  # pandas only when needed

    with Progress() as report:
        outcome = carry_out(
            recipe,
            exported,
            args.out,
            trusted=tuple(args.endpoint_trusted),
            report=report,
            reason=args.reason,
            who=args.who,
        )
    sys.stdout.write(to_text(outcome))
    return 1 if outcome.findings else 0
