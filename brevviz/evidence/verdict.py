"""What a check of a manifest says: what was found, what was checked, and what was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

__all__ = ["Verdict", "shown"]

_SHOWN = 3


@dataclass
class Verdict:
    """Sentences for people.

    findings : what does not hold. unchecked : what could not be checked. checked : what holds.
    notes : what is good to know and is no fault.
    """

    findings: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0: all was checked and holds. 1: something does not hold. 2: something was not checked."""
        return 1 if self.findings else 2 if self.unchecked else 0

    def expect(self, holds: bool, checked: str, finding: str) -> bool:
        """Note one check; gives back whether it holds."""
        (self.checked if holds else self.findings).append(checked if holds else finding)
        return holds

    def expect_none(self, keys: pa.Array | Sequence[str], checked: str, finding: str) -> bool:
        """Note a check of many rows; the finding counts those that fail and shows the first."""
        return self.expect(not len(keys), checked, f"{finding}: {shown(keys)}")


def shown(keys: pa.Array | Sequence[str]) -> str:
    """How many, and the first few: "12 of them, 'a', 'b', 'c' first"."""
    first = [
        str(key)
        for key in (keys[:_SHOWN].to_pylist() if isinstance(keys, pa.Array) else keys[:_SHOWN])
    ]
    named = ", ".join(ascii(key) for key in first)
    return f"{len(keys):,} ({named}{', ...' if len(keys) > _SHOWN else ''})"
