"""Keys by the name of their profile; they are never stored, printed or written by brevviz."""

from __future__ import annotations

import configparser
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from minio.credentials.credentials import Credentials
from minio.credentials.providers import Provider

from brevviz.errors import AccessDenied

__all__ = ["Keys", "find_keys"]


class _Signing(Credentials):
    """What minio's signer reads; its own class would print the secret."""

    def __repr__(self) -> str:
        return "<keys>"


class Keys(Provider):
    """An access key and its secret, which show themselves to the request signer only.

    Slots and these overrides keep the secret out of `vars`, `repr`, pickles and tracebacks.
    """

    __slots__ = ("_access", "_secret", "_token", "origin")

    def __init__(self, access: str, secret: str, token: str | None, origin: str) -> None:
        self._access = access
        self._secret = secret
        self._token = token
        self.origin = origin
        """Where the keys were found, in words."""

    def retrieve(self) -> Credentials:
        """What minio's signer asks for."""
        return _Signing(self._access, self._secret, self._token)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Keys):
            return NotImplemented
        mine = (self._access, self._secret, self._token)
        return mine == (other._access, other._secret, other._token)

    def __hash__(self) -> int:
        return hash(self.origin)

    def __repr__(self) -> str:
        return f"<keys from {self.origin}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        del protocol
        raise TypeError("keys are not pickled: they stay in the process that found them")


def find_keys(profile: str | None) -> Keys:
    """The keys of a profile.

    Parameters
    ----------
    profile : looked for as `BREVVIZ_<PROFILE>_ACCESS_KEY` and `_SECRET_KEY` (and
        `_SESSION_TOKEN`) in the environment, then as a section of `~/.aws/credentials`, then as
        an alias of MinIO's `mc`. None: the AWS or MinIO variables of the environment, then the
        default AWS profile.

    Raises AccessDenied, saying where it looked.
    """
    for look in _places(profile):
        keys = look()
        if keys is not None:
            return keys
    if profile is None:
        raise AccessDenied(
            "source.profile",
            "no keys were found in AWS_ACCESS_KEY_ID, MINIO_ACCESS_KEY or ~/.aws/credentials",
            "Name a profile, or set source.anonymous for a public bucket",
        )
    raise AccessDenied(
        "source.profile",
        f"no keys were found for the profile {profile!r}",
        f"Set {_prefix(profile)}_ACCESS_KEY and {_prefix(profile)}_SECRET_KEY, "
        "or add the profile to ~/.aws/credentials",
    )


def _places(profile: str | None) -> Iterator[Callable[[], Keys | None]]:
    if profile is None:
        yield lambda: _environment("AWS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
        yield lambda: _environment("MINIO", "ACCESS_KEY", "SECRET_KEY")
        yield lambda: _aws_file(os.environ.get("AWS_PROFILE") or "default")
    else:
        yield lambda: _environment(_prefix(profile), "ACCESS_KEY", "SECRET_KEY")
        yield lambda: _aws_file(profile)
        yield lambda: _mc_alias(profile)


def _prefix(profile: str) -> str:
    return "BREVVIZ_" + re.sub(r"[^A-Z0-9]", "_", profile.upper())


def _environment(prefix: str, access: str, secret: str) -> Keys | None:
    return _keys(
        os.environ.get(f"{prefix}_{access}"),
        os.environ.get(f"{prefix}_{secret}"),
        os.environ.get(f"{prefix}_SESSION_TOKEN"),
        f"the variables {prefix}_{access} and {prefix}_{secret}",
    )


def _aws_file(section: str) -> Keys | None:
    name = os.environ.get("AWS_SHARED_CREDENTIALS_FILE")
    path = Path(name) if name else Path.home() / ".aws" / "credentials"
    # A secret may hold "%", which interpolation would trip over.
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        # The parser's message quotes the line, and so perhaps the secret.
        raise AccessDenied(
            "source.profile", f"{path} cannot be read as AWS credentials", "Mend the file"
        ) from None
    if not parser.has_section(section):
        return None
    return _keys(
        parser.get(section, "aws_access_key_id", fallback=None),
        parser.get(section, "aws_secret_access_key", fallback=None),
        parser.get(section, "aws_session_token", fallback=None),
        f"[{section}] of {path}",
    )


def _mc_alias(alias: str) -> Keys | None:
    path = Path.home() / ".mc" / "config.json"
    try:
        config = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise AccessDenied(
            "source.profile", f"{path} cannot be read as mc's configuration", "Mend the file"
        ) from None
    aliases = (config.get("aliases") or config.get("hosts")) if isinstance(config, dict) else None
    entry = aliases.get(alias) if isinstance(aliases, dict) else None
    if not isinstance(entry, dict):
        return None
    return _keys(
        entry.get("accessKey"), entry.get("secretKey"), entry.get("sessionToken"), f"mc's {alias}"
    )


def _keys(access: object, secret: object, token: object, origin: str) -> Keys | None:
    if not (isinstance(access, str) and isinstance(secret, str) and access and secret):
        return None
    return Keys(access, secret, token if isinstance(token, str) and token else None, origin)
