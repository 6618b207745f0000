"""/asetukset and /apua: language, text size and colours; help and complaints."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, make_response, redirect, render_template, url_for

from foundation.vocabulary.complaint_kinds import ComplaintKind
from foundation.vocabulary.labels import LANGUAGES
from foundation.vocabulary.languages import OWN_NAMES, Language
from foundation.web.appearance import chosen_appearance, remember_appearance
from foundation.web.catalogues import N_
from foundation.web.forms import ChoiceField, Form, pairs
from foundation.web.identity import actor_or_none, public
from foundation.web.identity.contact import reader_counties
from foundation.web.languages import current_language, remember_language, translate
from foundation.web.pages import Page, Result
from foundation.web.transaction import db
from marketplace.load.complaint_paths import county_contacts
from marketplace.pages.acting_client import acting_or_none
from marketplace.write.people import keep_language

blueprint = Blueprint("marketplace_settings", __name__, template_folder="../templates")
USUAL = "usual"
SIZES = ((USUAL, N_("Normal")), ("large", N_("Large")), ("larger", N_("Very large")))
COLOURS = (
    (USUAL, N_("Same as my device")),
    ("light", N_("Light")),
    ("dark", N_("Dark")),
    ("contrast", N_("High contrast")),
)


CONTACT_TITLES: Final = {
    ComplaintKind.OBJECTION: N_("The help is not good: complain to the provider or the county"),
    ComplaintKind.AUTHORITY: N_("The answer does not help: complain to the authority"),
    ComplaintKind.CORRECTION: N_("You do not agree with the decision"),
    ComplaintKind.OMBUDSMAN: N_("Somebody who defends your rights"),
}


class SettingsForm(Form):
    """Language, text size and colours."""

    language = ChoiceField(N_("Language"))
    size = ChoiceField(N_("Text size"))
    colours = ChoiceField(N_("Colours"))


@blueprint.route("/asetukset", methods=["GET", "POST"])
@public
def show_settings() -> Result:
    """Show and store language, text size and colours."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("marketplace/settings.html", person=acting_or_none(), form=form)
    language = Language(form.language.data or current_language())
    answer = make_response(redirect(url_for(".show_settings")))
    remember_language(language, answer)
    remember_appearance(answer, [choice for choice in (form.size.data, form.colours.data) if choice])
    actor = actor_or_none()
    if actor is not None and actor.person_id is not None:
        keep_language(db(), actor.person_id, language)
    flash(translate("Your settings are now in use.", language), "success")
    return answer


def _form() -> SettingsForm:
    kept = chosen_appearance()
    form = SettingsForm(
        data={
            "language": current_language().value,
            "size": next((size for size, _text in SIZES if size in kept), USUAL),
            "colours": next((colour for colour, _text in COLOURS if colour in kept), USUAL),
        }
    )
    here = current_language()
    form.language.choices = pairs((language.value, _both_names(language)) for language in OWN_NAMES)
    form.size.choices = pairs((value, translate(text, here)) for value, text in SIZES)
    form.colours.choices = pairs((value, translate(text, here)) for value, text in COLOURS)
    return form


def _both_names(language: Language) -> str:
    """Return a language's own name, and its name in the reader's language if that differs: `Svenska
    (ruotsi)`."""
    own, ours = OWN_NAMES[language], translate(LANGUAGES[language], current_language())
    return own if own.casefold() == ours.casefold() else f"{own} ({ours})"


@blueprint.get("/apua")
@public
def show_help() -> Page:
    """Show how to get help, and what to do if something is wrong: with the contacts of the reader's county.

    Who belongs to no county, or to several, chooses from a list below the common texts.
    """
    person = acting_or_none()
    counties = county_contacts(db(), reader_counties() if person is None else [person.client.county_id])
    own = counties[0].contacts if len(counties) == 1 else {}
    several = [each for each in counties if each.contacts] if len(counties) > 1 else []
    return render_template(
        "marketplace/help.html", person=person, own=own, several=several, kinds=CONTACT_TITLES.items()
    )


@blueprint.get("/apua/tehtavat")
@public
def show_roles() -> Page:
    """Show what the client, the worker and the provider do, as a sheet of pictures to print."""
    return render_template("marketplace/roles.html", person=acting_or_none())
