"""The account of Debian's database programs, which refuse to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.debian.packages import PATH

NAME = "postgres"
SECONDS = 180


def as_database_account() -> dict[str, Any]:
    """Return the arguments with which `subprocess` starts a program as that account, if we are root."""
    environment = {"PATH": f"/usr/lib/postgresql/15/bin:{PATH}", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    options: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL, "env": environment}
    if os.geteuid() == 0:
        entry = pwd.getpwnam(NAME)
        options |= {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        environment["HOME"] = "/tmp"
    return options


def run(command: Sequence[object]) -> str:
    """Run a program as the account to its end, and return its output. Raises AssertionError if it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        **as_database_account(),
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stdout[-3000:]}"
    return str(done.stdout)


def hand_over(folder: Path) -> Path:
    """Create a folder that belongs to the account, and that it can reach; return it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        give(folder)
        for parent in folder.parents:
            mode = parent.stat().st_mode
            if mode & 0o011 != 0o011:
                parent.chmod(mode | 0o011)
    return folder


def give(folder: Path) -> None:
    """Give the folder and all in it to the account."""
    entry = pwd.getpwnam(NAME)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
