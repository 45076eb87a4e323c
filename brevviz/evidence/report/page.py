"""The report as one HTML file: no script, no address, nothing that is fetched."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from brevviz.evidence.report.content import CONFIDENCE, Pictures
from brevviz.words import as_html

__all__ = ["to_html"]

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; white-space: nowrap; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8886; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { border: 1px solid #8886; padding: 1rem; white-space: pre-wrap; }
img { max-width: 100%; image-rendering: pixelated; }
.bad { font-weight: 700; }
@media print { body { max-width: none; } h2 { break-after: avoid; } tr, img { break-inside: avoid; } }
"""

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>A training set</title>
"""

_CLAIM = (
    "This report states what was computed, from which objects and by which rule. It makes no claim "
    "of compliance with any regulation, and that the images are right is for people to say."
)


def to_html(data: dict[str, Any], pictures: Pictures | None = None) -> str:
    """The page of a report.

    Parameters
    ----------
    data : of `content`.
    pictures : those that the data speaks of.
    """
    parts = [
        f"{_HEAD}<style>{_STYLE}</style>\n</head>\n<body>\n<h1>A training set</h1>",
        f"<p>{as_html(_CLAIM)}</p>",
        _table("Source", ("what", "value"), _about(data)),
        _table("Digests to sign (SHA-256)", ("of", "digest"), data["digests"].items(), code=1),
        _classes(data["classes"]),
        _cells(data["cells"]),
        _leaks(data["leaks"]),
        _table(
            "Why objects are left out", ("reason", "objects"), map(dict.values, data["reasons"])
        ),
        _table("Which objects", ("object", "reason"), map(dict.values, data["left_out"])),
        _cut(data),
        _frequencies(data["frequencies"]),
        _grid(data["pictures"], pictures),
        "<h2>The recipe</h2>",
        f"<pre>{_lines(json.dumps(data['recipe'], indent=1))}</pre>",
        _table("Environment", ("tool", "version"), data["tools"].items()),
        _trail(data["trail"]),
        "</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _about(data: dict[str, Any]) -> Iterable[tuple[str, object]]:
    counts = data["counts"]
    yield "Root", data["source"]
    for revision in data["revisions"]:
        yield "Listed", f"{revision['listed']}, {revision['objects']:,} objects"
    yield "Samples", f"{counts['samples']:,} images of {counts['items']:,} items"
    yield "Left out", f"{counts['left_out']:,} objects by the rules of the source"
    yield "Excluded", f"{counts['excluded']:,} samples by hand, each with its reason"
    unread = counts["objects"] - counts["locked"]
    rejected = f"{counts['rejected']:,} samples of the objects that were read"
    yield "Rejected", f"{rejected}; {unread:,} objects were not read" if unread else rejected
    yield "With SHA-256", f"{counts['locked']:,} of {counts['objects']:,} objects"


def _classes(classes: list[dict[str, Any]]) -> str:
    rows = [(one["class"], one["purpose"], one["items"], one["images"]) for one in classes]
    return _table("Classes and purposes", ("class", "purpose", "items", "images"), rows)


def _cut(data: dict[str, Any]) -> str:
    """That not all objects with a reason stand on the page, where that is so."""
    named = sum(reason["objects"] for reason in data["reasons"])
    shown = len(data["left_out"])
    return (
        f"<p>The first {shown:,} of {named:,}; the manifest has all.</p>" if shown < named else ""
    )


def _cells(cells: list[dict[str, Any]]) -> str:
    rows = [
        (
            cell["stratum"],
            cell["purpose"],
            cell["items"],
            cell["images"],
            round(cell["target"], 1),
            "" if cell["bound"] is None else f"{cell['bound']:.1%}",
        )
        for cell in cells
    ]
    names = ("stratum", "purpose", "items", "images", "images wanted", "can exclude")
    note = (
        f"The last column: if a model is right on all items of the cell, its rate of failure is "
        f"below this, at {CONFIDENCE:.0%} confidence (Clopper and Pearson, 1934). Items count, "
        "not images."
    )
    return _table("Strata and purposes", names, rows) + f"\n<p>{as_html(note)}</p>"


def _leaks(leaks: dict[str, int]) -> str:
    rows = [(level, f"{number:,}") for level, number in leaks.items()]
    return _table("Pairs on both sides of the split", ("what they share", "pairs"), rows)


def _frequencies(frequencies: list[dict[str, Any]]) -> str:
    rows = [
        (
            one["group"],
            int(one["images"]),
            f"{one['weight']:.1%}",
            round(one["expected"], 1),
            int(one["drawn"]),
            int(one["repeats_max"]),
            f"{one['unseen']:.0%}",
        )
        for one in frequencies
    ]
    names = ("group", "images", "weight", "expected", "drawn", "most often one image", "unseen")
    return _table("Draws of the first epoch of train", names, rows)


def _grid(told: list[dict[str, Any]] | None, pictures: Pictures | None) -> str:
    if told is None or pictures is None:
        return ""
    image = b64encode(pictures.png).decode("ascii")
    rows = [
        (number, one["sha256"], "the same bytes" if one["repeats"] else "OTHER BYTES")
        for number, one in enumerate(told, 1)
    ]
    return (
        "<h2>Augmentation</h2>\n<p>Rows: original, augmented, and augmented once more.</p>\n"
        f'<img alt="Original, augmented and repeated pictures" src="data:image/png;base64,{image}">\n'
        + _table("Augmented pictures", ("draw", "SHA-256", "once more"), rows, code=1)
    )


def _trail(trail: list[dict[str, Any]]) -> str:
    rows = [(one["when"], one["who"] or "", one["what"], one["reason"]) for one in trail]
    return _table("Trail", ("when", "who", "what", "why"), rows)


def _table(
    caption: str, names: Sequence[str], rows: Iterable[Iterable[object]], code: int | None = None
) -> str:
    """A table, or one line that there is nothing to show; `code`: the column in fixed width."""
    body = ["".join(_field(value, at == code) for at, value in enumerate(row)) for row in rows]
    if not body:
        return f"<p>{as_html(caption)}: none.</p>"
    head = "".join(f'<th scope="col">{as_html(name)}</th>' for name in names)
    lines = "\n".join(f"<tr>{row}</tr>" for row in body)
    return (
        f"<table>\n<caption>{as_html(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{lines}\n</tbody>\n</table>"
    )


def _field(value: object, code: bool) -> str:
    text = as_html(f"{value:,}" if isinstance(value, int) else value)
    if code:
        return f"<td><code>{text}</code></td>"
    return (
        f'<td class="number">{text}</td>' if isinstance(value, (int, float)) else f"<td>{text}</td>"
    )


def _lines(text: str) -> str:
    return "\n".join(map(as_html, text.splitlines()))
