"""What can be looked up about agreements and tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from engage import territory
from engage.governance.models import Agreement, AgreementRegion, AgreementTerritory, Mechanism, RegionalTable

_BY_NUMBER = select(RegionalTable).where(RegionalTable.text_number == bindparam("number"))

_LINKED = select(AgreementTerritory.territory_code).where(
    AgreementTerritory.agreement_id == bindparam("agreement"),
    or_(AgreementTerritory.starts_on.is_(None), AgreementTerritory.starts_on <= bindparam("day")),
    or_(AgreementTerritory.ends_on.is_(None), AgreementTerritory.ends_on >= bindparam("day")),
)
_REGIONS = select(AgreementRegion.region_code).where(AgreementRegion.agreement_id == bindparam("agreement"))
_PLACES = (
    select(territory.Territory.code, territory.Territory.name)
    .where(
        or_(
            territory.Territory.code.in_(_LINKED),
            and_(~_LINKED.exists(), territory.Territory.region_code.in_(_REGIONS)),
        )
    )
    .order_by(territory.Territory.name)
)


def agreements(session: Session) -> Sequence[Agreement]:
    return session.scalars(select(Agreement).order_by(Agreement.id)).all()


def table_of(session: Session, agreement_id: str) -> RegionalTable | None:
    return session.scalar(select(RegionalTable).where(RegionalTable.agreement_id == agreement_id))


def tables(session: Session) -> Sequence[RegionalTable]:
    return session.scalars(select(RegionalTable).order_by(RegionalTable.name)).all()


def table_by_number(session: Session, number: str) -> RegionalTable | None:
    """The table that people text at this number; with a single table, it answers for any number of the provider."""
    found = session.scalar(_BY_NUMBER, {"number": number})
    if found is None:
        every = session.scalars(select(RegionalTable).limit(2)).all()
        return every[0] if len(every) == 1 else None
    return found


def places_of(session: Session, agreement_id: str, day: date) -> list[tuple[str, str]]:
    """Code and name of the territories entered for an agreement on a day; where none are, of those of the region that the sources give."""
    return [(code, name) for code, name in session.execute(_PLACES, {"agreement": agreement_id, "day": day})]


def mechanisms(session: Session, agreement_ids: Collection[str]) -> Sequence[Mechanism]:
    """The mechanisms of some agreements, those that go on first, by type."""
    query = select(Mechanism).where(Mechanism.agreement_id.in_(agreement_ids))
    return session.scalars(query.order_by(Mechanism.ends_on.is_not(None), Mechanism.type, Mechanism.name)).all()


def territory_names(session: Session, agreement_ids: Collection[str]) -> dict[str, str]:
    """The name of each agreement's territory, by agreement."""
    rows = session.execute(select(Agreement.id, Agreement.territory).where(Agreement.id.in_(agreement_ids)))
    return dict(rows.all())
