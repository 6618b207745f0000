"""Every way in which a decision can be wrong, with its sentence (a msgid, see clearing/translations).

The codes are public and stable: `errors` of POST /decisions, the report of an import and the grant page use
them.
"""

from collections.abc import Mapping
from typing import Final

GRANT_FAULTS: Final[Mapping[str, str]] = {
    "county_unknown": "There is no such wellbeing services county, or you may not grant in it.",
    "municipality_unknown": "There is no such municipality in this county.",
    "cost_centre_unknown": "There is no such cost centre in this county.",
    "decided_in_future": "The day of the decision is in the future.",
    "over_appropriation": "The decision grants more than what is left of the appropriation.",
    "over_granting_limit": "The decision grants more than you may grant. Ask your administrator.",
    "replaced_unknown": "The client has no decision or voucher with this number.",
    "fundings_missing": "The decision grants nothing.",
    "external_id_doubled": "Two fundings of the decision have the same id.",
    "services_missing": "Name at least one service.",
    "service_unknown": "The county does not offer this service.",
    "service_not_in_funding": "The value or cap is for a service that this funding does not pay for.",
    "window_backwards": "The last day is before the first day.",
    "day_impossible": "The day is too far from today to be right.",
    "window_too_long": "The window is longer than ten years.",
    "amount_not_positive": "The amount must be more than zero.",
    "amount_too_large": "A funding is less than a thousand million euros.",
    "value_not_positive": "The value must be more than zero.",
    "quantity_not_positive": "The quantity must be more than zero.",
    "units_differ": "A quantity needs services that share one unit.",
    "granted_money_unknown": "The money cannot be computed: give an amount, or a quantity and its value.",
    "period_needs_one_limit": "A period has one limit: euros or units.",
    "share_missing": "Enter the share (0.01 to 1.00) that is carried over.",
    "share_not_allowed": "A share is given only when at most a share is carried over.",
    "time_class_unknown": "There is no such time class.",
    "provider_missing": "A payment commitment names its provider.",
    "provider_unknown": "There is no provider with this business ID.",
    "income_not_hourly": "An income-related value is for services by the hour.",
    "income_and_values": "Give either unit values or an income-related value, not both.",
    "income_malformed": "The income, limit, share or floor cannot be right.",
    "budget_exceeded": "The fundings of the personal budget are together more than its amount.",
    "outside_budget_window": "The funding is in force on days when the personal budget is not.",
    "may_move_over_budget": "The client cannot move more than the whole budget.",
    "client_fixed": "The decision was made for another client.",
    "cost_centre_fixed": "The cost centre of a decision cannot change.",
    "kind_fixed": "A voucher cannot become a commitment, nor the other way round.",
    "provider_fixed": "The named provider cannot change. Close the funding and grant a new one.",
    "services_fixed": "A service cannot be taken away. Close the funding and grant a new one.",
    "funding_over": "The funding is closed or revoked and cannot change. Grant a new one.",
    "amount_below_used": "So much of the money is already used or held that the amount cannot be this small.",
    "quantity_below_used": "So many units are already used that the quantity cannot be this small.",
    "window_leaves_charges": "Charges are already accepted on days that the new window leaves out.",
}
"""The English sentence of each code."""
