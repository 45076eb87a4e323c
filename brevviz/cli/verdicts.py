"""A verdict on a terminal: one line for each thing that was, or was not, checked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from brevviz.words import printable

if TYPE_CHECKING:
    from brevviz.evidence import Verdict

__all__ = ["show"]


def show(verdict: Verdict, ends: tuple[str, str, str]) -> int:
    """Print it, with the last line by its exit code; gives that."""
    lines = [("ok", verdict.checked), ("note", verdict.notes)]
    lines += [("NOT CHECKED", verdict.unchecked), ("FINDING", verdict.findings)]
    for word, sentences in lines:
        sys.stdout.writelines(f"{word:<12} {printable(sentence)}\n" for sentence in sentences)
    sys.stdout.write(f"{ends[verdict.exit_code]}\n")
    return verdict.exit_code
