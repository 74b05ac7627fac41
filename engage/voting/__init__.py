"""Voting: consultations, one secret and replaceable vote per person, and results that explain themselves."""

from engage.voting import journey, kiosks, sheets
from engage.voting.acts import (
    ELSEWHERE,
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
from engage.voting.ballot_box import FEWEST, has_receipt, has_receipts, receipt_codes, receipt_keyed
from engage.voting.closing import carry_closings, close_consultation, tell_voters
from engage.voting.downloads import result_csv, result_json, result_pb
from engage.voting.drafts import (
    AlreadyOpen,
    BadAge,
    BadCosts,
    BadKeyword,
    BadLevel,
    BadPlaces,
    ClosesTooLate,
    ClosesTooSoon,
    CodeTaken,
    DraftMoved,
    EndsBeforeNotice,
    NotReviewed,
    SameLabels,
    TooFewOptions,
    WasAnnounced,
    WordingMissing,
    check_mark,
    discard,
    draft_consultation,
    faults,
    is_reviewed,
    mark_of,
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
    TooLateToAnnounce,
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
from engage.voting.promises import (
    NothingToPromise,
    PromiseMissing,
    PromiseTooSoon,
    due_soon,
    keep_promise,
    promise_of,
    without_promise,
)
from engage.voting.queries import (
    by_code,
    closing_log,
    of_agreements,
    on_show,
    open_now,
    published,
    result_of,
    turnout,
    turnout_by_channel,
    with_table,
)
from engage.voting.reconciliation import compare, reconcile_votes
from engage.voting.roll import NoVote, accept_envelope, count_again, forget_voter, join_votes, votes_of, withdraw_vote
from engage.voting.texts import ballot_params, ballot_text, how_many, labels, result_text, short_labels, where_from, wordings
from engage.voting.trustees import NoWordsNeeded, WordsOfAnother, WordsTwice, WordsWrong, awaits_words, give_words

__all__ = [
    "AlreadyOpen", "BadAge", "BadCosts", "BadExtension", "BadKeyword", "BadLevel", "BadPlaces", "BallotKind", "CHANNELS", "ChannelClosed",
    "ClosesTooLate", "ClosesTooSoon", "CodeNeeded", "CodeTaken", "Commitment", "Consultation", "ConsultationClosed", "Door", "DraftMoved",
    "ELSEWHERE", "EndsBeforeNotice", "FEWEST", "GraveAct", "GraveKind", "GraveRule", "KeyMode", "Kiosk", "LivesElsewhere", "NINE",
    "NO_FIXED_ADDRESS", "NoVote", "NoWordsNeeded", "NotOpenYet", "NotReviewed", "NothingPending", "NothingToPromise", "Option",
    "PendingAlready", "PromiseMissing", "PromiseTooSoon", "Proposed", "ReasonMissing", "Reconciliation", "ResidenceMissing", "Result",
    "RollEntry", "SameLabels", "SamePerson", "SheetBatch", "Stage", "TooFewOptions", "TooLateToAnnounce", "TooManyChoices", "TooYoung",
    "Vote", "VoteIsFinal", "WasAnnounced", "WordingMissing", "WordsOfAnother", "WordsTwice", "WordsWrong", "accept_envelope", "ask",
    "awaiting_second", "awaits_words", "ballot_params", "ballot_text", "by_code", "carry_closings", "carry_grave_acts", "cast_vote",
    "check_choices", "check_eligible", "check_mark", "check_not_final", "check_open", "close_consultation", "closing_log", "compare",
    "confirm", "count_again", "discard", "draft_consultation", "due_soon", "faults", "forget_voter", "give_words", "has_receipt",
    "has_receipts", "history", "how_many", "is_reviewed", "join_votes", "journey", "keep_promise", "kiosks", "labels", "mark_of",
    "of_agreements", "on_show", "open_consultation", "open_now", "pending", "promise_of", "proposed_of", "published", "receipt_codes",
    "receipt_keyed", "reconcile_votes", "result_csv", "result_json", "result_of", "result_pb", "result_text", "say_more", "set_aside",
    "sheets", "short_labels", "take_back", "tell_voters", "turnout", "turnout_by_channel", "votes_of", "where_from", "with_table",
    "withdraw", "withdraw_vote", "without_promise", "wordings",
]  # fmt: skip
