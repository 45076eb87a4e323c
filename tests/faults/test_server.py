"""The demo server keeps to this machine, and to itself."""

from __future__ import annotations

import psutil
import pytest
import urllib3

from brevviz.dataset import Dataset
from brevviz.demo import server as module
from brevviz.demo.server import S3Server
from brevviz.errors import BucketError, MissingExtra, Unreachable


def test_it_listens_on_loopback_only_and_sends_no_telemetry(s3):
    process = psutil.Process(s3.server.pid)
    listening = [c.laddr for c in process.net_connections("inet") if c.status == "LISTEN"]
    assert len(listening) >= 5
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert "-master.telemetry=false" in process.cmdline()
    assert s3.secret_key not in " ".join(process.cmdline())


def test_it_stops_and_starts_again_with_its_data(tmp_path):
    (tmp_path / "good").mkdir()
    (tmp_path / "good/1.png").write_bytes(b"picture")
    with S3Server(tmp_path / "data") as server:
        assert server.put_tree("demo", "set", tmp_path / "good") == 1
        server.make_bucket("demo", public=True)
        process = psutil.Process(server.pid)
        port = server.port
    assert not process.is_running()
    with S3Server(tmp_path / "data", port) as server:
        assert server.endpoint == f"http://127.0.0.1:{port}"
        frame = Dataset("s3://demo/set", endpoint=server.endpoint, anonymous=True)
        assert list(frame.get_image_samples()["path"]) == ["s3://demo/set/1.png"]


def test_only_a_public_bucket_is_read_without_keys(s3, tmp_path):
    (tmp_path / "x.txt").write_text("text")
    for public, status in ((True, 200), (False, 403)):
        uri = s3.put_tree(tmp_path, public=public).removeprefix("s3://")
        assert urllib3.request("GET", f"{s3.endpoint}/{uri}/x.txt").status == status


def test_what_is_missing_is_said(s3, monkeypatch, tmp_path):
    with pytest.raises(BucketError, match="is not a folder"):
        s3.server.put_tree("demo", "", tmp_path / "none")
    monkeypatch.setattr(module, "find_weed", lambda: None)
    with pytest.raises(MissingExtra, match=r"brevviz\[demo\]"):
        S3Server(tmp_path).start()


def test_a_server_that_cannot_start_says_its_last_words(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_flags", lambda folder, port: ["no-such-command"])
    server = S3Server(tmp_path)
    with pytest.raises(Unreachable, match=r"did not start.*no-such-command"):
        server.start()
    assert server.pid is None
