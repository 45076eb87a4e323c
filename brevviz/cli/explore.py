"""`brevviz explore`: JupyterLab on this machine, with the app's notebook open."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from brevviz.cli.options import Commands, port
from brevviz.errors import BrevvizError, MissingExtra, Unreachable
from brevviz.files import write_atomic

__all__ = ["add", "run"]

_HOST = "127.0.0.1"
_NAME = "explore.ipynb"
_STARTS_WITHIN = 120.0


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "explore",
        parents=[common],
        help="open the app in JupyterLab",
        description="Starts JupyterLab for this machine only and opens a notebook in it; Ctrl-C "
        "stops it. BROWSER=none starts it without a browser; the address is printed either way.",
    )
    parser.add_argument(
        "notebook",
        metavar="NOTEBOOK",
        nargs="?",
        type=Path,
        help=f"by default the {_NAME} that comes with brevviz; outside of a checkout a copy of it "
        "is written to the working directory",
    )
    parser.add_argument("--port", type=port, default=0, help="0, the default, takes a free one")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Start the server, print its address, and stay until it ends."""
    notebook = (args.notebook or _shipped()).absolute()
    if not notebook.is_file():
        raise BrevvizError(str(notebook), "is not a notebook that is there")
    number = args.port or _free_port()
    token = secrets.token_hex(24)
    base = f"http://{_HOST}:{number}"
    server = subprocess.Popen(  # noqa: S603  # this Python, and flags of our own
        [sys.executable, "-m", "jupyterlab", *_flags(notebook.parent, number)],
        env={**os.environ, **_environment(token)},
        stdin=subprocess.DEVNULL,
    )
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        _wait(server, base, token)
        address = f"{base}/lab/tree/{quote(notebook.name)}?token={token}"
        sys.stdout.write(f"\nbrevviz: open {address}\nbrevviz: Ctrl-C stops it.\n")
        sys.stdout.flush()
        if os.environ.get("BROWSER", "").lower() != "none":
            webbrowser.open(address)
        return _exit_code(server.wait())
    except KeyboardInterrupt:
        # The terminal's Ctrl-C reaches the server, too; without a terminal it must be told.
        return 0
    finally:
        _stop(server)


def _environment(token: str) -> dict[str, str]:
    # The pop-up that offers news of Jupyter would cover the app; the user's own settings stay.
    paths = [str(Path(__file__).parent / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {
        # Not on the command line, which every user of the machine can read.
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
    }


def _flags(folder: Path, number: int) -> list[str]:
    flags = [
        "--no-browser",
        f"--ServerApp.ip={_HOST}",
        f"--ServerApp.port={number}",
        # Another port than the one that we print would be of no use.
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        # Nothing is asked of the internet: no news, no updates, no list of extensions.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--log-level=WARN",
    ]
    # Containers run as root, and the server is for this machine only.
    return [*flags, "--allow-root"] if os.geteuid() == 0 else flags


def _shipped() -> Path:
    """The notebook of the checkout that this is run from, else a copy in the working directory."""
    checkout = Path(__file__).parents[2] / "notebooks" / _NAME
    if checkout.is_file():
        return checkout
    copy = Path.cwd() / _NAME
    # What somebody may have worked in is not written over.
    return (
        copy if copy.exists() else write_atomic(copy, (files("brevviz.cli") / _NAME).read_bytes())
    )


def _free_port() -> int:
    with socket.socket() as probe:
        # Jupyter's own habit first, so that a bookmark keeps working.
        for number in (8888, 0):
            try:
                probe.bind((_HOST, number))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Unreachable(_HOST, "has no free port")


def _wait(server: subprocess.Popen[bytes], base: str, token: str) -> None:
    request = urllib.request.Request(  # noqa: S310  # our own http address
        f"{base}/api/status", headers={"Authorization": f"token {token}"}
    )
    # No proxy: this is for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline:
        code = server.poll()
        if code is not None:
            raise _did_not_start(code)
        try:
            with opener.open(request, timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise Unreachable(base, f"JupyterLab did not answer within {_STARTS_WITHIN:g} s")


def _did_not_start(code: int) -> BrevvizError:
    from importlib.util import find_spec  # noqa: PLC0415  # only when it failed

    if find_spec("jupyterlab") is None:
        return MissingExtra("explore", "JupyterLab is not installed", "Run: pip install brevviz")
    return Unreachable(
        "explore", f"JupyterLab ended with exit code {code}, see above", "--port takes another port"
    )


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _exit_code(code: int) -> int:
    return 0 if code in {0, -signal.SIGTERM, -signal.SIGINT} else 2
