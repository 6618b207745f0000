"""What a provider stated of a cancelled visit."""

from __future__ import annotations

import pytest

from marketplace.rules.cancelled_visits import StatedCancellation, stated_cancellation


@pytest.mark.parametrize(
    ("sent", "stated"),
    [
        ({}, None),
        ({"cancel_reason": None, "notice_hours": ""}, None),
        ({"cancel_reason": " ", "notice_hours": " "}, None),
        ({"cancel_reason": "client_ill", "notice_hours": "1.50"}, StatedCancellation("client_ill", 150)),
        ({"cancel_reason": " client_ill ", "notice_hours": " 1,5 "}, StatedCancellation("client_ill", 150)),
        ({"cancel_reason": "client_ill"}, StatedCancellation("client_ill", None)),
        ({"cancel_reason": "client_ill", "notice_hours": "soon"}, StatedCancellation("client_ill", None)),
        ({"notice_hours": "0.00"}, StatedCancellation(None, 0)),
    ],
)
def test_a_stated_cancellation(sent: dict[str, object], stated: StatedCancellation | None) -> None:
    """Either value may be missing or malformed; files have a decimal comma and spaces around."""
    assert stated_cancellation(sent) == stated
