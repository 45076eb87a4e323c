"""`brevviz` on the command line."""

from brevviz.cli.main import main

__all__ = ["main"]
