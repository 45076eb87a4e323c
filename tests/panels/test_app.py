"""The app, driven as a person would: five panels, one recipe, nothing lost by a mistake."""

import json
import threading
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from ipywidgets.widgets.widget import _instances

from brevviz.evidence import write_manifest
from brevviz.explorer import Explorer
from brevviz.images import Setting, register_change
from brevviz.images.augment import register
from brevviz.job import Job
from brevviz.panels import SamplesPanel
from brevviz.recipe import Recipe
from brevviz.session import Session


def rows(table):
    """A table's rows as dicts."""
    names = [column["name"] for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def tree(widget):
    """A widget and all that are in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from tree(child)


def test_samples_shows_classes_and_reconciles_the_listing(user):
    panel = user.panel("Samples")
    assert [(row["class"], row["images"]) for row in rows(panel.table)] == [
        ("bad_cap", 22),
        ("good", 146),
        ("missing_cap", 12),
    ]
    assert panel.summary.text == "180 images of 180 objects listed"
    assert panel.gallery.gallery.count == 180
    assert sum(row["images"] for row in panel.chart.rows) == 180


def test_a_click_in_the_chart_filters_the_gallery_and_text_filters_further(user):
    panel = user.panel("Samples")
    assert panel.chart.receive({"kind": "select", "value": {"class": ["bad_cap"]}})
    assert panel.gallery.gallery.count == 22
    both = {"class": ["bad_cap"], "purpose": ["train"]}
    assert panel.chart.receive({"kind": "select", "value": both})
    assert panel.gallery.gallery.count == 18
    assert panel.chart.receive({"kind": "select", "value": {"class": ["bad_cap"]}})
    assert panel.gallery.filters.receive({"kind": "set", "name": "text", "value": "/10_"})
    assert panel.gallery.gallery.count == 2
    assert panel.chart.receive({"kind": "select", "value": {}})
    assert panel.gallery.filters.values["class"] == "all"


def test_the_gallery_gets_the_thumbnails_it_asks_for_and_details_of_the_chosen(user):
    panel = user.panel("Samples")
    gallery = panel.gallery.gallery
    sent = []
    gallery.send = lambda content, buffers=None: sent.append((content, buffers))
    assert gallery.receive({"kind": "want", "version": gallery.version, "ids": [0, 5]})
    assert [content["id"] for content, _ in sent] == [0, 5]
    assert all(bytes(buffers[0]).startswith(b"\xff\xd8") for _, buffers in sent)
    assert sent[0][0]["purpose"] in {"train", "devel"}
    assert gallery.receive({"kind": "select", "version": gallery.version, "ids": [5]})
    facts = dict(panel.gallery.details.facts.rows)
    assert facts["Class"] == "bad_cap"
    assert panel.gallery.details.path.text.endswith(".bmp")
    assert bytes(panel.gallery.details.picture.picture).startswith(b"\x89PNG")


def test_a_rule_and_a_ratio_move_the_table(user):
    panel = user.panel("Split")
    by_class = {(row["stratum"], row["purpose"]): row["images"] for row in rows(panel.table)}
    assert by_class["bad_cap", "train"] == 18
    assert by_class["missing_cap", "train"] == 10
    devel = next(r for r in rows(panel.table) if (r["stratum"], r["purpose"]) == ("good", "devel"))
    assert devel["bound"] == pytest.approx(1 - 0.05 ** (1 / devel["items"]))
    assert [r["bound"] for r in rows(panel.table) if r["purpose"] == "train"] == [None] * 3
    user.enter("Split", "split.ratio", 0.5)
    after = {(row["stratum"], row["purpose"]): row["images"] for row in rows(panel.table)}
    assert after["good", "train"] < by_class["good", "train"]
    assert sum(after.values()) == 180


def test_the_bench_highlights_the_key(user):
    bench = user.panel("Split").bench.widget
    path, start, end, item, odd = bench.lines[0]
    assert path[start:end] == item == "4"
    assert odd.startswith("one item in 3 classes")
    assert ["48", "items"] in bench.counters


def test_odd_items_come_first_and_sizes_are_counted(user):
    panel = user.panel("Split")
    odd = [line for line in panel.bench.widget.lines if line[4]]
    assert odd == panel.bench.widget.lines[: len(odd)]
    path, start, end, key, why = odd[0]
    assert path[start:end] == key
    assert why == "one item in 3 classes: bad_cap, good, missing_cap"
    sizes = panel.bench.chart.rows
    assert sum(row["items"] for row in sizes) == 48
    assert sum(int(row["images"]) * row["items"] for row in sizes) == 180


def test_keys_of_several_classes_are_asked_about(user):
    panel = user.panel("Split")
    assert "lie in several classes" in panel.restart.label
    assert panel.restart.layout.display == ""
    user.press(panel.restart, "restart")
    assert user.app.recipe.split.per_folder
    assert panel.restart.layout.display == "none"
    assert ["65", "items"] in panel.bench.widget.counters


def test_leaks_are_found_tied_and_taken_back(open_app, vials, tmp_path):
    good = sorted((Path(vials) / "good").glob("*.bmp"))[:20]
    (tmp_path / "a").mkdir()
    for number, path in enumerate([*good, *good]):
        (tmp_path / "a" / f"{number}.bmp").write_bytes(path.read_bytes())
    user = open_app(str(tmp_path))
    user.enter("Split", "split.uniqueness", r"/(\d+)\.bmp")
    user.enter("Split", "split.ratio", 0.5)
    panel = user.panel("Split")
    user.press(panel.leaks.actions, "quick")
    found = rows(panel.leaks.table)
    assert {row["level"] for row in found} == {"same bytes"}
    assert "pairs on two sides" in panel.leaks.said.text
    user.press(panel.leaks.actions, "mend")
    assert len(user.app.recipe.split.tied) >= len(found)
    assert "Undo takes it back" in panel.leaks.said.text
    user.press(panel.leaks.actions, "quick")
    assert panel.leaks.said.text.startswith("No leak found")
    user.enter("Split", "split.ratio", 0.6)
    assert panel.leaks.said.text == "The split has changed since: look again."


def test_what_changed_since_a_saved_manifest_is_told(user, tmp_path):
    panel = user.panel("Split")
    entered = {"kind": "set", "name": "folder", "value": str(tmp_path)}
    assert panel.since.form.receive(entered)
    assert "Save all in Export writes one" in panel.since.table.empty
    write_manifest(user.app.session.job, tmp_path, user.app.digests)
    before = user.app.samples["purpose"]
    assert panel.since.form.receive(entered)
    assert panel.since.table.empty == "Nothing: each sample is where it was."
    user.enter("Split", "split.ratio", 0.5)
    moved = int((before != user.app.samples["purpose"].to_numpy()).sum())
    assert panel.since.table.rows == [["train", "devel", moved]]
    (tmp_path / "manifest.json").write_text("{", "ascii")
    assert panel.since.form.receive(entered)
    assert "manifest.json" in panel.since.form.problems["folder"]


def test_rules_are_suggested_with_what_they_mean_and_applied_by_a_press(open_app, vials):
    user = open_app(vials)
    panel = user.panel("Split")
    first = panel.suggestions.widget.buttons[0]
    assert "items of" in first["help"]
    before = user.app.recipe.split.uniqueness
    assert before == ("etag",)
    user.press(panel.suggestions.widget, first["name"])
    assert user.app.recipe.split.uniqueness == first["label"]
    assert panel.form.values["split.uniqueness"] == first["label"]
    assert ["0", "unmatched", ""] in panel.bench.widget.counters


def test_a_broken_rule_is_said_under_its_field_and_the_last_table_stays(user):
    panel = user.panel("Split")
    before = panel.table.rows
    user.enter("Split", "split.uniqueness", r"/(\d*_\d*.bmp")
    assert "a '(' is not closed, at character 2" in panel.form.problems["split.uniqueness"]
    assert panel.table.rows == before
    assert user.error == ""
    user.enter("Split", "split.uniqueness", r"/(\d*)_\d*.bmp")
    assert panel.form.problems == {}


def test_an_empty_or_mistyped_rule_is_said_under_its_field(user):
    panel = user.panel("Split")
    user.enter("Split", "split.uniqueness", " ")
    assert "is empty; a regular expression" in panel.form.problems["split.uniqueness"]
    user.enter("Split", "split.stratification", "clas")
    assert "'clas' is no column" in panel.form.problems["split.stratification"]
    assert "bv-stale" in panel.box._dom_classes
    user.enter("Split", "split.stratification", "")
    user.enter("Split", "split.uniqueness", "etag")
    assert panel.form.problems == {}
    assert "bv-stale" not in panel.box._dom_classes
    assert panel.bench.widget.lines[0][3] == user.app.samples["etag"].iloc[0]


def test_an_empty_side_is_said(user):
    panel = user.panel("Split")
    user.enter("Split", "split.ratio", 1)
    assert panel.notes.rows[0] == ["No image is devel: the other side has them all."]


def test_the_chosen_sample_follows_split_filter_and_source(user, tmp_path, vials):
    panel = user.panel("Samples")
    gallery = panel.gallery.gallery
    assert gallery.receive({"kind": "select", "version": gallery.version, "ids": [5]})
    facts = panel.gallery.details.facts
    user.enter("Split", "split.ratio", 0)
    user.panel("Samples")
    assert dict(facts.rows)["Purpose"] == "devel"
    assert panel.gallery.filters.receive({"kind": "set", "name": "class", "value": "good"})
    assert facts.rows == []
    assert panel.gallery.details.picture.size == (0, 0)


def test_what_is_typed_stays_as_typed(user):
    panel = user.panel("Images")
    user.enter("Images", "view.target_size", "0x0")
    assert panel.form.values["view.target_size"] == "0x0"
    assert "view.target_size" in panel.form.problems


def test_a_ratio_outside_stays_out_and_says_what_is_allowed(user):
    panel = user.panel("Split")
    user.enter("Split", "split.ratio", 1.2)
    assert panel.form.problems == {"split.ratio": "1.2 is outside 0..1"}
    assert panel.form.values["split.ratio"] == 1.2
    assert user.app.recipe.split.ratio == 0.8


def test_a_size_that_cannot_be_read_says_what_can(user):
    user.enter("Images", "view.target_size", "12x")
    panel = user.panel("Images")
    assert "is not a size such as 128 x 128" in panel.form.problems["view.target_size"]
    user.enter("Images", "view.target_size", "64 x 96")
    assert user.app.recipe.view.target_size == (64, 96)
    assert panel.form.problems == {}


def test_sampling_shows_expected_and_drawn_within_one(user):
    panel = user.panel("Sampling")
    table = rows(panel.table)
    assert [row["group"] for row in table] == ["bad_cap", "good", "missing_cap"]
    assert all(abs(row["drawn"] - row["expected"]) < 1 for row in table)
    user.enter("Sampling", "sampling.weighing", "uniform")
    assert [row["share"]["hint"] for row in rows(panel.table)] == ["0.333"] * 3


def test_images_repeat_bit_for_bit_and_move_on(user):
    panel = user.panel("Images")
    assert panel.verdict.text.startswith("8 of 8 repeated pictures are equal")
    assert panel.grid.marks == [[], [], ["equal"] * 8, ["equal"] * 8]
    assert panel.grid.digests[1] == panel.grid.digests[2] == panel.grid.digests[3]
    first = panel.grid.digests[1]
    user.press(panel.actions, "next")
    assert panel.grid.digests[1] != first
    user.press(panel.actions, "previous")
    assert panel.grid.digests[1] == first
    user.enter("Images", "augmentation.rotate", 5)
    assert panel.grid.digests[1] != first


def test_controls_that_mean_nothing_are_not_shown(user):
    form = user.panel("Images").form
    assert {"view.padding_mode", "view.rescale:numbers"} <= set(form.hidden)
    user.enter("Images", "view.keep_aspect_ratio", True)
    user.enter("Images", "view.rescale", "own")
    assert user.app.recipe.view.rescale == (1 / 255, 0)
    assert form.values["view.rescale:numbers"] == [1 / 255, 0]
    assert not {"view.padding_mode", "view.rescale:numbers"} & set(form.hidden)
    user.enter("Images", "view.rescale:numbers", [0.5, -1])
    assert user.app.recipe.view.rescale == (0.5, -1)
    user.enter("Images", "view.rescale", "unit")
    assert "view.rescale:numbers" in form.hidden


def test_test_is_augmented_only_with_a_reason(user):
    form = user.panel("Images").form
    user.enter("Images", "augmentation.purposes", ["test", "train"])
    assert "say why images of test are changed" in form.problems["augmentation.purposes"]
    assert "augmentation.reason" not in form.hidden
    assert user.app.recipe.augmentation.purposes == ("train",)
    user.enter("Images", "augmentation.reason", "the line is mirrored every week")
    assert form.problems == {}
    assert user.app.recipe.augmentation.purposes == ("train", "test")


def look(user, **wish):
    panel = user.panel("Images")
    for name, value in wish.items():
        assert panel.look.receive({"kind": "set", "name": name, "value": value})
    return panel


def test_chosen_samples_and_repeats_of_one_image_are_shown(user):
    panel = look(user, what="chosen")
    assert panel.grid.shape == (0, 0)
    assert "No sample is chosen" in panel.grid.empty
    paths = user.app.samples["path"].tolist()
    user.app.session.select(paths[20:31][::-1])
    assert panel.grid.column_labels[0].endswith(paths[30].rpartition("/")[2])
    assert panel.grid.shape == (4, 8)
    assert "Chosen samples 1 to 8." in panel.verdict.text
    for _ in range(2):  # there are no more than two lots of them
        user.press(panel.actions, "next")
    assert panel.grid.shape == (4, 3)
    assert panel.grid.column_labels[-1].endswith(paths[20].rpartition("/")[2])
    look(user, what="one image")
    assert panel.grid.column_labels == [f"repeat {number}" for number in range(1, 9)]
    assert len(set(panel.grid.digests[1])) == 8
    assert panel.grid.marks[2:] == [["equal"] * 8] * 2
    assert paths[30].rpartition("/")[2] in panel.verdict.text
    first = panel.grid.digests[1]
    user.press(panel.actions, "next")
    assert not set(panel.grid.digests[1]) & set(first)


def test_devel_is_shown_as_it_is_validated(user):
    panel = look(user, purpose="devel")
    drawn = user.app.session.job.preview(8, purpose="devel")
    assert (drawn.original == drawn.augmented).all()
    assert panel.verdict.text.startswith("8 of 8")
    user.enter("Images", "augmentation.purposes", ["train", "devel"])
    drawn = user.app.session.job.preview(8, purpose="devel")
    assert (drawn.original != drawn.augmented).any()


def test_the_grid_becomes_a_figure_and_a_file(user, tmp_path):
    user.panel("Images")
    figure = user.app.figure()
    assert figure._repr_png_().startswith(b"\x89PNG")
    said = [text.get_text() for text in figure.texts]
    assert said.count("equal") == 16
    assert "original" in said
    assert any(user.app.recipe.digest()[:12] in text for text in said)
    assert len(figure.axes) == 32
    figure.savefig(tmp_path / "grid.png")
    assert (tmp_path / "grid.png").stat().st_size > 10_000
    look(user, what="chosen")
    with pytest.raises(ValueError, match="No sample is chosen"):
        user.app.figure()


def test_regions_are_drawn_on_an_image_and_undone(user):
    panel = user.panel("Images")
    editor = panel.regions.editor
    assert not panel.regions.opened
    user.press(panel.actions, "regions")
    assert panel.regions.opened
    assert editor.image_size == (224, 224)
    assert bytes(editor.picture).startswith(b"\xff\xd8")
    drawn = [[[10, 20], [110, 120]]]
    assert editor.receive({"kind": "set", "name": "rois", "value": drawn})
    assert user.app.recipe.view.rois == (((10, 20), (110, 120)),)
    assert panel.form.values["view.rois"] == "10 20 110 120"
    assert panel.verdict.text.startswith("8 of 8")
    user.press(user.app.history, "undo")
    assert editor.rois == []


def test_undo_moves_the_controls_back(user):
    user.enter("Split", "split.ratio", 0.6)
    user.press(user.app.history, "undo")
    assert user.panel("Split").form.values["split.ratio"] == 0.8
    user.press(user.app.history, "redo")
    assert user.panel("Split").form.values["split.ratio"] == 0.6


def test_the_newest_state_stays_on_screen_whichever_thread_tells_of_it(
    open_app, vials, monkeypatch
):
    app = open_app(vials).app
    session = app.session
    read, go_on = threading.Event(), threading.Event()
    can_undo = Session.can_undo.fget
    slow = threading.Thread(target=session.set, args=("split.ratio", 0.61))
    quick = threading.Thread(target=session.undo)

    def as_read(self):
        value = can_undo(self)
        if threading.current_thread() is slow:
            read.set()
            assert go_on.wait(60)
        return value

    monkeypatch.setattr(Session, "can_undo", property(as_read))
    slow.start()
    assert read.wait(60)
    quick.start()
    quick.join(0.2)  # done by now, unless it waits for its turn
    go_on.set()
    slow.join()
    quick.join()
    assert [button["disabled"] for button in app.history.buttons] == [True, False]


def test_export_shows_the_recipe_in_every_form_and_its_digests(user):
    panel = user.panel("Export")
    texts = {entry["label"]: entry["text"] for entry in panel.texts.texts}
    assert Recipe.from_yaml(texts["YAML"]) == user.app.recipe
    assert Recipe.from_json(texts["JSON"]) == user.app.recipe
    assert json.loads(texts["Notebook"])["nbformat"] == 4
    compile(texts["Python"], "recipe.py", "exec")
    digests = {row["what"]: row["digest"] for row in rows(panel.table)}
    assert digests == user.app.digests.data()
    assert set(map(len, digests.values())) == {64}


def test_save_all_and_load_bring_the_recipe_back(user, tmp_path):
    files = user.panel("Export").files
    assert files.form.receive({"kind": "set", "name": "folder", "value": str(tmp_path / "out")})
    user.press(files.actions, "save")
    assert files.form.problems == {}
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {
        "recipe.yaml",
        "recipe.ipynb",
        "manifest.json",
        "manifest.parquet",
    }
    saved = user.app.recipe
    user.enter("Split", "split.ratio", 0.5)
    for name in ("recipe.yaml", "recipe.ipynb"):
        path = str(tmp_path / "out" / name)
        assert files.file.receive({"kind": "set", "name": "file", "value": path})
        user.press(files.loading, "load")
        assert user.app.recipe == saved
        user.enter("Split", "split.ratio", 0.5)


def test_a_file_that_is_no_recipe_is_said_under_its_field(user, tmp_path):
    files = user.panel("Export").files
    (tmp_path / "recipe.yaml").write_text("split: {ratoi: 0.5}\n", "ascii")
    before = user.app.recipe
    value = str(tmp_path / "recipe.yaml")
    assert files.file.receive({"kind": "set", "name": "file", "value": value})
    user.press(files.loading, "load")
    assert "did you mean ratio?" in files.file.problems["file"]
    assert user.app.recipe == before


@pytest.mark.parametrize(
    ("uri", "access", "words"),
    [
        ("/no/such/folder", {}, "/no/such/folder"),
        ("s3://vials", {"endpoint": "http://127.0.0.1:1", "anonymous": True}, "127.0.0.1:1"),
    ],
)
def test_a_source_that_is_not_there_is_one_sentence_and_the_app_lives(
    open_app, uri, access, words, vials
):
    user = open_app(uri, **access)
    assert words in user.error
    assert "Traceback" not in user.error
    for title in ("Split", "Sampling", "Images", "Export"):
        user.panel(title)
    assert user.error.count("\n") == 0
    source = user.panel("Samples").source
    assert source.form.receive({"kind": "set", "name": "source.uri", "value": vials})
    user.press(source.actions, "open")
    assert user.error == ""
    assert user.app.recipe.source.uri == vials
    assert len(user.panel("Samples").table.rows) == 3


def test_no_such_bucket_wrong_keys_and_no_images_are_a_sentence_each(
    open_app, s3, s3_keys, tmp_path, monkeypatch
):
    (tmp_path / "notes.txt").write_text("no image", "ascii")
    monkeypatch.setenv("BREVVIZ_WRONG_ACCESS_KEY", s3.access_key)
    monkeypatch.setenv("BREVVIZ_WRONG_SECRET_KEY", "not the secret")
    said = {
        "bucket": open_app("s3://no-such-bucket", endpoint=s3.endpoint, profile=s3_keys).error,
        "keys": open_app(f"s3://{s3.bucket}", endpoint=s3.endpoint, profile="wrong").error,
        "images": open_app(str(tmp_path)).error,
    }
    assert "no-such-bucket" in said["bucket"]
    assert "holds no image" in said["images"]
    assert "1 of 1 objects" in said["images"]
    assert "not the secret" not in said["keys"]
    for text in said.values():
        assert text
        assert text.count("\n") == 0
        assert "Traceback" not in text


def test_no_secret_is_in_any_widget_output_export_or_log(
    open_app, s3, monkeypatch, tmp_path, vials, caplog
):
    caplog.set_level("DEBUG")
    (tmp_path / "a").mkdir()
    for path in sorted((Path(vials) / "good").glob("*.bmp"))[:6]:
        (tmp_path / "a" / path.name).write_bytes(path.read_bytes())
    uri = s3.put_tree(tmp_path)
    canary = "canary/" + "s3cr3t+Canary=="
    monkeypatch.setenv("BREVVIZ_GOOD_ACCESS_KEY", s3.access_key)
    monkeypatch.setenv("BREVVIZ_GOOD_SECRET_KEY", s3.secret_key)
    monkeypatch.setenv("BREVVIZ_BAD_ACCESS_KEY", s3.access_key)
    monkeypatch.setenv("BREVVIZ_BAD_SECRET_KEY", canary)
    text = []
    for profile in ("good", "bad"):
        user = open_app(uri, endpoint=s3.endpoint, profile=profile)
        for title in ("Samples", "Split", "Sampling", "Images", "Export"):
            user.panel(title)
        user.press(user.panel("Samples").source.actions, "test")
        states = [widget.get_state() for widget in tree(user.app.box)]
        assert len(states) > 20
        text += [user.error, repr(user.app), user.app.stored.html, repr(states)]
    text.append(caplog.text)
    for secret in (s3.secret_key, canary):
        for form in (secret, quote(secret, safe=""), b64encode(secret.encode()).decode()):
            assert form not in "".join(text)
    assert "SignatureDoesNotMatch" in "".join(text) or "keys" in user.error


def test_a_source_that_does_not_fit_is_said_under_its_field(user, vials):
    source = user.panel("Samples").source
    value = "http://example.com"
    user.press(source.actions, "more")
    assert source.form.receive({"kind": "set", "name": "source.endpoint", "value": value})
    user.press(source.actions, "more")
    user.press(source.actions, "open")
    assert "plain http is allowed to this machine only" in source.form.problems["source.endpoint"]
    # What is wrong must be in sight, also when it was folded away.
    assert "source.endpoint" in [field["name"] for field in source.form.fields]
    assert user.app.recipe.source.uri == vials


def test_a_trial_says_which_step_fails_and_opens_nothing(user, vials):
    source = user.panel("Samples").source
    for name, value in (("source.uri", "s3://vials"), ("source.endpoint", "http://127.0.0.1:1")):
        if name not in [field["name"] for field in source.form.fields]:
            user.press(source.actions, "more")
        assert source.form.receive({"kind": "set", "name": name, "value": value})
    source.form.receive({"kind": "set", "name": "source.anonymous", "value": True})
    user.press(source.actions, "test")
    steps = rows(source.trial.table)
    assert [(step["step"], step["result"]) for step in steps] == [
        ("settings and keys", "works"),
        ("server and bucket", "fails"),
    ]
    assert "127.0.0.1:1" in steps[-1]["said"]
    assert source.trial.table.caption == "The connection fails"
    assert user.app.recipe.source.uri == vials


def test_an_endpoint_that_only_a_recipe_names_is_asked_about(open_app, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("BREVVIZ_WORK_ACCESS_KEY", "key")
    monkeypatch.setenv("BREVVIZ_WORK_SECRET_KEY", "secret")
    source = {"uri": "s3://vials", "endpoint": "https://s3.invalid", "profile": "work"}
    user = open_app(Recipe.build({"source": source}))
    assert "https://s3.invalid" in user.error
    assert "nobody has agreed" in user.error
    actions = user.panel("Samples").source.actions
    assert [button["name"] for button in actions.buttons][-1] == "trust"
    assert not (tmp_path / "brevviz" / "endpoints.toml").exists()
    user.press(actions, "trust")
    assert "https://s3.invalid" in (tmp_path / "brevviz" / "endpoints.toml").read_text("utf-8")
    assert "nobody has agreed" not in user.error
    assert [button["name"] for button in actions.buttons][-1] == "more"


def test_one_bad_image_is_named_and_the_rest_goes_on(open_app, tmp_path, vials):
    for name in ("0_1543413169486.bmp", "0_1543413189854.bmp", "1_1543413257224.bmp"):
        data = (Path(vials) / "bad_cap" / name).read_bytes()
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a" / name).write_bytes(data)
    (tmp_path / "a" / "2_1.bmp").write_bytes(b"BM not an image")
    user = open_app(str(tmp_path))
    user.enter("Split", "split.ratio", 1)
    panel = user.panel("Images")
    assert "2_1.bmp" in panel.rejected.text
    assert "equal to the augmented ones" in panel.verdict.text
    gallery = user.panel("Samples").gallery.gallery
    sent = []
    gallery.send = lambda content, buffers=None: sent.append(content)
    assert gallery.receive({"kind": "want", "version": gallery.version, "ids": [0, 1, 2, 3]})
    assert sorted(content["kind"] for content in sent) == ["failed", "thumb", "thumb", "thumb"]


def test_setting_the_recipe_in_python_moves_the_controls(user):
    user.app.recipe = user.app.recipe.with_value("split.ratio", 0.65)
    assert user.panel("Split").form.values["split.ratio"] == 0.65
    assert user.app.split["images"].sum() == 180
    assert set(user.app.samples["purpose"]) == {"train", "devel"}


def test_what_is_saved_with_the_notebook_holds_no_markup_of_the_bucket(open_app, tmp_path):
    folder = tmp_path / "<script>alert(1)</script>"
    (folder / "x").mkdir(parents=True)
    user = open_app(str(folder))
    html = user.app.stored.html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_close_frees_every_widget_and_thread(vials):
    widgets, threads = set(_instances), set(threading.enumerate())
    apps = [Explorer(vials), Explorer(vials)]
    for app in apps:
        for number in range(4):  # Export would draw a batch
            app.tabs.selected_index = number
            assert app.wait(120)
    assert len(_instances) > len(widgets) + 200
    apps[0].close()
    apps[1].recipe = apps[1].recipe.with_value("split.ratio", 0.5)
    assert apps[1].wait(120)
    assert apps[1].split["images"].sum() == 180
    apps[1].close()
    apps[1].close()  # once more does no harm
    apps[1].session.set("split.ratio", 0.4)
    assert set(_instances) <= widgets
    ours = [t for t in threading.enumerate() if t not in threads and t.name != "brevviz-warm"]
    for thread in ours:
        thread.join(30)
    assert [thread.name for thread in ours if thread.is_alive()] == []


def test_a_bucket_opened_again_shows_what_was_kept_and_says_what_changed(
    open_app, s3, s3_keys, vials, monkeypatch, tmp_path
):
    for name in ("0_1543413169486.bmp", "0_1543413189854.bmp"):
        (tmp_path / "bad_cap").mkdir(exist_ok=True)
        (tmp_path / "bad_cap" / name).write_bytes((Path(vials) / "bad_cap" / name).read_bytes())
    uri = s3.put_tree(tmp_path)
    access = {"endpoint": s3.endpoint, "profile": s3_keys}
    first = open_app(uri, **access)
    assert first.panel("Samples").summary.text == "2 images of 2 objects listed"
    data = (Path(vials) / "bad_cap" / "1_1543413257224.bmp").read_bytes()
    s3.put(uri, "bad_cap/1_1543413257224.bmp", data)
    seen = []
    shown = SamplesPanel.render
    monkeypatch.setattr(
        SamplesPanel, "render", lambda self, result: (seen.append(result), shown(self, result))
    )
    second = open_app(uri, **access)
    assert [len(result.stock.samples) for result in seen] == [2, 3]
    assert seen[0].figures.startswith("As listed ")
    assert second.panel("Samples").summary.text == (
        "3 images of 3 objects listed; since the last time 1 added"
    )


def test_a_cell_that_is_run_again_closes_the_app_of_its_last_run(open_app, vials, monkeypatch):
    message = {"header": {"msg_id": "run 1"}, "metadata": {"cellId": "cell 1"}}
    shell = SimpleNamespace(get_parent=lambda: message)
    monkeypatch.setattr("brevviz.explorer.get_ipython", lambda: shell)
    closed = []
    monkeypatch.setattr(Explorer, "close", lambda self: closed.append(self))  # noqa: PLW0108  # bound as a method
    first, beside = open_app(vials).app, open_app(vials).app
    assert closed == []
    message["metadata"] = {"cellId": "cell 2"}
    open_app(vials)
    assert closed == []
    message = {"header": {"msg_id": "run 2"}, "metadata": {"cellId": "cell 1"}}
    open_app(vials)
    assert closed == [first, beside]


@pytest.fixture
def shade():
    """A change of the user's own, known while the test runs."""
    import tensorflow as tf  # noqa: PLC0415  # few tests need it

    def darken(images, keys, settings):
        del keys
        return tf.cast(tf.cast(images, tf.float32) * (1 - settings["by"]), tf.uint8)

    change = register_change("shade", darken, {"by": Setting(0, 1, 0.5, help="Part taken away.")})
    yield change
    register._changes.pop("shade")


def test_a_change_of_ones_own_has_controls(user, shade):
    panel = user.panel("Images")
    user.enter("Images", "augmentation.brightness", 0)
    form = panel.own.form
    assert [field["label"] for field in form.fields] == ["shade", "by", "chance"]
    assert form.hidden == ["shade\0by", "shade\0chance"]
    before = panel.grid.digests[1]
    assert form.receive({"kind": "set", "name": "shade", "value": True})
    assert dict(user.app.recipe.augmentation.own["shade"]) == shade.recorded()
    assert form.hidden == []
    assert panel.grid.digests[1] != before
    assert form.receive({"kind": "set", "name": "shade\0by", "value": 0.25})
    assert user.app.recipe.augmentation.own["shade"]["by"] == 0.25
    assert form.values["shade\0by"] == 0.25
    assert panel.verdict.text.startswith("8 of 8")
    user.press(user.app.history, "undo")
    assert form.receive({"kind": "set", "name": "shade", "value": False})
    assert dict(user.app.recipe.augmentation.own) == {}


def test_pictures_that_do_not_repeat_show_where_they_differ(user, monkeypatch):
    shown = Job.preview

    def once_wrong(self, *place, **look):
        result = shown(self, *place, **look)
        repeated = result.repeated.copy()
        repeated[2, 5, 7] ^= 3
        digests = (*result.repeated_digests[:2], "f" * 64, *result.repeated_digests[3:])
        return replace(result, repeated=repeated, repeated_digests=digests)

    monkeypatch.setattr(Job, "preview", once_wrong)
    panel = user.panel("Images")
    assert panel.verdict.text.startswith("7 of 8")
    assert "pixels differ, by 3 of 255 at most; the first at row 5, column 7" in panel.verdict.text
    assert panel.grid.marks[2][2] == "different"
    assert panel.grid.row_labels[4] == "difference, amplified"
    assert panel.grid.digests[4] == ["", "", "1 px, x 85", "", "", "", "", ""]
    assert bytes(panel.grid.picture).startswith(b"\x89PNG")  # each pixel as it is
