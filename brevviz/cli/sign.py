"""`brevviz sign DIR --key FILE`: sign a manifest with an SSH key."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brevviz.cli.options import Commands

__all__ = ["add", "run"]


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "sign",
        parents=[common],
        help="sign a manifest with an SSH key",
        description="Writes DIR/manifest.json.sig by `ssh-keygen -Y sign`, offline. It says that "
        "the holder of the key signed these bytes, and is no electronic signature in the sense "
        "of any regulation. `brevviz verify --signers FILE --signer NAME` checks it.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the manifest is")
    parser.add_argument("--key", metavar="FILE", type=Path, required=True, help="the SSH key")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the signature's path."""
    from brevviz.evidence import sign  # noqa: PLC0415  # pandas and Arrow only when needed

    sys.stdout.write(f"{sign(args.folder, args.key)}\n")
    return 0
