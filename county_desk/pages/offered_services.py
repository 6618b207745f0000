"""/hallinta/alue/palvelut: an administrator chooses the services that the county grants."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint

from county_desk.pages.setting_forms import SettingsForm
from county_desk.pages.settings import answer, apply, stored
from county_desk.rules.county_setup import CountySetup
from county_desk.rules.settings_sections import Section, mark_of_section
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.formats import name_text
from foundation.web.forms import ChoicesField, needed
from foundation.web.identity import allow
from foundation.web.pages import Result
from foundation.web.transaction import db
from marketplace.load.catalogue import service_names

blueprint = Blueprint("county_offered_services", __name__, template_folder="../templates")


class OfferedServicesForm(SettingsForm):
    """The services of the catalogue that the county grants."""

    services = ChoicesField(
        N_("Services that are granted"), [needed(N_("Choose at least one service"))], choices=[]
    )

    def edit(self, setup: CountySetup) -> CountySetup:
        """Return the settings with what was chosen; what was there keeps its order."""
        chosen = set(self.services.data)
        kept = [code for code in setup.services if code in chosen]
        return replace(setup, services=(*kept, *sorted(chosen - set(kept))))


@blueprint.route("/hallinta/alue/palvelut", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change() -> Result:
    """Choose the services. One that is taken off is not granted any more; open vouchers of it go on."""
    setup = stored()
    mark = mark_of_section(setup, Section.SERVICES)
    form = OfferedServicesForm(data={"services": setup.services, "section_mark": mark})
    names = [(code, name_text(name)) for code, name in service_names(db()).items()]
    form.services.choices = sorted(names, key=lambda each: each[1])
    changed = apply(form, Section.SERVICES, form.edit) if form.validate_on_submit() else None
    return answer("offered_services.html", form, changed)
