"""Which versions of which tools made a result; no host, no user, no path."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

__all__ = ["tools"]

_PACKAGES = ("brevviz", "numpy", "pandas", "pillow", "pyarrow", "pydantic", "tensorflow")


def tools() -> dict[str, str]:
    """Name → version, of what a result can depend on; nothing of it is imported."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
