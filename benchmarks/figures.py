"""The rows of the speed table, printing them, and the processor time and memory of processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

HEADER = ("Figure", "Ours", "Limit", "Ratio", "Goal", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement, the limit measured in the same run, and the goal; `reached` is None without a goal."""

    name: str
    ours: str
    limit: str = ""
    ratio: str = ""
    goal: str = ""
    reached: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the table row."""
        verdict = {None: "", True: "yes", False: "NO"}[self.reached]
        return self.name, self.ours, self.limit, self.ratio, self.goal, verdict


def within(name: str, ours: str, value: float, most: float, goal: str, limit: str = "") -> Figure:
    """Return a figure whose ratio must not be larger than `most`."""
    return Figure(name, ours, limit, f"{value:.2f} ×", goal, value <= most)


def at_least(name: str, ours: str, value: float, least: float, goal: str, limit: str = "") -> Figure:
    """Return a figure whose ratio must not be smaller than `least`."""
    return Figure(name, ours, limit, f"{value:.2f} ×", goal, value >= least)


def print_figures(console: Console, figures: Sequence[Figure], as_markdown: bool) -> None:
    """Print the table for a terminal, or as Markdown for docs/performance.md."""
    if as_markdown:
        lines = [HEADER, tuple("---" for _ in HEADER), *(figure.cells for figure in figures)]
        console.print("\n".join(f"| {' | '.join(line)} |" for line in lines), soft_wrap=True, highlight=False)
        return
    caption = f"durable: fsync on, foreign keys on; load of the machine {os.getloadavg()[0]:.1f}"
    table = Table(title="Omatori, one run on this machine", caption=caption)
    for name in HEADER:
        table.add_column(name, justify="right" if name in {"Ours", "Limit", "Ratio"} else "left")
    for figure in figures:
        table.add_row(*figure.cells)
    console.print(table)


def peak_mib(pid: int) -> float:
    """Return the peak memory of a running process (VmHWM) in MiB."""
    return _of_status(pid, "VmHWM")


def memory_mib(pid: int) -> float:
    """Return the current memory of a process (VmRSS) in MiB."""
    return _of_status(pid, "VmRSS")


def cpu_seconds(pid: int) -> float:
    """Return the seconds of processor time that a process has used."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


def with_children(measure: Callable[[int], float], pid: int) -> float:
    """Return the sum of a measure over a process and its running child processes, and theirs."""
    return measure(pid) + sum(measure(child.pid) for child in psutil.Process(pid).children(recursive=True))


def cpu_seconds_of_database(folder: Path) -> float:
    """Return the seconds of processor time of a PostgreSQL server, including processes that have exited."""
    postmaster = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
    exited = postmaster.cpu_times()
    running = sum(cpu_seconds(child.pid) for child in postmaster.children())
    return running + float(exited.children_user + exited.children_system)


def _of_status(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    (line,) = [line for line in status.splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1]) / 1024
