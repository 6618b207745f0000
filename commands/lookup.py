"""What the arguments of a command name: a county, a provider. An unknown code ends the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from clearing.payments.load.payers import PayingCounty


def county_with_code(session: Session, code: str) -> PayingCounty:
    """Return the county with a code; raise ClickException if there is none."""
    from clearing.payments.load.payers import paying_county

    county = paying_county(session, code)
    if county is None:
        raise click.ClickException(f"There is no county {code}.")
    return county


def provider_with_business_id(session: Session, business_id: str) -> int:
    """Return the id of the provider with a business ID; raise ClickException if there is none."""
    from marketplace.load.register import provider_id_of

    provider_id = provider_id_of(session, business_id)
    if provider_id is None:
        raise click.ClickException(f"There is no provider {business_id}.")
    return provider_id
