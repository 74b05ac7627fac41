"""Asking for a seat: what someone needs, how to reach them, the call that is promised, and changing one's mind."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from engage import participants
from engage.committees import telling
from engage.committees.memberships import current
from engage.committees.models import Candidacy, Committee, Stage, Support
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.participants import ConsentKind, Participant, Status

PARTS = ("morning", "afternoon", "evening")
MOST_CHILDREN = 9
_OVER = (Stage.WITHDRAWN, Stage.SEATED)


class NotWelcoming(Refusal):
    sentence = N_("Ce comité ne cherche personne en ce moment. Une personne de la table peut vous en dire plus.")


class SeatedAlready(Refusal):
    sentence = N_("Vous avez déjà une place dans ce comité.")


class ReachMissing(Refusal):
    sentence = N_("Dites comment vous joindre: un numéro, ou par qui passer.")


class GroupMissing(Refusal):
    sentence = N_("Écrivez le nom du groupe qui propose la personne.")


@dataclass(frozen=True)
class Needs:
    """What someone needs to come, in their own measure."""

    supports: tuple[str, ...] = ()
    children: int = 0
    more: str = ""


@dataclass(frozen=True)
class Reach:
    """How and when to reach someone, and what to call them."""

    name: str = ""
    number: str = ""
    how: str = ""
    part: str = ""


@dataclass(frozen=True)
class Wish:
    """All that comes with asking for a seat."""

    needs: Needs = field(default_factory=Needs)
    reach: Reach = field(default_factory=Reach)
    status: Status | None = None
    counted: bool = False
    uses_about: bool = False
    """Whether a draw may look at what they said of themselves."""


def ask(act: Act, committee: Committee, participant: Participant, wish: Wish, *, nominated_by: str = "") -> Candidacy:
    """Someone asks for a seat, or asks again with other needs. A call is promised, unless it was made already.

    Raises NotWelcoming, SeatedAlready, ReachMissing.
    """
    if not committee.is_welcoming or committee.ended_on:
        raise NotWelcoming
    if current(act.session, committee.id, participant.id):
        raise SeatedAlready
    if not (wish.reach.number or wish.reach.how.strip()):
        raise ReachMissing
    found = live(act, committee, participant)
    if found is None:
        found = Candidacy(
            committee_id=committee.id,
            agreement_id=committee.agreement_id,
            participant_id=participant.id,
            stage=Stage.ASKED,
            channel=act.channel,
            nominated_by=nominated_by.strip(),
            asked_on=act.day,
            call_by=call_by(act, committee),
            uses_about=False,
        )
        act.session.add(found)
    elif not nominated_by.strip():
        found.nominated_by = ""
    found.uses_about = wish.uses_about
    found.needs = json.dumps(asdict(_tidy(wish.needs)))
    found.reach = _said_anew(found, wish.reach)
    act.session.flush()
    tell_of_self(act, participant, wish)
    return found


def _said_anew(candidacy: Candidacy, reach: Reach) -> str:
    """What was said before, but for what is said otherwise now."""
    return json.dumps(asdict(reach_of(candidacy)) | {name: said for name, said in asdict(reach).items() if said})


def call_by(act: Act, committee: Committee) -> date:
    """The day by which whoever asks now is promised a call."""
    return act.day + timedelta(days=committee.call_within)


def tell_of_self(act: Act, participant: Participant, wish: Wish) -> None:
    """The two answers that are never a condition: lived experience, and being counted."""
    if wish.status is not None:
        participants.declare(act, participant, wish.status)
    if wish.counted:
        participants.consent(act, participant, ConsentKind.COUNT, given=True)


def nominate(act: Act, committee: Committee, participant: Participant, wish: Wish, group: str) -> Candidacy:
    """A community group proposes someone, who agreed. Raises GroupMissing, and as `ask`."""
    if not group.strip():
        raise GroupMissing
    return ask(act, committee, participant, wish, nominated_by=group)


def _tidy(needs: Needs) -> Needs:
    supports = tuple(each for each in Support if each in needs.supports or (each == Support.CARE and needs.children))
    return Needs(supports, min(max(needs.children, 0), MOST_CHILDREN), needs.more.strip())


def live(act: Act, committee: Committee, participant: Participant) -> Candidacy | None:
    mine = (Candidacy.committee_id == committee.id, Candidacy.participant_id == participant.id, Candidacy.stage.not_in(_OVER))
    return act.session.scalar(select(Candidacy).where(*mine))


def needs_of(candidacy: Candidacy) -> Needs:
    told = json.loads(candidacy.needs or "{}")
    return Needs(tuple(told.get("supports", ())), told.get("children", 0), told.get("more", ""))


def reach_of(candidacy: Candidacy) -> Reach:
    return Reach(**json.loads(candidacy.reach or "{}"))


def no_answer(act: Act, candidacy: Candidacy) -> None:
    """Nobody picked up: the promise stands, and the try is written down."""
    candidacy.tries += 1
    act.session.flush()


def called(act: Act, candidacy: Candidacy, wish: Wish | None = None) -> None:
    """They were called, heard who sits in the room, and want the seat. What they need, and how to reach them, may have changed."""
    if wish is not None:
        candidacy.needs, candidacy.uses_about = json.dumps(asdict(_tidy(wish.needs))), wish.uses_about
        candidacy.reach = _said_anew(candidacy, wish.reach)
        tell_of_self(act, act.session.get_one(Participant, candidacy.participant_id), wish)
    candidacy.called_on = act.day
    if candidacy.stage == Stage.ASKED:
        candidacy.stage = Stage.READY
        act.session.flush()
        committee = act.session.get_one(Committee, candidacy.committee_id)
        telling.tell(act, committee, candidacy.participant_id, telling.READY)
    act.session.flush()


def withdraw(act: Act, candidacy: Candidacy) -> None:
    """Without a reason, at any step. What they needed is forgotten at once."""
    candidacy.stage, candidacy.ended_on = Stage.WITHDRAWN, act.day
    candidacy.needs = candidacy.reach = None
    act.session.flush()


def is_late(candidacy: Candidacy, today: date) -> bool:
    return candidacy.stage == Stage.ASKED and candidacy.call_by < today
