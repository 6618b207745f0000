"""Debian's packages that some tests of the long ring need: installed by apt, or the test is skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from dev_system import apt_install

POSTGRES_PROGRAMS = Path("/usr/lib/postgresql")
PROGRAMS: Mapping[str, str] = {
    "postgresql-15": "/usr/lib/postgresql/15/bin/postgres",
    "pgbackrest": "pgbackrest",
    "patroni": "patroni",
    "etcd-server": "etcd",
    "pgbouncer": "pgbouncer",
    "haproxy": "haproxy",
}
"""The program by which a package is recognised. pgbouncer and haproxy are in /usr/sbin."""
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def program(package: str) -> str | None:
    """Return the path of a package's program; None if it is not installed."""
    return shutil.which(PROGRAMS[package], path=PATH)


def why_missing(*packages: str) -> str | None:
    """Install what is missing of these packages; return why that is impossible, or None."""
    for package in packages:
        if program(package) is None and not (apt_install(package) and program(package)):
            who = "" if os.geteuid() == 0 else ", because the tests do not run as root"
            return f"Debian's package {package} is not here and cannot be installed by apt{who}"
    return None


def need_packages(*packages: str) -> None:
    """Skip the test if a package cannot be had. On a server of continuous integration, as root, it fails."""
    reason = why_missing(*packages)
    if reason is None:
        return
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and in_continuous_integration():
        pytest.fail(reason)
    pytest.skip(reason)


def in_continuous_integration() -> bool:
    """Return whether `CI` is set, as such servers do."""
    return bool(os.environ.get("CI"))  # noqa: TID251 - not a setting of the program
