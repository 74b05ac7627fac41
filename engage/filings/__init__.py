"""Filings: the documents that a table owes, drafted, commented, signed, and then frozen with their hash in the ledger."""

from engage.filings import acts, comparing, composing, gaps, shapes, telling
from engage.filings.acts import (
    comment,
    commented,
    comments,
    draft,
    filed,
    latest_filed,
    latest_of,
    look_up,
    settle,
    sign,
    version_of,
    write,
)
from engage.filings.models import Filing, FilingComment, FilingDraft, FilingKind

__all__ = [
    "Filing", "FilingComment", "FilingDraft", "FilingKind", "acts", "comment", "commented", "comments", "comparing", "composing", "draft", "filed", "gaps",
    "latest_filed", "latest_of", "look_up", "settle", "shapes", "sign", "telling", "version_of", "write",
]  # fmt: skip
