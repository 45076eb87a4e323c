"""Signatures of manifests, by OpenSSH's `ssh-keygen`: offline, with the keys that people have.

A signature says that the holder of a key signed these bytes. It is no electronic signature in the
sense of any regulation, and says nothing of when.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from brevviz.errors import EvidenceError, MissingExtra
from brevviz.evidence.pair import HEADER, SIGNATURE, read_file

__all__ = ["check_signature", "sign"]

_NAMESPACE = "brevviz-manifest"
_PATIENCE = 120.0


def sign(folder: str | Path, key: str | Path) -> Path:
    """Sign `manifest.json`, which holds the digests of all the rest.

    Parameters
    ----------
    key : file of a private key, or of a public key whose private half the agent holds.

    Returns the path of the signature. Raises EvidenceError and MissingExtra.
    """
    header = Path(folder) / HEADER
    read_file(header)
    signature = header.with_name(SIGNATURE)
    signature.unlink(missing_ok=True)  # ssh-keygen asks before it writes over one
    _run(["-Y", "sign", "-n", _NAMESPACE, "-f", str(key), str(header)], b"", str(header))
    return signature


def check_signature(folder: str | Path, signers: str | Path, who: str) -> str:
    """Check the signature of `manifest.json`.

    Parameters
    ----------
    signers : file of allowed signers, as `ssh-keygen(1)` describes it.
    who : the signer that it must be, as named in that file.

    Returns one sentence. Raises EvidenceError when it does not hold.
    """
    header = Path(folder) / HEADER
    signature = header.with_name(SIGNATURE)
    read_file(signature)
    read_file(Path(signers))
    arguments = ["-Y", "verify", "-n", _NAMESPACE, "-f", str(signers), "-I", who]
    return _run([*arguments, "-s", str(signature)], read_file(header), str(signature))


def _run(arguments: list[str], data: bytes, where: str) -> str:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise MissingExtra("signature", "ssh-keygen is not installed", "Install OpenSSH")
    try:
        done = subprocess.run(  # noqa: S603  # the program was found on PATH, and no shell reads this
            [program, *arguments],
            input=data,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EvidenceError(where, f"ssh-keygen gave no answer in {_PATIENCE:g} s") from None
    said = b" ".join((done.stdout + b" " + done.stderr).split()).decode("utf-8", "replace")
    if done.returncode:
        raise EvidenceError(where, f"ssh-keygen says: {said}")
    return said
