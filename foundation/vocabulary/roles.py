"""Who acts: roles, groups of roles, and the actor that every action takes as an argument."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A role of a person in the program (contract, `people`)."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"
    PROVIDER_BILLER = "provider_biller"
    PROVIDER_OWNER = "provider_owner"
    PROVIDER_WORKER = "provider_worker"
    WORKER = "worker"
    COORDINATOR = "coordinator"
    SETTLEMENT_OFFICER = "settlement_officer"
    SETTLEMENT_APPROVER = "settlement_approver"
    AUDITOR = "auditor"
    ADMIN = "admin"


CLIENT_ROLES = (Role.CLIENT, Role.REPRESENTATIVE)
"""A client, and a person who may act for one."""

PROVIDER_ROLES = (Role.PROVIDER_OWNER, Role.PROVIDER_BILLER)
"""Who charges visits for a provider, and reads what it is paid."""

PROVIDER_WORKERS = (Role.PROVIDER_WORKER,)
"""Who visits clients for a provider: they see and charge the visits of clients that are theirs."""

PEOPLE_OF_PROVIDERS = (*PROVIDER_ROLES, *PROVIDER_WORKERS)
"""The people of a provider. An owner invites them and ends them."""

PROVIDER_OWNERS = (Role.PROVIDER_OWNER,)
"""Who may change what a provider is paid and by whom it is represented: its prices, its bank account and the
keys of its programs."""

SETTLEMENT_ROLES = (Role.SETTLEMENT_OFFICER, Role.SETTLEMENT_APPROVER)
"""The two people of every payment run; both may send the bank file and upload the bank's answers."""

RUN_READERS = (*SETTLEMENT_ROLES, Role.AUDITOR)
"""Who may read a county's payment runs."""

CASEWORK_ROLES = (Role.WORKER, Role.COORDINATOR)
"""The county's staff who work with clients."""

KEEPERS_OF_DATA = (Role.ADMIN, Role.AUDITOR)
"""Who watches how long a county's data are kept."""

COUNTY_READERS = (*CASEWORK_ROLES, *RUN_READERS)
"""Who may read a county's fundings, providers and charges."""

COUNTY_ROLES = (*COUNTY_READERS, Role.ADMIN)
"""All roles of a county's staff: those to which an administrator invites people."""

COUNTY_KEY_ROLES = (*CASEWORK_ROLES, Role.SETTLEMENT_OFFICER, Role.AUDITOR, Role.ADMIN)
"""The roles of a county that a new key for a program may act in: not the one that approves payments."""

SECOND_FACTOR_ROLES = (*COUNTY_ROLES, *PROVIDER_OWNERS)
"""Who confirms a log-in by a second factor."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person, or the program itself (no person, no role), for whom an action is done.

    `client_ids` are the clients this person is or may act for today. `only_fundings` are the fundings to
    which a mandate is limited, by client; a client who is not there is not limited. `choice_ids` are the
    choices whose visits a worker of a provider does. `via` is how the person acts if not on the pages or over
    the API; the audit log has it.
    """

    person_id: int | None
    role: Role | None
    name: str
    county_id: int | None = None
    provider_id: int | None = None
    client_ids: frozenset[int] = frozenset()
    via: str = ""
    only_fundings: tuple[tuple[int, frozenset[int]], ...] = ()
    choice_ids: frozenset[int] = frozenset()

    def named_fundings(self, client_id: int) -> frozenset[int] | None:
        """Return the fundings to which this person is limited for the client; None: to none in particular."""
        if client_id not in self.client_ids:
            return frozenset()
        limits = [fundings for client, fundings in self.only_fundings if client == client_id]
        return frozenset.intersection(*limits) if limits else None

    def reaches(self, client_id: int, funding_id: int) -> bool:
        """Return whether this person is or may act for the client, with regard to the funding."""
        named = self.named_fundings(client_id)
        return named is None or funding_id in named

    def reaches_all(self, client_id: int) -> bool:
        """Return whether this person is or may act for the client, with regard to all fundings."""
        return self.named_fundings(client_id) is None
