"""Voting: consultations, one secret and replaceable vote per person, and results that explain themselves."""

from engage.voting import kiosks, sheets
from engage.voting.acts import (
    ELSEWHERE,
    MOST_CHOICES,
    NO_FIXED_ADDRESS,
    BadAge,
    BadKeyword,
    BadLevel,
    BadPlaces,
    ClosesTooSoon,
    CodeNeeded,
    CodeTaken,
    ConsultationClosed,
    LivesElsewhere,
    ResidenceMissing,
    TooManyChoices,
    TooYoung,
    Vote,
    VoteIsFinal,
    WordingMissing,
    cast_vote,
    check_choices,
    check_eligible,
    check_not_final,
    check_open,
    draft_consultation,
    open_consultation,
    say_more,
    set_aside,
    take_back,
)
from engage.voting.ballot_box import FEWEST, receipt_codes
from engage.voting.closing import carry_closings, close_consultation
from engage.voting.models import Consultation, Door, Kiosk, Option, Reconciliation, Result, RollEntry, SheetBatch, Stage
from engage.voting.queries import ballots_download, by_code, of_agreements, on_show, open_now, published, result_of, turnout, with_table
from engage.voting.reconciliation import compare, reconcile_votes
from engage.voting.roll import NoVote, accept_envelope, count_again, forget_voter, join_votes, votes_of, withdraw_vote
from engage.voting.texts import ballot_params, ballot_text, labels, result_text, short_labels, wordings

__all__ = [
    "BadAge", "BadKeyword", "BadLevel", "BadPlaces", "ClosesTooSoon", "CodeNeeded", "CodeTaken", "Consultation", "ConsultationClosed",
    "Door", "ELSEWHERE", "FEWEST", "Kiosk", "LivesElsewhere", "MOST_CHOICES", "NO_FIXED_ADDRESS", "NoVote", "Option", "Reconciliation",
    "ResidenceMissing", "Result", "RollEntry", "SheetBatch", "Stage", "TooManyChoices", "TooYoung", "Vote", "VoteIsFinal",
    "WordingMissing", "accept_envelope", "ballot_params", "ballot_text", "ballots_download", "by_code", "carry_closings", "cast_vote",
    "check_choices", "check_eligible", "check_not_final", "check_open", "close_consultation", "compare", "count_again",
    "draft_consultation", "forget_voter", "join_votes", "kiosks", "labels", "of_agreements", "on_show", "open_consultation", "open_now",
    "published", "receipt_codes", "reconcile_votes", "result_of", "result_text", "say_more", "set_aside", "sheets", "short_labels",
    "take_back", "turnout", "votes_of", "with_table", "withdraw_vote", "wordings",
]  # fmt: skip
