"""Classes of bad input on the provider's forms: the page, what is typed, and the field and text that answer.

A form's text is its code: each is one msgid, and no two faults of a field have the same.
"""

from __future__ import annotations

from typing import NamedTuple

from foundation.vocabulary.roles import Role

OWNER, BILLER = Role.PROVIDER_OWNER, Role.PROVIDER_BILLER
CHARGE = "/t/kirjaa?seteli={voucher}"
ACCOUNT = "/t/yritys/tili"
INVITE = "/t/yritys/ihmiset/kutsu"
EDIT = "/t/palvelut/{offering}/muokkaa"
OFFERING = "/t/palvelut/{offering}"
KEY = "/t/rajapinta/uusi"
APPLY = "/hae/palveluntuottajaksi"
CORRECT = "/t/kirjaukset/{charge}/korjaa"
DAY, TIME = "Enter a date, for example 21.11.2026", "Enter a time of day, for example 9.30"
NUMBER, WHOLE = "Enter a number, for example 1,5", "Enter a whole number, for example 12"
MONEY = "Enter the amount in euros, for example 36,50"
LONG = "At most %(length)s characters"
LONGER = "Enter at most %(length)s characters"


class BadForm(NamedTuple):
    """What is typed into a page's form, and where (the control's id) which text (msgid) says so.

    `button` is the name and value of the button; `form` which of the page's forms.
    """

    path: str
    typed: dict[str, str]
    field: str
    text: str
    role: Role | None = BILLER
    values: dict[str, object] = {}  # noqa: RUF012 - never changed
    form: int = 0


CANCELLED = {"cancelled": "yes", "cancel_reason": "client_ill", "notice_hours": "1"}
ACCOUNT_TYPED = {"iban": "FI21 1234 5600 0007 85", "bic": "NDEAFIHH"}
INVITED = {"email": "uusi@example.fi", "role": "provider_biller", "last_day": ""}
BAD_FORMS = [
    BadForm(CHARGE, {"service": "LENTO"}, "service-0", "Choose one from the list"),
    BadForm(CHARGE, {"service_day": ""}, "service_day", "Enter the day of the visit"),
    BadForm(CHARGE, {"service_day": "31.2.2026"}, "service_day", DAY),
    BadForm(CHARGE, {"start": "25.00"}, "start", TIME),
    BadForm(CHARGE, {"end": "iltapäivä"}, "end", TIME),
    BadForm(CHARGE, {"quantity": "kaksi"}, "quantity", NUMBER),
    BadForm(CHARGE, {"unit_price_cents": "36,005"}, "unit_price_cents", MONEY),
    BadForm(CHARGE, {"reference": ""}, "reference", "Enter a reference of your own"),
    BadForm(
        CHARGE,
        {"reference": "ä ö"},
        "reference",
        "Use only letters, digits and the characters - _ / . (at most 64)",
    ),
    BadForm(
        CHARGE, CANCELLED | {"cancel_reason": ""}, "cancel_reason-0", "Choose why the visit was cancelled"
    ),
    BadForm(
        CHARGE,
        CANCELLED | {"notice_hours": ""},
        "notice_hours",
        "Enter how many hours' notice the client gave",
    ),
    BadForm(CHARGE, CANCELLED | {"notice_hours": "-1"}, "notice_hours", "Enter zero or more hours"),
    BadForm(CHARGE, {"worker": "a" * 101}, "worker", LONG, values={"length": 100}),
    BadForm(CHARGE, {"note": "a" * 501}, "note", LONG, values={"length": 500}),
    BadForm(ACCOUNT, ACCOUNT_TYPED | {"iban": ""}, "iban", "Enter the account number", OWNER),
    BadForm(
        ACCOUNT,
        ACCOUNT_TYPED | {"iban": "FI22 1234 5600 0007 85"},
        "iban",
        "Check the account number: it is not a valid IBAN",
        OWNER,
    ),
    BadForm(ACCOUNT, ACCOUNT_TYPED | {"bic": ""}, "bic", "Enter the BIC", OWNER),
    BadForm(
        ACCOUNT,
        ACCOUNT_TYPED | {"bic": "NORDEA"},
        "bic",
        "Check the BIC: it has 8 or 11 letters and digits",
        OWNER,
    ),
    BadForm(INVITE, INVITED | {"email": ""}, "email", "Enter the e-mail address", OWNER),
    BadForm(
        INVITE,
        INVITED | {"email": "uusi"},
        "email",
        "Enter an e-mail address, for example name@example.fi",
        OWNER,
    ),
    BadForm(INVITE, INVITED | {"role": ""}, "role-0", "Choose a role", OWNER),
    BadForm(INVITE, INVITED | {"role": "admin"}, "role-0", "Choose one from the list", OWNER),
    BadForm(INVITE, INVITED | {"last_day": "1.13.2027"}, "last_day", DAY, OWNER),
    BadForm(
        INVITE, INVITED | {"last_day": "1.1.2020"}, "last_day", "The last day must be today or later", OWNER
    ),
    BadForm(INVITE, INVITED | {"last_day": "1.1.9020"}, "last_day", "Check the year", OWNER),
    BadForm(EDIT, {"title": ""}, "title", "Enter a name"),
    BadForm(EDIT, {"title": "a" * 121}, "title", LONG, values={"length": 120}),
    BadForm(EDIT, {"about": "a" * 2001}, "about", LONG, values={"length": 2000}),
    BadForm(EDIT, {"languages": ""}, "languages-0", "Choose at least one language"),
    BadForm(EDIT, {"languages": "xx"}, "languages-0", "Choose from the list"),
    BadForm(EDIT, {"next_free_on": "pian"}, "next_free_on", DAY),
    BadForm(EDIT, {"cancel_notice_hours": "vrk"}, "cancel_notice_hours", WHOLE),
    BadForm(EDIT, {"cancel_notice_hours": "721"}, "cancel_notice_hours", "Enter a number from 0 to 720"),
    BadForm(EDIT, {"cancel_share_percent": "101"}, "cancel_share_percent", "Enter a number from 0 to 100"),
    BadForm("/t/palvelut/uusi", {"service": ""}, "service-0", "Choose the service"),
    BadForm(OFFERING, {"unit_price_cents": ""}, "unit_price_cents", "Enter the price", OWNER),
    BadForm(
        OFFERING, {"unit_price_cents": "0"}, "unit_price_cents", "The price must be more than zero", OWNER
    ),
    BadForm(OFFERING, {"time_class": "kuu"}, "time_class", "Choose one from the list", OWNER),
    BadForm(OFFERING, {"unit_price_cents": "40", "first_day": ""}, "first_day", "Enter the first day", OWNER),
    BadForm(
        OFFERING,
        {"unit_price_cents": "40", "first_day": "1.1.2020"},
        "first_day",
        "The price of a past day cannot change. Choose today or later.",
        OWNER,
    ),
    BadForm(
        OFFERING,
        {"unit_price_cents": "40", "first_day": "2.1.2027", "last_day": "1.1.2027"},
        "last_day",
        "The last day is before the first.",
        OWNER,
    ),
    BadForm("/t/palvelut/tuo", {"county": "12"}, "file", "Choose a file", OWNER),
    BadForm("/t/palvelut/tuo", {"county": ""}, "county-0", "Choose the county", OWNER),
    BadForm("/t/tuo", {}, "file", "Choose a file"),
    BadForm("/t/tuo", {"columns": "Muu"}, "columns-0", "Choose one from the list"),
    BadForm(KEY, {"label": ""}, "label", "Enter which program uses the key", OWNER),
    BadForm(KEY, {"label": "a" * 81}, "label", LONG, OWNER, {"length": 80}),
    BadForm(KEY, {"holder": ""}, "holder-0", "Choose a person", OWNER),
    BadForm(KEY, {"scopes": ""}, "scopes-0", "Choose at least one thing that the key may do", OWNER),
    BadForm(KEY, {"lasts": ""}, "lasts-0", "Choose how long the key works", OWNER),
    BadForm(APPLY, {"county": ""}, "county-0", "Choose one", None),
    BadForm(APPLY, {"email": ""}, "email", "Enter the e-mail address", None),
    BadForm(APPLY, {"email": "a@"}, "email", "Enter an e-mail address, for example name@example.fi", None),
    BadForm(CORRECT, {"reason": ""}, "reason-0", "Choose what was wrong"),
    BadForm(CORRECT, {"quantity": "puolet"}, "quantity", NUMBER),
    BadForm(CORRECT, {"price_cents": "kaikki"}, "price_cents", MONEY),
    BadForm(CORRECT, {"note": "a" * 501}, "note", LONG, values={"length": 500}),
]
