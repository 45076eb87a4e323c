"""A process that used a generator ends by itself, whatever it left running."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from brevviz.generator.feed import Feed
from brevviz.generator.running import Running

HEAD = """
import sys, pandas as pd
from pathlib import Path
from brevviz.generator import DataGenerator
from brevviz.images import ImageAugmenter, ImagePipeline
paths = sorted(map(str, Path(sys.argv[1]).glob("*/*.png")))
frame = pd.DataFrame({"path": paths, "folder": [p.split("/")[-2] for p in paths]})
generator = DataGenerator(frame, 4, shuffle=True, repeat=True, sampling_groupby=["folder"])
loaded = generator.map(ImagePipeline(target_size=(16, 16)))
"""
ENDINGS = {
    "several at once": "its = [iter(g.get_dataset()) for g in (generator, loaded)] * 2\n"
    "[next(i) for i in its]; print('done')",
    "a generator's own iterator": "it = iter(loaded); next(it); print('done')",
    "an error": "it = iter(loaded.get_dataset()); next(it); print('done'); raise SystemExit(3)",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_process_ends_by_itself(ending, pictures):
    code = HEAD + ENDINGS[ending]
    done = subprocess.run(
        [sys.executable, "-c", code, str(pictures)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.stdout == "done\n", done.stderr
    assert done.returncode == (3 if ending == "an error" else 0), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_fifty_of_fifty_end(pictures):
    code = HEAD + ENDINGS["several at once"]
    ended = []
    for _ in range(50):
        done = subprocess.run(
            [sys.executable, "-c", code, str(pictures)],
            capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        ended.append(done.returncode)
    assert ended == [0] * 50


class _Endless(Feed):
    """Batches without end, that note when they are closed."""

    def __init__(self):
        self.closed = threading.Event()

    def batches(self, stopped=None):
        try:
            while True:
                yield {}
        finally:
            self.closed.set()


def test_a_stopped_run_ends_and_lets_go():
    feed = _Endless()
    running = Running(feed)
    assert next(running) == {}
    running.stop()
    assert feed.closed.is_set()
    assert list(running) == []


def test_a_run_can_be_stopped_from_another_thread():
    running = Running(_Endless())
    taken = []

    def take():
        taken.extend(running)

    thread = threading.Thread(target=take)
    thread.start()
    running.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()
