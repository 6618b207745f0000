"""The columns of a charge file (contract, Charge file)."""

from __future__ import annotations

from foundation.tabular.table import Layout

REPORT_COLUMNS = ("file_row", "reason_codes", "reasons")
CANCELLATION_COLUMNS = ("cancel_reason", "notice_hours")
"""Ours, beside those of the contract: of a charge for a cancelled visit (R-35)."""

CHARGE_LAYOUT = Layout(
    required=("reference", "voucher", "service", "service_day", "unit"),
    optional=(
        "quantity",
        "unit_price",
        "start",
        "end",
        "total",
        "client",
        "worker",
        "note",
        "visit",
        *CANCELLATION_COLUMNS,
    ),
    numbers=frozenset({"quantity", "unit_price", "total", "notice_hours"}),
    days=frozenset({"service_day"}),
    times=frozenset({"start", "end"}),
    references=frozenset({"reference", "voucher", "service", "client", "worker", "visit"}),
    leaves_totals_out=True,
    reported=frozenset(REPORT_COLUMNS),
)
CHARGE_COLUMNS = (
    "reference",
    "voucher",
    "service",
    "service_day",
    "start",
    "end",
    "quantity",
    "unit",
    "unit_price",
    "total",
    "client",
    "worker",
    "note",
)
"""In the order of the contract."""

FILE_COLUMNS = (*CHARGE_COLUMNS, "visit", *CANCELLATION_COLUMNS)
"""All that a file may have."""
