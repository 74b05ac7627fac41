"""Voting: consultations, one secret and replaceable vote per person, and results that explain themselves."""

from engage.voting import kiosks, sheets
from engage.voting.acts import (
    ELSEWHERE,
    MOST_CHOICES,
    NO_FIXED_ADDRESS,
    ChannelClosed,
    CodeNeeded,
    ConsultationClosed,
    LivesElsewhere,
    NotOpenYet,
    ResidenceMissing,
    TooManyChoices,
    TooYoung,
    Vote,
    VoteIsFinal,
    cast_vote,
    check_choices,
    check_eligible,
    check_not_final,
    check_open,
    say_more,
    set_aside,
    take_back,
)
from engage.voting.ballot_box import FEWEST, has_receipt, receipt_codes
from engage.voting.closing import carry_closings, close_consultation
from engage.voting.drafts import (
    AlreadyOpen,
    BadAge,
    BadCosts,
    BadKeyword,
    BadLevel,
    BadPlaces,
    ClosesTooSoon,
    CodeTaken,
    NotReviewed,
    SameLabels,
    TooFewOptions,
    WordingMissing,
    discard,
    draft_consultation,
    faults,
    is_reviewed,
    proposed_of,
)
from engage.voting.models import (
    CHANNELS,
    BallotKind,
    Commitment,
    Consultation,
    Door,
    GraveAct,
    GraveKind,
    GraveRule,
    KeyMode,
    Kiosk,
    Option,
    Reconciliation,
    Result,
    RollEntry,
    SheetBatch,
    Stage,
)
from engage.voting.opening import (
    BadExtension,
    NothingPending,
    PendingAlready,
    ReasonMissing,
    SamePerson,
    ask,
    awaiting_second,
    carry_grave_acts,
    confirm,
    history,
    open_consultation,
    pending,
    withdraw,
)
from engage.voting.plan import NINE, Proposed
from engage.voting.queries import ballots_download, by_code, of_agreements, on_show, open_now, published, result_of, turnout, with_table
from engage.voting.reconciliation import compare, reconcile_votes
from engage.voting.roll import NoVote, accept_envelope, count_again, forget_voter, join_votes, votes_of, withdraw_vote
from engage.voting.texts import ballot_params, ballot_text, labels, result_text, short_labels, wordings
from engage.voting.trustees import NoWordsNeeded, WordsOfAnother, WordsTwice, WordsWrong, awaits_words, give_words

__all__ = [
    "AlreadyOpen", "BadAge", "BadCosts", "BadExtension", "BadKeyword", "BadLevel", "BadPlaces", "BallotKind", "CHANNELS",
    "ChannelClosed", "ClosesTooSoon", "CodeNeeded", "CodeTaken", "Commitment", "Consultation", "ConsultationClosed", "Door", "ELSEWHERE",
    "FEWEST", "GraveAct", "GraveKind", "GraveRule", "KeyMode", "Kiosk", "LivesElsewhere", "MOST_CHOICES", "NINE", "NO_FIXED_ADDRESS",
    "NoVote", "NoWordsNeeded", "NotOpenYet", "NotReviewed", "NothingPending", "Option", "PendingAlready", "Proposed", "ReasonMissing",
    "Reconciliation", "ResidenceMissing", "Result", "RollEntry", "SameLabels", "SamePerson", "SheetBatch", "Stage", "TooFewOptions",
    "TooManyChoices", "TooYoung", "Vote", "VoteIsFinal", "WordingMissing", "WordsOfAnother", "WordsTwice", "WordsWrong",
    "accept_envelope", "ask", "awaiting_second", "awaits_words", "ballot_params", "ballot_text", "ballots_download", "by_code",
    "carry_closings", "carry_grave_acts", "cast_vote", "check_choices", "check_eligible", "check_not_final", "check_open",
    "close_consultation", "compare", "confirm", "count_again", "discard", "draft_consultation", "faults", "forget_voter", "give_words",
    "has_receipt", "history", "is_reviewed", "join_votes", "kiosks", "labels", "of_agreements", "on_show", "open_consultation",
    "open_now", "pending", "proposed_of", "published", "receipt_codes", "reconcile_votes", "result_of", "result_text", "say_more",
    "set_aside", "sheets", "short_labels", "take_back", "turnout", "votes_of", "with_table", "withdraw", "withdraw_vote", "wordings",
]  # fmt: skip
