"""The doctor finds a sound installation sound, and an unsound one unsound."""

import os
import subprocess
import sys


def _doctor(code="", **environment):
    program = f"import sys\n{code}\nfrom brevviz.cli import main\nsys.exit(main(['doctor']))"
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_sound_installation_is_found_sound(tmp_path):
    done = _doctor(XDG_CONFIG_HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "All works."
    said = "\n".join(lines)
    assert "the first batch repeats bit for bit" in said
    assert "the bytes of 180 of 180 objects are those of their SHA-256" in said
    assert "ok           no host was contacted meanwhile" in said
    assert f"remembered endpoints ({tmp_path}/brevviz/endpoints.toml): none" in said


CONTACT = """
import socket, brevviz.demo
real = brevviz.demo.bucket
def bucket():
    asking = socket.socket()
    asking.settimeout(0.01)
    try:
        asking.connect(("192.0.2.7", 9))
    except OSError:
        asking.close()
    return real()
brevviz.demo.bucket = bucket
"""
BROKEN = """
import brevviz.demo
brevviz.demo.bucket = lambda: "/nowhere/at/all"
"""
MISSING = (
    """
import importlib.metadata as metadata
real = metadata.version
def version(name):
    if name == "altair":
        raise metadata.PackageNotFoundError(name)
    return real(name)
metadata.version = version
"""
    + BROKEN
)


def test_a_host_that_is_contacted_is_named():
    done = _doctor(CONTACT)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FINDING      hosts were contacted meanwhile: 1 ('192.0.2.7')" in done.stdout


def test_what_breaks_or_is_missing_is_named():
    done = _doctor(MISSING)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FINDING      altair is not installed" in done.stdout
    assert "FINDING      the chain breaks: /nowhere/at/all: there is no such folder" in done.stdout
    assert done.stdout.splitlines()[-1] == "NOT all works."
