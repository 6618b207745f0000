"""Template filters of the client's pages: prices per unit, languages, measured access, cancelled visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from flask import Blueprint
from markupsafe import Markup, escape

from clearing.grants.rules.voucher_codes import grouped_code
from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.labels import COMMUNICATION, LANGUAGES, SAID_UNITS
from foundation.vocabulary.languages import Language
from foundation.web.clock import today
from foundation.web.formats import money_text, name_text, quantity_text, said_day_text
from foundation.web.languages import _, current_language
from marketplace.labels import (
    ACCESS,
    ACCESS_MISSING,
    CANCELLATION_REASONS,
    CANCELLATION_REASONS_FOR_CLIENT,
    PRICE_TIMES,
    findings_for_client,
    for_client,
)
from marketplace.load.names import Names
from marketplace.rules.cancelled_visits import StatedCancellation, stated_cancellation


class Titled(Protocol):
    """An offering, or a choice of one."""

    @property
    def title(self) -> str: ...
    @property
    def service_name(self) -> Names: ...


def in_finnish(text: str) -> Markup:
    """Mark what a provider wrote, in Finnish, for a reader of a page in another language (WCAG 3.1.2)."""
    if not text or current_language() in (Language.FI, Language.SELKO):
        return escape(text)
    return Markup('<span lang="fi">{}</span>').format(text)


def offering_title(offering: Titled) -> Markup:
    """Return the provider's title; one that is only the service's Finnish name in the reader's language."""
    if offering.title == offering.service_name.fi:
        return escape(name_text(offering.service_name))
    return in_finnish(offering.title)


def per_unit(cents: int | None, unit: str) -> str:
    """Format a price per unit as `6,00 € an hour`; a dash if it is not known."""
    return money_text(None) if cents is None else _(SAID_UNITS[unit].price, sum=money_text(cents))


def pays_at_most(by_class: Mapping[str, int], unit: str) -> str:
    """Format what the county pays of a unit by time class: one sum, or a range if the time decides."""
    low, high = min(by_class.values()), max(by_class.values())
    if low == high:
        return per_unit(low, unit)
    return _("%(low)s – %(high)s. It depends on the time.", low=money_text(low), high=per_unit(high, unit))


def about_units(units: int | None, unit: str) -> str:
    """Format an estimated quantity as `33 hours`; from ten up it is rounded down to whole units."""
    if units is None:
        return _("Not known")
    return quantity_text(units // 100 * 100 if units >= 1000 else units, unit)


def language_names(codes: Iterable[str]) -> str:
    """Format languages as `Finnish, Swedish`."""
    return ", ".join(_(LANGUAGES[code]) if code in LANGUAGES else code for code in codes)


def ways_text(ways: Iterable[str]) -> str:
    """Format ways of communication as `Plain language, Writing`."""
    return ", ".join(_(COMMUNICATION[way]) for way in ways) or _("Not known")


def home_text(home_visits: bool | None) -> str:
    """Return whether an offering comes to the client's home."""
    return _("Not known") if home_visits is None else _("Yes") if home_visits else _("No")


def access_lines(access: Mapping[str, Any]) -> list[str]:
    """Return what was measured, one line each, and the day; an empty list if nothing was measured."""
    lines = [_(text) for name, text in ACCESS.items() if access.get(name) is True]
    lines += [_(text) for name, text in ACCESS_MISSING.items() if access.get(name) is False]
    if isinstance(width := access.get("door_width_cm"), int):
        lines.append(_("Doorway %(width)s cm wide", width=width))
    if lines and (day := parse_iso_day(str(access.get("measured_on", "")))):
        lines.append(_("Measured on %(day)s", day=said_day_text(day, today=today())))
    return lines


def access_short(access: Mapping[str, Any]) -> str:
    """Return what the place has, for a card; the offering's page shows all that was measured."""
    has = [_(text) for name, text in ACCESS.items() if access.get(name) is True]
    if not has and access.get("step_free") is False:
        steps = ACCESS_MISSING["step_free"]
        return _(steps)
    first, *others = has or [_("Not known")]
    return ", ".join([first, *(text[0].lower() + text[1:] for text in others)])


def all_of(parts: Sequence[str]) -> Markup:
    """Join the parts of a list in a sentence: `5 hours, 10 km and 40 €`."""
    *others, last = [escape(part) for part in parts]
    if not others:
        return last
    return Markup("{} {} {}").format(Markup(", ").join(others), _("and"), last)


def distance_text(km: float | None) -> str:
    """Format a distance as `3,2 km`; less than a kilometre in words."""
    if km is None:
        return _("Not known")
    return _("less than 1 km") if km < 1 else quantity_text(round(km * 10) * 10, "km")


def price_time(time: str) -> str:
    """Return which time a price is of."""
    return _(PRICE_TIMES[time])


def share_text(cents: int | None, unit: str) -> str:
    """Format what the client pays of a unit; `0 €` without a unit if it is nothing."""
    return money_text(0, short=True) if cents == 0 else per_unit(cents, unit)


def cancelled_visit(sent: Mapping[str, object]) -> str:
    """Return the cancellation for the provider and the county: `The client was ill. Notice was given 3 hours
    before.`

    The text is empty if the charge is not for a cancelled visit. An unknown reason is shown as it was sent.
    """
    stated = stated_cancellation(sent)
    if stated is None:
        return ""
    code = stated.reason_code or ""
    sentences = [
        _(CANCELLATION_REASONS[code]) if code in CANCELLATION_REASONS else code or _("No reason was given")
    ]
    if stated.notice_hundredths == 0:
        sentences.append(_("No notice was given"))
    elif stated.notice_hundredths is not None:
        sentences.append(
            _("Notice was given %(hours)s before", hours=quantity_text(stated.notice_hundredths, "hour"))
        )
    return "".join(f"{sentence}. " for sentence in sentences).strip()


def my_cancelled_visit(stated: StatedCancellation) -> str:
    """Return the cancellation for the client, as what the provider says."""
    sentences = [_("The provider says: the visit was cancelled.")]
    if stated.reason_code in CANCELLATION_REASONS_FOR_CLIENT:
        sentences.append(_(CANCELLATION_REASONS_FOR_CLIENT[stated.reason_code]))
    if stated.notice_hundredths == 0:
        sentences.append(_("You gave no notice."))
    elif stated.notice_hundredths is not None:
        sentences.append(
            _("You gave notice %(hours)s before.", hours=quantity_text(stated.notice_hundredths, "hour"))
        )
    return " ".join(sentences)


def add_filters(blueprint: Blueprint) -> None:
    """Let templates use these."""
    filters: dict[str, Callable[..., Any]] = {
        "voucher_code": grouped_code,
        "in_finnish": in_finnish,
        "offering_title": offering_title,
        "per_unit": per_unit,
        "own_share": share_text,
        "about_units": about_units,
        "all_of": all_of,
        "pays_at_most": pays_at_most,
        "language_names": language_names,
        "access_lines": access_lines,
        "access_short": access_short,
        "distance": distance_text,
        "ways": ways_text,
        "at_home": home_text,
        "price_time": price_time,
        "cancelled_visit": cancelled_visit,
        "my_cancelled_visit": my_cancelled_visit,
        "for_client": for_client,
        "findings_for_client": findings_for_client,
    }
    for name, function in filters.items():
        blueprint.add_app_template_filter(function, name)
