"""A company's application to be approved as a provider: its tasks, and when it may be submitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from clearing.eligibility.facts.kinds import PaperKind
from foundation.vocabulary.identifiers import parse_business_id
from foundation.vocabulary.refusals import Refusal

LINK_WORKS_FOR: Final = timedelta(days=14)
"""How long the link to an application works after it was mailed or something was saved."""
MAILED_AGAIN_AFTER: Final = timedelta(minutes=5)
FORGOTTEN_AFTER: Final = timedelta(days=90)
"""A draft is deleted when nothing was saved for so long."""
LONGEST_TEXT: Final = 500
ANSWERS: Final = ("business_id", "company_name", "about", "website", "contact_name", "phone")

APPLICATION_UNKNOWN: Final = Refusal("application_unknown")
APPLICATION_LOCKED: Final = Refusal("application_locked")
"""The application waits for the county, was decided, or was withdrawn."""
PROVIDER_KNOWN: Final = Refusal("provider_known", "business_id")
"""The company is in the register and has an owner, who applies after logging in."""
NOT_COMPLETE: Final = "application_not_complete"
"""The code of a submission with open tasks; the refusal's reasons name them."""


class ApplicationState(StrEnum):
    """The state of an application."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    MORE_NEEDED = "more_needed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


OPEN_TO_APPLICANT: Final = frozenset({ApplicationState.DRAFT, ApplicationState.MORE_NEEDED})
"""The states in which the applicant changes the answers."""

ENDED_STATES: Final = frozenset({ApplicationState.DECIDED, ApplicationState.WITHDRAWN})


class Task(StrEnum):
    """A task of the list; the three papers have the names of their kinds."""

    COMPANY = "company"
    CONTACT = "contact"
    SERVICES = "services"
    REGISTER_ENTRY = "register_entry"
    INSURANCE = "insurance"
    PREPAYMENT_REGISTER = "prepayment_register"


PAPER_TASKS: Final = {kind: Task(kind.value) for kind in PaperKind}


@dataclass(frozen=True, slots=True)
class AppliedService:
    """A service that is applied for; no municipalities: the whole county."""

    id: int
    service: str
    municipalities: tuple[str, ...]
    state: str = "pending"
    first_day: date | None = None
    last_day: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class AttachedPaper:
    """A paper of an application, without its content."""

    id: int
    kind: PaperKind
    first_day: date
    last_day: date | None
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Application:
    """An application with its answers."""

    id: int
    county_id: int
    provider_id: int | None
    state: ApplicationState
    email: str
    language: str
    answers: Mapping[str, str]
    services: tuple[AppliedService, ...]
    papers: Mapping[PaperKind, AttachedPaper]
    question: str
    link_expires_at: datetime | None
    saved_at: datetime
    submitted_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the applicant may change the answers."""
        return self.state in OPEN_TO_APPLICANT


def tasks_done(application: Application) -> dict[Task, bool]:
    """Return each task, in order, and whether it is done."""
    answers = application.answers
    done = {
        Task.COMPANY: bool(answers["business_id"] and answers["company_name"]),
        Task.CONTACT: bool(answers["contact_name"] and answers["phone"]),
        Task.SERVICES: bool(application.services),
    }
    return done | {task: kind in application.papers for kind, task in PAPER_TASKS.items()}


def why_not_submitted(application: Application, today: date) -> tuple[Refusal, ...]:
    """Return each task that is open, and each paper that is valid no more."""
    return tuple(_faults(application, today))


def _faults(application: Application, today: date) -> Iterator[Refusal]:
    for task, is_done in tasks_done(application).items():
        if not is_done:
            yield Refusal("task_open", task.value)
    for kind, paper in application.papers.items():
        if paper.last_day is not None and paper.last_day < today:
            yield Refusal("paper_expired", kind.value)


def fault_of_business_id(typed: str) -> Refusal | None:
    """Return what is wrong with a business ID."""
    return Refusal("business_id_wrong", "business_id") if parse_business_id(typed) is None else None
