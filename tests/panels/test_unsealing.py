"""The sealed test set is opened in Export: for a reason, with a line in the trail, and tried."""

import re
from pathlib import Path

import pytest

from brevviz.evidence import Trail


@pytest.fixture
def desk(open_app, vials, tmp_path):
    """The app on some of the vials and one broken file in test; `open(reason, who)` as by hand."""
    root = tmp_path / "set"
    for name in ("bad_cap", "good"):
        (root / name).mkdir(parents=True)
        for path in sorted((Path(vials) / name).glob("*.bmp"))[:5]:
            (root / name / path.name).write_bytes(path.read_bytes())
    (root / "good" / "0_0.bmp").write_bytes(b"BM and no more")
    desk = open_app(str(root))
    desk.enter("Split", "split.ratio", 0.0)
    desk.enter("Split", "split.test_ratio", 1.0)
    export = desk.panel("Export")
    desk.part, desk.folder = export.unsealing, tmp_path / "out"
    assert export.files.form.receive({"kind": "set", "name": "folder", "value": str(desk.folder)})

    def unseal(reason, who=""):
        for name, value in (("reason", reason), ("who", who)):
            assert desk.part.form.receive({"kind": "set", "name": name, "value": value})
        desk.press(desk.part.actions, "open")

    desk.unseal = unseal
    return desk


def test_it_is_opened_for_a_reason_and_the_trail_says_who(desk):
    assert desk.app.session.job.sealed
    assert desk.part.state.text.endswith("the trail in the folder above.")
    desk.unseal("model 7 is chosen", "Åsa")
    assert not desk.app.session.job.sealed
    assert desk.part.state.text == (
        "The test set of this split is open in this app. This trail has seen one opening. "
        "11 images were tried: 1 cannot be used."
    )
    ((key, why),) = desk.part.found.rows
    assert key == "good/0_0.bmp"
    assert why
    (entry,) = Trail(desk.folder).entries()[0]
    assert (entry.reason, entry.who, entry.count) == ("model 7 is chosen", "Åsa", 1)
    assert desk.part.actions.buttons[0]["disabled"]
    assert desk.part.form.values["reason"] == ""
    desk.enter("Images", "view.target_size", "16 x 16")
    images = desk.panel("Images")
    assert images.look.receive({"kind": "set", "name": "purpose", "value": "test"})
    assert desk.error == ""
    assert images.verdict.text


def test_without_a_reason_it_stays_sealed_and_one_sentence_says_so(desk):
    desk.unseal("  ")
    assert desk.app.session.job.sealed
    assert desk.part.form.problems == {"reason": "is empty. Say why the test set is opened"}
    assert not desk.folder.exists()
    assert desk.part.form.receive({"kind": "set", "name": "reason", "value": "w"})
    assert desk.part.form.problems == {}


def test_a_trail_that_cannot_be_written_leaves_it_sealed(desk, tmp_path):
    desk.folder.write_text("a file", "ascii")
    desk.unseal("why not")
    assert desk.app.session.job.sealed
    assert str(desk.folder) in desk.part.form.problems["reason"]
    assert str(desk.folder) not in desk.error


def test_another_split_is_another_test_set(desk):
    desk.unseal("once")
    desk.enter("Split", "split.test_ratio", 0.6)
    desk.panel("Export")
    assert desk.part.state.text.endswith("the trail in the folder above.")
    assert desk.part.found.rows == []
    assert desk.part.found.layout.display == "none"
    desk.unseal("twice")
    assert "2 openings" in desk.part.state.text


def test_the_set_that_was_asked_for_is_opened_though_the_split_moved_meanwhile(desk, monkeypatch):
    session = desk.app.session
    asked = session.job
    unseal = type(session).unseal

    def moved(*about, **more):
        session.set("split.test_ratio", 0.5)
        return unseal(*about, **more)

    monkeypatch.setattr(type(session), "unseal", moved)
    desk.unseal("model 7 is chosen")
    assert not asked.sealed
    assert session.job.sealed


def test_stopped_while_trying_it_is_open_and_says_so(desk, monkeypatch):
    monkeypatch.setattr(desk.part, "progress", lambda *_: desk.part.latest.cancel())
    looks = []
    monkeypatch.setattr(
        "brevviz.panels.unsealing.look_at",
        lambda *args: [looks.append(n) or args[3]("images looked at", n, 2) for n in range(2)],
    )
    desk.unseal("a look")
    assert not desk.app.session.job.sealed
    assert re.search(r"one opening\. Stopped before all images were tried\.$", desk.part.state.text)


def test_without_a_test_set_nothing_of_it_is_on_screen(user):
    part = user.panel("Export").unsealing
    assert part.box.layout.display == "none"


def test_a_sealed_picture_says_where_it_is_opened(desk):
    images = desk.panel("Images")
    assert images.look.receive({"kind": "set", "name": "purpose", "value": "test"})
    assert desk.error.endswith("Export opens it, for a reason")
    assert images.grid.empty.startswith("The test set is sealed: Export opens it")
    assert images.look.receive({"kind": "set", "name": "what", "value": "chosen"})
    assert images.grid.empty.startswith("No sample is chosen")


def test_the_apps_own_trail_is_written_before_any_other(open_app, vials, tmp_path):
    user = open_app(vials, trail=tmp_path / "own", who="Bo")
    user.enter("Split", "split.test_ratio", 0.2)
    part = user.panel("Export").unsealing
    assert part.state.text.endswith(f"the trail in {tmp_path / 'own'}.")
    assert part.form.receive({"kind": "set", "name": "reason", "value": "why"})
    user.press(part.actions, "open")
    told = [(entry.reason, entry.who) for entry in Trail(tmp_path / "own").entries()[0]]
    assert ("why", "Bo") in told
