"""What must be done before a page is there: each walk returns the addresses that it has opened up."""

from __future__ import annotations

import itertools

from tests.journeys.desk import Json
from tests.journeys.desks import Desk

STEPS: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
    ("asiakas", {}, {}),
    ("palvelu", {}, {"services": "HOME_CARE"}),
    ("maara", {"quantity": "20,5"}, {}),
    ("aika", {"first_day": "1.12.2026", "last_day": "31.5.2027"}, {}),
    ("tuottaja", {}, {"kind": "voucher"}),
    ("omavastuu", {"value_cents": "36,00"}, {"rule": "own", "overrun": "cut"}),
    ("paatos", {"number": "HVA12/2026/7{number}", "legal_basis": "569/2009"}, {"cost_centre": "4410"}),
)
"""The questions of a grant: what is written, what is chosen."""

ROWS = (
    "reference;voucher;service;service_day;start;end;quantity;unit;unit_price\n"
    "AXE-{number};{voucher};{service};19.11.2026;10:00;11:00;1,00;hour;1,00\n"
    "AXE-{number}B;{voucher};{service};1.1.2020;10:00;11:00;1,00;hour;999,00\n"
)
_numbers = itertools.count(1)


def grant(desk: Desk, client: str) -> list[str]:
    """A worker looks at a client for a reason, grants a voucher, and begins another grant."""
    desk.go("/tt/asiakas/1")
    desk.choose("reason", "handling")
    desk.send("main form[method=post] button[type=submit]")
    _answer(desk, client)
    desk.send()
    _answer(desk, client)
    questions = [f"/tt/myonna/{step}" for step, _, _ in STEPS]
    return [desk.place(), *questions, "/tt/myonna/valmis", "/tt/asiakas/1"]


def _answer(desk: Desk, client: str) -> None:
    desk.page.goto(f"/tt/myonna?client={client}")
    number = str(next(_numbers))
    for _step, written, chosen in STEPS:
        desk.fill(**{name: text.format(number=number) for name, text in written.items()})
        for name, value in chosen.items():
            desk.choose(name, value)
        desk.send()


def upload(desk: Desk, funding: Json) -> list[str]:
    """A provider tries a file, says what its columns mean, and sends another one."""
    opened = []
    for columns, sent in (("own", False), ("choose", False), ("own", True)):
        rows = ROWS.format(number=next(_numbers), voucher=funding["voucher"], service=funding["services"][0])
        desk.go("/t/tuo")
        desk.choose("columns", columns)
        desk.upload("visits.csv", rows if columns == "own" else rows.replace("reference;", "what;"))
        desk.send()
        if sent:
            desk.send("main form[method=post] button[type=submit]")
        opened.append(desk.place())
    return opened


def choose(desk: Desk, offerings: list[int]) -> list[str]:
    """A client chooses an hour or a visit of the first of these that the money and the rules allow."""
    for offering in offerings:
        desk.page.goto(f"/valitse/tarkista?offering={offering}&how=whole&amount=1&starts_on=24.11.2026")
        if desk.page.locator("main form[method=post]").count():
            desk.send("main form[method=post] button[type=submit]")
        if desk.place().startswith("/valitse/valmis/"):
            return [desk.place()]
    raise AssertionError("the client has nothing to choose")
