"""Item rules learnt from the file names, as buttons; a person chooses, nothing is applied."""

from __future__ import annotations

import logging

from brevviz.errors import BrevvizError
from brevviz.job import Job
from brevviz.progress import Report
from brevviz.session import Session
from brevviz.split import Suggestion, suggest_patterns
from brevviz.widgets import Actions
from brevviz.work import Latest, Quick

__all__ = ["Suggestions"]

MOST = 4

log = logging.getLogger(__name__)


class Suggestions(Quick):
    """The likeliest rules for the source's paths; a press makes one the recipe's."""

    def __init__(self, session: Session, *, threaded: bool = True) -> None:
        self.session = session
        self.widget = Actions(label="Suggested")
        self._suggested: list[Suggestion] = []
        self._asked = ""
        self._latest: Latest[Job, list[Suggestion]] = Latest(
            self._suggest, self, threaded=threaded, quiet_seconds=0.0
        )
        self.widget.on_press(self._pressed)

    def follow(self, job: Job) -> None:
        """Learn from the paths of a job's source, once for each source."""
        key = job.recipe.slice_digest("source")
        if key != self._asked:
            self._asked = key
            self._latest.ask(job)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the suggestions are there; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self._latest.close()

    def _suggest(self, job: Job, report: Report) -> list[Suggestion]:
        return suggest_patterns(job.samples["path"].tolist(), MOST, report)

    def _pressed(self, name: str) -> None:
        self.session.set("split.uniqueness", self._suggested[int(name)].pattern)

    # What the worker says (`work.Answer`).

    def show(self, result: list[Suggestion]) -> None:
        """One button a rule, what it would mean in its tooltip."""
        self._suggested = result
        self.widget.label = "Suggested" if result else "Suggested: every image is its own item"
        self.widget.buttons = [
            {
                "name": str(number),
                "label": suggestion.pattern,
                "tone": "code",
                "help": " ".join(
                    [
                        f"{suggestion.items:,} items of {suggestion.images:.1f} images,",
                        f"such as {', '.join(suggestion.examples)}.",
                        *suggestion.warnings,
                    ]
                ),
            }
            for number, suggestion in enumerate(result)
        ]

    def fail(self, error: Exception) -> None:
        """No suggestions: what is wrong with the source is said by the panel."""
        self._asked = ""
        self.widget.buttons = []
        if not isinstance(error, BrevvizError):
            log.error("no suggestions", exc_info=error)
