"""What makes it possible to come: asked, given, paid or refused, and what it costs in a year. Never an opinion on benefits."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.committees.models import Meeting, Support, SupportLine, SupportState
from engage.kernel.act import Act, day_of
from engage.kernel.codes import spaced
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_

MOST_CENTS = 100_000
WARNING = N_(
    "Cet argent peut compter dans vos prestations. Un groupe de défense des droits peut vous répondre. "
    "On peut aussi vous aider autrement, ou vous pouvez dire non."
)
"""Said before any amount is accepted, with the two other ways beside it."""


class NotToldYet(Refusal):
    sentence = N_("Dites d’abord à la personne que cet argent peut compter dans ses prestations, puis cochez la case.")


class AmountWrong(Refusal):
    sentence = N_("Écrivez un montant en dollars, comme 25 ou 25,50, de 1 000 $ au plus.")


def settle(
    act: Act, line: SupportLine, state: SupportState, *, cents: int | None = None, in_advance: bool = False, was_told: bool = False
) -> None:
    """What became of a support. Money, and an allowance in any form, only once the person was told what it may mean.

    Raises NotToldYet, AmountWrong.
    """
    if cents is not None and not 0 < cents <= MOST_CENTS:
        raise AmountWrong
    if state == SupportState.PAID and cents is None:
        raise AmountWrong
    is_money = cents is not None or line.support == Support.ALLOWANCE
    if state in (SupportState.PAID, SupportState.GIVEN) and is_money and not (was_told or line.heard_on):
        raise NotToldYet
    line.heard_on = line.heard_on or (act.day if was_told else None)
    line.state, line.on = state, act.day
    line.cents = cents if state in (SupportState.PAID, SupportState.GIVEN) else None
    line.in_advance = in_advance and state == SupportState.PAID
    act.session.flush()


def give_voucher(act: Act, line: SupportLine, cents: int, *, was_told: bool) -> str:
    """A voucher that bears eight digits instead of a name; the same one where it was given already. Raises as `settle`."""
    act.session.refresh(line, with_for_update=True)
    if line.voucher and (line.state, line.cents) == (SupportState.GIVEN, cents):
        return spaced(line.voucher)
    settle(act, line, SupportState.GIVEN, cents=cents, was_told=was_told)
    line.voucher = f"{secrets.randbelow(10**8):08d}"
    act.session.flush()
    return spaced(line.voucher)


def lines(session: Session, meeting: Meeting) -> Sequence[SupportLine]:
    query = select(SupportLine).where(SupportLine.meeting_id == meeting.id)
    return session.scalars(query.order_by(SupportLine.support, SupportLine.id)).all()


def line_of(session: Session, meeting: Meeting, membership_id: UUID, support: str) -> SupportLine | None:
    here = (SupportLine.meeting_id == meeting.id, SupportLine.membership_id == membership_id, SupportLine.support == support)
    return session.scalar(select(SupportLine).where(*here))


@dataclass
class Year:
    """A fiscal year of supports: how often each was asked, given (in kind or money) and refused, and cents paid."""

    asked: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    cents: Counter[str] = field(default_factory=Counter)
    in_advance: int = 0

    @property
    def total(self) -> int:
        return sum(self.cents.values())


def year(session: Session, agreement_ids: Collection[str], first: date, last: date) -> Year:
    """Totals over the meetings of a fiscal year, by support; no person is in it."""
    rows = session.execute(
        select(SupportLine, Meeting.starts_at)
        .join(Meeting, Meeting.id == SupportLine.meeting_id)
        .where(Meeting.agreement_id.in_(agreement_ids))
    )
    told = Year()
    for line, starts_at in rows:
        if not first <= day_of(starts_at) <= last:
            continue
        told.asked[line.support] += 1
        told.given[line.support] += line.state in (SupportState.GIVEN, SupportState.PAID)
        told.refused[line.support] += line.state == SupportState.REFUSED
        told.cents[line.support] += line.cents or 0
        told.in_advance += line.in_advance
    return told
