"""Voting: consultations, one secret and replaceable vote per person, and results that explain themselves."""

from engage.voting.acts import (
    MOST_CHOICES,
    ClosesTooSoon,
    CodeNeeded,
    CodeTaken,
    ConsultationClosed,
    TooManyChoices,
    Vote,
    cast_vote,
    check_choices,
    check_open,
    draft_consultation,
    open_consultation,
    say_more,
)
from engage.voting.ballot_box import FEWEST, receipt_codes
from engage.voting.closing import advance, close_consultation
from engage.voting.models import Consultation, Door, Option, Result, RollEntry, Stage
from engage.voting.queries import ballots_download, by_code, of_agreements, open_now, published, result_of, turnout
from engage.voting.texts import ballot_params, ballot_text, result_text, short_labels

__all__ = [
    "FEWEST", "MOST_CHOICES", "ClosesTooSoon", "CodeNeeded", "CodeTaken", "Consultation", "ConsultationClosed", "Door", "Option",
    "Result", "RollEntry", "Stage", "TooManyChoices", "Vote", "advance", "ballot_params", "ballot_text", "ballots_download", "by_code", "cast_vote", "check_choices", "check_open",
    "close_consultation", "draft_consultation", "of_agreements", "open_consultation", "open_now", "published", "receipt_codes",
    "result_of", "result_text", "say_more", "short_labels", "turnout",
]  # fmt: skip
