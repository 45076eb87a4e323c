"""The benchmark of buckets runs on a real server, and all clients find the same there."""

import pytest
from bench_smoke import parts_of


@pytest.mark.long
def test_all_clients_list_and_read_the_same(s3, tmp_path):
    parts, page = parts_of(tmp_path, "buckets")
    rows = parts["buckets"].rows
    whats = {row.what for row in rows}
    assert {"listing a bucket of 300 objects", "memory of the frame of 10,000 samples"} <= whats
    for client in ("minio", "obstore", "boto3", "s3fs"):
        compared = [row for row in rows if row.peer == client]
        assert len(compared) == 2, client
        for row in compared:
            assert row.theirs or row.absent == f"{client} is not installed"
            assert f"| {client} |" in page
