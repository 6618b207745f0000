"""What must be done before some pages exist: each walk returns the addresses of the pages it made."""

from __future__ import annotations

import itertools

from tests.builders.browser_session import BrowserSession
from tests.builders.seeded_world import Json

STEPS: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
    ("asiakas", {}, {}),
    ("palvelu", {}, {"services": "HOME_CARE"}),
    ("maara", {"quantity": "20,5"}, {}),
    ("aika", {"first_day": "1.12.2026", "last_day": "31.5.2027"}, {}),
    ("tuottaja", {}, {"kind": "voucher"}),
    ("omavastuu", {"value_cents": "36,00"}, {"rule": "own", "overrun": "cut"}),
    ("paatos", {"number": "HVA12/2026/7{number}", "legal_basis": "569/2009"}, {"cost_centre": "4410"}),
)
"""The steps of a grant: what is typed, what is chosen."""

ROWS = (
    "reference;voucher;service;service_day;start;end;quantity;unit;unit_price\n"
    "AXE-{number};{voucher};{service};19.11.2026;10:00;11:00;1,00;hour;1,00\n"
    "AXE-{number}B;{voucher};{service};1.1.2020;10:00;11:00;1,00;hour;999,00\n"
)
OPENING = (
    "number;decided_on;decided_by;legal_basis;cost_centre;client;name;municipality;external_id;kind;services;"
    "from;to;amount;unit_values;used_amount\n"
    "V-{number};7.1.2026;Virpi;VpL 9 §;4410;C-VANHA{number};Aino;Mikkeli;a;voucher;HOME_CARE;1.1.2026;"
    "31.12.2026;3000;any=40;1000,50\n"
)
_numbers = itertools.count(1)


def look(worker: BrowserSession, provider: BrowserSession) -> None:
    """As a worker and as a provider: look at the client's data, so that the client can ask why."""
    worker.go("/tt/viestit/1")
    provider.go("/t/viestit/1")
    for window in (worker, provider):
        window.page.context.close()


def write(window: BrowserSession, offering: int) -> list[str]:
    """As a client: write all that a worker or the provider of an offering answers; return the thread."""
    window.go("/katsojat")
    asks = window.page.locator("main a[href$='/kysy']").evaluate_all("links => links.map(a => a.href)")
    for ask in asks[:2]:
        _send(window, ask, question="Miksi?")
    window.go("/kulut")
    dispute = window.page.locator("main a[href*='/ei-oikein']").first.get_attribute("href") or ""
    _send(window, dispute, why="Ei tultu")
    _send(window, "/viestit/tyontekija", words="Hei")
    _send(window, f"/tarjonta/{offering}/kysy-aikaa", words="Tiistaina")
    _send(window, "/valitse/auta-valitsemaan", words="Mikä sopii?")
    _send(window, "/suunnitelma/tavoite", words="Käyn uimassa")
    window.go("/suunnitelma/jako")
    window.page.locator("main [name=worker]").check(force=True)
    window.submit("main form[method=post] button[type=submit]")
    return [dispute.partition("/ei-oikein")[0] + "/keskustelu"]


def _send(window: BrowserSession, path: str, **fields: str) -> None:
    """Fill in a form and send it, unless an earlier walk in the same county has sent it."""
    window.page.goto(path)
    if window.page.locator(f"main [name='{next(iter(fields))}']").count():
        window.fill(**fields)
        window.submit("main form[method=post] button[type=submit]")


def say_why(window: BrowserSession, client_id: int) -> None:
    """As a worker: open a client's page with a reason."""
    window.go(f"/tt/asiakas/{client_id}")
    if window.page.locator("main [name=reason]").count():
        window.choose("reason", "handling")
        window.submit("main form[method=post] button[type=submit]")


def grant(window: BrowserSession, client: str) -> list[str]:
    """As a worker: open a client's page with a reason, grant a voucher, and begin another grant."""
    say_why(window, 1)
    _fill_in(window, client)
    window.submit()
    _fill_in(window, client)
    questions = [f"/tt/myonna/{step}" for step, _, _ in STEPS]
    return [window.path(), *questions, "/tt/myonna/valmis", "/tt/asiakas/1"]


def _fill_in(window: BrowserSession, client: str) -> None:
    window.page.goto(f"/tt/myonna?client={client}")
    number = str(next(_numbers))
    for _step, typed, chosen in STEPS:
        window.fill(**{name: text.format(number=number) for name, text in typed.items()})
        for name, value in chosen.items():
            window.choose(name, value)
        window.submit()


def upload(window: BrowserSession, funding: Json) -> list[str]:
    """As a provider: try a file, map the columns of another one, and send a third."""
    addresses = []
    for columns, sent in (("own", False), ("choose", False), ("own", True)):
        rows = ROWS.format(number=next(_numbers), voucher=funding["voucher"], service=funding["services"][0])
        window.go("/t/tuo")
        window.choose("columns", columns)
        window.attach("visits.csv", rows if columns == "own" else rows.replace("reference;", "what;"))
        window.submit()
        if sent:
            window.submit("main form[method=post] button[type=submit]")
        addresses.append(window.path())
    return addresses


def oldest_statement(window: BrowserSession) -> list[str]:
    """As a provider: open the oldest settlement, which is paid, and the page that checks its statement."""
    window.go("/t/tilitykset")
    links = window.page.locator("main a[href^='/t/tilitykset/']")
    window.go(str(links.last.get_attribute("href")))
    return [window.path(), str(window.page.locator("main a[href*='/tilitys/']").get_attribute("href"))]


def provide(window: BrowserSession, funding: Json) -> list[str]:
    """As a provider: what is sent to the county, and what is paid."""
    return [*upload(window, funding), *oldest_statement(window)]


def move(window: BrowserSession) -> list[str]:
    """As a client: move a euro from the first voucher to the second; return the check and the receipt."""
    window.go("/oma/siirra")
    ids = window.page.locator("main [name=source]").evaluate_all("inputs => inputs.map(input => input.value)")
    window.choose("source", ids[0])
    window.choose("target", ids[1])
    window.fill(amount="1")
    window.submit()
    check = window.path()
    window.submit("main form[method=post] button[type=submit]")
    return [check, window.path()]


def open_balances(window: BrowserSession) -> list[str]:
    """As a worker: submit a file of opening balances; return the page of its totals."""
    window.go("/tt/alkusaldot")
    window.fill(opens_on="1.12.2026")
    window.attach("vanha.csv", OPENING.format(number=next(_numbers)))
    window.submit()
    link = window.page.locator("main table a").first.get_attribute("href")
    assert link is not None
    return [link]


def propose(window: BrowserSession, offerings: list[int]) -> list[str]:
    """As a helper: propose the first of these offerings for which the client has a voucher."""
    for offering in offerings:
        answer = window.page.goto(f"/ehdota?id={offering}")
        if answer is not None and answer.status == 200:
            asked = window.path()
            window.fill(amount="1", starts_on="24.11.2026", why="Tulee läheltä")
            window.submit()
            return [asked, window.path()]
    raise AssertionError("the helper has nothing to propose")


def choose(window: BrowserSession, offerings: list[int]) -> list[str]:
    """As a client: choose one unit on Mondays of the first of these offerings that money and rules allow."""
    for offering in offerings:
        plan = "how=times&amount=1&starts_on=24.11.2026&days=0&at=17&replaces=keep"
        window.page.goto(f"/valitse/tarkista?offering={offering}&{plan}")
        if window.page.locator("main form[method=post]").count():
            window.submit("main form[method=post] button[type=submit]")
        if window.path().startswith("/valitse/valmis/"):
            return [window.path()]
    raise AssertionError("the client has nothing to choose")
