"""Who may read what of a copy of a client's data, and what is left out, with the reason.

Source: Regulation (EU) 2016/679, article 15(4): the copy does not adversely affect the rights of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from foundation.vocabulary.labels import N_

ALWAYS_LEFT_OUT: Final = (
    N_("The county has more about you in its client records. Ask the county for them."),
    N_("Your identity code is not here. We do not store it. We store a number made from it."),
    N_("Passwords and keys are not here. Somebody else could use them."),
    N_("The addresses of video visits are not here. Whoever has an address could join the visit."),
    N_("The names of workers are only where you see them in Omatori too. This protects the workers."),
    N_("The providers' payments and bank accounts are not here. They are not about you."),
    N_("Backups are not here. They have the same data, and they are deleted later."),
)
"""What no file has, each with its reason, as a client reads it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader of a copy may know beside the rest.

    `messages` are those with the county, `all_messages` those with providers too; `account` is how the client
    logs in, `helpers` who acts for the client.
    """

    plan: bool
    account: bool
    helpers: bool
    messages: bool
    all_messages: bool

    @property
    def hidden(self) -> frozenset[str]:
        """Return the codes of the kinds that the reader may not know."""
        parts = ((self.plan, OF_PLAN), (self.account, OF_ACCOUNT), (self.helpers, OF_HELPERS))
        codes = [kinds for may_read, kinds in (*parts, (self.messages, OF_MESSAGES)) if not may_read]
        return frozenset().union(*codes)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return what is left out, and why, as a client reads it."""
        parts = (
            (self.plan, _PLAN_LEFT_OUT),
            (self.account, _ACCOUNT_LEFT_OUT),
            (self.helpers, _HELPERS_LEFT_OUT),
            (self.all_messages, _MESSAGES_LEFT_OUT),
        )
        return (*(text for may_read, text in parts if not may_read), *ALWAYS_LEFT_OUT)


OF_PLAN: Final = frozenset({"support_plan", "own_goals"})
OF_ACCOUNT: Final = frozenset({"account", "account_invitations", "log_ins", "ways_to_log_in"})
OF_HELPERS: Final = frozenset({"mandates", "invitations", "wishes"})
OF_MESSAGES: Final = frozenset({"messages"})
_PLAN_LEFT_OUT: Final = N_(
    "The support plan is not here. It is not shared with the person who made this copy."
)
_ACCOUNT_LEFT_OUT: Final = N_("Log-ins are not here. Only the client can save them.")
_HELPERS_LEFT_OUT: Final = N_("The client's helpers are not here. Only the client can save them.")
_MESSAGES_LEFT_OUT: Final = N_("Some messages are not here. The person who made this copy may not read them.")


def reading_of_client() -> Reading:
    """Return what clients read of themselves: everything."""
    return Reading(plan=True, account=True, helpers=True, messages=True, all_messages=True)


def reading_of_helper(*, plan_shared: bool, may_write: bool) -> Reading:
    """Return what somebody who acts for the client in all vouchers reads: what their pages show."""
    return Reading(plan=plan_shared, account=False, helpers=False, messages=may_write, all_messages=may_write)


def reading_of_worker(*, plan_shared: bool) -> Reading:
    """Return what a worker reads who makes the copy for a client: what the worker's pages show."""
    return Reading(plan=plan_shared, account=False, helpers=True, messages=True, all_messages=False)
