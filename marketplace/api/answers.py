"""Offerings and reasons as documents of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from clearing.reasons import NO_TIME_CLASS, Finding, Value
from foundation.vocabulary.refusals import Refusal
from foundation.web.formats import sentence_text
from marketplace.labels import ClientWords, for_client
from marketplace.load.offerings import OfferingEntry
from marketplace.load.priced import Priced
from marketplace.load.search import Listed
from marketplace.rules.comparison import typical_price

Document = dict[str, Any]


def reasons_out(reasons: Iterable[Finding | Refusal]) -> list[Document]:
    """Return the reasons in the language of the response."""
    return [_reason_out(reason.code, *for_client(reason)) for reason in reasons]


def _reason_out(code: str, words: ClientWords, values: Mapping[str, Value]) -> Document:
    return {
        "code": code,
        "field": words.field,
        "title": sentence_text(words.title, values),
        "detail": sentence_text(words.detail, values),
        "fix": sentence_text(words.fix, values),
    }


def priced_out(priced: Priced | None) -> Document:
    """Return the client's own part of an offering; empty without a voucher.

    If the county's table has a hole (R-21), the reasons say so beside shares of null.
    """
    if priced is None:
        return {}
    share = priced.share
    holes = [finding for finding in priced.warnings if finding.reason is NO_TIME_CLASS]
    return {
        "you_pay": None if share is None else share.you_pay_cents,
        "county_pays": None if share is None else share.county_pays_cents,
        "units_money_gives": priced.units,
        "eligible": priced.eligible,
        "reasons": reasons_out((*priced.reasons, *holes)),
    }


def listed_out(listed: Listed, priced: Priced | None) -> Document:
    """Return an offering of a list."""
    return {
        "id": listed.id,
        "title": listed.title,
        "about": listed.about,
        "service": listed.service,
        "service_name": listed.service_name,
        "unit": listed.unit,
        "provider": listed.business_id,
        "provider_name": listed.provider,
        "county": listed.county,
        "place": listed.place,
        "languages": listed.languages,
        "remote": listed.remote,
        "communication": listed.communication,
        "home_visits": listed.home_visits,
        "next_free_on": listed.next_free_on,
        "unit_price": listed.price_cents,
        "distance_km": None if listed.distance_km is None else round(listed.distance_km, 1),
        **priced_out(priced),
    }


def offering_out(entry: OfferingEntry, time_class: str | None, day: date, priced: Priced | None) -> Document:
    """Return an offering with all its prices."""
    facts = entry.facts
    return {
        "id": facts.id,
        "title": entry.title,
        "about": entry.about,
        "service": facts.service,
        "service_name": entry.service_name,
        "unit": facts.unit,
        "provider": entry.provider.business_id,
        "provider_name": entry.provider.name,
        "county": entry.county,
        "place": entry.place,
        "languages": entry.languages,
        "remote": facts.remote,
        "communication": entry.communication,
        "home_visits": entry.home_visits,
        "next_free_on": entry.next_free_on,
        "free_times": entry.free_slots,
        "unit_price": typical_price(facts.prices, time_class, day),
        "distance_km": None,
        "municipalities": sorted(facts.municipalities),
        "cancel_notice_hours": entry.cancel_notice_hours,
        "cancel_share_percent": entry.cancel_share_percent,
        "prices": facts.prices,
        **priced_out(priced),
    }
