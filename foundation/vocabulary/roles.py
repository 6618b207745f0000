"""Who acts: roles, and the actor that every action is told about."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A role of a person in the program (contract, ``people``)."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"
    PROVIDER_BILLER = "provider_biller"
    PROVIDER_OWNER = "provider_owner"
    WORKER = "worker"
    COORDINATOR = "coordinator"
    SETTLEMENT_OFFICER = "settlement_officer"
    SETTLEMENT_APPROVER = "settlement_approver"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person, or the program itself (no person, no role), for whom an action is done.

    ``client_ids`` are the clients this person is or may act for today.
    """

    person_id: int | None
    role: Role | None
    name: str
    county_id: int | None = None
    provider_id: int | None = None
    client_ids: frozenset[int] = frozenset()
