"""The processes that decide slices of a file, as the operating system lists them."""

from __future__ import annotations

import psutil


def worker_processes() -> list[psutil.Process]:
    """The worker processes that this one has started: children of its fork server."""
    servers = [process for process in psutil.Process().children() if is_fork_server(process)]
    workers = [process for server in servers for process in server.children()]
    return [process for process in workers if is_alive(process)]


def is_fork_server(process: psutil.Process) -> bool:
    """Whether it is one; a process that ends meanwhile, or is a zombie, has no command line."""
    try:
        return "forkserver" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; it may end, and be reaped, while it is looked at."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
