"""The evidence that a saved notebook holds: figures, no script, nobody's markup."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import brevviz.panels.stored as stored_module
from brevviz.job import Job
from brevviz.panels.summary import summary
from brevviz.recipe import Recipe

ALLOWED = {
    *("div", "p", "strong", "code", "pre", "details", "summary", "img"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(html):
    return Elements(html).found


@pytest.fixture
def published(monkeypatch):
    """What is displayed: (bundle, options)."""
    seen = []
    monkeypatch.setattr(
        stored_module, "display", lambda bundle, **options: seen.append((bundle, options))
    )
    return seen


def test_it_fills_as_results_come(user, published):
    user.app.stored.display(user.app.session.job)
    first = published[-1]
    assert "update" not in first[1]
    user.panel("Split")
    user.panel("Sampling")
    user.panel("Export")
    html = published[-1][0]["text/html"]
    assert {options["display_id"] for _, options in published} == {first[1]["display_id"]}
    assert published[-1][1]["update"] is True
    assert html == user.app.stored.html
    assert "180 images of 180 objects." in html
    assert "One epoch of train" in html
    for digest in user.app.digests.data().values():
        assert digest in html
    row = re.search(r"<code>good</code></th><td>(\d+) of (\d+)</td><td>(\d+) of (\d+)</td>", html)
    assert int(row[1]) + int(row[3]) == 146
    pictures = [attrs for tag, attrs in elements(html) if tag == "img"]
    assert len(pictures) == 8
    assert all(one["src"].startswith("data:image/jpeg;base64,") for one in pictures)
    assert pictures[0]["alt"].startswith("bad_cap: ")
    assert len(html) < 60_000


def test_it_follows_a_change_and_is_written_only_when_it_differs(user, published):
    user.app.stored.display(user.app.session.job)
    user.enter("Split", "split.ratio", 0.5)
    assert "ratio: 0.5" in published[-1][0]["text/html"]
    many = len(published)
    user.app.stored.ask(user.app.session.job)
    user.panel("Split")
    assert len(published) == many
    user.press(user.app.history, "undo")
    assert "ratio: 0.8" in published[-1][0]["text/html"]


def test_nothing_is_published_before_the_app_is_displayed(user, published):
    user.enter("Split", "split.ratio", 0.5)
    assert published == []
    assert "ratio: 0.5" in user.app.stored.html


def test_nothing_is_computed_for_it(vials):
    job = Job(Recipe.start(vials))
    html = summary(job)
    assert job.ready("listing") is None
    assert job.recipe.digest() in html
    assert "One epoch" not in html


HOSTILE = (
    "<script>window.fired=1</script>",
    "<img src=x onerror=window.fired=1>",
    "</table></div><iframe src=javascript:1>",
    "$x^2$ \\(y\\)",
    "\u202egpj.exe",
)


def test_no_name_of_a_bucket_makes_an_element(open_app, tmp_path, vials):
    picture = next((Path(vials) / "good").glob("*.bmp")).read_bytes()
    for number, name in enumerate(HOSTILE):
        folder = tmp_path / "set" / name.replace("/", "\u2215")
        folder.mkdir(parents=True)
        (folder / f"{number} {name.replace('/', '_')}.bmp").write_bytes(picture + bytes([number]))
    user = open_app(str(tmp_path / "set"))
    for title in ("Split", "Sampling"):
        user.panel(title)
    html = user.app.stored.html
    found = elements(html)
    assert {tag for tag, _ in found} <= ALLOWED
    attributes = {(tag, name) for tag, attrs in found for name in attrs}
    assert attributes <= {("div", "class"), ("img", "src"), ("img", "alt"), ("img", "title")}
    assert "\u202e" not in html
    # MathJax looks into nothing of it.
    assert found[0] == ("div", {"class": "bv-evidence mathjax_ignore tex2jax_ignore"})


def test_more_classes_than_fit_are_counted_out(open_app, tmp_path, vials):
    picture = next((Path(vials) / "good").glob("*.bmp")).read_bytes()
    for number in range(70):
        (tmp_path / f"class-{number:02}").mkdir()
        (tmp_path / f"class-{number:02}" / "1.bmp").write_bytes(picture + bytes([number]))
    user = open_app(str(tmp_path))
    user.panel("Split")
    assert "class-59" in user.app.stored.html
    assert "<code>class-60</code>" not in user.app.stored.html
    assert "<code>and more</code>" in user.app.stored.html
