"""Identity and permissions: guards for views, the actor, log-in and keys for programs."""

from foundation.web.identity.guards import (
    actor_or_none,
    allow,
    current_actor,
    current_provider_id,
    fresh,
    fresh_log_in,
    guard_of,
    public,
    signed,
)
from foundation.web.identity.passwords import hash_password, password_fault
