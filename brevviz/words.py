"""Text from keys, servers and recipes, made safe to show to people."""

from __future__ import annotations

import html

__all__ = ["as_html", "printable", "quoted"]


def printable(text: str) -> str:
    """The text with control characters and marks of direction as escapes."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def quoted(text: str) -> str:
    """The text in quotes, each backslash once, as it was typed."""
    return f"'{printable(text)}'"


def as_html(value: object) -> str:
    """A value as HTML text, fit for an element or a quoted attribute."""
    return html.escape(printable(str(value)), quote=True)
