"""S6, beside the clean file: one of as many rows with faults of every kind in 2 %; only these come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from benchmarks.county import BenchCounty
from benchmarks.faulty_rows import FaultyFile, faulty_file, found_in
from benchmarks.figures import Figure, memory_mib, peak_mib, with_children, within
from benchmarks.intake import MOST_MIB, call, charge_file, take_in
from benchmarks.limits import bare_copy, last_charge
from benchmarks.served import served

MOST_OF_CLEAN = 1.25
"""A file with faults in 2 % of its rows may take so many times as long as a clean one."""


def measure(county: BenchCounty, folder: Path, *, first: int, rows: int) -> list[Figure]:
    """Return the figures of a clean and a faulty file of `rows` charges each, numbered from `first`.

    Both are sent to the same server one after the other, so that their times can be compared.
    """
    clean = charge_file(county, first, rows)
    file = faulty_file(_cells(county, first + rows, rows))
    with served(county.url, folder) as server:
        call(server.port, "GET", "/api/v1/charges?page_size=1")
        clean_seconds, _steps, _file = take_in(server.port, clean)
        base = memory_mib(server.pid)
        before = _last(county)
        seconds, _steps, file_id = take_in(server.port, file.data, refused=len(file.planted))
        begun = perf_counter()
        refused = call(server.port, "GET", f"/api/v1/charge-files/{file_id}/refused").decode("cp1252")
        given_back = perf_counter() - begun
        memory = with_children(peak_mib, server.pid) - base
    return [
        within(
            f"S6 file of {rows:,} rows, 2 % faulty",
            f"{seconds:.1f} s",
            seconds / clean_seconds,
            MOST_OF_CLEAN,
            f"≤ {MOST_OF_CLEAN} × the clean file",
            f"clean {clean_seconds:.1f} s",
        ),
        _against_copy(county, before, seconds),
        within(
            "S6 memory of the faulty file",
            f"{memory:.0f} MiB",
            memory / MOST_MIB,
            1,
            f"≤ {MOST_MIB} MiB",
            f"{MOST_MIB} MiB",
        ),
        Figure("S6 refused rows given back", f"{given_back:.2f} s, {len(refused):,} characters"),
        *_found(file, refused),
    ]


def _found(file: FaultyFile, refused: str) -> list[Figure]:
    found, planted = found_in(refused, file), file.by_kind
    total = Figure(
        f"S6 faults of {len(planted)} kinds",
        f"{sum(found.values()):,} rows came back",
        f"{sum(planted.values()):,} planted",
        goal="each, and no other",
        reached=found == planted,
    )
    kinds = sorted(planted.keys() | found.keys())
    each = [
        Figure(f"S6 · {kind}", f"{found[kind]}", f"{planted[kind]}", reached=found[kind] == planted[kind])
        for kind in kinds
    ]
    return [total, *each]


def _against_copy(county: BenchCounty, before: int, seconds: float) -> Figure:
    with county.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        limit = bare_copy(driver, after=before)
    return Figure(
        "S6 faulty file against COPY", f"{seconds:.1f} s", f"COPY {limit:.1f} s", f"{seconds / limit:.1f} ×"
    )


def _last(county: BenchCounty) -> int:
    with county.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        return last_charge(driver)


def _cells(county: BenchCounty, first: int, rows: int) -> Iterator[dict[str, str]]:
    for number in range(first, first + rows):
        yield {name: str(value) for name, value in county.charge(number).items()} | {"note": "Käynti"}
