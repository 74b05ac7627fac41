"""Feedback: what people say of projects, what was answered, and how each hears back."""

from engage.feedback import alerts, barriers, follow_ups, moderation, pictures, queries, recordings, responses, telling, themes
from engage.feedback.acts import (
    ANSWERED_WITHIN,
    LONGEST,
    CardEntered,
    DeskClosed,
    Given,
    NothingSaid,
    ProcedureMissing,
    ProjectHearsNobody,
    ReferenceUnknown,
    Said,
    TooManyFromHere,
    TooManyReferences,
    WordsTooLong,
    add_words,
    answer_at,
    be_known,
    by_reference,
    close_desk,
    count_again,
    desk_of,
    enter_card,
    give,
    hears,
    hears_about,
    let_show,
    new_reference,
    open_desk,
)
from engage.feedback.danger import speaks_of_danger
from engage.feedback.models import (
    DangerAlert,
    Feedback,
    FeedbackDesk,
    FollowUp,
    Ground,
    LateReason,
    OfficialResponse,
    Photo,
    Recording,
    Stage,
    Step,
    Theme,
)
from engage.feedback.recordings import Recorder, carry_recordings
from engage.feedback.selves import forget_author, forget_old, forget_words, join_authors, said_by, spoke_since

__all__ = [
    "ANSWERED_WITHIN", "CardEntered", "DangerAlert", "DeskClosed", "Feedback", "FeedbackDesk", "FollowUp", "Given", "Ground", "LONGEST",
    "LateReason", "NothingSaid", "OfficialResponse", "Photo", "ProcedureMissing", "ProjectHearsNobody", "Recorder", "Recording",
    "ReferenceUnknown", "Said", "Stage", "Step", "Theme", "TooManyFromHere", "TooManyReferences", "WordsTooLong", "add_words", "alerts", "answer_at", "barriers",
    "be_known", "by_reference", "carry_recordings", "close_desk", "count_again", "desk_of", "enter_card", "follow_ups", "forget_author",
    "forget_old", "forget_words", "give", "hears", "hears_about", "join_authors", "let_show", "moderation", "new_reference", "open_desk",
    "pictures", "queries", "recordings", "responses", "said_by", "speaks_of_danger", "spoke_since", "telling", "themes",
]  # fmt: skip
