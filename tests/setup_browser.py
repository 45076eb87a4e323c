"""Find the Chromium that the browser tests drive, or install it where that is allowed.

    python tests/setup_browser.py          installs with apt-get when there is none and we are root
    python tests/setup_browser.py --find   only looks

Prints the browser's path. Exits 1, saying what to do, when there is none. `BREVVIZ_CHROMIUM` names
another one. A second run finds what the first installed, and does nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
# Without a font the page has no text to measure.
PACKAGES = ("chromium", "fonts-dejavu-core")


def find() -> str | None:
    """Return the path of a Chromium or Chrome, or None."""
    named = os.environ.get("BREVVIZ_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install Chromium from the system's own packages."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ("apt-get", "update", "-qq"),
        ("apt-get", "install", "-qq", "--yes", "--no-install-recommends", *PACKAGES),
    ):
        # apt's own lines go to stderr: stdout holds the path and nothing else.
        subprocess.run(command, check=True, env=environment, stdout=sys.stderr)


def main(arguments: list[str]) -> int:
    """Find or install; return the exit code."""
    path = find()
    # Another browser would not be the one that BREVVIZ_CHROMIUM asks for.
    only_look = "--find" in arguments or "BREVVIZ_CHROMIUM" in os.environ
    if path is None and not only_look and os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            install()
        except subprocess.CalledProcessError as error:
            sys.stderr.write(f"setup_browser: {' '.join(error.cmd)} failed\n")
        path = find()
    if path is None:
        sys.stderr.write(
            "setup_browser: no Chromium or Chrome found. Install one (Debian: apt-get install "
            "chromium fonts-dejavu-core), or set BREVVIZ_CHROMIUM to its path.\n"
        )
        return 1
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
