"""What the widgets' tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import playwright
import pytest


@pytest.fixture(scope="session")
def node():
    """A Node.js: the machine's, else the one that Playwright's package brings along."""
    return shutil.which("node") or str(Path(playwright.__file__).parent / "driver" / "node")


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
