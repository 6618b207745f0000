"""/t/palvelut: the provider's offerings and their dated prices by time class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.plans.rules.free_times import first_free_day
from foundation.vocabulary.dates import in_force
from foundation.vocabulary.labels import COMMUNICATION, LANGUAGES
from foundation.vocabulary.languages import SERVICE_LANGUAGES
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS, PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _, current_language
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.edit_offering import add_offering, edit_offering
from marketplace.actions.publish_price import NewPrice, publish_price, take_back_price
from marketplace.load.catalogue import service_names, time_class_names
from marketplace.load.names import Names
from marketplace.load.own_free_times import own_free_times
from marketplace.load.own_offerings import OwnOffering, OwnPrice, own_offering, own_offerings, own_price
from marketplace.load.own_places import own_place, own_places
from marketplace.rules.price_effects import PriceEffects
from marketplace.rules.price_windows import PriceRefusalCode
from provider_portal.load.catalogue import county_names, offered_services
from provider_portal.load.company import is_approved
from provider_portal.pages.offering_forms import AddForm, PriceForm, TextsForm
from provider_portal.pages.price_checks import effects_of, said_effects

PRICE_REFUSALS: Mapping[str, str] = {
    PriceRefusalCode.LOCKED: N_("The price of a past day cannot change. Choose today or later."),
    PriceRefusalCode.BACKWARDS: N_("The last day is before the first."),
    PriceRefusalCode.OVERLAPS: N_("Another price starts on these days. Withdraw it first."),
}
NO_PLACE = "0"
HOME_VISITS = {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("Not known")}
HOME_VISITS_OF = {True: "yes", False: "no", None: "unknown"}
FORM_FIELDS = {"from": "first_day", "to": "last_day"}
blueprint = Blueprint("provider_offerings_pages", __name__, template_folder="../templates")


@blueprint.get("/t/palvelut")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show the offerings with today's prices."""
    found, _total = own_offerings(db(), current_provider_id())
    return render_template(
        "provider_portal/offerings.html",
        offerings=found,
        names=_in_language(service_names(db())),
        counties={code: county.name for code, county in county_names(db(), current_language()).items()},
        classes=_in_language(time_class_names(db())),
        in_force=_in_force,
    )


@blueprint.route("/t/palvelut/uusi", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def add() -> Result:
    """Offer a service."""
    form = AddForm()
    services = offered_services(db(), current_provider_id(), current_language())
    form.service.choices = [
        (f"{offered.county} {offered.service}", f"{offered.name}, {offered.county_name}")
        for offered in services
    ]
    if not form.validate_on_submit():
        return render_template("provider_portal/offering_add.html", form=form)
    added = _add(*str(form.service.data).split(" ", 1))
    flash(_added_text(), "success")
    return redirect(url_for(".show", offering_id=added.id))


@blueprint.get("/t/palvelut/<int:offering_id>")
@allow(*PROVIDER_ROLES)
def show(offering_id: int) -> Page:
    """Show one offering with all its prices."""
    offering = _own(offering_id)
    return _page(offering, _price_form(offering))


@blueprint.post("/t/palvelut/<int:offering_id>/hinnat")
@allow(*PROVIDER_OWNERS)
def add_price(offering_id: int) -> Result:
    """Publish a price, or say what it would do while it is typed (`?live`) and before it is sent."""
    offering = _own(offering_id)
    form = _price_form(offering)
    is_valid, is_live = form.validate_on_submit(), "live" in request.args
    if is_live or not is_valid or request.form.get("step") == "check":
        effects = _effects(offering, form) if is_valid else None
        return _price_check(effects, form) if is_live else _page(offering, form, effects)
    done = _publish(_typed_price(offering, form))
    if isinstance(done, Refusal):
        _refuse(form, done)
        return _page(offering, form)
    flash(_("The price was published."), "success")
    return redirect(url_for(".show", offering_id=offering.id))


@blueprint.post("/t/palvelut/<int:offering_id>/hinnat/<int:price_id>/peru")
@allow(*PROVIDER_OWNERS)
def take_back(offering_id: int, price_id: int) -> Result:
    """Withdraw a price that is not yet in force."""
    price = own_price(db(), current_provider_id(), price_id)
    if price is None or price.offering_id != offering_id:
        not_found()
    refusal = take_back_price(
        db(), provider_id=current_provider_id(), price=price, actor=current_actor(), now=now()
    )
    if refusal is None:
        flash(_("The price was withdrawn."), "success")
    else:
        flash(_("The price is already in force, so it cannot be withdrawn."), "error")
    return redirect(url_for(".show", offering_id=offering_id))


@blueprint.route("/t/palvelut/<int:offering_id>/muokkaa", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def edit(offering_id: int) -> Result:
    """Change what clients see."""
    offering = _own(offering_id)
    form = _texts_form(offering)
    if not form.validate_on_submit():
        return render_template("provider_portal/offering_edit.html", form=form, offering=offering)
    _store_texts(offering, form)
    flash(_("The changes were saved."), "success")
    return redirect(url_for(".show", offering_id=offering.id))


def _texts_form(offering: OwnOffering) -> TextsForm:
    said = {"home_visits": HOME_VISITS_OF[offering.home_visits], "place": offering.unit_id or NO_PLACE}
    form = TextsForm(obj=offering, data=said)
    places = [(str(place.id), place.name) for place in own_places(db(), current_provider_id())]
    form.place.choices = [(NO_PLACE, _("No place")), *places]
    form.languages.choices = [(code, _(LANGUAGES[code])) for code in SERVICE_LANGUAGES]
    form.communication.choices = [(way, _(text)) for way, text in COMMUNICATION.items()]
    form.home_visits.choices = [(value, _(text)) for value, text in HOME_VISITS.items()]
    return form


def _added_text() -> str:
    if current_actor().role in PROVIDER_OWNERS:
        return _("The service was added. Now enter its price.")
    return _("The service was added. An owner of your company enters its price.")


def _add(county: str, service: str) -> OwnOffering:
    provider_id, actor = current_provider_id(), current_actor()
    added = add_offering(
        db(), provider_id=provider_id, county=county, service=service, values={}, actor=actor, now=now()
    )
    return not_found() if isinstance(added, Refusal) else added


def _store_texts(offering: OwnOffering, form: TextsForm) -> None:
    texts = {name: value for name, value in form.data.items() if name != "csrf_token"}
    texts |= {name: texts[name] or 0 for name in ("cancel_notice_hours", "cancel_share_percent")}
    texts["home_visits"] = {"yes": True, "no": False}.get(texts["home_visits"])
    provider_id, actor = current_provider_id(), current_actor()
    texts["unit_id"] = read_id(texts.pop("place") or str(offering.unit_id or NO_PLACE)) or None
    edited = edit_offering(
        db(), provider_id=provider_id, offering_id=offering.id, values=texts, actor=actor, now=now()
    )
    if isinstance(edited, Refusal):
        not_found()


def _publish(price: NewPrice) -> OwnPrice | Refusal:
    provider_id, actor = current_provider_id(), current_actor()
    return publish_price(db(), provider_id=provider_id, price=price, actor=actor, now=now())


def _effects(offering: OwnOffering, form: PriceForm) -> PriceEffects | None:
    effects = effects_of(offering, _typed_price(offering, form))
    if isinstance(effects, Refusal):
        _refuse(form, effects)
        return None
    return effects


def _refuse(form: PriceForm, refusal: Refusal) -> None:
    if refusal.code not in PRICE_REFUSALS:
        not_found()
    form.refuse(FORM_FIELDS[refusal.field], _(PRICE_REFUSALS[refusal.code]))


def _price_check(effects: PriceEffects | None, form: PriceForm) -> Page:
    said = said_effects(effects, _in_language(time_class_names(db())))
    return render_template("provider_portal/price_check.html", form=form, **said)


def _typed_price(offering: OwnOffering, form: PriceForm) -> NewPrice:
    first_day = form.first_day.data
    assert first_day is not None  # the form has been validated
    cents = form.unit_price_cents.data or 0
    return NewPrice(offering.id, str(form.time_class.data), cents, first_day, form.last_day.data)


def _own(offering_id: int) -> OwnOffering:
    return own_offering(db(), current_provider_id(), offering_id) or not_found()


def _in_language(names: Mapping[str, Names]) -> dict[str, str]:
    return {code: name.in_language(current_language()) for code, name in names.items()}


def _price_form(offering: OwnOffering) -> PriceForm:
    form = PriceForm(data={"first_day": today(), "time_class": _usual_class(offering)})
    form.time_class.choices = list(_in_language(time_class_names(db())).items())
    return form


def _usual_class(offering: OwnOffering) -> str:
    return offering.prices[0].time_class if offering.prices else "any"


def _page(offering: OwnOffering, form: PriceForm, effects: PriceEffects | None = None) -> Page:
    day, free = today(), own_free_times(db(), current_provider_id()).free.get(offering.id)
    prices: Sequence[OwnPrice] = sorted(offering.prices, key=lambda price: price.first_day, reverse=True)
    return render_template(
        "provider_portal/offering.html",
        offering=offering,
        is_approved=_is_approved(offering),
        free=free,
        first_free=None if free is None else first_free_day(free, day),
        form=form,
        names=_in_language(service_names(db())),
        classes=_in_language(time_class_names(db())),
        **said_effects(effects, _in_language(time_class_names(db()))),
        current=_in_force(offering),
        coming=[price for price in prices if price.first_day > day],
        past=[price for price in prices if price.last_day is not None and price.last_day < day],
        languages=LANGUAGES,
        place=_place_name(offering),
        ways=[_(COMMUNICATION[way]) for way in offering.communication],
        home_visits=_(HOME_VISITS[HOME_VISITS_OF[offering.home_visits]]),
    )


def _place_name(offering: OwnOffering) -> str:
    place = own_place(db(), current_provider_id(), offering.unit_id) if offering.unit_id else None
    return place.name if place else ""


def _is_approved(offering: OwnOffering) -> bool:
    return is_approved(db(), current_provider_id(), offering.county, offering.service, today=today())


def _in_force(offering: OwnOffering) -> list[OwnPrice]:
    day = today()
    return [price for price in offering.prices if in_force(price.first_day, price.last_day, day)]
