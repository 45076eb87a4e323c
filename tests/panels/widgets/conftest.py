"""What the widgets' tests share."""

from __future__ import annotations

import pytest


@pytest.fixture
def outbox(monkeypatch):
    """`outbox(widget)` is the list of (content, buffers) that the widget sends from now on."""

    def collect(widget):
        sent = []
        monkeypatch.setattr(
            widget, "send", lambda content, buffers=None: sent.append((content, buffers))
        )
        return sent

    return collect
