"""The app with processes of its own: the same looks, stopped in the middle, and none left behind."""

import time

import psutil

from brevviz import demo
from brevviz.explorer import Explorer


def test_the_app_checks_images_with_processes_that_end_with_it():
    before = _workers()
    app = Explorer(demo.bucket(), workers=2)
    triage = app.panels[0].triage
    assert app.wait(120)
    stopped = []

    def stop(what, done, total):
        if done and not stopped:
            stopped.append((what, done, total))
            app.status.widget.receive({"kind": "cancel"})

    triage.progress = stop
    triage.counts.receive({"kind": "press", "name": "check"})
    assert triage.latest.wait(300)
    count = len(app.samples)
    (told,) = stopped
    assert told == ("images looked at", 32, count)
    looked = triage.find(app.samples).looked
    assert 32 <= looked < count
    assert app.status.widget.error == ""

    triage.counts.receive({"kind": "press", "name": "check"})
    assert triage.latest.wait(300)
    assert triage.find(app.samples).looked == count
    assert app.cluster.workers == 2
    workers = _workers() - before
    assert len(workers) == 2
    app.close()
    until = time.monotonic() + 60
    while left := _workers() & workers:
        assert time.monotonic() < until, left
        time.sleep(0.05)


def _workers():
    """The processes of a pool that this one has started."""
    children = psutil.Process().children()
    return {child.pid for child in children if "spawn_main" in _command(child)}


def _command(process):
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
