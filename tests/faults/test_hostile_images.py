"""Twenty thousand broken files through the guard: no death, no stall, no memory, no silence.

`make test-long` goes on to two hundred thousand.
"""

import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brevviz.errors import ImageError, ImageRejected
from brevviz.images import probe, process
from brevviz.images.guard import Guard
from brevviz.recipe import View

FILES = 20_000
MORE = 200_000
PROCESSES = 2
MARGIN = 64 << 20
VIEW = View(target_size=(16, 16), window=(100, 50_000))


def encoded(picture, kind, **options):
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def originals():
    """Small valid files of every kind that the probe lets in."""
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 256, (24, 33, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    files = [
        encoded(picture, "JPEG"),
        encoded(picture, "JPEG", progressive=True, exif=exif),
        encoded(picture.convert("L"), "JPEG"),
        encoded(picture.convert("CMYK"), "JPEG"),
        encoded(picture, "JPEG", subsampling=0, restart_marker_blocks=2),
        encoded(picture, "GIF"),
        encoded(picture, "GIF", save_all=True, append_images=[picture.rotate(90)]),
    ]
    files += [
        encoded(picture.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA")
    ]
    files += [encoded(picture.convert(mode), "BMP") for mode in ("1", "L", "P", "RGB", "RGBA")]
    deep = Image.fromarray(rng.integers(0, 1 << 16, (24, 33)).astype(np.uint16))
    files += [encoded(deep, "PNG"), encoded(deep, "TIFF"), colour_of_16_bits(rng)]
    files += [
        encoded(picture.convert(mode), "TIFF", compression=compression)
        for mode, compression in (
            ("RGB", None),
            ("RGB", "tiff_lzw"),
            ("RGB", "tiff_adobe_deflate"),
            ("L", "packbits"),
            ("P", None),
            ("1", None),
            ("CMYK", "tiff_lzw"),
        )
    ]
    files += [
        encoded(picture, "WebP"),
        encoded(picture.convert("RGBA"), "WebP", lossless=True),
        encoded(picture, "WebP", save_all=True, append_images=[picture.rotate(90)], exif=exif),
    ]
    return files


def colour_of_16_bits(rng):
    """A PNG, which Pillow does not write."""
    rows = b"".join(b"\2" + rng.bytes(33 * 6) for _ in range(24))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 33, 24, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    data = b"".join(struct.pack(">I", len(body)) + name + body + bytes(4) for name, body in chunks)
    file = bytearray(b"\x89PNG\r\n\x1a\n" + data)
    repair_checksums(file)
    return bytes(file)


def change_header(data, rng):
    data[rng.integers(min(len(data), 64))] = rng.integers(256)


def claim_much(data, rng):
    place = rng.integers(min(len(data), 64))
    data[place : place + 4] = b"\xff\xff\xff\x7f"


def turn_bit(data, rng):
    data[rng.integers(len(data))] ^= 1 << rng.integers(8)


def overwrite(data, rng):
    place, length = rng.integers(len(data)), rng.integers(1, 17)
    data[place : place + length] = rng.bytes(length)


def zero(data, rng):
    place, length = rng.integers(len(data)), rng.integers(1, 17)
    data[place : place + length] = bytes(length)


def double(data, rng):
    place, length = rng.integers(len(data)), rng.integers(1, 17)
    data[place:place] = data[place : place + length]


def cut_out(data, rng):
    place, length = rng.integers(len(data)), rng.integers(1, 17)
    del data[place : place + length]


# Headers are where the structure is: they get more than their share.
CHANGES = (change_header, change_header, claim_much, turn_bit, overwrite, zero, double, cut_out)


def mutated(file, rng):
    """A file with one to three changes; the same for the same state of `rng`."""
    data = bytearray(file)
    for _ in range(rng.integers(1, 4)):
        CHANGES[rng.integers(len(CHANGES))](data, rng)
    if file.startswith(b"\x89PNG") and rng.random() < 0.7:
        repair_checksums(data)
    return bytes(data)


def repair_checksums(data):
    """Without this the checksum of a PNG chunk would stop nearly every change at the door."""
    place = 8
    while place + 12 <= len(data):
        length = struct.unpack_from(">I", data, place)[0]
        if place + 12 + length > len(data):
            break
        body = bytes(data[place + 4 : place + 8 + length])
        struct.pack_into(">I", data, place + 8 + length, zlib.crc32(body))
        place += 12 + length


@pytest.fixture
def guard():
    made = Guard(workers=PROCESSES)
    yield made
    made.close()


def peak(worker):
    status = Path(f"/proc/{worker._process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads peak memory from /proc")
@pytest.mark.parametrize(
    ("first", "last"), [(0, FILES), pytest.param(FILES, MORE, marks=pytest.mark.long)]
)
def test_no_mutated_file_kills_stalls_or_swells_a_decoder(guard, first, last):
    files = originals()
    for file in files:
        assert guard.load(file, VIEW).working.shape == (24, 24, 3)
    started = {worker._process.pid: peak(worker) for worker in guard._free}

    claims = [0]

    def outcome(number):
        rng = np.random.default_rng(number)
        file = mutated(files[number % len(files)], rng)
        try:
            header = probe(file, VIEW.max_pixels)
            # libwebp decodes to four bytes a pixel; 16 bits are two bytes a channel.
            channels = (4 if header.format == "WebP" else 3) * (2 if header.bits == 16 else 1)
            claims.append(header.width * header.height * channels)
            loaded = guard.load(file, VIEW)
        except ImageRejected as rejected:
            return rejected.problem
        assert loaded.working.shape == (24, 24, 3)
        return ""

    with ThreadPoolExecutor(PROCESSES) as pool:
        outcomes = list(pool.map(outcome, range(first, last)))

    # A file that takes more than 5 s of processor time ends its decoder too.
    assert [text for text in outcomes if text.startswith("the decoder")] == []
    assert {worker._process.pid for worker in guard._free} >= set(started)
    swollen = {w._process.pid: peak(w) - started.get(w._process.pid, 0) for w in guard._free}
    assert max(size for pid, size in swollen.items() if pid in started) < 4 * max(claims) + MARGIN
    decoded = outcomes.count("")
    assert decoded > (last - first) / 20
    assert len(set(outcomes)) > 20


def test_a_worker_that_dies_takes_one_file_with_it(guard, photo_file):
    assert guard.load(photo_file(0), VIEW)
    os.kill(guard._free[0]._process.pid, signal.SIGSEGV)
    with pytest.raises(
        ImageRejected, match=r"x: the decoder died of SIGSEGV on this file"
    ) as error:
        guard.load(photo_file(1), VIEW, "x")
    assert "5 s and 4096 MiB" in str(error.value)
    # The verdict is kept: the file is not tried again; and the next file has a new worker.
    with pytest.raises(ImageRejected, match="died of SIGSEGV"):
        guard.load(photo_file(1), VIEW)
    assert guard.load(photo_file(2), VIEW)


def test_a_worker_that_stalls_is_ended(guard, photo_file, monkeypatch):
    assert guard.load(photo_file(0), VIEW)
    monkeypatch.setattr(process, "_PATIENCE", 0.2)
    os.kill(guard._free[0]._process.pid, signal.SIGSTOP)
    with pytest.raises(ImageRejected, match="the decoder stalled"):
        guard.load(photo_file(1), VIEW)
    monkeypatch.undo()
    assert guard.load(photo_file(2), VIEW)


def test_a_worker_that_runs_too_long_is_ended(guard, photo_file):
    endless = "from brevviz.images.worker import _allow\n_allow(0)\nwhile True: pass"
    assert (
        subprocess.run([sys.executable, "-c", endless], check=False).returncode == -signal.SIGXCPU
    )
    assert guard.load(photo_file(0), VIEW)
    os.kill(guard._free[0]._process.pid, signal.SIGXCPU)
    with pytest.raises(ImageRejected, match="the decoder ran out of time"):
        guard.load(photo_file(1), VIEW)


def test_a_file_that_takes_too_much_memory_is_refused():
    large = encoded(Image.new("RGB", (7000, 7000)), "PNG")
    tight = Guard(workers=1, memory=512 << 20)
    try:
        with pytest.raises(ImageRejected, match="the PNG cannot be decoded: it takes more memory"):
            tight.load(large, VIEW)
        assert tight.load(encoded(Image.new("RGB", (7, 7)), "PNG"), VIEW)
    finally:
        tight.close()


def test_a_process_that_does_not_start_is_no_fault_of_the_file(guard, photo_file, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(ImageError, match="does not start: it ends at once") as error:
        guard.load(photo_file(0), VIEW)
    assert not isinstance(error.value, ImageRejected)
    monkeypatch.undo()
    assert guard.load(photo_file(0), VIEW)


def test_a_file_once_decoded_needs_no_worker_again(guard, photo_file):
    first = guard.load(photo_file(0), VIEW)
    guard.close()
    again = guard.load(photo_file(0), VIEW)
    assert guard._free == []
    assert np.array_equal(first.working, again.working)
    assert (first.content, first.size, first.file_shape, first.notes) == (
        again.content,
        again.size,
        again.file_shape,
        again.notes,
    )


def test_a_bmp_of_plain_rows_needs_no_worker(guard):
    guard.load(encoded(Image.new("RGB", (7, 7)), "BMP"), VIEW)
    assert guard._free == []


@pytest.fixture(scope="module")
def photo_file():
    def make(seed):
        pixels = np.random.default_rng(seed).integers(0, 256, (24, 33, 3), dtype=np.uint8)
        return encoded(Image.fromarray(pixels), "JPEG")

    return make
