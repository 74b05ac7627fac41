"""A member or a candidate who is erased, or turns out to be the same person as another."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select, update

from engage.committees.models import Attendance, Candidacy, Decision, Membership, Reply, Stage
from engage.kernel.act import Act
from engage.participants import Participant


def forget_member(act: Act, participant: Participant) -> None:
    """Erasure: the seat falls free and keeps its history, the person is gone from it; what they asked for goes whole."""
    mine = select(Membership.id).where(Membership.participant_id == participant.id)
    act.session.execute(update(Reply).where(Reply.membership_id.in_(mine)).values(needs_sealed=None))
    act.session.execute(update(Attendance).where(Attendance.membership_id.in_(mine)).values(fact_sealed=None))
    act.session.execute(update(Decision).where(Decision.proposed_by.in_(mine)).values(proposed_by=None))
    for membership in act.session.scalars(select(Membership).where(Membership.participant_id == participant.id)):
        membership.left_on = membership.left_on or act.day
        membership.participant_id = membership.status_sealed = membership.name_sealed = None
        membership.fact_sealed = membership.fact_left_sealed = None
        membership.shown = membership.buddy = ""
    act.session.execute(delete(Candidacy).where(Candidacy.participant_id == participant.id))
    act.session.flush()


def join_members(act: Act, kept: Participant, gone: Participant) -> None:
    """Two are one: seats and wishes of `gone` become those of `kept`; where both asked, the wish of `kept` stands."""
    over = (Stage.WITHDRAWN, Stage.SEATED)
    theirs = select(Candidacy.committee_id).where(Candidacy.participant_id == kept.id, Candidacy.stage.not_in(over))
    doubled = (Candidacy.participant_id == gone.id, Candidacy.stage.not_in(over), Candidacy.committee_id.in_(theirs))
    act.session.execute(delete(Candidacy).where(*doubled))
    for table in (Candidacy, Membership):
        act.session.execute(update(table).where(table.participant_id == gone.id).values(participant_id=kept.id))


def forget_old(act: Act, before: date) -> None:
    """What ended before a day loses its person: wishes go whole, seats keep their history without whoever held them."""
    act.session.execute(delete(Candidacy).where(Candidacy.ended_on < before))
    over = (Membership.left_on < before, Membership.participant_id.is_not(None))
    gone = {"participant_id": None, "status_sealed": None, "name_sealed": None, "fact_sealed": None, "fact_left_sealed": None}
    act.session.execute(update(Membership).where(*over).values(gone))
