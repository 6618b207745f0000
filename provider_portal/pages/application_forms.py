"""The forms of an application, one for each task of the list."""

from __future__ import annotations

from typing import Any

from clearing.eligibility.facts.kinds import PaperKind
from foundation.vocabulary.refusals import Refusal
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    EmailField,
    FileField,
    Form,
    PhoneField,
    TextAreaField,
    TextField,
    at_most,
    matches,
    may_be_empty,
    needed,
)
from foundation.web.languages import _, current_language
from foundation.web.transaction import db
from marketplace.actions.apply_as_provider import attach_paper, save_answers, save_services
from marketplace.load.catalogue import municipalities, services
from marketplace.rules.accounts import EMAIL
from marketplace.rules.applying import PAPER_TASKS, Application, Task

LENGTH = N_("Enter at most %(length)s characters")
FAULTS = {
    "application_locked": N_("The application has been sent. It cannot be changed now."),
    "business_id_wrong": N_("Check the business ID: it is not right"),
    "provider_known": N_("This company already uses Omatori. Its owner logs in and applies there."),
    "service_unknown": N_("Choose at least one service"),
    "municipality_unknown": N_("Choose municipalities from the list"),
    "file_too_large": N_("The file is too large. It may have 2 megabytes."),
    "file_kind_unknown": N_("The file must be a PDF document, or a picture (PNG or JPEG)"),
    "days_backwards": N_("The last day is before the first"),
    "paper_not_longer": N_("It must be valid longer than the paper that you have"),
    "paper_expired": N_("This paper is no longer valid. Attach a valid one."),
}


class StartForm(Form):
    """To which county, and where the link goes."""

    county = ChoiceField(N_("To which wellbeing services county do you apply?"), [needed(N_("Choose one"))])
    email = EmailField(
        N_("E-mail address"),
        [
            needed(N_("Enter the e-mail address")),
            matches(EMAIL.pattern + r"\Z", N_("Enter an e-mail address, for example name@example.fi")),
        ],
        hint=N_("We send a link there. With it you continue at any time."),
    )


class LinkForm(Form):
    """The address of an application."""

    email = StartForm.email


class CompanyForm(Form):
    """The company."""

    business_id = TextField(
        N_("Business ID"), [needed(N_("Enter the business ID"))], hint=N_("For example 1234567-1")
    )
    company_name = TextField(
        N_("Name of the company or association"), [needed(N_("Enter the name")), at_most(200, LENGTH)]
    )
    about = TextAreaField(
        N_("What does it do?"), [at_most(500, LENGTH)], hint=N_("In short sentences. Clients read it.")
    )
    website = TextField(N_("Website"), [may_be_empty(), at_most(200, LENGTH)])


class ContactForm(Form):
    """Who answers the county's questions, and becomes the owner."""

    contact_name = TextField(
        N_("Name of the contact person"),
        [needed(N_("Enter the name")), at_most(100, LENGTH)],
        hint=N_("This person may represent the company, and gets the role of owner."),
    )
    phone = PhoneField(N_("Telephone"), [needed(N_("Enter the telephone number")), at_most(50, LENGTH)])


class ServicesForm(Form):
    """What is applied for."""

    services = ChoicesField(N_("Which services?"), [needed(N_("Choose at least one service"))])
    municipalities = ChoicesField(
        N_("In which municipalities?"), hint=N_("Leave all empty if you serve the whole county.")
    )


class PaperForm(Form):
    """A paper as a file, with its days."""

    file = FileField(
        N_("File"),
        [needed(N_("Choose the file"))],
        hint=N_("A PDF document, or a picture (PNG or JPEG), of at most 2 megabytes"),
    )
    first_day = DayField(N_("Valid from"), [needed(N_("Enter the first day"))])
    last_day = DayField(N_("Valid until"), [may_be_empty()], hint=N_("Leave it empty if there is no end."))


TASK_FORMS: dict[Task, type[Form]] = {
    Task.COMPANY: CompanyForm,
    Task.CONTACT: ContactForm,
    Task.SERVICES: ServicesForm,
    **dict.fromkeys(PAPER_TASKS.values(), PaperForm),
}
SLUGS = {
    "yritys": Task.COMPANY,
    "yhteyshenkilo": Task.CONTACT,
    "palvelut": Task.SERVICES,
    "rekisteri": Task.REGISTER_ENTRY,
    "vakuutus": Task.INSURANCE,
    "ennakkopera": Task.PREPAYMENT_REGISTER,
}
"""The last part of a task's address."""
TITLES = {
    Task.COMPANY: N_("The company"),
    Task.CONTACT: N_("Contact person"),
    Task.SERVICES: N_("Services and municipalities"),
    Task.REGISTER_ENTRY: N_("Entry in the register of service providers"),
    Task.INSURANCE: N_("Liability insurance"),
    Task.PREPAYMENT_REGISTER: N_("Entry in the prepayment register"),
}


def form_of_task(task: Task, found: Application) -> Form:
    """Return the form of a task with what was saved."""
    if task is Task.SERVICES:
        return _services_form(found)
    data: dict[str, Any] = dict(found.answers)
    paper = found.papers.get(PaperKind(task.value)) if task in PAPER_TASKS.values() else None
    if paper is not None:
        data |= {"first_day": paper.first_day, "last_day": paper.last_day}
    return TASK_FORMS[task](data=data)


def _services_form(found: Application) -> ServicesForm:
    pending = [each for each in found.services if each.state == "pending"]
    chosen = {"services": [each.service for each in pending]}
    places = {"municipalities": list(pending[0].municipalities) if pending else []}
    form, language = ServicesForm(data=chosen | places), current_language()
    form.services.choices = [
        (each.code, each.name.in_language(language)) for each in services(db(), found.county_id)
    ]
    form.municipalities.choices = [
        (each.code, each.name.in_language(language))
        for each in municipalities(db(), today(), found.county_id)
    ]
    return form


def save_task(task: Task, found: Application, form: Form) -> Refusal | None:
    """Save what was typed for a task."""
    if isinstance(form, ServicesForm):
        chosen = (form.services.data, form.municipalities.data)
        return save_services(db(), found.id, *chosen, now=now())
    if isinstance(form, PaperForm):
        days = (form.first_day.data or today(), form.last_day.data)
        content = bytes(form.file.data.read())  # type: ignore[union-attr]
        return attach_paper(db(), found.id, PaperKind(task.value), days, content, now=now())
    typed = {name: (value or "").strip() for name, value in form.data.items() if name != "csrf_token"}
    return save_answers(db(), found.id, typed, now=now())


def show_refusal(form: Form, refusal: Refusal) -> None:
    """Show why an action was refused, at its field if the form has it."""
    known = {"service": "services"}.get(refusal.field, refusal.field)
    form.refuse(known if known in form.data else None, _(FAULTS[refusal.code]))
