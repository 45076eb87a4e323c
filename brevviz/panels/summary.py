"""What a saved notebook shows of the app when no kernel answers: plain HTML, no script.

It is read in notebooks that nobody trusts, by programs that typeset mathematics: every text of a
bucket or a person is escaped by `h`, and stands where MathJax does not look.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence

import pandas as pd

from brevviz.job import Job
from brevviz.panels.strip import Thumb
from brevviz.recipe import PURPOSES
from brevviz.widgets import h

__all__ = ["summary"]

MOST = 60
"""Classes or groups that are listed."""
_QUIET = "mathjax_ignore tex2jax_ignore"


def summary(job: Job, strip: Sequence[Thumb] = ()) -> str:
    """Source, split, draws, digests and recipe, as far as they are computed; as HTML.

    Parameters
    ----------
    job : what is computed of it is shown; nothing is computed here.
    strip : a few samples as small pictures.
    """
    recipe = job.recipe
    parts = [
        f"<p><strong>brevviz</strong> <code>{h(recipe.source.uri)}</code></p>",
        f"<p>{_listed(job)}Run the cell to open the app again.</p>",
        _pictures(strip),
        _split(job.ready_table()),
        _frequencies(job.ready("frequencies")),
        _digests(job),
        f"<details><summary>Recipe</summary><pre>{_lines(recipe.to_yaml())}</pre></details>",
    ]
    body = "\n".join(part for part in parts if part)
    return f'<div class="bv-evidence {_QUIET}">\n{body}\n</div>'


def _listed(job: Job) -> str:
    listing = job.ready("listing")
    if listing is None:
        return ""
    counts = listing.counts
    left = f", {len(job.recipe.triage.excluded):,} excluded" if job.recipe.triage.excluded else ""
    return f"{counts.let_in:,} images of {counts.listed:,} objects{left}. "


def _pictures(strip: Sequence[Thumb]) -> str:
    return " ".join(
        f'<img src="data:image/jpeg;base64,{b64encode(thumb.jpeg).decode("ascii")}" '
        f'alt="{h(thumb.name)}" title="{h(thumb.name)}">'
        for thumb in strip
    )


def _split(table: pd.DataFrame | None) -> str:
    """One row a class, one column a purpose: images, and the items that they are of."""
    if table is None:
        return ""
    present = [name for name in PURPOSES if (table["purpose"] == name).any()]
    columns = (table[name].tolist() for name in ("stratum", "purpose", "images", "items"))
    cells = {
        (stratum, purpose): f"{images:,} of {items:,}"
        for stratum, purpose, images, items in zip(*columns, strict=True)
    }
    strata = list(dict.fromkeys(table["stratum"]))
    rows = [[name, *(cells.get((name, p), "0 of 0") for p in present)] for name in strata]
    sums = table.groupby("purpose")[["images", "items"]].sum()
    total = [f"{int(sums['images'][p]):,} of {int(sums['items'][p]):,}" for p in present]
    return _table("Images of items, by class and purpose", ["class", *present], rows, total)


def _frequencies(table: pd.DataFrame | None) -> str:
    if table is None:
        return ""
    rows = [
        [
            str(group),
            f"{int(row['images']):,}",
            f"{row['weight']:.1%}",
            f"{row['expected']:,.1f}",
            f"{int(row['drawn']):,}",
            f"{row['unseen']:.0%}",
        ]
        for group, row in table.iloc[: MOST + 1].iterrows()
    ]
    heads = ["group", "images", "share of draws", "expected", "drawn", "never seen"]
    return _table("One epoch of train", heads, rows)


def _digests(job: Job) -> str:
    known = job.ready("digests")
    values = {"recipe": job.recipe.digest()} if known is None else known.data()
    return _table("SHA-256", ["of", "digest"], list(map(list, values.items())))


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], total: Sequence[str] = ()
) -> str:
    lines = [_row("td", row) for row in rows[:MOST]]
    if len(rows) > MOST:
        lines.append(_row("td", ["and more", *[""] * (len(heads) - 1)]))
    if total:
        lines.append(_row("th", ["all", *total]))
    head = "".join(f"<th>{h(name)}</th>" for name in heads)
    body = "\n".join(lines)
    return (
        f"<table><caption>{h(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody></table>"
    )


def _row(tag: str, values: Iterable[str]) -> str:
    first, *rest = values
    return f"<tr><th><code>{h(first)}</code></th>" + (
        "".join(f"<{tag}>{h(value)}</{tag}>" for value in rest) + "</tr>"
    )


def _lines(text: str) -> str:
    return "\n".join(map(h, text.splitlines()))
