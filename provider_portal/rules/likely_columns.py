"""Which column of a sender's file is likely which of ours: by its name in Finnish, Swedish or English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

SENDERS_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    column: tuple(names.split("; "))
    for column, names in {
        "reference": (
            "viite; viitenumero; oma viite; tunniste; tositenumero; käynnin tunnus; referens; "
            "referensnummer; egen referens; verifikat; ref; reference number; your reference"
        ),
        "voucher": (
            "seteli; palveluseteli; setelin koodi; setelikoodi; setelinumero; palvelusetelin "
            "numero; sedel; servicesedel; sedelns kod; sedelkod; sedelnummer; voucher code; "
            "voucher number"
        ),
        "service": "palvelu; palvelukoodi; palvelun koodi; tuote; tjänst; tjänstekod; service code",
        "service_day": (
            "päivä; pvm; päivämäärä; käyntipäivä; palvelupäivä; käynnin päivä; dag; datum; "
            "besöksdag; servicedag; day; date; visit date; service date"
        ),
        "start": (
            "alku; alkaa; alkoi; alkuaika; alkamisaika; aloitus; klo alkaen; börjar; början; "
            "starttid; start time; begin; starts"
        ),
        "end": (
            "loppu; päättyy; päättyi; loppuaika; päättymisaika; lopetus; klo asti; slut; slutar; "
            "sluttid; end time; ends"
        ),
        "quantity": "määrä; lkm; kesto; tunnit; tuntia; mängd; antal; timmar; qty; hours; how much",
        "unit": "yksikkö; yks; laskutusyksikkö; enhet; units",
        "unit_price": (
            "yksikköhinta; hinta; à-hinta; a-hinta; tuntihinta; enhetspris; pris; à-pris; "
            "timpris; price; unit cost; hourly rate"
        ),
        "total": "yhteensä; summa; yhteishinta; totalt; belopp; sum; total price",
        "client": "asiakas; asiakasnumero; asiakkaan numero; klient; klientnummer; kund; client number",
        "worker": (
            "työntekijä; tekijä; hoitaja; avustaja; ohjaaja; arbetstagare; anställd; vårdare; "
            "assistent; employee; carer"
        ),
        "note": (
            "lisätieto; lisätiedot; lisätietoja; huomautus; huom; selite; kommentti; anmärkning; "
            "tilläggsuppgifter; kommentar; notes; comment; remarks"
        ),
        "cancel_reason": "peruutuksen syy; peruuntumisen syy; orsak till avbokning; reason of cancellation",
        "notice_hours": "ilmoitusaika; ilmoitettu ennen; varseltid; notice",
    }.items()
}
"""What senders call our columns. A word that could mean two of them is in none ("amount")."""

_AFTER = re.compile(r"\s*[(\[].*[)\]]\s*$|\s*[€*:]+\s*$")
_BETWEEN = re.compile(r"[\s_\-./]+")


def likely_columns(
    columns: Sequence[str], header: Sequence[str], labels: Mapping[str, str]
) -> dict[str, str]:
    """Return for each of our columns the file's column that is likely it; "" if none is. Each is used once.

    Args:
        header: The names in the file, which may end in a unit: "Määrä (h)".
        labels: What the reader's page calls our columns.
    """
    names = {name: _plain(name) for name in header if name}
    found = dict.fromkeys(columns, "")
    for known in ({column: (column, labels.get(column, "")) for column in columns}, SENDERS_NAMES):
        for column in columns:
            likely = {_plain(name) for name in known.get(column, ()) if name}
            free = (name for name, plain in names.items() if plain in likely and name not in found.values())
            found[column] = found[column] or next(free, "")
    return found


def _plain(name: str) -> str:
    return _BETWEEN.sub(" ", _AFTER.sub("", name).casefold()).strip()
