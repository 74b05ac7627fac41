"""What a table tried, for other tables to reuse: what, for whom, what worked, what failed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.governance.models import Practice
from engage.kernel.act import Act
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_

LONGEST = 600


class PracticeIncomplete(Refusal):
    sentence = N_("Dites les quatre: quoi, pour qui, ce qui a marché, ce qui n’a pas marché. Une pratique sans échec n’apprend rien.")


class PracticeHard(Refusal):
    sentence = N_("Ce texte est difficile: %(fault)s. Écrivez-le comme à un voisin, en phrases de 20 mots au plus.")


def share(act: Act, agreement_id: str, *, what: str, for_whom: str, worked: str, failed: str) -> Practice:
    """Raises PracticeIncomplete, PracticeHard."""
    parts = {"what": what, "for_whom": for_whom, "worked": worked, "failed": failed}
    told = {name: text.strip()[:LONGEST] for name, text in parts.items()}
    if not all(told.values()):
        raise PracticeIncomplete
    for text in told.values():
        found = reading(text)
        if found.longest or found.banned:
            raise PracticeHard(fault=", ".join(found.banned) or found.longest)
    made = Practice(agreement_id=agreement_id, shared_on=act.day, **told)
    act.session.add(made)
    act.session.flush()
    return made


def withdraw(act: Act, practice: Practice) -> None:
    practice.withdrawn_on = practice.withdrawn_on or act.day
    act.session.flush()


def shared(session: Session) -> Sequence[Practice]:
    """Those that stand, the last first."""
    return session.scalars(select(Practice).where(Practice.withdrawn_on.is_(None)).order_by(Practice.shared_on.desc(), Practice.id)).all()
