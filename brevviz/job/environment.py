"""What a computed picture could depend on besides its recipe and its file; no host, user or path."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from PIL import features

from brevviz.evidence.tools import tools

__all__ = ["Change", "changes", "environment"]

_SETTINGS = (
    "XLA_FLAGS",
    "TF_XLA_FLAGS",
    "TF_ENABLE_ONEDNN_OPTS",
    "ONEDNN_MAX_CPU_ISA",
    "OPENBLAS_CORETYPE",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
_FLAGS = (
    *("sse4_2", "avx", "avx2", "fma"),
    *("avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16", "amx_tile"),
    *("asimd", "sve", "sve2"),
)
"""What kernels are chosen by, on x86-64 and on ARM."""

Change = tuple[str, str, str]
"""Name, value then, value now."""


def environment() -> dict[str, str]:
    """Name → value: versions, processor, and the settings of the engines."""
    return {
        **tools(),
        "libjpeg-turbo": str(features.version("libjpeg_turbo") or "none"),
        "zlib": str(features.version("zlib") or "none"),
        "system": platform.system(),
        "libc": " ".join(platform.libc_ver()),
        "processor flags": " ".join(_processor_flags()),
        "processors": str(os.cpu_count()),
        **{name: os.environ.get(name, "") for name in _SETTINGS},
    }


def changes(then: dict[str, str], now: dict[str, str]) -> list[Change]:
    """What is different between two environments, by name; what one does not know is ""."""
    names = dict.fromkeys([*then, *now])
    pairs = ((name, then.get(name, ""), now.get(name, "")) for name in names)
    return [(name, old, new) for name, old, new in pairs if old != new]


def _processor_flags() -> list[str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:  # not Linux: the machine's name stands in `machine`
        return []
    lines = (line for line in text.splitlines() if line.startswith(("flags", "Features")))
    found = set(next(lines, "").partition(":")[2].split())
    return [flag for flag in _FLAGS if flag in found]
