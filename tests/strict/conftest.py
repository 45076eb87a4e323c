"""The second S3 server, stricter than the first: Ceph's gateway on memory, on loopback.

Its programs are Debian's packages radosgw, ceph-mon and ceph-osd. Whoever runs these tests wants
them, so that a missing one is an error here and no reason to skip.
"""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

import pytest
import urllib3
from minio import Minio

PROGRAMS = ("ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "monmaptool", "radosgw-admin")
INSTALL = "apt-get install --no-install-recommends radosgw ceph-mon ceph-osd"
STARTS_WITHIN = 90.0
STOPS_WITHIN = 20.0

# Without cephx the gateway waits for ever. One copy of everything, on one memory: nothing is to
# be balanced. Names of objects keep their default length, which long keys need.
CONFIGURATION = """
[global]
fsid = {fsid}
mon_initial_members = a
mon_host = [v2:127.0.0.1:{monitor}/0]
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = {folder}/keyring
run_dir = {folder}
admin_socket = {folder}/$name.$pid.asok
log_file = {folder}/$name.log
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_bind_msgr1 = false
mon_data = {folder}/mon
mon_allow_pool_size_one = true
osd_data = {folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pg_autoscale_mode = off
rgw_data = {folder}/gateway
rgw_frontends = beast endpoint=127.0.0.1:{gateway}
rgw_run_sync_thread = false
"""

RIGHTS = {
    "mon.": {"mon": "allow *"},
    "osd.0": {"mon": "allow profile osd", "osd": "allow *"},
    "client.admin": {"mon": "allow *", "osd": "allow *"},
}


class Ceph:
    """One monitor, one memory and one gateway; a context manager, like the demo's server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.access_key = "brevviz-strict"
        self.secret_key = secrets.token_hex(16)
        self.port = 0
        self._running: list[subprocess.Popen] = []

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pids(self):
        return [process.pid for process in self._running]

    @property
    def client(self):
        return Minio(
            endpoint=f"127.0.0.1:{self.port}",
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region="us-east-1",
        )

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *error):
        self._stop()

    def make_bucket(self, bucket, *, public=False):
        self.client.make_bucket(bucket_name=bucket)
        if public:
            rule = {
                "Effect": "Allow",
                "Principal": {"AWS": ["*"]},
                "Action": ["s3:ListBucket", "s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
            }
            policy = json.dumps({"Version": "2012-10-17", "Statement": [rule]})
            self.client.set_bucket_policy(bucket_name=bucket, policy=policy)

    def _start(self):
        monitor, self.port = _free_ports(2)
        fsid = str(uuid.uuid4())
        for name in ("mon", "osd", "gateway"):
            (self.folder / name).mkdir()
        (self.folder / "ceph.conf").write_text(
            CONFIGURATION.format(fsid=fsid, folder=self.folder, monitor=monitor, gateway=self.port)
        )
        ring = str(self.folder / "keyring")
        _run("ceph-authtool", "--create-keyring", ring)
        for name, rights in RIGHTS.items():
            caps = [word for kind, what in rights.items() for word in ("--cap", kind, what)]
            _run("ceph-authtool", ring, "--gen-key", "-n", name, *caps)
        plan = str(self.folder / "monmap")
        address = f"[v2:127.0.0.1:{monitor}]"
        _run("monmaptool", "--create", "--addv", "a", address, "--fsid", fsid, plan)
        self._ceph("ceph-mon", "--mkfs", "-i", "a", "--monmap", plan, "--keyring", ring)
        self._spawn("ceph-mon", "-i", "a")
        self._ceph("ceph", "auth", "import", "-i", ring)
        disk = str(uuid.uuid4())
        self._ceph("ceph", "osd", "new", disk, "0")
        self._ceph("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk)
        self._spawn("ceph-osd", "-i", "0")
        self._spawn("radosgw", "-n", "client.admin")
        keys = ["--access-key", self.access_key, "--secret-key", self.secret_key]
        self._ceph(
            "radosgw-admin", "user", "create", "--uid", "tests", "--display-name", "tests", *keys
        )
        self._wait()

    def _ceph(self, program, *arguments):
        return _run(program, "--conf", str(self.folder / "ceph.conf"), *arguments)

    def _spawn(self, program, *arguments):
        with (self.folder / f"{program}.out").open("wb") as output:
            self._running.append(
                subprocess.Popen(
                    [program, "--conf", str(self.folder / "ceph.conf"), "-f", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def _wait(self):
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            gone = [process for process in self._running if process.poll() is not None]
            assert not gone, f"{gone[0].args[0]} has ended; see {self.folder}"
            try:
                urllib3.request("GET", self.endpoint, retries=False, timeout=5.0)
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
            else:
                return
        pytest.fail(f"Ceph did not answer within {STARTS_WITHIN:g} s; see {self.folder}")

    def _stop(self):
        while self._running:
            process = self._running.pop()
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _run(*command):
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=STARTS_WITHIN, check=False
    )
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr.strip()[-500:]}"
    return done.stdout


def _free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [entry.getsockname()[1] for entry in sockets]
    for entry in sockets:
        entry.close()
    return ports


@pytest.fixture(scope="session")
def s3(tmp_path_factory, make_s3):
    """Ceph in the place of SeaweedFS, for every test below this folder."""
    missing = [name for name in (*PROGRAMS, "radosgw") if shutil.which(name) is None]
    if missing:
        pytest.fail(f"{', '.join(missing)} not found. Run: {INSTALL}")
    # Paths of its sockets may have 107 bytes, which pytest's own folders can exceed.
    with Ceph(tmp_path_factory.mktemp("ceph")) as server:
        s3 = make_s3(server)
        server.make_bucket(s3.bucket)
        server.make_bucket(s3.public, public=True)
        yield s3
