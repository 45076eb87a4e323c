"""`Panel`: what the five panels share. Controls edit the session; a worker fills the widgets."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import ipywidgets

from brevviz.errors import BrevvizError, RecipeError
from brevviz.job import Job
from brevviz.panels.fields import (
    Control,
    describe,
    from_control,
    in_words,
    register,
    to_control,
)
from brevviz.panels.status_line import StatusLine, Told
from brevviz.progress import Report
from brevviz.session import Session
from brevviz.widgets import Form, close_whole
from brevviz.work import Latest

__all__ = ["Panel"]

R = TypeVar("R")


class Panel(Told, ABC, Generic[R]):
    """One step of the work on screen, usable alone: `display(SplitPanel(session).box)`.

    A control's value goes to the session; a change of the recipe sections that the panel depends
    on asks its worker, which computes and then writes the output widgets.

    Parameters
    ----------
    session : the state that is edited.
    status : the line that says what runs; None: the panel brings its own.
    threaded : False computes inside the callbacks, for tests.
    active : False: nothing is computed until `activate`; a hidden panel costs nothing.
    """

    title: ClassVar[str]
    sections: ClassVar[tuple[str, ...]]
    controls: ClassVar[tuple[Control, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        register(cls.controls)

    def __init__(
        self,
        session: Session,
        *,
        status: StatusLine | None = None,
        threaded: bool = True,
        active: bool = True,
    ) -> None:
        self.session = session
        self.status = status if status is not None else StatusLine()
        self.threaded = threaded
        self.active = active
        self.form = Form(label=self.title, fields=[describe(control) for control in self.controls])
        self._by_name = {control.name: control for control in self.controls}
        self._failed = False
        self._failed_fields: dict[str, str] = {}
        self._narrowers: list[Callable[[str, str], object]] = []
        self._asked = ""
        # Followers are told on any thread: who reads the session first also writes first, or an
        # older state would stay on screen.
        self._order = threading.RLock()
        self.latest: Latest[Job, R] = Latest(self._compute, self, threaded=threaded)
        self.box = ipywidgets.VBox(
            self.layout() if status else [*self.layout(), self.status.widget]
        )
        self.box.add_class("bv-panel")
        self.form.on_set(self._entered)
        self._leave = session.follow(self._followed)
        self._followed(session)

    # What a panel is made of.

    @abstractmethod
    def layout(self) -> Sequence[ipywidgets.Widget]:
        """The widgets, from top to bottom; called once."""

    @abstractmethod
    def compute(self, job: Job) -> R:
        """What the panel shows, computed on the worker; `job.report` may raise Cancelled."""

    @abstractmethod
    def render(self, result: R) -> None:
        """Write a result into the widgets."""

    def key(self) -> str:
        """What the result depends on: when it changes, the worker is asked."""
        # Samples that are left out by hand belong to the source.
        also = ("triage",) if "source" in self.sections else ()
        return self.session.recipe.slice_digest(*self.sections, *also)

    def unused(self, session: Session) -> Collection[str]:  # noqa: ARG002  # panels look into it
        """The names of controls that mean nothing beside what the others say: not shown."""
        return ()

    def changed(self) -> None:
        """The session changed while the panel is on screen, or it comes there; for what is shown
        at once, without the worker.
        """

    # What happens to it.

    def activate(self) -> None:
        """The panel is on screen now: bring it up to date."""
        self.active = True
        self._followed(self.session)

    def deactivate(self) -> None:
        """The panel is hidden: it computes nothing, and what it complained of may be mended."""
        self.active = False
        if self._failed:
            self._asked = ""
            self.status.clear(self.title)

    def ask(self) -> None:
        """Compute the result anew, although the recipe may be the same."""
        self._asked = self.key()
        self.latest.ask(self.session.job)

    def on_narrow(self, narrow: Callable[[str, str], object]) -> None:
        """Call `narrow(class, purpose)` when a part of a chart is pressed whose samples they are."""
        self._narrowers.append(narrow)

    def narrow(self, of_class: str, purpose: str) -> None:
        """A person wants to see the samples of a class and a purpose."""
        for narrow in self._narrowers:
            narrow(of_class, purpose)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the worker is idle; False when the time ran out (seconds)."""
        return self.latest.wait(timeout)

    def close(self) -> None:
        """End the worker and the widgets."""
        self._leave()
        self.latest.close()
        close_whole(self.box)
        close_whole(self.form)  # not every panel lays it out

    def _entered(self, name: str, value: Any) -> None:
        control = self._by_name[name]
        try:
            plain = from_control(control, value)
        except ValueError as error:
            self.session.reject(control.where, value, str(error))
        else:
            self.session.set(control.where, plain, typed=value)

    def _followed(self, session: Session) -> None:
        with self._order:
            self._move_controls(session)
            if self.active:
                self.changed()
                if self.key() != self._asked:
                    self.ask()

    def _move_controls(self, session: Session) -> None:
        with self._order:
            problems = session.problems
            values = {}
            for name, control in self._by_name.items():
                value = session.value(control.where)
                typed = control.where in problems and not control.part
                values[name] = value if typed else to_control(control, value)
            own = {where: text for where, text in problems.items() if where in self._by_name}
            with self.form.hold_sync():
                self.form.values = values
                self.form.problems = {
                    where: in_words(text) for where, text in {**self._failed_fields, **own}.items()
                }
                self.form.hidden = sorted(self.unused(session))
            self._mark_stale(bool(own) or self._failed)

    def _mark_stale(self, stale: bool) -> None:  # the one thing it is about
        if stale:
            self.box.add_class("bv-stale")
        else:
            self.box.remove_class("bv-stale")

    # What the worker says (`work.Answer`).

    def _compute(self, job: Job, report: Report) -> R:
        return self.compute(job.with_report(report))

    def show(self, result: R) -> None:
        """The worker has a result."""
        self._failed = False
        self._set_failed_fields({})
        self._mark_stale(bool(self.form.problems))
        self.status.clear(self.title)
        self.render(result)

    def fail(self, error: Exception) -> None:
        """The worker failed: the message goes under its field, or into the status line."""
        self._failed = True
        fields = self._fields_of(error)
        self._set_failed_fields(fields)
        self._mark_stale(True)
        if fields:
            self.status.clear(self.title)
        else:
            self.status.fail(self.title, error)

    def _fields_of(self, error: Exception) -> dict[str, str]:
        """Field → message when the error is about fields of this form, else nothing."""
        if isinstance(error, RecipeError) and set(error.problems) <= set(self._by_name):
            return error.problems
        if isinstance(error, BrevvizError) and error.where in self._by_name:
            return {error.where: f"{error.problem}. {error.hint}" if error.hint else error.problem}
        return {}

    def _set_failed_fields(self, problems: dict[str, str]) -> None:
        if problems != self._failed_fields:
            self._failed_fields = dict(problems)
            self._move_controls(self.session)
