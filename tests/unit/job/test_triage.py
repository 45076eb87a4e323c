"""Triage: what cannot be read, what is unlike the rest, and what is there twice."""

import pytest
from PIL import Image

from brevviz.errors import Cancelled
from brevviz.images.kept import shared_kept
from brevviz.job import Job
from brevviz.job.looks import Look, look_at
from brevviz.job.triage import Findings, find
from brevviz.recipe import Recipe


@pytest.fixture
def samples(tmp_path):
    """Four alike, one larger, one grey PNG, one cut short, and a copy in another class."""
    for number in range(4):
        Image.new("RGB", (20, 10), (number, 0, 0)).save(tmp_path / f"{number}.png")
    Image.new("RGB", (40, 10)).save(tmp_path / "4.png")
    Image.new("P", (20, 10)).save(tmp_path / "5.gif")
    (tmp_path / "6.bmp").write_bytes(b"BM no more")
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "0.png").write_bytes((tmp_path / "0.png").read_bytes())
    recipe = Recipe.build({"source": {"uri": str(tmp_path), "sample_filter": "png$|gif$|bmp$"}})
    return Job(recipe).samples


def test_copies_are_found_without_reading_a_file(samples):
    assert find(samples, {}) == Findings(copies={7: 0})


def test_what_is_unreadable_odd_or_twice_is_said(samples):
    looks = {}
    look_at(samples, Recipe.start("/data").view, looks)
    found = find(samples, looks)
    assert found.looked == len(samples) == 8
    assert list(found.unreadable) == [6]
    assert "cut short" in found.unreadable[6]
    assert found.odd[4] == "40 x 10, most are 20 x 10"
    assert found.odd[5].endswith("most are PNG, 8 bit")
    assert sorted(found.odd) == [4, 5]
    assert found.copies == {7: 0}


def test_where_no_size_is_usual_none_is_odd(samples):
    etags = samples["etag"].tolist()
    looks = {etag: Look("", "PNG, 8 bit", (n, n), str(n)) for n, etag in enumerate(etags)}
    assert find(samples, looks).odd == {}


def test_copies_of_several_parts_are_found_by_content(samples):
    etags = samples["etag"].tolist()
    looks = {
        etag: Look("", "PNG, 8 bit", (1, 1), "same" * (n in {2, 3})) for n, etag in enumerate(etags)
    }
    looks = {
        e: look if look.content else Look("", look.kind, look.size, e) for e, look in looks.items()
    }
    assert find(samples, looks).copies == {3: 2, 7: 0}


def test_what_was_seen_before_a_stop_is_kept_and_not_looked_at_again(samples):
    looks = {}

    def stop(what, done, total=None):
        raise Cancelled(what, "stopped")

    look_at(samples.iloc[:3], Recipe.start("/data").view, looks)
    with pytest.raises(Cancelled):
        look_at(samples, Recipe.start("/data").view, looks, stop)
    assert len(looks) == 3
    told = []
    look_at(samples, Recipe.start("/data").view, looks, lambda *told_: told.append(told_))
    # The copy is known with its original.
    assert told == [("images looked at", 0, 4), ("images looked at", 4, 4)]


def test_thumbnails_are_made_by_the_way_and_change_no_look(samples):
    view = Recipe.start("/data").view
    plain, also = {}, {}
    look_at(samples, view, plain)
    contents = [look.content for look in plain.values() if not look.problem]
    assert [shared_kept().thumbnail(content, 32, view) for content in contents] == [None] * 6
    look_at(samples, view, also, thumbnails=32)
    assert also == plain
    made = [shared_kept().thumbnail(content, 32, view) for content in contents]
    assert all(data.startswith(b"\xff\xd8") for data in made)
