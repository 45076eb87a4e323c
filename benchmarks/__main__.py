"""All benchmarks, one after the other: `make bench`, or `python -m benchmarks split images`.

Each is a process of its own and prints its own tables. Peers that are not installed are left out
(pip installs them into .venv: scikit-learn, albumentations, boto3, s3fs, obstore). The last
line says which benchmarks failed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ALL = ("front_door", "split", "sampling", "images", "buckets", "evidence", "app")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; the number that failed is the exit code."""
    unknown = [name for name in names if name not in ALL]
    if unknown:
        sys.exit(f"{', '.join(unknown)}: not a benchmark; known are {', '.join(ALL)}")
    failed = []
    for name in names or ALL:
        print(f"\n== {name} ==", flush=True)
        begin = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=False
        )
        print(f"== {name}: exit {done.returncode}, {time.monotonic() - begin:.0f} s ==", flush=True)
        if done.returncode:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all benchmarks ran")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
