"""Options and arguments that several commands have, and what they mean."""

from __future__ import annotations

import argparse
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from brevviz.recipe import Recipe

if TYPE_CHECKING:
    from brevviz.cluster import Cluster
    from brevviz.notebook import Exported

__all__ = [
    "Commands",
    "add_cluster",
    "add_trail",
    "add_trust",
    "add_unseal",
    "cluster_of",
    "named_by_default",
    "port",
    "read_recipe",
]

Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def add_trust(parser: argparse.ArgumentParser) -> None:
    """`--endpoint-trusted URL`, as often as wanted."""
    parser.add_argument(
        "--endpoint-trusted",
        metavar="URL",
        action="append",
        default=[],
        help="an endpoint that may be sent requests signed with your keys, although only the "
        "recipe names it; may be given more than once",
    )


def add_trail(parser: argparse.ArgumentParser) -> None:
    """`--reason TEXT` and `--who NAME`, for the trail."""
    parser.add_argument("--reason", default="", help="why this is done, for the trail")
    named_by_default(parser)


def named_by_default(parser: argparse.ArgumentParser) -> None:
    """`--who NAME`, for the trail."""
    parser.add_argument(
        "--who",
        default=os.environ.get("BREVVIZ_WHO") or None,
        help="a name for the trail; by default BREVVIZ_WHO, else none",
    )


def add_unseal(parser: argparse.ArgumentParser) -> None:
    """`--unseal REASON` and `--trail DIR`, for what would see pictures of test."""
    parser.add_argument(
        "--unseal", metavar="REASON", default="", help="open the sealed test set, and say why"
    )
    parser.add_argument(
        "--trail",
        metavar="DIR",
        type=Path,
        help="folder of the trail that tells of it; by default BREVVIZ_TRAIL",
    )


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """`--cluster ENGINE` and `--workers N`."""
    parser.add_argument(
        "--cluster",
        metavar="ENGINE",
        help="who does the work: processes (of this machine), ray (a Ray of its own on this "
        "machine), auto or ray://host:port (a running Ray); by default threads of this process",
    )
    parser.add_argument(
        "--workers", metavar="N", type=int, help="how many; by default one a processor"
    )


def cluster_of(args: argparse.Namespace) -> AbstractContextManager[Cluster | None]:
    """The workers that the options ask for, to be used in `with`. Raises ClusterError."""
    if args.cluster is None and args.workers is None:
        return nullcontext()
    from brevviz.cluster import open_cluster  # noqa: PLC0415  # only where it is asked for

    return open_cluster(args.cluster or "processes", args.workers)


def port(text: str) -> int:
    """A port from the command line."""
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is outside 0..65535")
    return number


def read_recipe(path: Path) -> tuple[Recipe, Exported | None]:
    """A recipe from .yaml, .yml, .json or .ipynb; of a notebook also what it expects.

    Raises RecipeError and EvidenceError.
    """
    if path.suffix.lower() == ".ipynb":
        from brevviz.notebook import read  # noqa: PLC0415  # only for notebooks

        exported = read(path)
        return exported.recipe, exported
    return Recipe.load(path), None
