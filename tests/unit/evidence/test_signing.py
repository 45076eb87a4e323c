"""Signatures by ssh-keygen: they hold, or say why not."""

import shutil
import subprocess

import pytest

from brevviz.cli import main
from brevviz.errors import EvidenceError
from brevviz.evidence import check_signature, lock, sign

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs OpenSSH")


@pytest.fixture(name="key")
def _key(tmp_path):
    path = tmp_path / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True
    )
    public = path.with_suffix(".pub").read_text().strip()
    (tmp_path / "signers").write_text(f"qa@example.org {public}\n")
    return path


@pytest.fixture(name="signers")
def _signers(key):
    return key.with_name("signers")


def test_a_signature_holds_for_its_signer(case, key, signers, capsys):
    path = sign(case.folder, key)
    assert path == case.folder / "manifest.json.sig"
    assert "Good" in check_signature(case.folder, signers, "qa@example.org")
    sign(case.folder, key)  # again, over the first
    words = ["verify", str(case.folder), "--signers", str(signers), "--signer"]
    assert main([*words, "qa@example.org"]) == 0
    assert 'Good "brevviz-manifest" signature for qa@example.org' in capsys.readouterr().out
    assert main([*words, "boss@example.org"]) == 1
    assert "FINDING      the signature: " in capsys.readouterr().out


def test_other_bytes_are_not_signed(case, key, signers):
    sign(case.folder, key)
    case.edit_header(lambda data: data["tools"].update(brevviz="9"))
    with pytest.raises(EvidenceError, match=r"ssh-keygen says: .*Signature verification failed"):
        check_signature(case.folder, signers, "qa@example.org")


def test_a_change_takes_the_signature_away(case, key, signers):
    sign(case.folder, key)
    lock(case.folder)
    with pytest.raises(EvidenceError, match=r"manifest.json.sig: cannot be read: No such file"):
        check_signature(case.folder, signers, "qa@example.org")


def test_what_cannot_sign_is_told(case, tmp_path):
    with pytest.raises(EvidenceError, match="ssh-keygen says: "):
        sign(case.folder, tmp_path / "no key")
    with pytest.raises(EvidenceError, match="cannot be read"):
        sign(tmp_path, tmp_path / "no key")
