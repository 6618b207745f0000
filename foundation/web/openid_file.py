"""The file that `OMATORI_OPENID` names, and the private keys beside it (docs/operations.md)."""

from __future__ import annotations

import stat
from pathlib import Path

from foundation.vocabulary.log_in_services import LogInService, read_services


def read_openid_file(path: Path | None, faults: list[str]) -> tuple[LogInService, ...]:
    """Return the services of a file; none without a file. What is wrong is added to `faults`."""
    if path is None:
        return ()
    import yaml

    try:
        read = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(f"OMATORI_OPENID: {path} cannot be read ({type(error).__name__})")
        return ()
    return read_services(read, lambda name: private_key(path.parent / name), faults)


def private_key(path: Path) -> str:
    """Return a private key in PEM.

    Raises:
        ValueError: There is none, or other accounts may read it.
    """
    if not path.is_file():
        raise ValueError(f"the key {path.name} is not there")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"other accounts may read the key {path.name}: chmod 600")
    text = path.read_text("utf-8", errors="replace")
    if "PRIVATE KEY-----" not in text:
        raise ValueError(f"the key {path.name} is not a private key in PEM")
    return text
