"""A disk that is full: the old files stay whole, and path and bytes needed are named."""

import re
import shutil
import subprocess

import pytest

from brevviz import notebook
from brevviz.bucket import open_store
from brevviz.errors import EvidenceError
from brevviz.evidence import Trail, extend, lock, read_manifest, unseal
from brevviz.evidence.derive import Place, derive, frame_with_purposes, listed_rows
from brevviz.evidence.edits import Edits
from brevviz.evidence.exchange import write_exchange
from brevviz.evidence.manifest import About, Deed, save
from brevviz.evidence.verdict import Verdict
from brevviz.evidence.verifying import check_record, check_trail
from brevviz.files import write_atomic
from brevviz.progress import quiet
from brevviz.recipe import Recipe
from brevviz.split import split_digest

KIB = 512
SAID = {f"a/{number}.png": "dark" * 100 for number in range(30)}


@pytest.fixture(name="disk", scope="module")
def _disk(tmp_path_factory):
    """A file system of its own that can be filled."""
    place = tmp_path_factory.mktemp("disk")
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={KIB}k", "tmpfs", place],
        capture_output=True,
        check=False,
    )
    if not mounted or mounted.returncode:
        pytest.skip("only who may mount a file system can fill one")
    yield place
    subprocess.run(["umount", place], check=True)


class Source:
    """Some files outside the disk, and their manifest on it."""

    def __init__(self, source, folder):
        self.source, self.folder = source, folder
        self.recipe = Recipe.start(str(source)).with_value("split.test_ratio", 0.2)
        for number in range(300):
            self.put(number)
        store = open_store(self.recipe.source)
        place = Place(store.root, store.base_url)
        rows = derive(listed_rows(store.list()), self.recipe, place)
        split = split_digest(frame_with_purposes(rows, self.recipe, place))
        digests = {"recipe": self.recipe.digest(), "split": split}
        listed = [{"listed": "2026-01-01T00:00:00+00:00", "objects": 300}]
        self.about = About(self.recipe, place, digests, listed)
        save(folder, rows, self.about, Deed("written"))

    def put(self, number):
        path = self.source / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"no image %d" % number)

    def again(self):
        save(self.folder, read_manifest(self.folder).rows, self.about, Deed("again"))

    def extend(self):
        self.put(1000)
        extend(self.folder)

    def edit(self):
        edits = Edits(self.folder)
        edits.note("changed", self.recipe, self.recipe.with_value("triage.excluded", SAID))
        edits.close()
        if edits.problem:
            raise EvidenceError("", edits.problem)


WRITERS = {
    "manifest": lambda case: case.again(),
    "lock": lambda case: lock(case.folder),
    "extend": lambda case: case.extend(),
    "unseal": lambda case: unseal(case.folder, "why" * 2000),
    "trail": lambda case: Trail(case.folder).append("x" * 9000),
    "edits": lambda case: case.edit(),
    "exchange": lambda case: write_exchange(case.folder),
    "recipe": lambda case: case.recipe.save(case.folder / "recipe.yaml"),
    "notebook": lambda case: notebook.export(case.recipe, case.folder / "recipe.ipynb"),
    "report": lambda case: write_atomic(case.folder / "report.html", b"x" * 9000),
}


def fill(disk, left):
    """Leave so many bytes."""
    with (disk / "ballast").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            size = file.tell()
        file.truncate(max(0, size - left))


def holds(folder):
    manifest, verdict = read_manifest(folder), Verdict()
    check_record(manifest, verdict, quiet)
    check_trail(Trail(folder), manifest, verdict)
    return manifest.header_whole and manifest.rows_whole and not verdict.findings


def refused(case, name):
    """The error of a writer that has no room; None: it had."""
    try:
        WRITERS[name](case)
    except EvidenceError as error:
        return str(error)
    return None


@pytest.mark.parametrize("left", [0, 4096, 8192])
@pytest.mark.parametrize("name", WRITERS)
def test_the_old_stays_whole_and_path_and_bytes_are_named(disk, tmp_path, name, left):
    folder = disk / f"{name} {left}"
    case = Source(tmp_path / "source", folder)
    for path in ("recipe.yaml", "recipe.ipynb", "report.html"):
        (folder / path).write_bytes(b"old")
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "trail.jsonl"}
    try:
        fill(disk, left)
        error = refused(case, name)
        after = {p.name: p.read_bytes() for p in folder.iterdir()}
    finally:
        (disk / "ballast").unlink()
    if error is None:
        assert left, "there was no room for anything"
    else:
        said = re.search(r"^(.+): (\d+) bytes could not be written: No space left", error)
        assert said, error
        assert said[1].startswith(str(folder))
        assert int(said[2]) > 0
        assert before.items() <= after.items(), "nothing that was there is touched"
    assert holds(folder)
    assert refused(case, name) is None, "with room again it can be done"
    assert holds(folder)
    shutil.rmtree(folder)
