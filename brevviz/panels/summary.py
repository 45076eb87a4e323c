"""What a saved notebook shows of the app when no kernel answers: plain HTML, no script."""

from __future__ import annotations

import pandas as pd

from brevviz.job import Job
from brevviz.widgets import h

__all__ = ["summary"]


def summary(job: Job) -> str:
    """The recipe, its digest, and the split as far as it is computed, as HTML.

    Every text from a bucket or a person goes through `h`.
    """
    recipe = job.recipe
    parts = [
        "<p><strong>brevviz</strong> was here with a live kernel. Run the cell to open it again.</p>",
        f"<p>Source {h(recipe.source.uri)}; recipe SHA-256 <code>{recipe.digest()}</code></p>",
    ]
    table = job.ready_table()
    if table is not None:
        parts.append(_html(table))
    parts.append(f"<details><summary>Recipe</summary><pre>{h(recipe.to_yaml())}</pre></details>")
    return "\n".join(parts)


def _html(table: pd.DataFrame) -> str:
    head = "".join(f"<th>{h(name)}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{h(value)}</td>" for value in row) + "</tr>"
        for row in table.itertuples(index=False)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
