"""What the examples of the API's description show for a field of a name, and examples of whole answers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

WHY: Final = "The visit lasted an hour less"
VALUES: Final[Mapping[str, str | int]] = MappingProxyType(
    {
        "about": "Help at home in Mikkeli and near it",
        "answer": "Thank you. We will call you tomorrow",
        "bank_reference": "20261130593497200001",
        "business_id": "1234567-1",
        "client": "C-000123",
        "client_name": "Aino Esimerkki",
        "code": "exempli_gratia",
        "company": "Kotiapu Esimerkki Oy",
        "cost_centre": "4410",
        "county": "12",
        "decided_by": "Maija Mäkinen",
        "detail": "The price is higher than the price in force on the day of the visit",
        "email": "name@example.fi",
        "en": "Personal assistance",
        "end_to_end_id": "OM120000000042",
        "event_id": "7d1b1a52-6e0c-4e0e-9d5f-0a6c3b0c9a11",
        "external_id": "A-2026-17",
        "fi": "Henkilökohtainen apu",
        "field": "unit_price",
        "fix": "Send the charge with the price in force",
        "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "iban": "FI2112345600000785",
        "identity_code": "010190-123A",
        "language": "fi",
        "legal_basis": "Vammaispalvelulaki 675/2023",
        "month": "2026-11",
        "municipality": "491",
        "name": "Kotiapu Esimerkki Oy",
        "note": "Two hours in the evening",
        "number": "ESHVA/2026/1234",
        "page": 1,
        "page_size": 50,
        "pages": 1,
        "phone": "+358401234567",
        "provider": "1234567-1",
        "provider_name": "Kotiapu Esimerkki Oy",
        "question": "Why did you look at my data on Monday?",
        "reference": "R-2026-0001",
        "role": "provider_biller",
        "rule": "R-12",
        "secret": "whsec_3q2-7wAAAAAexampleexampleexampleexampleex",
        "service": "PERSONAL_ASSISTANCE",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "street": "Esimerkkikatu 1",
        "sv": "Personlig assistans",
        "text": "thanks",
        "time_class": "weekday",
        "title": "The price is too high",
        "total": 1,
        "unit": "hour",
        "url": "https://example.com/omatori",
        "video_link": "https://example.com/room",
        "visit": "17-2026-11-18-1",
        "visit_id": "17-2026-11-18-1",
        "voucher": "PS-7K3M-9Q2X-4T8W",
        "website": "https://example.com",
        "who": "provider",
        "why": WHY,
        "words": "Could you come at ten?",
        "worker": "Worker 7",
    }
)
"""By the name of the field. A value is used where the field's type and limits allow it."""

FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "date": "2026-11-18",
        "date-time": "2026-11-18T10:00:00+02:00",
        "decimal": "72.00",
        "uuid": "7d1b1a52-6e0c-4e0e-9d5f-0a6c3b0c9a11",
        "binary": "reference;voucher;service;service_day;quantity;unit\n"
        "R-1;PS-7K3M-9Q2X-4T8W;PERSONAL_ASSISTANCE;2026-11-18;2.00;hour\n",
        "url": "https://example.com",
        "email": "name@example.fi",
    }
)
REFUSED_CHARGE: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "type": "about:blank",
        "status": 422,
        "code": "charge_refused",
        "title": "The charge was refused",
        "detail": "unit_price: The price is too high",
        "errors": [{"field": "unit_price", "code": "price_too_high", "title": "The price is too high"}],
        "id": 4711,
        "reference": "R-2026-0001",
        "outcome": "refused",
        "reasons": [
            {
                "rule": "R-12",
                "code": "price_too_high",
                "severity": "refusal",
                "field": "unit_price",
                "title": "The price is too high",
                "detail": "36.00 € an hour is in force on 18 November 2026",
                "fix": "Send the charge with the price in force",
                "who": "provider",
            }
        ],
        "price": None,
        "county_pays": None,
        "co_payment": None,
        "balance": None,
        "duplicate": False,
    }
)
WHOLE: Final[Mapping[tuple[str, str, str], Mapping[str, Any]]] = MappingProxyType(
    {("/api/v1/charges", "post", "422"): REFUSED_CHARGE}
)
"""The examples of single answers: by path, method and status."""
