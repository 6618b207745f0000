"""Classes of bad input on the pages that need something before them: a visit, a dispute, a draft, an address.

The addresses have the places of `tests.bad_input.test_later_forms.Places`.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.bad_input.form_classes import DAY, LONG, LONGER, NUMBER, OWNER, BadForm

VISIT, DISPUTE, TASK, HOOK = "/t/kaynnit/{visit}", "/t/kirjaukset/{disputed}/keskustelu", "{draft}", "{hook}"
NOT_GIVEN, DIFFERENT = f"{VISIT}/ei-toteutunut", "/t/kirjaa?seteli={voucher}&kaynti={visit}"

NEW_HOOK, NEW_KEY, ROTATED = "/t/rajapinta/ilmoitukset/uusi", "/t/rajapinta/uusi", "{key}/uusi-salaisuus"
COMPANY = {"business_id": "2345678-0", "company_name": "Hoiva Helmi Oy", "about": "Apua kotiin."}
CONTACT = {"contact_name": "Helmi Hakija", "phone": "040 123 4567"}
CHOOSE, FROM_LIST = "Choose one", "Choose one from the list"
PUBLIC = "https://hooks.example.com/omatori"
ALL: dict[str, object] = {"length": 500}

VISIT_FORMS = [
    BadForm(NOT_GIVEN, {"who": ""}, "who-0", "Choose why the visit did not happen"),
    BadForm(NOT_GIVEN, {"who": "weather", "why": "Lunta"}, "who-0", FROM_LIST),
    BadForm(NOT_GIVEN, {"who": "other", "why": "a" * 401}, "why", LONG, values={"length": 400}),
    BadForm(DIFFERENT, {"service_day": ""}, "service_day", "Enter the day of the visit"),
    BadForm(DIFFERENT, {"service_day": "32.11.2026"}, "service_day", DAY),
    BadForm(DIFFERENT, {"start": "kahdeksan"}, "start", "Enter a time of day, for example 9.30"),
    BadForm(DIFFERENT, {"end": "24.30"}, "end", "Enter a time of day, for example 9.30"),
    BadForm(DIFFERENT, {"reference": ""}, "reference", "Enter a reference of your own"),
    BadForm(DIFFERENT, {"note": "a" * 501}, "note", LONG, values=ALL),
]
DISPUTE_FORMS = [
    BadForm(DISPUTE, {"act": ""}, "act-0", CHOOSE),
    BadForm(DISPUTE, {"act": "shrug", "words": "Ehkä"}, "act-0", FROM_LIST),
    BadForm(DISPUTE, {"act": "partly"}, "quantity", "Enter how much it was"),
    BadForm(DISPUTE, {"act": "partly", "quantity": "puolitoista"}, "quantity", NUMBER),
    BadForm(
        DISPUTE,
        {"act": "partly", "quantity": "2"},
        "quantity",
        "Enter a number that is more than zero and less than what was charged",
    ),
    BadForm(DISPUTE, {"act": "stand", "words": ""}, "words", "Write it in a few words"),
    BadForm(DISPUTE, {"act": "stand", "words": "a" * 2001}, "words", LONGER, values={"length": 2000}),
]
APPLICATION_FORMS = [
    BadForm(f"{TASK}/yritys", COMPANY | {"business_id": ""}, "business_id", "Enter the business ID", OWNER),
    BadForm(
        f"{TASK}/yritys",
        COMPANY | {"business_id": "2345678-1"},
        "business_id",
        "Check the business ID: it is not right",
        OWNER,
    ),
    BadForm(f"{TASK}/yritys", COMPANY | {"company_name": ""}, "company_name", "Enter the name", OWNER),
    BadForm(
        f"{TASK}/yritys",
        COMPANY | {"company_name": "a" * 201},
        "company_name",
        LONGER,
        OWNER,
        {"length": 200},
    ),
    BadForm(f"{TASK}/yritys", COMPANY | {"about": "a" * 501}, "about", LONGER, OWNER, ALL),
    BadForm(f"{TASK}/yritys", COMPANY | {"website": "a" * 201}, "website", LONGER, OWNER, {"length": 200}),
    BadForm(f"{TASK}/yhteyshenkilo", CONTACT | {"contact_name": ""}, "contact_name", "Enter the name", OWNER),
    BadForm(f"{TASK}/yhteyshenkilo", CONTACT | {"phone": ""}, "phone", "Enter the telephone number", OWNER),
    BadForm(f"{TASK}/yhteyshenkilo", CONTACT | {"phone": "1" * 51}, "phone", LONGER, OWNER, {"length": 50}),
    BadForm(f"{TASK}/palvelut", {"services": ""}, "services-0", "Choose at least one service", OWNER),
    BadForm(f"{TASK}/palvelut", {"services": "LENTO"}, "services-0", "Choose from the list", OWNER),
    BadForm(f"{TASK}/vakuutus", {"first_day": "1.1.2026"}, "file", "Choose the file", OWNER),
    BadForm(f"{TASK}/vakuutus", {"first_day": ""}, "first_day", "Enter the first day", OWNER),
    BadForm(f"{TASK}/vakuutus", {"first_day": "1.13.2026"}, "first_day", DAY, OWNER),
    BadForm(f"{TASK}/vakuutus", {"last_day": "loppuvuosi"}, "last_day", DAY, OWNER),
]
PROGRAM_FORMS = [
    BadForm(NEW_HOOK, {"url": ""}, "url", "Enter the address of your program", OWNER),
    BadForm(
        NEW_HOOK,
        {"url": "omatori"},
        "url",
        "Enter an address that begins with https://, for example https://example.com/omatori",
        OWNER,
    ),
    BadForm(NEW_HOOK, {"url": "http://a.example.com/"}, "url", "The address must begin with https://", OWNER),
    BadForm(
        NEW_HOOK,
        {"url": "https://me:secret@a.example.com/"},
        "url",
        "Leave the name and the password out of the address",
        OWNER,
    ),
    BadForm(
        NEW_HOOK,
        {"url": "https://169.254.169.254/latest"},
        "url",
        "This address is not on the public internet. Choose one that is",
        OWNER,
    ),
    BadForm(
        NEW_HOOK,
        {"url": f"https://a.example.com/{'a' * 500}"},
        "url",
        "The address is too long. At most 500 characters fit",
        OWNER,
    ),
    BadForm(
        NEW_HOOK, {"url": PUBLIC, "events": ""}, "events-0", "Choose at least one thing to report", OWNER
    ),
    BadForm(NEW_HOOK, {"url": PUBLIC, "events": "moon.rises"}, "events-0", "Choose from the list", OWNER),
    BadForm(
        f"{HOOK}/muuta",
        {"url": "http://b.example.com/"},
        "url",
        "The address must begin with https://",
        OWNER,
    ),
    BadForm(f"{HOOK}/muuta", {"events": ""}, "events-0", "Choose at least one thing to report", OWNER),
    BadForm(
        f"{HOOK}/salaisuus",
        {"overlap": ""},
        "overlap-0",
        "Choose how long the old secret still works",
        OWNER,
    ),
    BadForm(NEW_KEY, {"holder": "999999"}, "holder-0", FROM_LIST, OWNER),
    BadForm(
        NEW_KEY, {"label": "Domacare", "scopes": "money:print"}, "scopes-0", "Choose from the list", OWNER
    ),
    BadForm(NEW_KEY, {"label": "Domacare", "lasts": "99999"}, "lasts-0", FROM_LIST, OWNER),
    BadForm(ROTATED, {"lasts": ""}, "lasts-0", "Choose how long the key works", OWNER),
    BadForm(ROTATED, {"overlap": ""}, "overlap-0", "Choose how long the old secret still works", OWNER),
    BadForm(ROTATED, {"overlap": "365"}, "overlap-0", FROM_LIST, OWNER),
]
LATER_FORMS = [*VISIT_FORMS, *DISPUTE_FORMS, *APPLICATION_FORMS, *PROGRAM_FORMS]


class BadPaper(NamedTuple):
    """A paper that is not taken: the file, its days, and where which text says so."""

    name: str
    data: bytes
    days: dict[str, str]
    field: str
    text: str


PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
DAYS = {"first_day": "1.1.2026", "last_day": ""}
BAD_PAPERS = [
    BadPaper(
        "a program",
        b"MZ not a document",
        DAYS,
        "file",
        "The file must be a PDF document, or a picture (PNG or JPEG)",
    ),
    BadPaper(
        "2 megabytes",
        PDF[:-7] + b" " * 2_000_000 + PDF[-7:],
        DAYS,
        "file",
        "The file is too large. It may have 2 megabytes.",
    ),
    BadPaper(
        "days backwards",
        PDF,
        DAYS | {"last_day": "31.12.2025"},
        "last_day",
        "The last day is before the first",
    ),
    BadPaper(
        "expired",
        PDF,
        DAYS | {"last_day": "20.11.2026"},
        "last_day",
        "This paper is no longer valid. Attach a valid one.",
    ),
]


class BadPrice(NamedTuple):
    """A row of a price list that is refused: what differs from a good one, the text and the column in it."""

    cells: dict[str, str]
    text: str
    column: str = ""


EMPTY = "The field %(field)s is empty."
UNREADABLE = "The field %(field)s cannot be read. In a spreadsheet, format codes and long numbers as text."
BAD_PRICES = [
    *(BadPrice({name: ""}, EMPTY, name) for name in ("service", "unit", "time_class", "unit_price", "from")),
    BadPrice({"unit_price": "kaksi"}, UNREADABLE, "unit_price"),
    BadPrice({"unit_price": "0"}, "The amount must be more than zero."),
    BadPrice({"vat_rate": "paljon"}, UNREADABLE, "vat_rate"),
    BadPrice({"vat_rate": "24"}, "The VAT rate of the service is another on this day."),
    BadPrice({"from": "31.2.2027"}, UNREADABLE, "from"),
    BadPrice({"to": "kesä"}, UNREADABLE, "to"),
    BadPrice({"to": "1.12.2026"}, "The last day is before the first day."),
    BadPrice({"from": "1.1.2026"}, "Another price is in force on some of these days."),
    BadPrice({"service": "LENTO"}, "The county does not offer this service."),
    BadPrice({"unit": "km"}, "The service is counted in another unit."),
    BadPrice({"time_class": "kuu"}, "There is no such time class."),
    BadPrice(
        {"communication": "savumerkit"}, "A way of communication is not one of those that can be stated."
    ),
    BadPrice({"home_visits": "ehkä"}, "Enter yes or no."),
]
