"""The accepted form of each field of a charge, as the advice on a field that cannot be read (msgids)."""

from collections.abc import Mapping

_NUMBER = "Write the number as 12.50, without a unit. A file may also write 12,50."
_TIME = "Write the time as 08:30. Midnight is 00:00 of the next day."
_CODE = "Write the code as text. In a spreadsheet, format the column as text."

FIELD_FORMS: Mapping[str, str] = {
    "reference": (
        "Use at most 64 letters, digits and the marks - _ / . In a spreadsheet, format the column as text."
    ),
    "voucher": _CODE,
    "client": _CODE,
    "worker": _CODE,
    "service": _CODE,
    "service_day": "Write the day as 2026-11-16. A file may also write 16.11.2026.",
    "start": _TIME,
    "end": _TIME,
    "quantity": _NUMBER,
    "unit_price": _NUMBER,
    "total": _NUMBER,
    "notice_hours": _NUMBER,
    "unit": "Write one of these: hour, visit, day, night, month, km, piece.",
    "visit": "Write the visit as it is in your list of visits: 700-20261203-1.",
    "note": "Write at most 500 characters, without control characters.",
    "cancel_reason": "Write one of these: client_cancelled, client_ill, client_absent, other.",
}
