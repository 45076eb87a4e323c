"""Canaries in every place that keys come from: nothing that leaves the process may hold one."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import time
import traceback
from urllib.parse import quote

import pytest

from brevviz.bucket import cache, open_store, reader, try_connection
from brevviz.dataset import Dataset
from brevviz.errors import BrevvizError, BucketError
from brevviz.recipe import Recipe, Source

CANARIES = {
    "environment": "canary/env+7f3a91=",
    "token": "canary/token+1b9c55=",
    "aws file": "canary/file+0d44e2=",
    "aws default": "canary/default+99ab10=",
    "mc alias": "canary/alias+5e5e01=",
    "minio": "canary/minio+c0ffee=",
}


def holds_a_canary(text):
    for name, canary in CANARIES.items():
        raw = canary.encode()
        forms = [
            canary,
            quote(canary, safe=""),
            base64.b64encode(raw).decode(),
            raw.hex(),
            repr(raw)[2:-1],
        ]
        for form in forms:
            if form in text:
                return f"{name}: {form}"
    return ""


def shown(error):
    """A traceback as the most talkative tools print it: with the locals of every frame."""
    lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    return "".join(lines)


def texts_of_failing(ask):
    # Apart from the test, whose own locals would be in the traceback.
    try:
        ask()
    except BrevvizError as error:
        return [shown(error), repr(error), str(error), repr(pickle.dumps(error))]
    return pytest.fail("it did not fail")


@pytest.fixture(autouse=True)
def keys_everywhere(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BREVVIZ_ENV_ACCESS_KEY", "someone")
    monkeypatch.setenv("BREVVIZ_ENV_SECRET_KEY", CANARIES["environment"])
    monkeypatch.setenv("BREVVIZ_ENV_SESSION_TOKEN", CANARIES["token"])
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/credentials").write_text(
        f"[file]\naws_access_key_id=a\naws_secret_access_key={CANARIES['aws file']}\n"
        f"[default]\naws_access_key_id=a\naws_secret_access_key={CANARIES['aws default']}\n"
    )
    (tmp_path / ".mc").mkdir()
    alias = {"accessKey": "a", "secretKey": CANARIES["mc alias"]}
    (tmp_path / ".mc/config.json").write_text(json.dumps({"aliases": {"alias": alias}}))


PROFILES = ["env", "file", "alias", None]


@pytest.mark.parametrize("profile", PROFILES)
def test_errors_logs_and_texts_of_refused_keys(profile, caplog, monkeypatch, proxy, make_rule):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    source = Source(uri="s3://brevviz-tests/x", endpoint=proxy.endpoint, profile=profile)
    store = open_store(source)
    texts = [repr(store), repr(vars(store)), repr(vars(store.client)), repr(source)]
    texts += [str(step) for step in try_connection(source)]
    faults = [[], [make_rule("reset", times=9)], [make_rule("redirect", location="http://x/")]]
    faults += [
        [make_rule("page", text="<html>", times=9)],
        [make_rule("truncate", count=9, times=9)],
    ]
    for rules in faults:
        proxy.rules = rules
        for ask in (store.list, lambda: store.get("1.png"), lambda: store.head("1.png")):
            texts += texts_of_failing(ask)
    texts += [caplog.text]
    assert holds_a_canary("\n".join(texts)) == ""
    assert len(texts) > 50


def test_the_test_itself_would_find_one():
    canary = CANARIES["token"]
    for form in (canary, quote(canary, safe=""), base64.b64encode(canary.encode()).decode()):
        assert holds_a_canary(f"x{form}x").startswith("token")

    def leaky():
        token = canary
        raise BucketError("x", f"{len(token)} characters")

    with pytest.raises(BucketError) as caught:
        leaky()
    assert holds_a_canary(shown(caught.value)).startswith("token")


def test_frames_recipes_and_files_of_keys_that_work(s3, tmp_path, monkeypatch):
    # The server's own secret is the canary here: these keys are accepted.
    monkeypatch.setitem(CANARIES, "accepted", s3.secret_key)
    monkeypatch.setenv("BREVVIZ_ENV_ACCESS_KEY", s3.access_key)
    monkeypatch.setenv("BREVVIZ_ENV_SECRET_KEY", s3.secret_key)
    monkeypatch.delenv("BREVVIZ_ENV_SESSION_TOKEN")
    monkeypatch.setenv("BREVVIZ_CACHE", str(tmp_path / "cache"))
    uri = f"s3://{s3.bucket}/secrets-{next(s3.numbers)}"
    s3.put(uri, "good/1.png", b"picture")
    dataset = Dataset(uri, endpoint=s3.endpoint, profile="env")
    frame = dataset.get_image_samples(details=True)
    assert reader(frame)(frame["path"][0], frame["etag"][0]) == b"picture"
    recipe = Recipe.build({"source": dataset.source.model_dump()})
    written = [path for path in cache.cache_folder().rglob("*") if path.is_file()]
    assert len(written) == 2
    texts = [
        recipe.to_yaml(),
        recipe.to_json(),
        repr(dataset),
        repr(frame.attrs),
        frame.to_json(date_format="iso"),
    ]
    texts += [repr(pickle.dumps(frame))]
    texts += [path.read_bytes().decode("latin-1") + path.name for path in written]
    assert holds_a_canary("\n".join(texts)) == ""
