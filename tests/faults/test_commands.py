"""The commands that start servers, and the whole job on a real S3 server."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

import brevviz
from brevviz import demo, notebook
from brevviz.recipe import Recipe


def hear_ctrl_c():
    """A test run in the background ignores SIGINT, and its children would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*words, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "brevviz", *map(str, words)],
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509  # nothing else runs in the child before exec
    )


def finish(process, with_signal):
    """Stop a command; gives its exit code and the children that outlived it."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(with_signal)
    process.communicate(timeout=60)
    deadline = time.monotonic() + 30
    while (left := [c for c in children if c.is_running()]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return process.returncode, left


def lines_until(process, pattern):
    """What a command says, up to a line that matches."""
    found = []
    for line in process.stdout:
        found.append(line)
        if re.search(pattern, line):
            return "".join(found)
    raise AssertionError(f"it ended: {''.join(found)}{process.stderr.read()}")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_explore_serves_the_notebook_to_this_machine_until_it_is_stopped(tmp_path, how):
    (tmp_path / "my notebook.ipynb").write_text(notebook.to_text(Recipe.start("folder")))
    process = start("explore", tmp_path / "my notebook.ipynb", BROWSER="none")
    try:
        text = lines_until(process, "Ctrl-C")
        address = re.search(
            r"http://127\.0\.0\.1:\d+/lab/tree/my%20notebook\.ipynb\?token=\w{48}", text
        )
        assert address, text
        with urllib.request.urlopen(address[0], timeout=60) as page:  # noqa: S310  # this machine
            assert page.status == 200
            assert '"news": {"disabled": true}' in page.read().decode()
        listening = {
            connection.laddr.ip
            for child in psutil.Process(process.pid).children(recursive=True)
            for connection in child.net_connections()
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}
        everything = " ".join(
            " ".join(child.cmdline())
            for child in psutil.Process(process.pid).children(recursive=True)
        )
        assert address[0].rpartition("=")[2] not in everything  # any user can read command lines
    finally:
        code, left = finish(process, how)
    assert code == 0
    assert not left


def test_explore_says_when_its_port_is_taken(tmp_path, s3):
    (tmp_path / "n.ipynb").write_text(notebook.to_text(Recipe.start("folder")))
    process = start("explore", tmp_path / "n.ipynb", "--port", s3.server.port, BROWSER="none")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "JupyterLab ended with exit code 1, see above. --port takes another" in err
    assert "Traceback" not in err


@pytest.mark.usefixtures("s3")
def test_demo_serves_the_vials_and_says_how_to_use_them(tmp_path):
    process = start("demo", "--s3", "--folder", tmp_path / "vials")
    try:
        text = lines_until(process, "python -c")
        said = dict(
            re.findall(r"^(endpoint|bucket|access key|secret key) +(\S+)$", text, re.MULTILINE)
        )
        keys = dict(re.findall(r"export (BREVVIZ_DEMO_\w+)=(\S+)", text))
        assert list(keys.values()) == [said["access key"], said["secret key"]]
        used = subprocess.run(
            [sys.executable, "-c", re.search(r"python -c '(.*)'", text)[1]],
            env={**os.environ, **keys},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "[180 rows x 8 columns]" in used.stdout, used.stderr
    finally:
        code, left = finish(process, signal.SIGINT)
    assert code == 0
    assert not left


def test_a_folder_and_its_bucket_give_one_split_one_draw_and_one_batch(s3, s3_keys, tmp_path):
    vials = demo.bucket()
    summaries = {}
    for name, source in {
        "folder": {"uri": vials},
        "bucket": {"uri": s3.put_tree(vials), "endpoint": s3.endpoint, "profile": s3_keys},
    }.items():
        recipe = (
            Recipe.start(**source)
            .with_value("split.uniqueness", r"/(\d+)_\d+\.bmp$")
            .with_value("split.test_ratio", 0.1)
            .with_value("view.target_size", [32, 32])
        )
        path = recipe.save(tmp_path / f"{name}.yaml")
        process = start("run", path, "--out", tmp_path / name)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        assert brevviz.Job(recipe).recipe.digest() in out
        assert s3.secret_key not in out + err
        for written in (tmp_path / name).iterdir():
            assert s3.secret_key.encode() not in written.read_bytes()
        summaries[name] = json.loads((tmp_path / name / "summary.json").read_text())
    one, other = summaries["folder"], summaries["bucket"]
    assert one["counts"] == other["counts"]
    for digest in ("split", "draws", "batch"):
        assert one["digests"][digest] == other["digests"][digest]
    assert one["digests"]["recipe"] != other["digests"]["recipe"]


@pytest.mark.parametrize("line", ["files read", "first batch: 0", "first batch again: 1"])
def test_ctrl_c_stops_a_run_and_leaves_whole_files(tmp_path, line):
    recipe = Recipe.start(demo.bucket()).with_value("view.target_size", [32, 32])
    path = recipe.save(tmp_path / "job.yaml")
    process = start("run", path, "--out", tmp_path / "out")
    said = next(text for text in process.stderr if text.startswith(line))
    assert said
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert err.endswith("brevviz: stopped\n")
    assert "Traceback" not in err
    assert out == ""
    for written in (tmp_path / "out").glob("*"):
        assert not written.name.endswith(".tmp")
