"""A service that is exempt from VAT has its reason, and no other has one, whoever writes it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


@pytest.mark.parametrize(
    ("kind", "exemption"), [("'exempt'", "NULL"), ("'general'", "'health_care'"), ("'exempt'", "'art'")]
)
def test_the_database_keeps_reason_and_kind_together(session: Session, kind: str, exemption: str) -> None:
    values = f"1, 'X', 'hour', {kind}, {exemption}, false, 'x', 'x', 'x', '', '', '', ''"
    columns = (
        "id, code, unit, vat_kind, vat_exemption, free_of_charge, name_fi, name_sv, name_en, "
        "about_fi, about_sv, about_en, about_selko"
    )
    with pytest.raises(IntegrityError, match=r"ck_service_(exempt|vat_exemption)"), session.begin_nested():
        session.execute(text(f"INSERT INTO service ({columns}) VALUES ({values})"))
