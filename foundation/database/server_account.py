"""The account that the embedded PostgreSQL runs as.

It refuses to run as root, so root uses another account.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "pgserver"
TRAVERSE = 0o011  # may go through a folder, but not list it
PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """A user account. `is_other`: it is not the account of this process."""

    uid: int
    gid: int
    home: str
    is_other: bool

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a program as this account and wait for it. Its stdout includes its stderr."""
        return subprocess.run(
            command,
            check=False,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "HOME": self.home, "LC_ALL": "C", "TZ": "UTC"},
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )

    def own_private_folder(self, folder: Path) -> None:
        """Create the folder if it does not exist, owned by this account and closed to others."""
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        if folder.stat().st_uid not in {self.uid, os.geteuid()}:
            raise PermissionError(f"{folder} belongs to another user of this machine")
        if self.is_other:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(PRIVATE)

    def allow_access(self, folder: Path) -> None:
        """Let another account go through the folders above `folder`, without reading them."""
        if not self.is_other:
            return
        for parent in [folder, *folder.parents]:
            mode = parent.stat().st_mode
            if mode & TRAVERSE != TRAVERSE:
                parent.chmod(mode | TRAVERSE)


def current_account() -> ServerAccount:
    """Return the account of this process; for root, `pgserver`, which is created if missing."""
    uid = os.geteuid()
    if uid:
        return ServerAccount(uid, os.getegid(), str(Path.home()), is_other=False)
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        useradd = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", ACCOUNT]
        subprocess.run(useradd, check=True, stdout=subprocess.DEVNULL)
        entry = pwd.getpwnam(ACCOUNT)
    return ServerAccount(entry.pw_uid, entry.pw_gid, entry.pw_dir, is_other=True)
