"""Fiscal years that are closed: what happened in one is no longer added, and what was wrong is corrected in the open."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from engage.kernel.act import Act, fiscal_year_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger.models import YearClosing


class YearIsClosed(Refusal):
    sentence = N_(
        "L’année %(year)s est close depuis le %(day)s: on n’y ajoute plus rien. Dites-le dans le prochain compte, comme une correction."
    )


class YearNotOver(Refusal):
    sentence = N_("L’année %(year)s n’est pas finie. Elle se ferme après le 31 mars.")


def closing_of(session: Session, year: str) -> YearClosing | None:
    return session.get(YearClosing, year)


def check_open(session: Session, day: date) -> None:
    """Raises YearIsClosed."""
    closing = closing_of(session, fiscal_year_of(day))
    if closing is not None:
        raise YearIsClosed(year=closing.year, day=closing.closed_on)


def check_over(act: Act, year: str) -> None:
    """Raises YearNotOver."""
    if act.day <= date(int(year[5:]), 3, 31):
        raise YearNotOver(year=year)


def close(act: Act, year: str, by: str) -> YearClosing:
    """Once and for all. Raises YearNotOver, YearIsClosed."""
    check_over(act, year)
    check_open(act.session, date(int(year[5:]), 3, 31))
    made = YearClosing(year=year, closed_at=act.at, closed_on=act.day, closed_by=by)
    act.session.add(made)
    act.session.flush()
    return made
