"""What each page and operation for clients needs of a mandate, written by hand: a right, and which vouchers.

`any`: every mandate with the right; it shows only what its vouchers allow. `voucher`: the voucher of the
object. `all`: all vouchers of the client, because the object cannot be split by voucher.
"""

from __future__ import annotations

import re
from datetime import timedelta

from tests.builders.county import TODAY

NEEDED: dict[tuple[str, str], str] = {
    ("see", "any"): """
GET /oma · GET /kulut · GET /seuranta · GET /kaynnit · GET /poissa · GET /ajat · GET /ehdotukset
GET /oma/kirjeet · GET /oma/kirjeet/<month>.pdf · GET /suunnitelma · GET /muistilista · GET /kokeile
GET /valitse/en-halua-setelia · POST /puolesta/<client_id>
GET /api/v1/me/fundings · GET /omavastuu
""",
    ("see", "voucher"): """
GET /oma/seteli/<voucher> · GET /oma/seteli/<voucher>/tapahtumat · GET /valitse/valmis/<choice_id>
GET /oma/valinta/<choice_id>/toinen
GET /kulut/<charge_id>/keskustelu · GET /ehdotukset/<proposal_id> · POST /ehdotukset/<proposal_id>/kommentti
POST /ehdotukset/<proposal_id>/kommentti/<comment_id>/poista
GET /api/v1/fundings/<voucher> · GET /api/v1/fundings/<voucher>/movements
GET /api/v1/charges/<charge_id>/thread · GET /api/v1/me/visits · GET /api/v1/me/pauses
GET /omavastuu/<invoice_id>/palaa
GET /omavastuu/<invoice_id> · GET /omavastuu/<invoice_id>.pdf · GET /omavastuu/hyvitys/<note_id>.pdf
GET /api/v1/me/co-payments · GET /api/v1/me/co-payments/<invoice_id>.pdf
GET /api/v1/me/feedback · GET /api/v1/me/time-requests · GET /api/v1/me/help-requests
""",
    ("see", "all"): """
GET /katsojat · GET /katsojat/<day>/<person_id>/kysy · POST /katsojat/<day>/<person_id>/kysy
GET /kortti · GET /kortti/<size>.pdf · GET /oma/siirra/valmis/<number> · GET /valitse/auta-valitsemaan
GET /api/v1/me/cards · GET /api/v1/me/looks · GET /api/v1/me/looks/questions
POST /api/v1/me/looks/questions · GET /omat-tiedot · POST /omat-tiedot · GET /api/v1/me/data
""",
    ("propose", "any"): "GET /viestit · GET /api/v1/conversations",
    ("propose", "voucher"): """
GET /ehdota · POST /ehdota · POST /ehdotukset/<proposal_id>/peru
GET /viestit/palveluntuottaja/<provider_id> · POST /viestit/palveluntuottaja/<provider_id>
GET /api/v1/conversations/<conversation> · GET /api/v1/conversations/<conversation>/messages
POST /api/v1/conversations/<conversation>/messages · POST /api/v1/conversations/<conversation>/read
""",
    ("propose", "all"): "GET /viestit/tyontekija · POST /viestit/tyontekija",
    ("choose", "any"): """
GET /valitse · POST /valitse · GET /valitse/tarkista · GET /valitse/tarkenna · POST /poissa
POST /valitse/en-halua-setelia
""",
    ("choose", "voucher"): """
GET /oma/valinta/<choice_id>/lopeta · POST /oma/valinta/<choice_id>/lopeta
GET /kaynnit/<visit_id>/siirra · POST /kaynnit/<visit_id>/siirra · GET /kaynnit/<visit_id>/peru
POST /kaynnit/<visit_id>/peru · POST /kaynnit/<visit_id>/palauta · POST /poissa/<pause_id>/paata
POST /ajat/<offered_id>/valitse · POST /ajat/pyynto/<request_id>/peru
GET /tarjonta/<offering_id>/kysy-aikaa · POST /tarjonta/<offering_id>/kysy-aikaa
POST /ehdotukset/<proposal_id>/hylkaa · POST /valitse/pyynto/<request_id>/peru
POST /api/v1/fundings/<voucher>/choices · DELETE /api/v1/choices/<choice_id>
POST /api/v1/me/pauses · DELETE /api/v1/me/pauses/<pause_id> · POST /api/v1/visits/<visit_id>/change
POST /api/v1/visits/<visit_id>/cancel · POST /api/v1/visits/<visit_id>/restore
POST /api/v1/me/time-requests · POST /api/v1/me/time-requests/<request_id>/accept
POST /api/v1/me/time-requests/<request_id>/withdraw
POST /api/v1/me/help-requests · POST /api/v1/me/help-requests/<request_id>/withdraw
""",
    ("choose", "all"): """
GET /kortti/uusi · POST /kortti/uusi · GET /kortti/peru · POST /kortti/peru · POST /valitse/auta-valitsemaan
POST /api/v1/me/cards · DELETE /api/v1/me/cards/<card_id>
""",
    ("choose or propose", "voucher"): "POST /muistilista · POST /muistilista/poista",
    ("move", "any"): "GET /oma/siirra · GET /oma/siirra/tarkista · POST /oma/siirra",
    ("move", "all"): "POST /api/v1/me/moves",
    ("confirm", "voucher"): """
GET /kulut/<charge_id>/ei-oikein · POST /kulut/<charge_id>/ei-oikein · POST /kulut/<charge_id>/oikein
POST /omavastuu/<invoice_id>/maksa
POST /kulut/<charge_id>/keskustelu · GET /palaute/<business_id> · POST /palaute/<business_id>
POST /api/v1/charges/<charge_id>/confirm · POST /api/v1/charges/<charge_id>/dispute
POST /api/v1/charges/<charge_id>/thread/replies · POST /api/v1/me/feedback
""",
}
ALWAYS = {"GET /puolesta"}
"""Open to every representative, also one whose mandates have ended."""


def listed(text: str) -> list[str]:
    """Return the operations of a text of the table."""
    return [row.strip() for row in re.split(r"[·\n]", text) if row.strip()]


TABLE = {row: needs for needs, text in NEEDED.items() for row in listed(text)}

ASKED = set(
    listed("""
POST /valitse · POST /oma/valinta/<choice_id>/lopeta · POST /kaynnit/<visit_id>/siirra
POST /kaynnit/<visit_id>/peru · POST /poissa · POST /oma/siirra · POST /kulut/<charge_id>/oikein
POST /kulut/<charge_id>/ei-oikein · POST /kulut/<charge_id>/keskustelu · POST /valitse/en-halua-setelia
POST /palaute/<business_id> · POST /ehdotukset/<proposal_id>/hylkaa
POST /api/v1/fundings/<voucher>/choices · DELETE /api/v1/choices/<choice_id> · POST /api/v1/me/moves
POST /api/v1/visits/<visit_id>/change · POST /api/v1/visits/<visit_id>/cancel · POST /api/v1/me/pauses
POST /api/v1/charges/<charge_id>/confirm · POST /api/v1/charges/<charge_id>/dispute
POST /api/v1/charges/<charge_id>/thread/replies · POST /api/v1/me/help-requests · POST /api/v1/me/feedback
""")
)
"""The acts before which a guardian is asked what the client wants (docs/decisions/0178)."""

NOT_ASKED = set(
    listed("""
POST /puolesta/<client_id> · POST /omavastuu/<invoice_id>/maksa
POST /ehdota · POST /ehdotukset/<proposal_id>/peru
POST /ehdotukset/<proposal_id>/kommentti · POST /ehdotukset/<proposal_id>/kommentti/<comment_id>/poista
POST /muistilista · POST /muistilista/poista · POST /katsojat/<day>/<person_id>/kysy
POST /viestit/palveluntuottaja/<provider_id> · POST /viestit/tyontekija · POST /valitse/auta-valitsemaan
POST /valitse/pyynto/<request_id>/peru · POST /tarjonta/<offering_id>/kysy-aikaa
POST /ajat/<offered_id>/valitse · POST /ajat/pyynto/<request_id>/peru · POST /kaynnit/<visit_id>/palauta
POST /poissa/<pause_id>/paata · POST /kortti/uusi · POST /kortti/peru
POST /api/v1/conversations/<conversation>/messages · POST /api/v1/conversations/<conversation>/read
POST /api/v1/me/looks/questions · POST /api/v1/me/time-requests · POST /api/v1/visits/<visit_id>/restore
POST /api/v1/me/time-requests/<request_id>/accept · POST /api/v1/me/time-requests/<request_id>/withdraw
POST /api/v1/me/help-requests/<request_id>/withdraw · DELETE /api/v1/me/pauses/<pause_id>
POST /api/v1/me/cards · DELETE /api/v1/me/cards/<card_id> · POST /omat-tiedot
""")
)
"""The others: they ask, write or suggest, or bring back what the client had."""

OTHER_NAMES = {
    ("choice_id", "/toinen"): "stopped",
    ("charge_id", "/keskustelu"): "thread",
    ("charge_id", "/thread"): "thread",
    ("charge_id", "/thread/replies"): "thread",
    ("request_id", "/ajat/pyynto/<request_id>/peru"): "time_request",
    ("request_id", "/time-requests/<request_id>/accept"): "time_request",
    ("request_id", "/time-requests/<request_id>/withdraw"): "time_request",
}
"""Where a name in an address means another object than elsewhere: by the name and the end of the address."""


def path_of(row: str, ids: dict[str, object]) -> str:
    """Return the address of an operation on the objects of the first voucher."""
    pattern = row.split(" ")[1]

    def value(found: re.Match[str]) -> str:
        other = [
            key for (name, end), key in OTHER_NAMES.items() if name == found[1] and pattern.endswith(end)
        ]
        return str(ids[other[0] if other else found[1]])

    return re.sub(r"<(\w+)>", value, pattern)


def sent_with(row: str, ids: dict[str, object]) -> dict[str, object]:
    """Return the query, form or document with which an operation does what it is for."""
    offering, day = ids["offering_id"], TODAY + timedelta(days=3)
    plan = {"offering": offering, "how": "week", "amount": "1", "starts_on": f"{day:%d.%m.%Y}"}
    move = {
        "source": ids["funding_id"],
        "target": ids["second_id"],
        "amount": "1,00",
        "mark": ids.get("mark", ""),
    }
    words: dict[str, object] = {
        "words": "Sanon",
        "question": "Miksi?",
        "why": "Ei tullut",
        "face": "good",
        "claim": "not_done",
    }
    forms: dict[str, dict[str, object]] = {
        "/ehdota": {"id": offering, **plan, **words},
        "/valitse": plan | {"replaces": "keep"},
        "/oma/siirra": move,
        "/muistilista": {"offering": offering},
        "/poissa": {"what": ids["choice_id"], "first_day": "1.3.2027", "last_day": "2.3.2027"},
        "/kaynnit": {"to_day": f"{day:%d.%m.%Y}", "start": "12.00", "hours": "2"},
        "/valitse/en-halua-setelia": {"voucher": ids["funding_id"], **words},
    }
    pattern = row.split(" ")[1]
    best = max((begin for begin in forms if pattern.startswith(begin)), key=len, default=None)
    return words if best is None else forms[best]


def document_of(row: str, ids: dict[str, object]) -> dict[str, object] | None:
    """Return the JSON document of an API operation; None: it has none."""
    first_day = TODAY + timedelta(days=90)
    plan = {"offering": ids["offering_id"], "starts_on": f"{TODAY}", "quantity_per_week": "1.00"}
    ends: dict[str, dict[str, object]] = {
        "/choices": plan,
        "/me/pauses": {"from": f"{first_day}", "to": f"{first_day}", "choice": ids["choice_id"]},
        "/me/moves": {"from": ids["voucher"], "to": ids["second"], "amount": "1.00"},
        "/me/cards": {"client": ids["client_number"]},
        "/change": {"start": "12:00"},
        "/messages": {"words": "Hello"},
        "/read": {"number": 1},
        "/me/feedback": {"client": ids["client_number"], "provider": ids["business_id"], "face": "good"},
        "/me/looks/questions": {"day": ids["day"], "person": ids["person_id"]},
        "/me/time-requests": {"client": ids["client_number"], "offering": ids["offering_id"]},
        "/accept": {"time": ids["offered_id"]},
        "/me/help-requests": {
            "client": ids["client_number"],
            "kind": "no_voucher",
            "voucher": ids["voucher"],
        },
        "/dispute": {"why": "Nobody came"},
        "/replies": {"accept": True},
    }
    if row.startswith("GET"):
        return None
    return next((sent for end, sent in ends.items() if row.endswith(end)), None)
