"""Part: what all widgets of the app share.

A part shows what Python code writes into its traits, and reports what a person does as messages.
The browser writes no trait: every message is checked first, and what does not fit is refused and
logged. So a part is an input or an output, several views of it never disagree, and a test drives
it with `part.receive({...})` in place of a browser.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import uuid4

import anywidget
import traitlets as t

from brevviz.widgets import check, library
from brevviz.widgets.check import Refused

__all__ = ["Part", "hear_the_page"]

_log = logging.getLogger(__name__)


def hear_the_page(comm: Any) -> None:
    """Take what the browser says on the shell of the kernel that it says it to.

    ipykernel takes it on the shell that the comm last spoke on, and drops it where that has ended:
    a page that closes one app while the workers of another speak would never be heard again.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, said_to: said_to  # noqa: SLF001  # no public way


class Part(anywidget.AnyWidget):
    """A widget of the app; subclasses give `_esm`, traits, and the messages that they take.

    Raises TypeError when a keyword names no trait.
    """

    _kinds: ClassVar[frozenset[str]] = frozenset()
    """The kinds of message that the browser may send."""
    _needs: ClassVar[tuple[str, ...]] = ("app",)
    """The libraries that hold its code: the app's first, last the one with its part."""
    _own = t.Unicode("").tag(sync=True)
    """The id of its model, by which its code finds it (kernel → browser)."""
    _libraries = t.List(t.Unicode()).tag(sync=True)
    """The ids of the models of its libraries (kernel → browser)."""

    def __init__(self, **traits: Any) -> None:
        known = [name for name in type(self).class_trait_names() if not name.startswith("_")]
        for name in traits:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise TypeError(f"{type(self).__name__} has no trait {name!r}{hint}")
        self._followers: dict[str, tuple[Callable[..., object], ...]] = {}
        own = uuid4().hex
        needed = library.borrow(self._needs, own)
        super().__init__(model_id=own, _own=own, _libraries=needed, **traits)
        self.on_msg(lambda _widget, content, _buffers: self.receive(content))

    def receive(self, content: object) -> bool:
        """Take one message of the browser; False when it was refused.

        Parameters
        ----------
        content : the message as it came: a dict with `kind` and what that kind carries.

        What a follower raises is not caught here: whoever follows shows its errors.
        """
        turn = None
        try:
            kind, message, turn = self._open(content)
            self._act(kind, self._read(kind, message))
        except Refused as refused:
            _log.log(refused.level, "%s refused a message: %s", type(self).__name__, refused)
            return False
        finally:
            # A browser that gives its messages turns holds the next one back until this one is
            # done with, so that a slow follower is never behind by more than one.
            if turn is not None:
                self.send({"kind": "seen", "turn": turn})
        return True

    @t.observe("comm")
    def _comm_opened(self, change: t.Bunch) -> None:
        hear_the_page(change["new"])

    def close(self) -> None:
        """Take the widget off the page for good."""
        super().close()
        library.give_back(self._own)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Refuse what the browser writes into traits: it sends messages instead."""
        if sync_data:
            _log.warning("%s refused traits: %s", type(self).__name__, sorted(sync_data)[:8])

    def _open(self, content: object) -> tuple[str, Mapping[str, Any], int | None]:
        """Return the kind, the message without its turn, and the turn if it has one."""
        if not isinstance(content, Mapping):
            raise Refused(f"{type(content).__name__} where a message is allowed")
        kind = content.get("kind")
        if not isinstance(kind, str) or kind not in self._kinds:
            raise Refused("a kind of message that this widget does not take")
        message = {key: value for key, value in content.items() if key != "turn"}
        turn = check.integer(content["turn"], 0, 2**53) if "turn" in content else None
        return kind, message, turn

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the checked arguments of a message for its followers, or raise Refused."""
        raise NotImplementedError

    def _act(self, kind: str, arguments: tuple[Any, ...]) -> None:
        """Do what a checked message asks: here, tell the followers."""
        for follower in self._followers.get(kind, ()):
            follower(*arguments)

    def _follow(self, kind: str, follower: Callable[..., object]) -> Callable[[], None]:
        """Call `follower` for each message of `kind`, on the thread it comes on; returns its end."""
        self._followers[kind] = (*self._followers.get(kind, ()), follower)

        def stop() -> None:
            rest = tuple(f for f in self._followers.get(kind, ()) if f is not follower)
            self._followers[kind] = rest

        return stop
