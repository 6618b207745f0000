"""A contact for advice or complaints: what clients could not use is refused, with its field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from county_desk.rules.complaint_paths import ComplaintPathSetup, path_faults
from county_desk.rules.texts import Texts
from foundation.vocabulary.complaint_kinds import ComplaintKind

NAME = Texts("Asiavastaava", "Ombud", "Ombudsman")
REACHED = ComplaintPathSetup(ComplaintKind.OMBUDSMAN, NAME, phone="015 123 4567")
FIFTEEN = "Tässä on nyt viisitoista sanaa yhdessä virkkeessä eikä yhtään enempää kuin vain juuri nämä sanat."


@pytest.mark.parametrize("phone", ["015 123 4567", "+358 29 000 0000", "(09) 310-5011", "116"])
def test_a_phone_number_as_people_write_it(phone: str) -> None:
    assert path_faults(replace(REACHED, phone=phone)) == ()


@pytest.mark.parametrize(
    "web",
    [
        "https://example.fi",
        "https://www.etelä-savo.fi/asiavastaava?kieli=fi#yhteys",
        "https://example.fi:8443/",
    ],
)
def test_a_secure_page(web: str) -> None:
    assert path_faults(replace(REACHED, web=web)) == ()


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"phone": "soita"}, "phone", "phone_malformed"),
        ({"phone": "015 123 4567 tai 015 123 4568"}, "phone", "phone_malformed"),
        ({"phone": "12"}, "phone", "phone_malformed"),
        ({"email": "kirjaamo"}, "email", "email_malformed"),
        ({"email": "a b@example.fi"}, "email", "email_malformed"),
        ({"web": "http://example.fi"}, "web", "web_malformed"),
        ({"web": "example.fi"}, "web", "web_malformed"),
        ({"web": "javascript:alert(1)"}, "web", "web_malformed"),
        ({"web": "https://user@example.fi"}, "web", "web_malformed"),
        ({"web": "https://localhost"}, "web", "web_malformed"),
        ({"web": "https://example.fi/a b"}, "web", "web_malformed"),
        ({"phone": ""}, "phone", "contact_unreachable"),
        ({"address": "x" * 201}, "address", "text_malformed"),
        ({"web": "https://example.fi/" + "x" * 300}, "web", "text_malformed"),
        ({"name": Texts("x" * 201, "x", "x")}, "name.fi", "text_malformed"),
        ({"hours": Texts("ma–to", "", "Mon–Thu")}, "hours.sv", "text_not_translated"),
        ({"note": Texts("a", "b", "c")}, "note.selko", "text_not_translated"),
        ({"note": Texts("", "", "", "d")}, "note.fi", "text_not_translated"),
        ({"note": Texts("a", "b", "c", f"Yksi {FIFTEEN}")}, "note.selko", "sentence_too_long"),
    ],
)
def test_what_clients_could_not_use_is_refused(changed: dict[str, object], field: str, code: str) -> None:
    faults = path_faults(replace(REACHED, **changed))  # type: ignore[arg-type]
    assert (field, code) in [(fault.field, fault.code) for fault in faults]


def test_a_plain_sentence_has_fifteen_words_at_most() -> None:
    assert len(FIFTEEN.split()) == 15
    assert path_faults(replace(REACHED, note=Texts("a", "b", "c", f"{FIFTEEN} {FIFTEEN}"))) == ()


def test_an_address_alone_is_enough() -> None:
    assert path_faults(ComplaintPathSetup(ComplaintKind.CORRECTION, NAME, address="PL 1", days=30)) == ()
