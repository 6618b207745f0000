"""The forms of a county's municipalities, and why one is not stored or removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from county_desk.actions.change_settings import ChangedSettings
from county_desk.pages.setting_forms import SettingsForm
from county_desk.pages.setting_texts import fault_text
from county_desk.rules.county_setup import CountySetup, MunicipalitySetup, SetupCode
from county_desk.rules.municipalities import LATITUDES, LONGITUDES, MUNICIPALITY_CODE, parse_degrees
from county_desk.rules.texts import Texts
from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.refusals import Refusal
from foundation.web.catalogues import N_
from foundation.web.formats import day_text
from foundation.web.forms import TextField, at_most, matches, needed
from foundation.web.languages import _, current_language, ngettext

LAST_MUNICIPALITY: Final = "last_municipality"
_LONGEST = at_most(200, N_("Enter at most %(length)s characters"))
_USES: Final = {
    "clients": (N_("%(n)s client lives there."), N_("%(n)s clients live there.")),
    "places": (N_("%(n)s place of a provider is there."), N_("%(n)s places of providers are there.")),
    "offerings": (N_("%(n)s offering serves it."), N_("%(n)s offerings serve it.")),
    "approvals": (N_("%(n)s approval is limited to it."), N_("%(n)s approvals are limited to it.")),
    "applications": (N_("%(n)s application waits for it."), N_("%(n)s applications wait for it.")),
    "former": (
        N_("%(n)s ended municipality became part of it."),
        N_("%(n)s ended municipalities became part of it."),
    ),
}


class MunicipalityForm(SettingsForm):
    """A municipality: its names and its centre."""

    name_fi = TextField(N_("Name in Finnish"), [needed(N_("Enter the name")), _LONGEST])
    name_sv = TextField(
        N_("Name in Swedish"),
        [needed(N_("Enter the name")), _LONGEST],
        hint=N_("If it has none of its own, the Finnish name."),
    )
    latitude = TextField(
        N_("Latitude"),
        [needed(N_("Enter the latitude"))],
        hint=N_("Of the centre in degrees (WGS 84), for example 61,68860. Searches near the client use it."),
    )
    longitude = TextField(
        N_("Longitude"), [needed(N_("Enter the longitude"))], hint=N_("For example 27,27220")
    )

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Return whether every field is right; the centre is in Finland."""
        right = super().validate(*args, **kwargs)
        for field, (least, most) in (("latitude", LATITUDES), ("longitude", LONGITUDES)):
            if self[field].data and parse_degrees(self[field].data, (least, most)) is None:
                limits = {"min": f"{least:g}", "max": f"{most:g}"}
                self.refuse(field, _(N_("Enter degrees from %(min)s to %(max)s, with a comma"), **limits))
                right = False
        return right

    def place(self, code: str, former: MunicipalitySetup | None = None) -> MunicipalitySetup:
        """Return the municipality with what was typed; a centre that was not touched is as it was stored."""
        typed = (self.latitude.data or "", self.longitude.data or "")
        latitude, longitude = (
            parse_degrees(text, between) or 0.0
            for text, between in zip(typed, (LATITUDES, LONGITUDES), strict=True)
        )
        if former is not None and typed == _degrees(former):
            latitude, longitude = former.latitude, former.longitude
        return MunicipalitySetup(
            code, Texts(self.name_fi.data or "", self.name_sv.data or ""), latitude, longitude
        )

    def show(self, changed: ChangedSettings) -> None:
        """Remember what is shown now, and show why nothing was stored."""
        self.section_mark.data, self.preview_mark.data = changed.seen.section, changed.seen.preview
        for fault in changed.faults:
            taken = fault.code in (SetupCode.OTHER_COUNTY, SetupCode.MUNICIPALITY_ENDED)
            self.refuse("code" if taken and "code" in self else None, _fault_text(fault))


class NewMunicipalityForm(MunicipalityForm):
    """A new municipality, with its code."""

    code = TextField(
        N_("Code"),
        [
            needed(N_("Enter the code")),
            matches(f"^{MUNICIPALITY_CODE.pattern}$", N_("Enter three digits, for example 491")),
        ],
        hint=N_("Its number at Statistics Finland, for example 491. It cannot be changed later."),
    )

    def is_new_to(self, setup: CountySetup) -> bool:
        """Return whether the county does not have the code yet; if it has, say so."""
        is_new = all(each.code != self.code.data for each in setup.municipalities)
        if not is_new:
            self.refuse("code", _(N_("The county has a municipality with this code already")))
        return is_new


def _fault_text(fault: Refusal) -> str:
    if fault.code == SetupCode.OTHER_COUNTY:
        return _(N_("This municipality belongs to another county"))
    if fault.code == SetupCode.MUNICIPALITY_ENDED:
        day = parse_iso_day(str(fault.values["last_day"]))
        assert day is not None
        return _(N_("This municipality ended on %(day)s"), day=day_text(day, current_language()))
    return fault_text(fault.code)


def removal_texts(fault: Refusal) -> Iterator[str]:
    """Yield why a municipality is not removed: each thing that uses it by itself."""
    if fault.code == LAST_MUNICIPALITY:
        yield _(N_("The county needs a municipality. Add another one first."))
    elif fault.code == SetupCode.MUNICIPALITY_IN_USE:
        yield _(N_("The municipality is in use, so it stays."))
        for name, (one, many) in _USES.items():
            if count := int(fault.values[name]):
                yield ngettext(one, many, count)
    else:
        yield fault_text(fault.code)


def municipality_data(place: MunicipalitySetup, section_mark: str) -> dict[str, object]:
    """Return the data of the form for a municipality that is stored."""
    latitude, longitude = _degrees(place)
    return {
        "name_fi": place.name.fi,
        "name_sv": place.name.sv,
        "latitude": latitude,
        "longitude": longitude,
        "section_mark": section_mark,
    }


def _degrees(place: MunicipalitySetup) -> tuple[str, str]:
    return f"{place.latitude:.5f}".replace(".", ","), f"{place.longitude:.5f}".replace(".", ",")
