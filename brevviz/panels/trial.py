"""Trying a connection: each step with what came of it, before anything is opened."""

from __future__ import annotations

from collections.abc import Collection

from brevviz.bucket import try_connection
from brevviz.panels.fields import in_words
from brevviz.progress import Report
from brevviz.recipe import Source
from brevviz.widgets import Table
from brevviz.work import Latest, Quick

__all__ = ["Trial"]

Rows = list[list[str]]


class Trial(Quick):
    """The steps of a connection: settings and keys, server and bucket, one object."""

    def __init__(self, trusted: Collection[str] = (), *, threaded: bool = True) -> None:
        self.table = Table(
            columns=[
                {"name": "step", "label": "Step"},
                {"name": "result", "label": "Result"},
                {"name": "said", "label": "Found"},
            ],
            empty="",
            height=0,
        )
        self.table.layout.display = "none"
        self._trusted = tuple(trusted)
        self._latest: Latest[Source, Rows] = Latest(
            self._try, self, threaded=threaded, quiet_seconds=0.0
        )

    def start(self, source: Source) -> None:
        """Try a source; the steps appear as they are done."""
        self.table.caption = f"Trying {source.uri}"
        self.table.rows = []
        self.table.layout.display = ""
        self._latest.ask(source)

    def hide(self) -> None:
        """Take an old trial off the page."""
        self.table.layout.display = "none"

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the trial is over; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self._latest.close()

    def _try(self, source: Source, report: Report) -> Rows:
        rows: Rows = []
        for step in try_connection(source, self._trusted):
            rows.append([step.name, "works" if step.done else "fails", step.said])
            self._write(rows)
            report(step.name, len(rows))
        return rows

    def _write(self, rows: Rows) -> None:
        with self.table.hold_sync():
            self.table.flags = ["good" if row[1] == "works" else "bad" for row in rows]
            self.table.rows = [[name, result, in_words(said)] for name, result, said in rows]

    # What the worker says (`work.Answer`).

    def show(self, result: Rows) -> None:
        """All steps that could be tried are done."""
        works = all(row[1] == "works" for row in result)
        self.table.caption = "The connection works" if works else "The connection fails"

    def fail(self, error: Exception) -> None:
        """The trial itself could not go on."""
        self._write([*self.table.rows, ["trial", "fails", str(error)]])
