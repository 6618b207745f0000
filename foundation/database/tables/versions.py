"""Which version of slow-changing facts is in force, so that a process may keep what it read of them."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base

PROVIDER = 0
COUNTY = 1
CATALOGUE = 2
"""Kinds of facts: a provider's approvals, papers, account, offerings and prices; a county's settings and
calendar; the services."""


class FactsVersion(Base):
    """A new random version at each change, set by triggers: the same version always means the same facts.

    Random and not counted: a version that was rolled back is never given again to other facts.
    """

    __tablename__ = "facts_version"
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[uuid.UUID]
