"""Which column of a decisions file a wrong field of the document stands in."""

COLUMNS = {
    "client.number": "client",
    "client.name": "name",
    "client.municipality": "municipality",
    "personal_budget.amount": "budget",
    "personal_budget.window": "budget_from",
    "personal_budget.client_may_move.up_to": "may_move_up_to",
    "window": "from",
    "per_period": "period",
    "per_period.amount": "period_amount",
    "per_period.quantity": "period_quantity",
    "per_period.share": "share",
    "income_related": "income_max",
}


def column_of(field: str) -> str:
    """The column of a field; ``fundings.0.window`` is the row's ``from``."""
    if field.startswith("fundings."):
        field = field.partition(".")[2].partition(".")[2] or "external_id"
    return COLUMNS.get(field, field)
