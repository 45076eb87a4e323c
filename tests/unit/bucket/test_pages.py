from __future__ import annotations

from urllib.parse import quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.bucket.pages import BadPage, parse_page

KEY = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)


def page(
    objects="", *, truncated="false", more_from="", encoding="<EncodingType>url</EncodingType>"
):
    more = f"<NextContinuationToken>{more_from}</NextContinuationToken>" if more_from else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>'
        f"<Prefix>p</Prefix>{encoding}<IsTruncated>{truncated}</IsTruncated>{more}{objects}"
        "</ListBucketResult>"
    ).encode()


def item(key, size=3, etag='"abc"', when="2026-11-24T22:00:00.000Z"):
    return (
        f"<Contents><Key>{key}</Key><LastModified>{when}</LastModified>"
        f"<ETag>{escape(etag)}</ETag><Size>{size}</Size>"
        "<Owner><ID>Key</ID><DisplayName>x</DisplayName></Owner>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
    )


@given(st.lists(KEY, max_size=5), st.booleans())
def test_keys_come_out_as_they_went_in(keys, url):
    encoding = "<EncodingType>url</EncodingType>" if url else ""
    written = [quote_plus(k) if url else escape(k) for k in keys]
    parsed = parse_page(page("".join(map(item, written)), encoding=encoding))
    assert parsed.table["key"].to_pylist() == keys
    assert parsed.token is None


def test_each_column_has_its_unit():
    row = parse_page(page(item("a", 7, '"0f"'))).table.to_pylist()[0]
    assert row == {
        "key": "a",
        "size": 7,
        "etag": "0f",
        "modified": 1795557600000000,
        "version_id": None,
    }


def test_seconds_without_a_fraction_are_read_too():
    table = parse_page(page(item("a", when="2026-11-24T22:00:00Z"))).table
    assert table["modified"].to_pylist() == [1795557600000000]


def test_cdata_comments_and_long_texts_are_one_text():
    key = "<![CDATA[a&b]]><!-- no -->" + "x" * 20_000
    table = parse_page(page(item(key), encoding="")).table
    assert table["key"].to_pylist() == ["a&b" + "x" * 20_000]


def test_folders_and_the_token_of_the_next_page():
    text = "<CommonPrefixes><Prefix>p/a+b/</Prefix></CommonPrefixes>"
    parsed = parse_page(page(text, truncated="true", more_from="1/+="))
    assert (parsed.prefixes, parsed.token) == (("p/a b/",), "1/+=")


def test_an_object_without_an_etag_has_an_empty_one():
    xml = page(item("a").replace("<ETag>&quot;abc&quot;</ETag>", "") + item("b"))
    xml = xml.replace(b'<ETag>"abc"</ETag>', b"", 1)
    assert parse_page(xml).table["etag"].to_pylist() == ["", "abc"]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<html><body>sign in</body></html>",
        b"<Error><Code>SlowDown</Code></Error>",
        page(item("a"))[:-30],
        page(item("a")).replace(b"<IsTruncated>false</IsTruncated>", b""),
        page(item("a")).replace(b"<Size>3</Size>", b""),
        page(item("a", "many")),
        page(item("a", when="yesterday")),
        page(item("%ff")),
        b'<!DOCTYPE x [<!ENTITY e "e">]>' + page(item("a")).split(b"?>", 1)[1],
    ],
)
def test_what_is_no_whole_page_is_refused(xml):
    with pytest.raises(BadPage):
        parse_page(xml)
