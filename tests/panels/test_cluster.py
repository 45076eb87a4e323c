"""The app's long jobs on workers of one's choice: the same results, progress, and one sentence."""

import threading

import pytest

from brevviz.cluster import Here, OnDemand, on_demand
from brevviz.errors import Cancelled, ClusterError, MissingExtra
from brevviz.evidence import read_manifest


@pytest.fixture(params=[{}, {"cluster": "here"}], ids=["threads", "cluster"])
def app_user(request, open_app, vials):
    """A user of the app on the demo set, with and without a cluster."""
    return open_app(vials, **request.param)


def test_every_image_is_checked(app_user):
    panel = app_user.panel("Samples")
    told = []
    app_user.app.status.progress = lambda *about: told.append(about)
    app_user.press(panel.triage.counts, "check")
    labels = {button["name"]: button["label"] for button in panel.triage.counts.buttons}
    assert labels["unreadable"] == "0 unreadable"
    count = len(app_user.app.samples)
    assert ("Triage", "images looked at", count, count) in told
    assert app_user.error == ""


def test_pictures_are_compared(app_user):
    panel = app_user.panel("Split")
    app_user.enter("Split", "split.uniqueness", r"/(\d*)_\d*.bmp")
    app_user.press(panel.leaks.actions, "pictures")
    assert panel.leaks.said.text == (
        "2 pairs on two sides; compared: same item, same bytes, same pixels, near-identical."
    )
    assert app_user.error == ""


def test_nothing_starts_before_a_long_job(open_app, vials):
    app = open_app(vials, workers=2).app
    assert isinstance(app.cluster, OnDemand)
    assert app.session.job.cluster is app.cluster
    assert app.cluster.workers == 0


def test_what_is_no_engine_is_refused(open_app, vials):
    with pytest.raises(ClusterError, match="'dask' is not one of here, processes, ray"):
        open_app(vials, cluster="dask")


def test_workers_that_do_not_start_are_said_in_one_sentence(open_app, vials, monkeypatch):
    def missing(*asked):
        raise MissingExtra("cluster", "Ray is not installed", "pip install 'brevviz[cluster]'")

    monkeypatch.setattr(on_demand, "open_cluster", missing)
    user = open_app(vials, cluster="ray")
    user.press(user.panel("Samples").triage.counts, "check")
    assert user.error == "cluster: Ray is not installed. pip install 'brevviz[cluster]'"
    monkeypatch.setattr(on_demand, "open_cluster", lambda *asked: Here())
    user.press(user.panel("Samples").triage.counts, "check")
    assert user.error == ""


def test_a_job_waits_for_the_one_before_and_can_be_stopped():
    cluster = OnDemand("here")
    first = cluster.map(pow, 2, range(3))
    assert next(first) == 1
    told = []

    def stop(what, done, total=None):
        told.append((what, done, total))
        raise Cancelled(what, "stopped")

    with pytest.raises(Cancelled):
        next(cluster.map(pow, 2, range(3), report=stop))
    assert told == [("waiting for the workers", 0, None)]
    assert list(first) == [2, 4]
    assert list(cluster.map(pow, 3, range(3))) == [1, 3, 9]
    cluster.close()
    assert cluster.workers == 0


def test_jobs_of_two_threads_take_turns():
    cluster = OnDemand("here")
    results = {}

    def work(base):
        results[base] = list(cluster.map(pow, base, range(50)))

    threads = [threading.Thread(target=work, args=(base,)) for base in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {base: [base**n for n in range(50)] for base in (2, 3)}


def test_the_workers_lock(app_user, tmp_path):
    panel = app_user.panel("Export")
    app_user.enter("Images", "view.target_size", "16 x 16")
    files = panel.files
    assert files.form.receive({"kind": "set", "name": "folder", "value": str(tmp_path / "out")})
    app_user.press(files.actions, "lock")
    assert files.done.text == f"Locked: {tmp_path / 'out'}"
    assert (
        len(app_user.app.samples)
        == read_manifest(tmp_path / "out").rows["sha256"].drop_null().length()
    )
