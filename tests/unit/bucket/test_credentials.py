from __future__ import annotations

import json
import pickle
import traceback

import pytest

from brevviz.bucket.credentials import Keys, find_keys
from brevviz.errors import AccessDenied

CANARY = "canary-7f3a91"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def write_aws(home, text):
    (home / ".aws").mkdir()
    (home / ".aws/credentials").write_text(text)


def test_a_profile_is_looked_for_in_the_environment_first(home, monkeypatch):
    write_aws(home, "[my-lab]\naws_access_key_id = file\naws_secret_access_key = file\n")
    monkeypatch.setenv("BREVVIZ_MY_LAB_ACCESS_KEY", "env")
    monkeypatch.setenv("BREVVIZ_MY_LAB_SECRET_KEY", CANARY)
    monkeypatch.setenv("BREVVIZ_MY_LAB_SESSION_TOKEN", "token")
    found = find_keys("my-lab").retrieve()
    assert (found.access_key, found.secret_key, found.session_token) == ("env", CANARY, "token")


def test_then_in_the_aws_file_whose_secrets_may_hold_percent_signs(home):
    write_aws(home, "[lab]\naws_access_key_id = a\naws_secret_access_key = 100%%x%y\n")
    found = find_keys("lab").retrieve()
    assert (found.access_key, found.secret_key) == ("a", "100%%x%y")


def test_then_among_the_aliases_of_mc(home):
    (home / ".mc").mkdir()
    alias = {"url": "https://x", "accessKey": "a", "secretKey": CANARY}
    (home / ".mc/config.json").write_text(json.dumps({"aliases": {"lab": alias}}))
    keys = find_keys("lab")
    assert keys.retrieve().secret_key == CANARY
    assert keys.origin == "mc's lab"


def test_no_profile_means_the_environment_then_the_default_profile(home, monkeypatch):
    write_aws(home, "[default]\naws_access_key_id = d\naws_secret_access_key = d\n")
    assert find_keys(None).retrieve().access_key == "d"
    monkeypatch.setenv("MINIO_ACCESS_KEY", "m")
    monkeypatch.setenv("MINIO_SECRET_KEY", "m")
    assert find_keys(None).retrieve().access_key == "m"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "e")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "e")
    assert find_keys(None).retrieve().access_key == "e"


@pytest.mark.parametrize(("profile", "says"), [("lab", "BREVVIZ_LAB_ACCESS_KEY"), (None, "public")])
def test_missing_keys_say_where_they_could_be(profile, says):
    with pytest.raises(AccessDenied, match=says):
        find_keys(profile)


@pytest.mark.parametrize("name", [".aws/credentials", ".mc/config.json"])
def test_a_broken_file_is_named_and_not_quoted(home, name):
    path = home / name
    path.parent.mkdir()
    path.write_text(f"{CANARY} is no section\n")
    with pytest.raises(AccessDenied, match=path.name) as caught:
        find_keys("lab")
    shown = "".join(traceback.format_exception(caught.value))
    assert CANARY not in shown


def test_a_secret_is_shown_by_nothing():
    keys = Keys("access", CANARY, CANARY, "a test")
    assert CANARY not in f"{keys!r} {keys} {vars(keys)} {keys.retrieve()!r}"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(keys)


def test_keys_are_equal_when_their_secrets_are():
    assert Keys("a", "s", None, "x") == Keys("a", "s", None, "y")
    assert Keys("a", "s", None, "x") != Keys("a", "t", None, "x")
    assert Keys("a", "s", None, "x") != "a"
