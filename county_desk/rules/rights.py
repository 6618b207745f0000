"""Which roles of a county may read and which may decide."""

from foundation.vocabulary.roles import Role

WORKERS = (Role.WORKER,)
"""They grant, approve and judge."""

READERS = (
    Role.WORKER,
    Role.COORDINATOR,
    Role.SETTLEMENT_OFFICER,
    Role.SETTLEMENT_APPROVER,
    Role.AUDITOR,
)
"""They see the county's fundings, providers and charges."""
