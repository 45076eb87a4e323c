from __future__ import annotations

import pytest

from brevviz.bucket import fast, open_store, opening
from brevviz.bucket.fast import SETTING, FastStore, s3_store
from brevviz.bucket.s3 import S3Store
from brevviz.errors import AccessDenied, MissingExtra, RecipeError
from brevviz.recipe import Source


@pytest.fixture(autouse=True)
def nothing_open(monkeypatch):
    monkeypatch.setattr(opening, "_open", {})


@pytest.mark.parametrize(
    ("value", "kind"), [(None, S3Store), ("", S3Store), ("minio", S3Store), ("obstore", FastStore)]
)
def test_only_its_own_name_chooses_obstore(monkeypatch, value, kind):
    monkeypatch.delenv(SETTING, raising=False)
    if value is not None:
        monkeypatch.setenv(SETTING, value)
    assert s3_store() is kind


def test_a_wrong_name_is_an_error_before_anything_is_asked(monkeypatch):
    monkeypatch.setenv(SETTING, "obstor")
    with pytest.raises(RecipeError, match=f"{SETTING}: 'obstor' is neither 'minio' nor 'obstore'"):
        open_store(Source(uri="s3://data", anonymous=True))


def test_without_the_extra_nothing_else_takes_its_place(monkeypatch):
    monkeypatch.setenv(SETTING, "obstore")
    monkeypatch.setattr(fast, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"brevviz\[fast\]"):
        open_store(Source(uri="s3://data", anonymous=True))


def test_a_choice_that_was_changed_opens_another_store(monkeypatch):
    source = Source(uri="s3://data", anonymous=True)
    monkeypatch.setenv(SETTING, "obstore")
    store = open_store(source)
    assert repr(store) == "FastStore('s3://data', endpoint='https://s3.amazonaws.com')"
    assert open_store(source) is store
    monkeypatch.setenv(SETTING, "minio")
    assert type(open_store(source)) is S3Store


def test_a_session_token_is_never_given_to_it(monkeypatch):
    for name in ("ACCESS_KEY", "SECRET_KEY", "SESSION_TOKEN"):
        monkeypatch.setenv(f"BREVVIZ_P_{name}", f"canary-{name}")
    monkeypatch.setenv(SETTING, "obstore")
    with pytest.raises(AccessDenied, match="session token") as caught:
        open_store(Source(uri="s3://data", profile="p"))
    assert "canary" not in str(caught.value)


def test_its_settings_show_no_secret(monkeypatch):
    monkeypatch.setenv("BREVVIZ_P_ACCESS_KEY", "canary")
    monkeypatch.setenv("BREVVIZ_P_SECRET_KEY", "canary")
    monkeypatch.setenv(SETTING, "obstore")
    library = open_store(Source(uri="s3://data", profile="p"))._store()
    shown = [repr(library), str(library.config), str(library.client_options), str(vars(library))]
    assert all("canary" not in text for text in shown)
