"""The roll after the vote: one who withdraws, votes on paper, turns out to be someone else, or is forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from engage import ledger, participants
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import ParticipationFact
from engage.participants import Participant
from engage.voting import ballot_box
from engage.voting.acts import VoteIsFinal, check_channel, enrol, entry_of, hold_open, set_right, slot, tag_of, write_anew
from engage.voting.models import Consultation, RollEntry


class NoVote(Refusal):
    sentence = N_("Vous n’avez pas voté ici. Il n’y a rien à retirer.")


def votes_of(act: Act, participant: Participant) -> Sequence[tuple[Consultation, RollEntry]]:
    """Every vote of a person: that it was, and by which channel."""
    rows = select(Consultation, RollEntry).join(RollEntry, RollEntry.consultation_id == Consultation.id)
    mine = rows.where(RollEntry.participant_id == participant.id).order_by(Consultation.closes_at.desc())
    return [(consultation, entry) for consultation, entry in act.session.execute(mine)]


def withdraw_vote(act: Act, consultation: Consultation, participant: Participant) -> None:
    """Take a person's ballot out of the box: its line of the roll goes, its fact is reversed.

    Raises ConsultationClosed, NotOpenYet, NoVote, VoteIsFinal.
    """
    hold_open(act, consultation)
    entry = entry_of(act, consultation, participant)
    if entry is None:
        raise NoVote
    if entry.final:
        raise VoteIsFinal
    _take_out(act, consultation, entry, participant)


def accept_envelope(act: Act, consultation: Consultation, participant: Participant) -> None:
    """A signed envelope with the person's code: their vote is on paper from now on, and an earlier one leaves the box.

    The sheet inside is entered apart, by its number alone. Raises ConsultationClosed, NotOpenYet, ChannelClosed, VoteIsFinal.
    """
    hold_open(act, consultation)
    check_channel(act, consultation)
    entry = entry_of(act, consultation, participant)
    if entry is not None and entry.final:
        raise VoteIsFinal
    if entry is not None:
        _take_out(act, consultation, entry, participant)
    enrol(act, consultation, participant, final=True)


def count_again(act: Act, participant: Participant) -> None:
    """A consent or a declaration changed: every fact of theirs follows; what was done stays done."""
    for consultation, _ in votes_of(act, participant):
        act.session.refresh(consultation, ["stage", "closes_at"], with_for_update={"read": True})
        set_right(act, consultation, participant)


def join_votes(act: Act, kept: Participant, gone: Participant) -> None:
    """Two people are one: of two ballots in an open box the later day's stays (a paper one always), the other leaves, its fact is reversed.

    In a box already opened, and of two envelopes in the pile, nothing can leave: there the second line of the roll becomes nobody's.
    """
    for consultation, entry in votes_of(act, gone):
        act.session.refresh(consultation, ["stage", "closes_at"], with_for_update={"read": True})
        own, is_open = entry_of(act, consultation, kept), consultation.is_open(act.at)
        if own is not None and (not is_open or (own.final and entry.final)):
            entry.participant_id = None
            write_anew(act, consultation, entry, None, None)
        elif own is not None and _rank(act, entry) <= _rank(act, own):
            _take_out(act, consultation, entry, gone)
        else:
            if own is not None:
                _take_out(act, consultation, own, kept)
            if is_open:
                tags = [tag_of(act, consultation, person, b"") for person in (gone, kept)]
                ballot_box.retag(act.session, slot(act, consultation), *tags)
            entry.participant_id = kept.id
        act.session.flush()
        set_right(act, consultation, kept)


def forget_voter(act: Act, participant: Participant) -> None:
    """Erasure: ballots stay, and nothing leads from them, the roll or the facts to the person any more."""
    for consultation, entry in votes_of(act, participant):
        ballot_box.retag(act.session, slot(act, consultation), tag_of(act, consultation, participant, b""), secrets.token_bytes(32))
        entry.participant_id = None
        participants.keep_about_then(act, None, UUID(entry.fact or ""))
    act.session.flush()


def _rank(act: Act, entry: RollEntry) -> tuple[bool, str]:
    return entry.final, act.session.get_one(ParticipationFact, UUID(entry.fact or "")).on.isoformat()


def _take_out(act: Act, consultation: Consultation, entry: RollEntry, participant: Participant) -> None:
    """A person's ballot leaves the box, if it lies there; their line of the roll goes, its fact is reversed."""
    ballot_box.remove(act.session, slot(act, consultation), tag_of(act, consultation, participant, b""))
    fact = act.session.get_one(ParticipationFact, UUID(entry.fact or ""))
    ledger.reverse(act, fact)
    participants.keep_about_then(act, None, fact.id)
    act.session.delete(entry)
    act.session.flush()
