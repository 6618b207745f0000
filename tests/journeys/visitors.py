"""Who looks at the pages of a served county, and where each begins."""

from __future__ import annotations

from dataclasses import dataclass, field

STAFF_LANGUAGES = ("fi", "sv", "en")
CLIENT_LANGUAGES = (*STAFF_LANGUAGES, "fi-x-selko")
CLIENT = "C-000001"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at the pages, in which languages, and the paths to begin at; links lead to the rest."""

    role: str
    languages: tuple[str, ...]
    first: tuple[str, ...]
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def is_client(self) -> bool:
        """Return whether the pages are a client's: with contrast 7:1 and in plain Finnish too."""
        return self.languages == CLIENT_LANGUAGES

    @property
    def sees_front_pages(self) -> bool:
        """Return whether the front pages are checked: logged out, as a client, and as one of the staff.

        For the rest of the staff only the header differs, which is on their own pages as well.
        """
        return self.is_client or self.role == "admin"


COUNTY = {"county": "12"}
VISITORS = (
    Visitor("nobody", CLIENT_LANGUAGES, ("/", "/kirjaudu", "/etsi", "/etsi/tulokset", "/apua")),
    Visitor(
        "client",
        CLIENT_LANGUAGES,
        (
            "/oma",
            "/kutsu/valmis",
            "/suunnitelma",
            "/ajat",
            "/suunnitelma/tarkeaa",
            "/valitse/en-halua-setelia",
            "/valitse/auta-valitsemaan",
            "/kulut",
            "/etsi/tulokset?{search}",
            "/vertaa?{two}",
            "/muistilista",
            "/kokeile?{two}",
            "/kaynnit?viikko=2026-11-30",
            "/valitse/tarkista?{plan}",
        ),
        {"client": CLIENT},
    ),
    Visitor("representative", CLIENT_LANGUAGES, ("/puolesta", "/oma"), {"client": CLIENT}),
    Visitor(
        "provider_owner",
        STAFF_LANGUAGES,
        (
            "/t/kirjaukset?state=settled",
            "/t",
            "/t/kaynnit?viikko=2026-11-23",
            "/t/kirjaa?seteli={voucher}",
            "/t/aikapyynnot",
            "/t/palvelut",
            "/t/tilitykset",
        ),
    ),
    Visitor("provider_worker", STAFF_LANGUAGES, ("/t/omat", "/t/omat?alkaen=2026-11-16")),
    Visitor(
        "worker",
        STAFF_LANGUAGES,
        (
            "/tt",
            "/tt/asiakkaat?haku=C-000001",
            "/tt/selvitettavat",
            "/tt/myonna",
            "/tt/hinnat",
            "/tt/hakusanat",
        ),
        COUNTY,
    ),
    Visitor("coordinator", STAFF_LANGUAGES, ("/hb",), COUNTY),
    Visitor(
        "settlement_officer",
        STAFF_LANGUAGES,
        ("/mt/ajot", "/mt/ajot/uusi/tarkista?{until}", "/mt/korjaa"),
        COUNTY,
    ),
    Visitor("settlement_approver", STAFF_LANGUAGES, ("/mt/ajot/4", "/mt/vastaukset"), COUNTY),
    Visitor("auditor", STAFF_LANGUAGES, ("/tarkastus", "/tarkastus/loki", "/kirjautumistavat"), COUNTY),
    Visitor(
        "admin",
        STAFF_LANGUAGES,
        (
            "/hallinta/ihmiset",
            "/hallinta/ihmiset/kutsu",
            "/hallinta/avaimet",
            "/hallinta/alue",
            "/hallinta/alue/neuvonta",
            "/hallinta/alue/kunnat",
            "/hallinta/alue/maksupaivat",
        ),
        COUNTY,
    ),
)
RESTORED = Visitor("settlement_officer", STAFF_LANGUAGES, ("/mt/vapauta", "/mt/saatavat"), COUNTY)
"""Who looks at the county that was restored from a backup: its pages are those that the demo county lacks."""

LINKED = (
    Visitor("nobody", CLIENT_LANGUAGES, ("{link0}", "{link1}", "{link2}", "{link3}")),
    Visitor(
        "provider_owner",
        STAFF_LANGUAGES,
        (
            "/t/palaute",
            "/t/kuvat/{photo}",
            "/t/kaynnit",
            "/t/hakemukset",
            "/t/yritys/paperit",
            "/t/rajapinta/ilmoitukset",
            "/t/ei-yhteytta",
        ),
        {"provider": "any"},
    ),
    Visitor("client", CLIENT_LANGUAGES, ("/omavastuu",), {"client": "any"}),
    Visitor(
        "worker",
        STAFF_LANGUAGES,
        (
            "/tt/asiakas/{client}/edunvalvoja",
            "/tt/hakemukset",
            "/tt/paperit",
            "/tt/kuvat/{photo}",
            "/kirjaudu/kayttoonotto",
        ),
        COUNTY,
    ),
    Visitor("coordinator", STAFF_LANGUAGES, ("/kirjaudu/vahvistus",), COUNTY),
    Visitor("admin", STAFF_LANGUAGES, ("/hallinta/alue/maksutili",), COUNTY),
)
"""Who looks at the county of `a_linked_county`; the coordinator has not confirmed the log-in yet."""

PAYING = (
    Visitor("provider_owner", STAFF_LANGUAGES, ("/t/yritys/stripe",), {"provider": "1234567-1"}),
    Visitor("settlement_officer", STAFF_LANGUAGES, ("/mt/maksutavat", "/mt/stripe", "/mt/ajot"), COUNTY),
    Visitor("settlement_approver", STAFF_LANGUAGES, ("/mt/maksutavat", "/mt/stripe"), COUNTY),
)
"""Who looks at the county that pays by Stripe."""
