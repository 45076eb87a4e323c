"""File names cut into tokens, and grouped by the shape that the tokens make."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["CLASSES", "Shape", "shapes_of", "split_path"]

CLASSES = {
    "U": r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "H": r"[0-9a-fA-F]{6,}",
    "D": r"\d+",
    "W": r"[\pL]+",
}
"""What a token of each class matches, for the linear-time engine: uuid, hex, digits, word."""

# Hex needs a digit and a letter, and nothing of its kind beside it: "facade" is a word.
_TOKEN = re.compile(
    rf"(?P<U>{CLASSES['U']})"
    r"|(?P<H>(?<![^\W_])(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{6,}(?![^\W_]))"
    r"|(?P<D>[0-9]+)|(?P<W>[^\W\d_]+)|(?P<S>.)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Shape:
    """Names that are cut alike.

    classes : the class of each token, or the separator itself.
    rows : the places of the names among those given.
    columns : for each token its text in every row.
    """

    classes: tuple[str, ...]
    rows: tuple[int, ...]
    columns: tuple[tuple[str, ...], ...]

    def is_separator(self, token: int) -> bool:
        """True for a token that is one character between others."""
        return self.classes[token] not in CLASSES

    def varies(self, token: int) -> bool:
        """True when the token is not the same in all names."""
        return len(set(self.columns[token])) > 1

    def word_before(self, token: int) -> str:
        """The word beside a token, across one separator at most; "" where there is none."""
        for near in (token - 1, token - 2):
            if near < 0:
                return ""
            if self.classes[near] == "W" and not self.varies(near):
                return self.columns[near][0].lower()
            if not self.is_separator(near):
                return ""
        return ""


def split_path(path: str) -> tuple[str, str]:
    """The folders and the name without its ending: "a/b/c.png" → ("a/b", "c")."""
    folder, _, name = path.rpartition("/")
    stem, _, _ = name.rpartition(".")
    return folder, stem or name


def shapes_of(names: Sequence[str], at_most: int = 4, share: float = 0.15) -> list[Shape]:
    """The largest shapes, each of at least a share of the names, largest first."""
    groups: dict[tuple[str, ...], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for row, name in enumerate(names):
        classes, texts = [], []
        for match in _TOKEN.finditer(name):
            kind = match.lastgroup or "S"
            classes.append(match[0] if kind == "S" else kind)
            texts.append(match[0])
        groups[tuple(classes)].append((row, tuple(texts)))
    largest = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))[:at_most]
    return [
        Shape(
            classes,
            tuple(row for row, _ in members),
            tuple(zip(*(texts for _, texts in members), strict=True)),
        )
        for classes, members in largest
        if len(members) >= share * len(names) and classes
    ]
