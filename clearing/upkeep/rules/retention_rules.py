"""How long each kind of data is kept, and why: versions from a day, in this one place (docs/decisions/0194).

To change a period, add a version with a later first day; never edit one that has begun. The newest version
that has begun is used for all rows of its kind. Sources are named as far as they are certain; where a law
leaves the period to the controller, the period is the county's own and the ground says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.rules.retention import last_day_kept
from foundation.vocabulary.labels import N_


@dataclass(frozen=True, slots=True)
class Period:
    """How long a row is kept after the day on which its matter ended: months, then days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One version: from which day, for how long after `since` (msgid), and the ground (msgid).

    Without a period the nightly job removes nothing of the kind; the ground says why.
    """

    kind: Kind
    from_day: date
    period: Period | None
    since: str
    ground: str


BEGINNING: Final = date(2026, 1, 1)
NEEDED: Final = N_("Kept only as long as it is needed (GDPR, article 5(1)(e)). The county has set the time.")
SECURITY: Final = N_("Kept for the security of log-ins (GDPR, article 32).")
RULES: Final = (
    RetentionRule(Kind.SESSIONS, BEGINNING, Period(days=30), N_("The log-in ended"), SECURITY),
    RetentionRule(Kind.DRAFTS, BEGINNING, Period(days=3), N_("Last used"), NEEDED),
    RetentionRule(Kind.LOG_IN_ATTEMPTS, BEGINNING, Period(days=1), N_("Began"), SECURITY),
    RetentionRule(Kind.PASSWORD_RESETS, BEGINNING, Period(days=1), N_("The link stopped working"), SECURITY),
    RetentionRule(
        Kind.ANSWERS, BEGINNING, None, N_("Made"), N_("A job of its own deletes them after 24 hours.")
    ),
    RetentionRule(Kind.SENT_MAIL, BEGINNING, Period(days=30), N_("Sent"), NEEDED),
    RetentionRule(Kind.UPLOADS, BEGINNING, Period(days=1), N_("Uploaded"), NEEDED),
    RetentionRule(
        Kind.STOPPED_FILES,
        BEGINNING,
        Period(days=14),
        N_("Stopped"),
        N_("The provider has read the day. A job of its own ends the file, and names the rows left."),
    ),
    RetentionRule(Kind.INVITATIONS_TO_HELP, BEGINNING, Period(months=12), N_("Not used"), NEEDED),
    RetentionRule(Kind.INVITATIONS_OF_CLIENTS, BEGINNING, Period(months=12), N_("Not used"), NEEDED),
    RetentionRule(Kind.INVITATIONS_OF_STAFF, BEGINNING, Period(months=12), N_("Not used"), NEEDED),
    RetentionRule(Kind.INVITATIONS_OF_COMPANIES, BEGINNING, Period(months=12), N_("Not used"), NEEDED),
    RetentionRule(Kind.APPLICATIONS, BEGINNING, Period(months=24), N_("Refused or taken back"), NEEDED),
    RetentionRule(Kind.PAPERS, BEGINNING, Period(months=24), N_("Refused or taken back"), NEEDED),
    RetentionRule(Kind.WARNINGS, BEGINNING, Period(months=24), N_("The warning ended"), NEEDED),
    RetentionRule(Kind.TIME_REQUESTS, BEGINNING, Period(months=24), N_("Closed"), NEEDED),
    RetentionRule(Kind.HELP_REQUESTS, BEGINNING, Period(months=24), N_("Answered or taken back"), NEEDED),
    RetentionRule(Kind.SUGGESTIONS, BEGINNING, Period(months=24), N_("Answered or taken back"), NEEDED),
    RetentionRule(Kind.CARDS, BEGINNING, Period(months=24), N_("Last day or cancelled"), NEEDED),
    RetentionRule(Kind.CALENDARS, BEGINNING, Period(days=30), N_("Revoked"), SECURITY),
    RetentionRule(Kind.WEBHOOK_DELIVERIES, BEGINNING, Period(days=30), N_("Made"), NEEDED),
    RetentionRule(Kind.SUPPORT_PLANS, BEGINNING, Period(months=12), N_("The client left the county"), NEEDED),
    RetentionRule(
        Kind.PEOPLE,
        BEGINNING,
        Period(months=24),
        N_("The last role ended"),
        N_(
            "Kept while somebody may ask about what the person did (GDPR, article 5(1)(e)). The number "
            "stays; the log keeps the name that it was written with. The county has set the time."
        ),
    ),
    RetentionRule(
        Kind.MESSAGES,
        BEGINNING,
        None,
        N_("Sent"),
        N_("Until the day that the writer has read. The county sets the months; a job of its own deletes."),
    ),
    RetentionRule(
        Kind.LOOKS,
        BEGINNING,
        None,
        N_("Made"),
        N_("Clients may ask who used their data (Act 703/2023). The program removes nothing."),
    ),
    RetentionRule(
        Kind.CLIENT_RECORDS,
        BEGINNING,
        None,
        N_("Made"),
        N_("Client records follow Act 703/2023 and the county's archive. The program removes nothing."),
    ),
    RetentionRule(Kind.CARD_ATTEMPTS, BEGINNING, Period(months=24), N_("Made"), NEEDED),
    RetentionRule(
        Kind.BILLS,
        BEGINNING,
        None,
        N_("The financial year ended"),
        N_(
            "The Accounting Act (1336/1997), chapter 2, section 10: six years at least. A bill stays as "
            "long as its charges: it says what is billed."
        ),
    ),
    RetentionRule(
        Kind.BOOKS,
        BEGINNING,
        None,
        N_("The financial year ended"),
        N_("The Accounting Act (1336/1997): books for ten years at least. The program removes nothing."),
    ),
)


def rules_on(day: date, rules: Iterable[RetentionRule] = RULES) -> Mapping[Kind, RetentionRule]:
    """Return the version in force on a day of each kind, in the order of `Kind`."""
    begun = sorted((rule for rule in rules if rule.from_day <= day), key=lambda rule: rule.from_day)
    newest = {rule.kind: rule for rule in begun}
    return {kind: newest[kind] for kind in Kind if kind in newest}


def last_day(period: Period, ended_on: date) -> date:
    """Return the last day on which a row is kept whose matter ended on a day."""
    return last_day_kept(ended_on, period.months) + timedelta(days=period.days)
