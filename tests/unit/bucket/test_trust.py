from __future__ import annotations

import stat

import pytest

from brevviz.bucket import trust
from brevviz.bucket.trust import agree, check_trust, endpoints_file, is_loopback, remember
from brevviz.errors import BucketError, UntrustedEndpoint

HOST = "https://s3.example.com"


@pytest.fixture(autouse=True)
def nothing_agreed(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(trust, "_agreed", set())


def test_an_endpoint_that_only_a_recipe_names_is_not_trusted():
    with pytest.raises(UntrustedEndpoint, match=r"s3\.example\.com.*'lab'.*endpoints\.toml"):
        check_trust("lab", HOST)


@pytest.mark.parametrize(
    "endpoint", [None, "http://127.0.0.1:9000", "https://localhost", "http://[::1]:1"]
)
def test_aws_and_this_machine_are(endpoint):
    assert check_trust("lab", endpoint) is None


@pytest.mark.parametrize(
    "endpoint", ["https://127.0.0.1.evil.com", "https://127.1", "https://localhost.evil.com"]
)
def test_a_name_that_looks_like_this_machine_is_not(endpoint):
    assert not is_loopback(endpoint)


def test_the_caller_can_answer_for_an_endpoint_however_it_is_written():
    assert check_trust("lab", HOST, trusted=["https://S3.example.com:443/"]) is None
    with pytest.raises(UntrustedEndpoint):
        check_trust("lab", HOST, trusted=["https://s3.example.com:444"])


def test_an_agreement_is_for_one_profile():
    agree("lab", HOST)
    assert check_trust("lab", HOST) is None
    with pytest.raises(UntrustedEndpoint):
        check_trust("other", HOST)


def test_a_remembered_endpoint_is_trusted_in_the_next_process(monkeypatch):
    remember('la"b\n', "https://ä.example.com")
    remember(None, HOST)
    path = remember("lab", HOST)
    monkeypatch.setattr(trust, "_agreed", set())
    for profile, endpoint in [('la"b\n', "https://ä.example.com"), (None, HOST), ("lab", HOST)]:
        assert check_trust(profile, endpoint) is None
    assert path == endpoints_file()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_broken_file_is_named():
    endpoints_file().parent.mkdir()
    endpoints_file().write_text("[[endpoint]]\nprofile = 'x'\n")
    with pytest.raises(BucketError, match=r"endpoints\.toml.*endpoint"):
        check_trust("lab", HOST)
