"""Whom the embedded PostgreSQL runs as: it refuses to run as root, so root lends it an account of its own."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "pgserver"
TRAVERSE = 0o011  # may pass through a folder, may not list it
PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """A user of the machine, by numbers; `lent` where it is not the one who runs this process."""

    uid: int
    gid: int
    home: str
    lent: bool

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a program as this account and wait; standard error comes with standard output."""
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
            user=self.uid if self.lent else None,
            group=self.gid if self.lent else None,
            extra_groups=[] if self.lent else None,
        )

    def own_private_folder(self, folder: Path) -> None:
        """Make the folder if need be, its own and closed to everybody else."""
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        if folder.stat().st_uid not in {self.uid, os.geteuid()}:
            raise PermissionError(f"{folder} belongs to another user of this machine")
        if self.lent:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(PRIVATE)

    def may_reach(self, folder: Path) -> None:
        """Let a lent account pass (not read) the folders above, as far as they are closed to it."""
        if not self.lent:
            return
        for above in [folder, *folder.parents]:
            mode = above.stat().st_mode
            if mode & TRAVERSE != TRAVERSE:
                above.chmod(mode | TRAVERSE)


def current_account() -> ServerAccount:
    """The user who runs this process, or for root the account `pgserver`, made when missing."""
    uid = os.geteuid()
    if uid:
        return ServerAccount(uid, os.getegid(), str(Path.home()), lent=False)
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        useradd = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", ACCOUNT]
        subprocess.run(useradd, check=True, stdout=subprocess.DEVNULL)
        entry = pwd.getpwnam(ACCOUNT)
    return ServerAccount(entry.pw_uid, entry.pw_gid, entry.pw_dir, lent=True)
