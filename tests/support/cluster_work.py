"""Work that workers can import."""

import os
import signal
import time
from pathlib import Path


def squares(shared, piece):
    return shared["factor"] * piece * piece


def fails_at_three(shared, piece):
    if piece == 3:
        raise ValueError(f"{shared} cannot do {piece}")
    return piece


def one_worker_is_killed(shared, piece):
    """The first worker that comes to piece 5 dies there, as kill -9 does it; the next does not."""
    folder = Path(shared)
    (folder / f"done-{piece}-{os.getpid()}-{time.monotonic_ns()}").touch()
    if piece == 5:
        try:
            (folder / "killed").touch(exist_ok=False)
        except FileExistsError:
            return piece
        os.kill(os.getpid(), signal.SIGKILL)
    return piece


def always_killed(shared, piece):
    if piece == shared:
        os.kill(os.getpid(), signal.SIGKILL)
    return piece


def meets_another(shared, piece):
    """Wait until two workers are at work; how many there were at the end of patience."""
    folder, until = Path(shared), time.monotonic() + 120
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    return len(list(folder.iterdir()))


def process(shared, piece):
    time.sleep(shared)
    return os.getpid()


def killed_in_the_middle(shared, numbered):
    """Do a piece; the first worker that has done piece `at` dies before anybody hears of it."""
    work, own, folder, at = shared
    number, piece = numbered
    result = work(own, piece)
    if number == at:
        try:
            (Path(folder) / "killed").touch(exist_ok=False)
        except FileExistsError:
            (Path(folder) / "again").touch()
            return result
        os.kill(os.getpid(), signal.SIGKILL)
    return result
