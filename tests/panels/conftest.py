"""Panels without a browser: what a person does arrives as the message that a browser would send."""

import pytest

from brevviz import demo
from brevviz.explorer import Explorer

TABS = {"Samples": 0, "Split": 1, "Sampling": 2, "Images": 3, "Export": 4}


class User:
    """Does with an app what a person can do with it."""

    def __init__(self, app):
        self.app = app

    def panel(self, title):
        """Turn to a panel."""
        self.app.tabs.selected_index = TABS[title]
        return self.app.panels[TABS[title]]

    def enter(self, title, name, value):
        """Enter a value into a panel's form."""
        assert self.panel(title).form.receive({"kind": "set", "name": name, "value": value})

    def press(self, actions, name):
        """Press a button."""
        assert actions.receive({"kind": "press", "name": name})

    @property
    def error(self):
        """What the status line complains of."""
        return self.app.status.widget.error


@pytest.fixture(scope="session")
def vials():
    """The demo set's folder."""
    return demo.bucket()


@pytest.fixture
def open_app():
    """Open apps that compute inside the callbacks; all are closed afterwards."""
    apps = []

    def open_(*args, **options):
        app = Explorer(*args, threaded=False, **options)
        apps.append(app)
        return User(app)

    yield open_
    for app in apps:
        app.close()


@pytest.fixture
def user(open_app, vials):
    """A user in front of the app on the demo set, items told apart as in the seed."""
    user = open_app(vials)
    user.enter("Split", "split.uniqueness", r"/(\d*)_\d*.bmp")
    return user
