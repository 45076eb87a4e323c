"""Runs writers, kills each at some moment, and looks at what is left. A script: see its test.

    python killed_writers.py FOLDER ROUNDS

Prints a JSON object: writer → what was found, with the number of rounds.
"""

import dataclasses
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow as pa

from brevviz import notebook
from brevviz.bucket import Listing, open_store
from brevviz.errors import EvidenceError
from brevviz.evidence import Trail, extend, lock, read_manifest
from brevviz.evidence.derive import Place, derive, frame_with_purposes, listed_rows
from brevviz.evidence.edits import Edits
from brevviz.evidence.exchange import write_exchange
from brevviz.evidence.header import now
from brevviz.evidence.journal import Journal
from brevviz.evidence.manifest import About, Deed, save
from brevviz.evidence.rows import hash_rows
from brevviz.evidence.verdict import Verdict
from brevviz.evidence.verifying import check_trail
from brevviz.recipe import Recipe
from brevviz.split import split_digest

LARGE = 2**20
RECIPES = [Recipe.start("folder", name=name * 250) for name in "ab"]


def manifests():
    place = Place("/folder", "file:///folder")
    for recipe, count in zip(RECIPES, (500, 3000), strict=True):
        keys = [f"good/{number:05}_1.png" for number in range(count)]
        listing = Listing(
            key=pa.array(keys, pa.large_string()),
            size=pa.array([1] * count, pa.int64()),
            etag=pa.array([key[5:10] for key in keys], pa.large_string()),
            modified=pa.array([0] * count, pa.int64()),
            version_id=pa.nulls(count, pa.large_string()),
        )
        rows = derive(listed_rows(listing), recipe, place)
        yield rows, About(recipe, place, {"recipe": recipe.digest()}, [])


class Writer:
    """`write(folder, number)` again and again; `look(folder)` says what is left in one word.

    It is killed within `longest` seconds.
    """

    def __init__(self, write, look, longest=0.04):
        self.write = write
        self.look = look
        self.longest = longest


def look_at_recipe(folder):
    return "whole" if Recipe.load(folder / "recipe.yaml") in RECIPES else "torn"


def look_at_notebook(folder):
    exported = notebook.read(folder / "job.ipynb")
    return "whole" if exported.recipe in RECIPES and not exported.edited else "torn"


def look_at_manifest(folder):
    manifest = read_manifest(folder)
    whole = manifest.header_whole and manifest.rows_whole
    whole = whole and hash_rows(manifest.rows) == manifest.header.rows_sha256
    verdict = Verdict()
    check_trail(Trail(folder), manifest, verdict)
    return "whole" if whole and not verdict.findings else "torn"


class Source:
    """A folder of small files, whose manifest is written anew, locked and extended."""

    def __init__(self, folder):
        self.folder = folder
        for number in range(200):
            self.put(number)
        self.recipe = Recipe.start(str(folder)).with_value("split.test_ratio", 0.1)
        store = open_store(self.recipe.source)
        listing = store.list()
        place = Place(store.root, store.base_url)
        rows = derive(listed_rows(listing), self.recipe, place)
        digests = {"recipe": self.recipe.digest()}
        revisions = [{"listed": now(), "objects": len(rows)}]
        self.fresh = rows, About(self.recipe, place, digests, revisions)

    def put(self, number):
        path = self.folder / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"no image %d" % number)

    def write(self, folder):
        rows, about = self.fresh
        digest = split_digest(frame_with_purposes(rows, self.recipe, about.place))
        digests = about.digests | {"split": digest}
        save(folder, rows, dataclasses.replace(about, digests=digests), Deed("written"))

    def lock(self, folder, number):
        if number % 2 == 0:
            self.write(folder)
        lock(folder)

    def extend(self, folder, number):
        if number % 2 == 0:
            self.write(folder)
        self.put(10_000 + time.time_ns() % 10**6)
        extend(folder)

    def exchange(self, folder, number):
        del number
        if not (folder / "manifest.json").exists():
            self.write(folder)
        write_exchange(folder)


def look_at_exchange(folder):
    json.loads((folder / "croissant.json").read_bytes())
    json.loads((folder / "datapackage.json").read_bytes())
    lines = (folder / "metadata.jsonl").read_bytes().splitlines()
    rows = (folder / "manifest.spreadsheet.csv").read_bytes().count(b"\r\n")
    whole = all(json.loads(line)["split"] for line in lines) and rows == len(lines) + 1 == 201
    return "whole" if whole else "torn"


def look_at_trail(folder):
    found = "torn" if Trail(folder).entries()[1] else "whole"
    start_anew(Trail(folder).path)
    return found


def start_anew(path):
    """Keep what grows with every round from growing without end."""
    if path.exists() and path.stat().st_size > LARGE:
        path.unlink()


def write_journal(folder, number):
    with Journal(folder / "journal") as journal:
        for entry in range(20):
            journal.add([number, entry, "x" * 3000])


def look_at_journal(folder):
    entries = Journal(folder / "journal").entries()
    start_anew(folder / "journal")
    return (
        "whole" if all(len(entry) == 3 and len(entry[2]) == 3000 for entry in entries) else "torn"
    )


def write_edits(folder, number):
    edits = Edits(folder)
    edits.note("changed", RECIPES[number % 2], RECIPES[(number + 1) % 2])
    edits.close()


def writers(folder):
    made = list(manifests())
    sources = {name: Source(folder / f"{name} source") for name in ("lock", "extend", "exchange")}
    return {
        "recipe": Writer(
            lambda folder, n: RECIPES[n % 2].save(folder / "recipe.yaml"), look_at_recipe
        ),
        "notebook": Writer(
            lambda folder, n: notebook.export(RECIPES[n % 2], folder / "job.ipynb"),
            look_at_notebook,
        ),
        "manifest": Writer(
            lambda folder, n: save(folder, *made[n % 2], Deed("test")), look_at_manifest
        ),
        "trail": Writer(lambda folder, n: Trail(folder).append("x" * 5000, new=n), look_at_trail),
        "journal": Writer(write_journal, look_at_journal),
        "lock": Writer(sources["lock"].lock, look_at_manifest, 0.4),
        "extend": Writer(sources["extend"].extend, look_at_manifest, 0.4),
        "exchange": Writer(sources["exchange"].exchange, look_at_exchange, 0.1),
        "edits": Writer(write_edits, look_at_trail),
    }


def run_and_kill(writer, folder, draw):
    child = os.fork()
    if child == 0:
        number = 0
        while True:
            writer.write(folder, number)
            number += 1
    time.sleep(draw.uniform(0.001, writer.longest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        return writer.look(folder)
    except EvidenceError as error:
        return str(error)


def main(folder, rounds):
    draw = random.Random(0)
    found = {}
    for name, writer in writers(folder).items():
        place = folder / name
        place.mkdir()
        writer.write(place, 0)
        found[name] = Counter(run_and_kill(writer, place, draw) for _ in range(rounds))
        # Somebody who goes on must be able to.
        writer.write(place, 1)
        found[name]["afterwards " + writer.look(place)] += 1
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
