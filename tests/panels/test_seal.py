"""The sealed test set in the app: its names and counts are there, its pictures are not."""

import pytest

from brevviz.bucket.folder import FolderStore
from brevviz.errors import EvidenceError
from brevviz.evidence import Trail
from brevviz.job import Job
from brevviz.panels.thumbnails import SEALED


@pytest.fixture(name="sent")
def _sent(monkeypatch):
    """What galleries send: position → (what, purpose)."""
    from brevviz.widgets import Gallery  # noqa: PLC0415

    sent = {}
    for name in ("send_thumb", "send_sealed", "send_failed"):
        true = getattr(Gallery, name)

        def send(self, version, position, *rest, _name=name, _true=true, **words):
            sent[position] = (_name, words.get("purpose", ""))
            _true(self, version, position, *rest, **words)

        monkeypatch.setattr(Gallery, name, send)
    return sent


@pytest.fixture(name="reads")
def _reads(monkeypatch):
    reads = []
    get = FolderStore.get
    monkeypatch.setattr(
        FolderStore,
        "get",
        lambda self, key, *rest, **how: reads.append(key) or get(self, key, *rest),
    )
    return reads


@pytest.fixture(name="sealed")
def _sealed(open_app, vials, tmp_path):
    user = open_app(vials, trail=tmp_path)
    user.enter("Split", "split.uniqueness", r"/(\d*)_\d*.bmp")
    user.enter("Split", "split.ratio", 0.6)
    user.enter("Split", "split.test_ratio", 0.2)
    user.panel("Samples")
    return user


def gallery(user):
    return user.panel("Samples").gallery


def ask(user, positions):
    shown = gallery(user).gallery
    assert shown.receive({"kind": "want", "version": shown.version, "ids": positions})


def test_tiles_of_test_are_locks_and_nothing_of_them_is_read(sealed, sent, reads):
    samples = sealed.app.samples.reset_index(drop=True)
    tested = set(samples.index[samples["purpose"] == "test"])
    assert tested
    assert len(samples) == 180
    ask(sealed, list(range(len(samples))))
    locks = {position for position, (name, _) in sent.items() if name == "send_sealed"}
    assert locks == tested
    assert {purpose for name, purpose in sent.values() if name == "send_sealed"} == {"test"}
    keys = {path.partition(f"{samples['bucket'][0]}/")[2] for path in samples["path"][[*tested]]}
    assert reads
    assert not keys & set(reads)


def test_a_chosen_sealed_sample_shows_its_facts_and_what_to_do(sealed, reads):
    samples = sealed.app.samples.reset_index(drop=True)
    position = int(samples.index[samples["purpose"] == "test"][0])
    shown = gallery(sealed)
    reads.clear()
    shown.gallery.receive({"kind": "select", "version": shown.gallery.version, "ids": [position]})
    facts = dict(row[:2] for row in shown.details.facts.rows)
    assert facts["Purpose"] == "test"
    assert (shown.details.picture.empty, shown.details.picture.picture) == (SEALED, b"")
    assert reads == []


def test_a_chosen_sample_that_becomes_test_is_taken_off_the_screen(sealed):
    shown = gallery(sealed)
    shown.gallery.receive({"kind": "select", "version": shown.gallery.version, "ids": [0]})
    assert shown.details.picture.picture
    path = sealed.app.samples["path"].iloc[0]
    assert sealed.app.samples["purpose"].iloc[0] != "test"
    seed = next(
        seed
        for seed in range(100)
        if Job(sealed.app.recipe.with_value("seed", seed)).assigned["purpose"].iloc[0] == "test"
    )
    sealed.app.session.set("seed", seed)
    assert sealed.app.samples.set_index("path")["purpose"][path] == "test"
    assert shown.details.picture.picture == b""
    shown.details.picture.receive({"kind": "full"})  # as pressed just before
    assert shown.details.picture.picture == b""


def test_unsealing_shows_them_and_the_trail_has_the_edits_too(sealed, sent, tmp_path):
    with pytest.raises(EvidenceError, match="reason: is empty"):
        sealed.app.unseal("")
    assert sealed.app.unseal("a last look") == 1
    ask(sealed, list(range(180)))
    assert {name for name, _ in sent.values()} == {"send_thumb"}
    sealed.enter("Split", "split.ratio", 0.5)
    sealed.panel("Samples")
    ask(sealed, list(range(180)))
    assert "send_sealed" in {name for name, _ in sent.values()}, "another split is another test set"
    sealed.app.close()
    told = [(entry.what, entry.reason, entry.count) for entry in Trail(tmp_path).entries()[0]]
    assert told[-2:] == [("test unsealed", "a last look", 1), ("recipe changed", "", None)]


def test_without_a_test_set_everything_is_shown(user, sent):
    user.panel("Samples")
    ask(user, list(range(180)))
    assert {name for name, _ in sent.values()} == {"send_thumb"}


def test_regions_are_drawn_on_an_image_that_may_be_seen(sealed, reads):
    samples = sealed.app.samples
    regions = sealed.panel("Images").regions
    reads.clear()
    regions.toggle()
    sealed_keys = set(samples.loc[samples["purpose"] == "test", "path"])
    root = f"{samples['bucket'].iloc[0]}/"
    assert len(reads) == 1
    assert root + reads[0] not in sealed_keys


def test_a_trail_that_cannot_be_written_is_said_in_the_status_line(sealed, tmp_path):
    sealed.app.session.edits.write()
    trail = tmp_path / "trail.jsonl"
    kept = trail.read_bytes()
    trail.unlink()
    trail.mkdir()
    sealed.enter("Split", "split.ratio", 0.55)
    sealed.app.session.edits.write()
    assert "bytes could not be written" in sealed.error
    trail.rmdir()
    trail.write_bytes(kept)
    sealed.app.session.edits.write()
    assert sealed.error == ""
