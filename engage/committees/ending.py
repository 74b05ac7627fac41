"""A committee sits no more: whoever sat, was to sit or wished to is told, and nothing of it stays open."""

from __future__ import annotations

from sqlalchemy import select

from engage.committees import telling
from engage.committees.candidacies import withdraw
from engage.committees.draws import void
from engage.committees.meetings import call_off
from engage.committees.memberships import decline, under_way
from engage.committees.models import Candidacy, Committee, Leaving, Meeting, Membership, Stage
from engage.governance import Mechanism
from engage.kernel.act import Act
from engage.kernel.words import N_, say

VOIDED = N_("Le comité ne siège plus.")


def end_committee(act: Act, committee: Committee) -> None:
    """Nobody can ask for a seat, its mechanism ends today; a draw is void, offers are over, meetings are called off. Once."""
    act.session.refresh(committee, with_for_update=True)
    if committee.ended_on is not None:
        return
    committee.ended_on, committee.is_welcoming = act.day, False
    act.session.get_one(Mechanism, committee.mechanism_id).ends_on = act.day
    act.session.flush()
    drawing = under_way(act, committee)
    if drawing is not None:
        void(act, drawing, say("fr", VOIDED))
    for meeting in act.session.scalars(select(Meeting).where(Meeting.committee_id == committee.id, Meeting.cancelled_on.is_(None))):
        call_off(act, meeting)
    told = set()
    for membership in act.session.scalars(
        select(Membership).where(Membership.committee_id == committee.id, Membership.left_on.is_(None))
    ).all():
        told.add(membership.participant_id)
        if membership.is_offer:
            decline(act, membership)
        else:
            membership.left_on, membership.reason = act.day, Leaving.TERM_OVER
            membership.shown = membership.buddy = ""
    asked = (Candidacy.committee_id == committee.id, Candidacy.stage.not_in((Stage.WITHDRAWN, Stage.SEATED)))
    for candidacy in act.session.scalars(select(Candidacy).where(*asked)).all():
        told.add(candidacy.participant_id)
        withdraw(act, candidacy)
    for participant_id in filter(None, told):
        telling.tell(act, committee, participant_id, telling.ENDED)
    act.session.flush()
