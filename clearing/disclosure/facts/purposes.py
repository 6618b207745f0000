"""Why people read clients' data. The text is stored with each look, and the client reads it translated."""

from enum import StrEnum
from typing import Final

from foundation.vocabulary.labels import N_


class Purpose(StrEnum):
    """A purpose for reading a client's data. The value is what the audit log stores: never change one."""

    ACTS_FOR_CLIENT = N_("Acts for the client")
    INVITED = N_("Read your invitation")
    CASEWORK = N_("Handles your matter")
    ASKED = N_("You or your helper asked for it")
    CLIENT_SEARCH = N_("Searched for a client")
    CASE_LIST = N_("Went through the clients who need something")
    GRANT = N_("Prepared a decision for you")
    VOUCHERS = N_("Looked up your vouchers")
    COUNTY_CHARGES = N_("Checked the charges for your visits")
    HELD_CHARGES = N_("Checked a charge that waits for the county")
    APPROVAL = N_("Decided about a provider that you have chosen")
    CORRECTION = N_("Corrected a charge for your visit")
    OVERSIGHT_OF_DATA = N_("Checks how your data is used")
    OVERSIGHT_OF_MONEY = N_("Checks how the money is used")
    PROVIDER_CHARGES = N_("Handles its charges for your visits")
    PROVIDER_VISIT = N_("Charges a visit to you")
    PROVIDER_CARD = N_("Read your card to charge a visit")
    PROVIDER_PLAN = N_("Plans its visits to you")
    PROVIDER_CALENDAR = N_("Reads the times of its visits to you in a calendar")
    PROVIDER_CHECK = N_("Tried whether a charge would be accepted")
    PROVIDER_TIMES = N_("Answers your question about a free time")
    MESSAGES = N_("Exchanges messages with you")
    PROVIDER_SETTLEMENT = N_("Checks what it has been paid for your visits")
    PROVIDER_CO_PAYMENT = N_("Invoices what you pay yourself")


PURPOSES: Final = {purpose.value: purpose for purpose in Purpose}
"""The purposes by their stored text: a reason that is none of these was written by the reader."""
