"""The report says what the manifest says, runs nothing and fetches nothing."""

import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from brevviz.evidence import Trail
from brevviz.evidence.report import Pictures, content, to_html
from brevviz.evidence.report.content import bound
from brevviz.job import Job
from brevviz.words import as_html, printable

PICTURES = Pictures(b"\x89PNG", ("a" * 64, "b" * 64), (True, False))


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(name="report")
def _report(case):
    def report(pictures=PICTURES):
        job = Job(case.recipe)
        leaks = {"same item": 0, "same bytes": 3}
        trail = Trail(case.folder).entries()[0]
        table, frequencies = job.table, job.frequencies()
        return content(
            case.manifest, table, frequencies, leaks=leaks, trail=trail, pictures=pictures
        )

    return report


def test_it_is_plain_data_that_agrees_with_the_manifest(case, report):
    data = report()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["digests"]["split"] == case.manifest.header.digests["split"]
    assert data["digests"]["rows"] == case.manifest.header.rows_sha256
    for purpose, of in case.manifest.header.counts["purposes"].items():
        cells = [cell for cell in data["cells"] if cell["purpose"] == purpose]
        assert sum(cell["images"] for cell in cells) == of["images"]
    assert data["left_out"] == [
        {"key": "notes.txt", "reason": "source.sample_filter"},
        {"key": "other/1_1.png", "reason": "source.classes"},
    ]
    assert [one["what"] for one in data["trail"]] == ["manifest written"]
    assert data["pictures"][1] == {"sha256": "b" * 64, "repeats": False}


def test_the_page_shows_it_all(case, report):
    page = Page(to_html(report(), PICTURES))
    text = " ".join(page.words)
    for digest in case.manifest.header.digests.values():
        assert digest in text
    for words in ("notes.txt", "source.classes", "OTHER BYTES", "no claim of compliance", "b" * 64):
        assert words in text
    assert case.manifest.header.tools["numpy"] in text


def test_the_page_runs_nothing_and_fetches_nothing(report):
    html = to_html(report(), PICTURES)
    page = Page(html)
    assert not page.tags & {"script", "link", "iframe", "object", "embed", "form", "a", "base"}
    assert not any(name.startswith("on") for name, _ in page.attributes)
    sources = [value for name, value in page.attributes if name in {"src", "href"}]
    assert [value.partition(",")[0] for value in sources] == ["data:image/png;base64"]
    assert "default-src 'none'" in html
    assert not re.search(r"url\(|@import", html)


def test_without_pictures_there_is_no_grid(report):
    assert "<img" not in to_html(report(None))


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202egpj.exe", "a\nb"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_nothing_else(report, text):
    data = report()
    data["source"] = text
    data["left_out"] = [{"key": text, "reason": text}]
    data["cells"][0]["stratum"] = text
    data["tools"][text] = text
    data["recipe"]["source"]["name"] = text
    data["trail"][0] |= {"who": text, "what": text, "reason": text}
    page = Page(to_html(data, PICTURES))
    plain = Page(to_html(report(), PICTURES))
    assert page.tags == plain.tags
    assert {name for name, _ in page.attributes} == {name for name, _ in plain.attributes}
    assert printable(text) in page.words
    assert "\u202e" not in "".join(page.words)


def test_text_for_people_hides_nothing():
    assert printable("a\x1b[2J\u202eb\n ä🧪") == "a\\x1b[2J\\u202eb\\n ä🧪"
    assert as_html("<a b=\"c\" d='e'>&") == "&lt;a b=&quot;c&quot; d=&#x27;e&#x27;&gt;&amp;"


@pytest.mark.parametrize(("items", "rate"), [(1, 0.95), (2, 0.7764), (59, 0.0495), (299, 0.00997)])
def test_the_bound_is_that_of_clopper_and_pearson(items, rate):
    assert bound(items) == pytest.approx(rate, rel=1e-3)
    # by its meaning: at that rate no failure in so many items comes in 5 % of the cases
    assert (1 - bound(items)) ** items == pytest.approx(0.05)


def test_no_item_excludes_nothing():
    assert bound(0) is None


def test_the_bound_is_the_one_that_the_split_table_shows(case):
    table = Job(case.recipe).table
    for row in table[table["purpose"] != "train"].to_dict("records"):
        if row["items"] and not pd.isna(row["bound"]):
            assert row["bound"] == pytest.approx(bound(row["items"]))
