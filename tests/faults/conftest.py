"""A small HTTP proxy before the real S3 server, which breaks what it is told to break.

The Host header goes through untouched, so signatures stay valid. Rules are used up in order, each
by the requests that it matches; the log tells exactly which requests were made.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from brevviz.bucket import opening
from brevviz.bucket.cache import Cache
from brevviz.bucket.client import Client
from brevviz.bucket.credentials import Keys
from brevviz.bucket.limits import Limits
from brevviz.bucket.locate import locate
from brevviz.bucket.s3 import S3Store

_LONG = 30.0  # seconds: longer than any test's time-out


@dataclass
class Rule:
    """What happens to the next `times` requests that match.

    kind : latency(seconds), reset, reset_mid(count), truncate(count), stall(count), status(status,
        code, text, header), redirect(location), throttle(count: bytes a second), flip(count: which byte),
        no_length(count: bytes until the cut, None: none), page(text: a 200 that is no S3).
    """

    kind: str
    times: int = 1
    method: str = ""
    path: str = ""
    count: int | None = None
    seconds: float = 0.0
    status: int = 503
    code: str = "SlowDown"
    location: str = ""
    text: str = ""
    header: str = ""

    def matches(self, method: str, path: str) -> bool:
        return (
            self.times > 0
            and (not self.method or self.method == method)
            and re.search(self.path, path) is not None
        )


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)


class FaultProxy:
    """A proxy on loopback, on a thread of its own. `rules` may be set between requests.

    tls : makes it speak https; what goes on to the server stays plain.
    """

    def __init__(self, upstream: str, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname, parts.port)
        self._tls = tls
        self.rules: list[Rule] = []
        self.log: list[Request] = []
        self.writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(10)
        port = self._server.sockets[0].getsockname()[1]
        self.endpoint = f"{'https' if tls else 'http'}://127.0.0.1:{port}"

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.02)  # transports close in later turns of the loop

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # the client has gone, or the test has ended
        finally:
            self.writers.discard(writer)
            # TLS would wait for the client's farewell, which a pooled connection never says.
            (writer.transport.abort if self._tls else writer.close)()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, headers = _parsed(head)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.log.append(Request(method, path, headers))
        rule = next((r for r in self.rules if r.matches(method, path)), None)
        if rule is not None:
            rule.times -= 1
            if rule.kind == "latency":
                await asyncio.sleep(rule.seconds)
            elif rule.kind in {"reset", "status", "redirect", "page"}:
                return await _refuse(rule, method, writer)
        answer, content = await self._forwarded(method, head + body)
        if rule is None or rule.kind == "latency":
            writer.write(answer + content)
            await writer.drain()
            return True
        return await _spoiled(rule, answer, content, writer)

    async def _forwarded(self, method: str, request: bytes) -> tuple[bytes, bytes]:
        reader, writer = await asyncio.open_connection(*self._upstream)
        try:
            writer.write(request)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            _, _, headers = _parsed(head)
            if method == "HEAD" or b" 204 " in head.split(b"\r\n")[0]:
                return head, b""
            if headers.get("transfer-encoding") == "chunked":
                return _with_length(head, content := await _chunks(reader)), content
            return head, await reader.readexactly(int(headers["content-length"]))
        finally:
            writer.close()
            await writer.wait_closed()


def _parsed(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *rest = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in rest if line)
    return method, path, {name.lower(): value.strip() for name, _, value in pairs}


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    content = b""
    while size := int(await reader.readline(), 16):
        content += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return content


def _with_length(head: bytes, content: bytes) -> bytes:
    plain = re.sub(rb"(?i)transfer-encoding:[^\r]*\r\n", b"", head)
    return plain[:-2] + f"Content-Length: {len(content)}\r\n\r\n".encode()


def _abort(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _refuse(rule: Rule, method: str, writer: asyncio.StreamWriter) -> bool:
    if rule.kind == "reset":
        _abort(writer)
        return False
    text, more, status = rule.text, rule.header, rule.status
    kind = "text/html"
    if rule.kind == "page":
        status = 200
    elif rule.kind == "redirect":
        status, more = 307, f"Location: {rule.location}\r\n"
    else:
        kind = "application/xml"
        text = f"<Error><Code>{rule.code}</Code><Message>told so</Message>{rule.text}</Error>"
    body = b"" if method == "HEAD" else text.encode()
    writer.write(
        f"HTTP/1.1 {status} Told\r\nContent-Type: {kind}\r\n{more}"
        f"Content-Length: {len(text.encode())}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    return True


async def _spoiled(rule: Rule, answer: bytes, content: bytes, writer: asyncio.StreamWriter) -> bool:
    """Send an answer with its body broken; True when the connection can be used again."""
    count = len(content) if rule.count is None else min(rule.count, len(content))
    if rule.kind == "flip":
        spoiled = bytearray(content)
        spoiled[min(count, len(content) - 1)] ^= 1
        writer.write(answer + bytes(spoiled))
        await writer.drain()
        return True
    if rule.kind == "no_length":
        answer = re.sub(rb"(?i)content-length:[^\r]*\r\n", b"Connection: close\r\n", answer)
    writer.write(answer)
    if rule.kind == "throttle":
        for start in range(0, len(content), count):
            writer.write(content[start : start + count])
            await writer.drain()
            await asyncio.sleep(0.05)
        return True
    writer.write(content[:count])
    await writer.drain()
    if count == len(content) and rule.kind != "no_length":
        return True  # a short rest of a resumed body: nothing was left to break
    if rule.kind == "stall":
        await asyncio.sleep(_LONG)
    elif rule.kind == "reset_mid":
        await asyncio.sleep(0.02)  # what was sent must be out before the reset overtakes it
        _abort(writer)
    return False


@pytest.fixture
def make_proxy(s3) -> Iterator[Callable[..., FaultProxy]]:
    """A function (tls=None) that starts a fault proxy before the run's S3 server."""
    started: list[FaultProxy] = []

    def make(tls: ssl.SSLContext | None = None) -> FaultProxy:
        started.append(FaultProxy(s3.endpoint, tls))
        return started[-1]

    yield make
    for proxy in started:
        proxy.stop()


@pytest.fixture
def proxy(make_proxy) -> FaultProxy:
    """A fault proxy before the run's S3 server."""
    return make_proxy()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A key and a certificate for 127.0.0.1 that no authority knows."""
    if shutil.which("openssl") is None:
        pytest.fail("openssl, which makes the certificate of the TLS tests, is not installed")
    folder = tmp_path_factory.mktemp("tls")
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    # obstore's TLS takes no authority's certificate for a server's.
    names = "-subj /CN=brevviz-test -addext subjectAltName=IP:127.0.0.1"
    names += " -addext basicConstraints=critical,CA:FALSE"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.pem")]
    subprocess.run(
        ["openssl", *made.split(), *names.split(), *files], check=True, capture_output=True
    )
    return folder


@pytest.fixture
def make_rule():
    """The class of rules."""
    return Rule


@pytest.fixture
def through(s3, proxy):
    """A function (uri, endpoint, cache, **limits): a store behind the proxy that is soon tired."""

    def open_through(
        uri: str,
        endpoint: str = proxy.endpoint,
        cache: Cache | None = None,
        **limits: float,
    ) -> S3Store:
        place = locate(uri)
        client = Client(
            place.bucket,
            endpoint=endpoint,
            keys=Keys(s3.access_key, s3.secret_key, None, "the tests"),
            limits=Limits(**{"connect": 1.0, "read": 2.0, "wait": 0.01, **limits}),
        )
        return S3Store(place, client, cache)

    return open_through


@pytest.fixture(autouse=True)
def nothing_open(monkeypatch):
    """No store of another test is found by a path."""
    monkeypatch.setattr(opening, "_open", {})
