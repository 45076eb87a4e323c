"""kill -9 at any moment: the old file or the new one, and never a part of one."""

import json
import subprocess
import sys

import pytest

WRITERS = (
    *("recipe", "notebook", "manifest", "trail", "journal"),
    *("lock", "extend", "exchange", "edits"),
)


@pytest.mark.parametrize("rounds", [20, pytest.param(250, marks=pytest.mark.long)])
def test_no_writer_that_is_killed_leaves_a_torn_file(request, tmp_path, rounds):
    script = request.path.with_name("killed_writers.py")
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", script, tmp_path, str(rounds)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == {name: {"whole": rounds, "afterwards whole": 1} for name in WRITERS}
