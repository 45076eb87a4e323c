"""`brevviz` on the command line."""

from brevviz.cli.commands import main

__all__ = ["main"]
