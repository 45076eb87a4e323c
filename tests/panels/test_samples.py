"""The Samples panel: triage, exclusion, the table, folders, items and what is chosen."""

import io

import pytest
from PIL import Image

from brevviz.recipe import Recipe


def picture(seed, size=(24, 16)):
    """A BMP file of its own content."""
    file = io.BytesIO()
    Image.new("RGB", size, (seed, 0, 0)).save(file, "BMP")
    return file.getvalue()


@pytest.fixture
def mess(tmp_path):
    """Six good images of three items in two lines, one broken, one larger, one copy, one note."""
    for line in ("a", "b"):
        (tmp_path / line / "good").mkdir(parents=True)
        for number in range(3):
            data = picture(10 * number + (line == "b"))
            (tmp_path / line / "good" / f"{number}_{line}.bmp").write_bytes(data)
    (tmp_path / "a" / "good" / "7_a.bmp").write_bytes(b"BM no more")
    (tmp_path / "a" / "good" / "8_a.bmp").write_bytes(picture(99, (60, 40)))
    (tmp_path / "b" / "good" / "9_b.bmp").write_bytes(picture(0))
    (tmp_path / "notes.txt").write_text("no image", "ascii")
    return tmp_path


@pytest.fixture
def desk(open_app, mess):
    """A user in front of the messy folder, items told apart by their number."""
    user = open_app(str(mess))
    user.enter("Split", "split.uniqueness", r"/(\d+)_\w\.bmp")
    user.panel("Samples")
    return user


def labels(actions):
    return {button["name"]: button["label"] for button in actions.buttons}


def listed(panel, table=None):
    """The first columns of all rows of the table, as the browser gets them."""
    table = table or panel.gallery.table
    sent = []
    table.send = lambda content, buffers=None: sent.append(content)
    message = {"kind": "want", "version": table.version, "first": 0, "last": table.count}
    assert table.receive(message)
    return sent[0]["rows"]


def keys(panel):
    return [row[0] for row in listed(panel)]


def choose(panel, *names):
    """Choose samples in the gallery by their keys."""
    gallery = panel.gallery.gallery
    ids = [keys(panel).index(name) for name in names]
    assert gallery.receive({"kind": "select", "version": gallery.version, "ids": ids})


def say(panel, reason):
    form = panel.triage.reason
    assert form.receive({"kind": "set", "name": "reason", "value": reason})


def test_the_list_stays_where_it_is_when_only_something_new_is_known_of_it(desk):
    panel = desk.panel("Samples")
    gallery, table = panel.gallery.gallery, panel.gallery.table
    choose(panel, "a/good/1_a.bmp")
    say(panel, "blurred")
    version = gallery.version
    desk.press(panel.triage.actions, "exclude_chosen")
    assert gallery.version == table.version > version
    assert gallery.renewed
    assert table.renewed
    assert gallery.selected == [1]
    assert table.receive({"kind": "sort", "name": "size"})
    assert not gallery.renewed
    assert not table.renewed


def test_a_check_lists_what_is_unreadable_odd_or_twice_and_why(desk):
    panel = desk.panel("Samples")
    assert labels(panel.triage.counts)["unreadable"] == "unreadable: not checked"
    assert labels(panel.triage.counts)["exact copies"] == "1 exact copies"
    desk.press(panel.triage.counts, "check")
    assert labels(panel.triage.counts) == {
        "all": "9 all",
        "unreadable": "1 unreadable",
        "odd size or mode": "1 odd size or mode",
        "exact copies": "1 exact copies",
        "excluded": "0 excluded",
        "check": "Check all images",
    }
    assert panel.summary.text == (
        "8 images of 10 objects listed; 1 rejected: they cannot be read; 1 left out by the rules"
    )
    why = {row[0]: row[7] for row in listed(panel) if row[7]}
    assert why["a/good/8_a.bmp"] == "odd: 60 x 40, most are 24 x 16"
    assert why["b/good/9_b.bmp"] == "same bytes as a/good/0_a.bmp"
    assert why["a/good/7_a.bmp"].startswith("unreadable: ")
    desk.press(panel.triage.counts, "unreadable")
    assert keys(panel) == ["a/good/7_a.bmp"]
    desk.press(panel.triage.counts, "unreadable")
    assert len(keys(panel)) == 9


def test_a_thumbnail_that_fails_counts_as_unreadable_before_any_check(desk):
    panel = desk.panel("Samples")
    gallery, place = panel.gallery.gallery, keys(panel).index("a/good/7_a.bmp")
    gallery.send = lambda content, buffers=None: None
    message = {"kind": "want", "version": gallery.version, "ids": [place, place + 1]}
    assert gallery.receive(message)
    assert labels(panel.triage.counts)["unreadable"] == "1 unreadable"
    assert labels(panel.triage.counts)["odd size or mode"] == "odd size or mode: not checked"
    assert panel.summary.text.startswith("8 images of 10 objects listed; 1 rejected")
    assert gallery.renewed
    desk.app.session.set("view.color_mode", "greyscale")
    desk.press(panel.triage.counts, "check")
    assert labels(panel.triage.counts)["unreadable"] == "1 unreadable"


def test_nothing_of_an_earlier_source_is_excluded_from_one_that_cannot_be_listed(desk, tmp_path):
    panel = desk.panel("Samples")
    say(panel, "blurred")
    uri = desk.app.recipe.source.uri
    desk.app.session.set("source.uri", str(tmp_path / "nowhere"))
    panel._open()
    assert "below is what was listed before" in panel.summary.text
    assert labels(panel.triage.actions)["exclude_shown"] == "Exclude all shown"
    assert not panel.triage.actions.receive({"kind": "press", "name": "exclude_shown"})
    assert desk.app.recipe.triage.excluded == {}
    desk.app.session.set("source.uri", uri)
    panel._open()
    assert labels(panel.triage.actions)["exclude_shown"] == "Exclude all shown (9)"


def test_a_file_rejected_under_another_view_is_not_unreadable_under_this_one(desk):
    panel = desk.panel("Samples")
    before = desk.app.recipe.view
    desk.app.session.set("view.window", [0, 4095])
    etag = panel.gallery._thumbnails.shown.sample(1)["etag"]
    panel.triage.reject(etag, "16 bits and no window", before)
    assert labels(panel.triage.counts)["unreadable"] == "unreadable: not checked"
    panel.triage.reject(etag, "cut short", desk.app.recipe.view)
    assert labels(panel.triage.counts)["unreadable"] == "1 unreadable"


def test_what_is_excluded_goes_into_the_recipe_and_the_totals_add_up(desk):
    panel = desk.panel("Samples")
    desk.press(panel.triage.counts, "check")
    choose(panel, "a/good/7_a.bmp", "a/good/8_a.bmp")
    assert labels(panel.triage.actions)["exclude_chosen"] == "Exclude chosen (2)"
    desk.press(panel.triage.actions, "exclude_chosen")
    assert "Say why" in panel.triage.reason.problems["reason"]
    assert desk.app.recipe.triage.excluded == {}
    say(panel, "another camera")
    assert panel.triage.reason.problems == {}
    desk.press(panel.triage.actions, "exclude_chosen")
    assert dict(desk.app.recipe.triage.excluded) == {
        "a/good/7_a.bmp": "another camera",
        "a/good/8_a.bmp": "another camera",
    }
    # The unreadable one is excluded now, and no longer waits to be rejected.
    assert panel.summary.text == (
        "7 images of 10 objects listed; 2 excluded by hand; 1 left out by the rules"
    )
    assert len(desk.app.samples) == 7
    assert desk.app.split["images"].sum() == 7
    assert {row[2] for row in listed(panel) if "excluded: another camera" in row[7]} == {"excluded"}
    desk.press(panel.triage.counts, "excluded")
    assert keys(panel) == ["a/good/7_a.bmp", "a/good/8_a.bmp"]


def test_each_exclusion_is_one_step_of_undo_and_can_be_taken_back(desk):
    panel = desk.panel("Samples")
    say(panel, "blurred")
    for name in ("a/good/0_a.bmp", "a/good/1_a.bmp"):
        choose(panel, name)
        desk.press(panel.triage.actions, "exclude_chosen")
    assert len(desk.app.recipe.triage.excluded) == 2
    desk.press(desk.app.history, "undo")
    assert list(desk.app.recipe.triage.excluded) == ["a/good/0_a.bmp"]
    desk.press(desk.app.history, "redo")
    choose(panel, "a/good/0_a.bmp")
    desk.press(panel.triage.actions, "back_chosen")
    assert list(desk.app.recipe.triage.excluded) == ["a/good/1_a.bmp"]
    desk.press(panel.triage.actions, "back_shown")
    assert desk.app.recipe.triage.excluded == {}
    assert len(desk.app.samples) == 9


def test_all_copies_can_be_excluded_and_one_of_each_stays(desk):
    panel = desk.panel("Samples")
    desk.press(panel.triage.counts, "exact copies")
    say(panel, "twice")
    desk.press(panel.triage.actions, "exclude_shown")
    assert dict(desk.app.recipe.triage.excluded) == {"b/good/9_b.bmp": "twice"}
    assert labels(panel.triage.counts)["exact copies"] == "0 exact copies"


def test_a_key_that_names_no_sample_is_noted(open_app, mess):
    source = {"uri": str(mess)}
    recipe = Recipe.build({"source": source, "triage": {"excluded": {"gone.bmp": "deleted"}}})
    panel = open_app(recipe).panel("Samples")
    assert "1 of the keys in triage.excluded name no sample" in panel.triage.notes.text
    assert len(panel.gallery.gallery.selected) == 0


def test_more_than_a_recipe_can_name_is_refused_with_what_to_do(desk, monkeypatch):
    panel = desk.panel("Samples")
    monkeypatch.setattr("brevviz.panels.triage.MOST_BYTES", 100)
    say(panel, "all of them")
    desk.press(panel.triage.actions, "exclude_shown")
    assert "say it by a rule" in panel.triage.reason.problems["reason"]
    assert desk.app.recipe.triage.excluded == {}


def test_the_table_shows_the_same_list_and_sorts_by_its_columns(desk):
    panel = desk.panel("Samples")
    table, gallery = panel.gallery.table, panel.gallery.gallery
    assert panel.gallery.filters.receive({"kind": "set", "name": "view", "value": "table"})
    assert (table.layout.display, gallery.layout.display) == ("", "none")
    first = listed(panel)[0]
    assert first[:2] == ["a/good/0_a.bmp", "good"]
    assert (first[3], first[4]) == ("0", len(picture(0)))
    assert table.receive({"kind": "sort", "name": "size"})
    assert table.sort == {"name": "size", "descending": False}
    assert keys(panel)[0] == "a/good/7_a.bmp"
    assert table.receive({"kind": "sort", "name": "size"})
    assert keys(panel)[0] == "a/good/8_a.bmp"
    assert table.receive({"kind": "sort", "name": "item"})
    assert [row[3] for row in listed(panel)] == sorted(row[3] for row in listed(panel))
    assert not table.receive({"kind": "sort", "name": "why"})
    assert table.version == gallery.version
    assert table.count == gallery.count
    assert table.receive({"kind": "select", "version": table.version, "ids": [2]})
    assert gallery.selected == [2]
    assert panel.gallery.details.path.text.endswith(listed(panel)[2][0])


def test_a_folder_filters_and_opens(desk):
    panel = desk.panel("Samples")
    tree = panel.gallery.tree
    assert [(line["label"], line["count"]) for line in tree.lines] == [
        ("All folders", 9),
        ("a", 5),
        ("b", 4),
    ]
    assert tree.receive({"kind": "toggle", "path": "a"})
    assert [line["path"] for line in tree.lines] == ["", "a", "a/good", "b"]
    assert tree.receive({"kind": "choose", "path": "a/good"})
    assert panel.gallery.gallery.count == 5
    assert tree.receive({"kind": "choose", "path": ""})
    assert panel.gallery.gallery.count == 9
    assert not tree.receive({"kind": "choose", "path": "no such folder"})


def test_an_item_filters_from_any_panel(desk):
    panel = desk.panel("Samples")
    desk.app.session.choose_item("0")
    assert keys(panel) == ["a/good/0_a.bmp", "b/good/0_b.bmp"]
    assert panel.gallery.filters.values["item"] == "0"
    assert panel.gallery.filters.receive({"kind": "set", "name": "item", "value": ""})
    assert desk.app.session.item is None
    assert len(keys(panel)) == 9


def test_a_key_pressed_in_split_shows_its_item_in_samples(desk):
    bench = desk.panel("Split").bench.widget
    path = next(line[0] for line in bench.lines if line[0].endswith("2_b.bmp"))
    assert bench.receive({"kind": "choose", "path": path})
    assert desk.app.tabs.selected_index == 0
    assert keys(desk.app.panels[0]) == ["a/good/2_a.bmp", "b/good/2_b.bmp"]
    assert not bench.receive({"kind": "choose", "path": "/no/such/path"})


def test_an_item_of_one_folder_is_named_as_people_read_it(desk):
    desk.app.session.set("split.per_folder", value=True)
    panel = desk.panel("Samples")
    choose(panel, "a/good/2_a.bmp")
    assert dict(panel.gallery.details.facts.rows)["Item"] == "good / 2"
    desk.app.session.choose_item("good / 2")
    assert keys(panel) == ["a/good/2_a.bmp", "b/good/2_b.bmp"]
    assert panel.gallery.filters.values["item"] == "good / 2"


def test_what_is_chosen_is_chosen_for_all_panels(desk, mess):
    panel = desk.panel("Samples")
    choose(panel, "a/good/1_a.bmp", "b/good/0_b.bmp")
    chosen = tuple(str(mess / key) for key in ("a/good/1_a.bmp", "b/good/0_b.bmp"))
    assert desk.app.session.selected == chosen
    desk.app.session.select([str(mess / "b/good/2_b.bmp")])
    place = keys(panel).index("b/good/2_b.bmp")
    assert panel.gallery.gallery.selected == panel.gallery.table.selected == [place]
    assert not desk.app.session.can_undo or desk.app.recipe.triage.excluded == {}


def test_the_chosen_sample_is_shown_with_levels_item_and_the_other_images(desk):
    panel = desk.panel("Samples")
    choose(panel, "a/good/2_a.bmp")
    details = panel.gallery.details
    facts = dict(details.facts.rows)
    assert (facts["Item"], facts["Pixels"]) == ("2", "24 x 16")
    assert details.picture.size == (16, 24)
    red, green, _ = details.picture.histogram
    assert (red[20], green[0]) == (16 * 24, 16 * 24)
    assert details.of_item.text == "Item 2 has 1 other image"
    others = details.others
    assert others.receive({"kind": "select", "version": others.version, "ids": [0]})
    assert details.path.text.endswith("b/good/2_b.bmp")
    assert desk.app.session.selected == (details.path.text,)


def test_a_broken_image_says_why_in_its_place(desk):
    panel = desk.panel("Samples")
    choose(panel, "a/good/7_a.bmp")
    details = panel.gallery.details
    assert details.picture.empty.startswith("Cannot be shown: ")
    assert "Cannot be shown" in dict(details.facts.rows)


def test_pictures_of_a_sealed_test_set_are_neither_shown_nor_checked(desk):
    desk.app.session.set("split.ratio", 0.4)
    desk.app.session.set("split.test_ratio", 0.4)
    panel = desk.panel("Samples")
    desk.press(panel.triage.counts, "check")
    tests = [row for row in listed(panel) if row[2] == "test"]
    assert tests
    choose(panel, tests[0][0])
    assert panel.gallery.details.picture.empty.startswith("Sealed:")
    looked = panel.gallery._stock.findings.looked
    assert looked == 9 - len(tests)


def test_where_nothing_is_listed_it_says_what_to_do(open_app, tmp_path):
    (tmp_path / "readme.txt").write_text("no image", "ascii")
    panel = open_app(str(tmp_path)).panel("Samples")
    assert panel.gallery.gallery.empty.startswith("Nothing is listed yet: open a bucket")
    assert panel.gallery.filters.values["class"] == "all"
    assert next(b for b in panel.triage.counts.buttons if b["name"] == "check")["disabled"]
    assert panel.gallery.details.facts.layout.display == "none"


def test_purposes_stand_in_their_order_and_a_bar_elsewhere_lists_its_samples(user):
    user.enter("Split", "split.ratio", 0.6)
    user.enter("Split", "split.test_ratio", 0.2)
    panel = user.panel("Samples")
    purpose = next(field for field in panel.gallery.filters.fields if field["name"] == "purpose")
    assert purpose["options"] == ["all", "train", "devel", "test"]
    for title, chosen, wanted in (
        ("Split", {"class": ["good"], "purpose": ["devel"]}, ("good", "devel")),
        ("Sampling", {"group": ["bad_cap"]}, ("bad_cap", "train")),
    ):
        chart = user.panel(title).chart
        assert chart.receive({"kind": "select", "value": chosen})
        assert user.app.tabs.selected_index == 0
        values = panel.gallery.filters.values
        assert (values["class"], values["purpose"]) == wanted
        assert user.panel(title)
        assert chart.receive({"kind": "select", "value": {}})
        assert user.app.tabs.selected_index != 0
