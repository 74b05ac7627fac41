"""Themes that a table makes for itself, and contributions that read alike; which belong together is decided by people."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engage.feedback.barriers import theme_of
from engage.feedback.models import Feedback, FeedbackTheme, Theme
from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings, folded

ALIKE = 60
SUGGESTED = 5
LONGEST = 40
_SHORT = 4
"""Letters under which a word says little of a subject."""


class ThemeMissing(Refusal):
    sentence = N_("Écrivez le nom du thème, en 40 lettres au plus.")


class ThemeKnown(Refusal):
    sentence = N_("Ce thème existe déjà.")


class ThemeStays(Refusal):
    sentence = N_("Ce thème reste: les gens y disent ce qui les empêche de prendre part.")


def make_theme(act: Act, agreement_id: str, names: Mapping[str, str]) -> Theme:
    """Raises ThemeMissing, ThemeKnown."""
    name = names.get("fr", "").strip()
    if not name or len(name) > LONGEST:
        raise ThemeMissing
    if folded(name) in {folded(known) for _, known in named(act.session, [agreement_id], "fr")}:
        raise ThemeKnown
    theme = Theme(agreement_id=agreement_id)
    act.session.add(theme)
    act.session.flush()
    words.write(act.session, theme.id, "name", {"fr": name, "en": names.get("en", "").strip()})
    return theme


def drop_theme(act: Act, theme: Theme) -> None:
    """The tag goes; contributions stay. Raises ThemeStays."""
    if theme.id == theme_of(theme.agreement_id):
        raise ThemeStays
    act.session.execute(delete(FeedbackTheme).where(FeedbackTheme.theme_id == theme.id))
    act.session.delete(theme)
    act.session.flush()


def named(session: Session, agreement_ids: Collection[str], language: str) -> list[tuple[Theme, str]]:
    found = session.scalars(select(Theme).where(Theme.agreement_id.in_(agreement_ids))).all()
    texts = Wordings(session, [each.id for each in found])
    return sorted(((each, texts.text(each.id, "name", language)) for each in found), key=lambda pair: folded(pair[1]))


def tag(act: Act, feedback: Feedback, theme_ids: Collection[UUID]) -> None:
    """The themes of a contribution are these, of its own agreement, and no others."""
    known = select(Theme.id).where(Theme.agreement_id == feedback.agreement_id, Theme.id.in_(theme_ids))
    kept = act.session.scalars(known).all()
    act.session.execute(delete(FeedbackTheme).where(FeedbackTheme.feedback_id == feedback.id))
    act.session.add_all(FeedbackTheme(feedback_id=feedback.id, theme_id=id) for id in kept)
    act.session.flush()


def themes_of(session: Session, feedback_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for feedback_id, theme_id in session.execute(
        select(FeedbackTheme.feedback_id, FeedbackTheme.theme_id).where(FeedbackTheme.feedback_id.in_(feedback_ids))
    ):
        found.setdefault(feedback_id, set()).add(theme_id)
    return found


def counts(session: Session, agreement_id: str) -> dict[UUID, int]:
    """Contributions by theme."""
    rows = select(FeedbackTheme.theme_id, func.count()).join(Feedback, Feedback.id == FeedbackTheme.feedback_id)
    return dict(session.execute(rows.where(Feedback.agreement_id == agreement_id).group_by(FeedbackTheme.theme_id)).all())


def alike(feedback: Feedback, others: Sequence[Feedback]) -> list[Feedback]:
    """Those whose words read most like these, at most five: a suggestion, by the words they share whatever their order."""
    mine = _content(feedback.words or "")
    if not mine:
        return []
    texts = {place: _content(other.words or "") for place, other in enumerate(others) if other.id != feedback.id}
    found = process.extract(mine, texts, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=SUGGESTED)
    return [others[place] for _, _, place in found]


def _content(text: str) -> str:
    """The words that carry a subject, without accents, plural or ending."""
    return " ".join(bare[:7] for word in re.findall(r"\w+", text) if len(bare := folded(word).rstrip("sx")) >= _SHORT)
