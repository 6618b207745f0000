"""Versions of facts that change slowly, so that a process can cache them."""

import uuid

from sqlalchemy import BigInteger, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base

PROVIDER = 0
COUNTY = 1
CATALOGUE = 2
"""Kinds of facts: a provider's approvals, papers, account, offerings and prices; a county's settings and
calendar; the catalogue of services."""


class FactsVersion(Base):
    """The version of some facts, set at each change by triggers: the same version means the same facts.

    It is random and not a number in order, so that a version that was rolled back is never used again.
    """

    __tablename__ = "facts_version"
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[uuid.UUID]
