"""The form of a county's contact for advice or complaints."""

from __future__ import annotations

from typing import Final

from county_desk.pages.setting_forms import SettingsForm
from county_desk.rules.complaint_paths import TEXT_TOO_LONG, ComplaintPathSetup, PathCode, path_faults
from county_desk.rules.texts import Texts
from foundation.vocabulary.complaint_kinds import (
    LEAST_CORRECTION_DAYS,
    MOST_CORRECTION_DAYS,
    ComplaintKind,
)
from foundation.vocabulary.refusals import Refusal
from foundation.web.catalogues import N_
from foundation.web.forms import (
    EmailField,
    PhoneField,
    TextAreaField,
    TextField,
    WholeNumberField,
    between,
    needed,
)
from foundation.web.languages import _

CONTACT_KINDS: Final = {
    ComplaintKind.OMBUDSMAN: N_("Patient and social services ombudsman"),
    ComplaintKind.OBJECTION: N_("Written complaint about the help"),
    ComplaintKind.CORRECTION: N_("Claim for a correction of a decision"),
    ComplaintKind.AUTHORITY: N_("Supervising authority"),
}
MESSAGES: Final = {
    TEXT_TOO_LONG: N_("Enter at most %(most)s characters"),
    PathCode.PHONE: N_("Enter a phone number, for example 029 000 0000"),
    PathCode.EMAIL: N_("Enter an e-mail address, for example name@example.fi"),
    PathCode.WEB: N_("Enter a web address that begins with https://"),
    PathCode.UNREACHABLE: N_("Enter a phone number, an e-mail, a web or a postal address"),
    PathCode.NOT_TRANSLATED: N_("Enter the text in this language too, or leave it empty in all of them"),
    PathCode.SENTENCE_LONG: N_(
        "A sentence has %(words)s words. In plain Finnish it has at most %(most)s: make two of it."
    ),
}
LANGUAGES: Final = ("fi", "sv", "en")


class ComplaintPathForm(SettingsForm):
    """A contact: its name, how it is reached, its hours and a note."""

    name_fi = TextField(N_("Name in Finnish"), [needed(N_("Enter the name"))])
    name_sv = TextField(N_("Name in Swedish"), [needed(N_("Enter the name"))])
    name_en = TextField(N_("Name in English"), [needed(N_("Enter the name"))])
    phone = PhoneField(N_("Phone number"))
    email = EmailField(N_("E-mail address"))
    web = TextField(N_("Web page"), hint=N_("It begins with https://"))
    address = TextField(N_("Postal address"), hint=N_("On one line, for example PL 1, 50101 Mikkeli"))
    hours_fi = TextField(N_("Hours in Finnish"), hint=N_("For example ma–to 9–11"))
    hours_sv = TextField(N_("Hours in Swedish"))
    hours_en = TextField(N_("Hours in English"))
    note_fi = TextAreaField(N_("Note in Finnish"))
    note_sv = TextAreaField(N_("Note in Swedish"))
    note_en = TextAreaField(N_("Note in English"))
    note_selko = TextAreaField(
        N_("Note in plain Finnish"), hint=N_("Short sentences and everyday words, at most 15 words each")
    )

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Return whether every field is right, as in the county's file."""
        right = super().validate(*args, **kwargs)
        faults = path_faults(self.path(ComplaintKind.OMBUDSMAN))
        for fault in faults:
            self.refuse(fault.field.replace(".", "_"), path_fault_text(fault))
        return right and not faults

    def path(self, kind: ComplaintKind) -> ComplaintPathSetup:
        """Return the contact with what was typed; each text is one line, as the county's file has it."""

        def line(name: str) -> str:
            return " ".join(str(self[name].data or "").split())

        def texts(name: str, *more: str) -> Texts:
            return Texts(*(line(f"{name}_{each}") for each in (*LANGUAGES, *more)))

        return ComplaintPathSetup(
            kind,
            texts("name"),
            phone=line("phone"),
            email=line("email"),
            web=line("web"),
            address=line("address"),
            hours=texts("hours"),
            note=texts("note", "selko"),
            days=self.days_of_correction(),
        )

    def days_of_correction(self) -> int | None:
        """Return in how many days a correction is claimed; None if this is another contact."""
        return None


class CorrectionPathForm(ComplaintPathForm):
    """Where a correction of a decision is claimed, and in how many days."""

    days = WholeNumberField(
        N_("Days to claim a correction"),
        [
            needed(N_("Enter the days")),
            between(
                LEAST_CORRECTION_DAYS, MOST_CORRECTION_DAYS, N_("Enter a number from %(min)s to %(max)s")
            ),
        ],
        hint=N_("From the day when the client gets the decision. By law there are at least 30."),
    )

    def days_of_correction(self) -> int | None:
        """Return the days that were typed."""
        return self.days.data


def path_fault_text(fault: Refusal) -> str:
    """Return why a contact is refused."""
    return _(MESSAGES[fault.code], **fault.values)


def complaint_path_data(path: ComplaintPathSetup | None) -> dict[str, object]:
    """Return the data of the form for a contact; an empty form for a new one, with the days of the law."""
    if path is None:
        return {"days": LEAST_CORRECTION_DAYS}
    texts = {"name": path.name, "hours": path.hours, "note": path.note}
    by_language = {
        f"{name}_{language}": getattr(each, language)
        for name, each in texts.items()
        for language in (*LANGUAGES, "selko")
    }
    reached = {name: getattr(path, name) for name in ("phone", "email", "web", "address")}
    return {**by_language, **reached, "days": path.days}
