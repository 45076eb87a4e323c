"""The app's evidence in the notebook's own output, kept up to date while the app is used.

A widget leaves nothing behind: where no kernel answers its output is empty. So a second output
stands below the app, plain HTML, which the stylesheet hides for as long as the app is alive. It is
another output, since a front end that gets new HTML for the app's own would draw the app anew.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from IPython.display import display

from brevviz.errors import BrevvizError
from brevviz.job import Job
from brevviz.panels.strip import strip_of
from brevviz.panels.summary import summary
from brevviz.progress import Report
from brevviz.work import Latest, Quick

__all__ = ["Stored"]

QUIET_SECONDS = 1.0
"""What changes while somebody drags or types is stored when it has come to rest."""

_TEXT = "brevviz: evidence of the app above"

log = logging.getLogger(__name__)


class Stored(Quick):
    """What is stored with the notebook: `ask(job)` after each change; any thread may.

    html : what stands there now.
    """

    def __init__(self, *, threaded: bool = True) -> None:
        self.html = ""
        self._id = f"brevviz-{secrets.token_hex(8)}"
        self._displayed = False
        self._latest: Latest[Job, str] = Latest(
            self._compute, self, threaded=threaded, quiet_seconds=QUIET_SECONDS
        )

    def ask(self, job: Job) -> None:
        """Bring what is stored up to date with what is computed of a job."""
        self._latest.ask(job)

    def display(self, job: Job) -> None:
        """Put the output below the app; more than one holds the same."""
        self.html = self.html or summary(job)
        display(self._bundle(), raw=True, display_id=self._id)  # type: ignore[no-untyped-call]  # IPython has no types
        self._displayed = True

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is up to date; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the worker; what is stored stays."""
        self._latest.close()

    def _bundle(self) -> dict[str, Any]:
        return {"text/html": self.html, "text/plain": _TEXT}

    def _compute(self, job: Job, report: Report) -> str:
        report("evidence", 0)
        return summary(job, strip_of(job))

    # What the worker says (`work.Answer`).

    def show(self, result: str) -> None:
        """Put it in place of what stood there."""
        if result == self.html:
            return
        self.html = result
        if self._displayed:
            display(self._bundle(), raw=True, display_id=self._id, update=True)  # type: ignore[no-untyped-call]  # IPython has no types

    def fail(self, error: Exception) -> None:
        """The old evidence stays; what is wrong with the source is said by the panels."""
        if not isinstance(error, BrevvizError):
            log.error("the evidence in the notebook is not up to date", exc_info=error)
