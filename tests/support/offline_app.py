"""Open the app of another installation, in a network of its own that leads nowhere.

    unshare -n python offline_app.py BREVVIZ CHROMIUM FOLDER

BREVVIZ is the installation's command, FOLDER the working directory. Prints as JSON what was seen.
The loopback of a new network namespace is down, and server and browser must share it: so this
brings it up and starts both.
"""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, sync_playwright

PATIENCE = 180_000  # ms: a first start on a loaded machine
PANELS: dict[str, Callable[[Page], Locator]] = {
    "Samples": lambda page: page.locator(".bv-gallery img"),
    "Split": lambda page: page.get_by_role("table", name="Class x purpose").get_by_text("bad_cap"),
    "Sampling": lambda page: page.get_by_role("table", name="One epoch of train").get_by_text(
        "good"
    ),
    "Images": lambda page: page.get_by_text("8 of 8 repeated pictures are equal"),
    "Export": lambda page: page.get_by_role("table", name="Digests (SHA-256)").get_by_text("batch"),
}
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1


def loopback() -> list[str]:
    """Bring the loopback up; the names of all interfaces."""
    with socket.socket() as any_socket:
        asked = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", ioctl(any_socket, _SIOCGIFFLAGS, asked))[1]
        ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))
    return [name for _, name in socket.if_nameindex()]


def reaches_out() -> bool:
    """Whether anything beyond this machine can be reached."""
    with socket.socket() as asking:
        asking.settimeout(2)
        try:
            asking.connect(("192.0.2.7", 443))
        except OSError:
            return False
    return True


def address(server: subprocess.Popen[str]) -> str:
    """What `brevviz explore` prints."""
    said = []
    for line in server.stdout or ():
        said.append(line)
        if found := re.search(r"brevviz: open (http://127\.0\.0\.1:\S+)", line):
            return found[1]
    raise RuntimeError("no address:\n" + "".join(said)[-4000:])


def seen(page: Page, url: str) -> dict[str, object]:
    """Run the first cell and turn to every panel."""
    own = urlsplit(url).netloc
    offsite: list[str] = []
    errors: list[str] = []

    def note(asked: str) -> None:
        parts = urlsplit(asked)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != own:
            offsite.append(asked)

    page.on("request", lambda request: note(request.url))
    page.on("websocket", lambda ws: note(ws.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".jp-Notebook .jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    page.get_by_text("180 images of 180 objects listed").wait_for()
    drawn = {}
    for panel, what in PANELS.items():
        page.locator(".bv-app .lm-TabBar-tab", has_text=panel).first.click()
        place = what(page).first
        place.wait_for()
        drawn[panel] = place.bounding_box()
        page.screenshot(path=f"{panel}.png")
    return {"drawn": drawn, "offsite": offsite, "errors": errors}


def main(brevviz: str, chromium: str, folder: str) -> None:
    interfaces = loopback()
    os.chdir(folder)
    answer: dict[str, object] = {"interfaces": interfaces, "reaches out": reaches_out()}
    doctor = subprocess.run([brevviz, "doctor"], capture_output=True, text=True, check=False)
    answer["doctor"] = {"code": doctor.returncode, "said": doctor.stdout + doctor.stderr}
    server = subprocess.Popen(
        [brevviz, "explore"],
        env={**os.environ, "BROWSER": "none"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        url = address(server)
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            page = browser.new_page(viewport={"width": 1400, "height": 1400})
            answer |= seen(page, url)
            browser.close()
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
    answer["files"] = sorted(path.name for path in Path.cwd().iterdir())
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
