"""Writing a document, commenting it, and signing it: from then on it is frozen, and its hash is in the ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage import ledger
from engage.filings.composing import compose, frozen
from engage.filings.gaps import SECTIONS, gaps
from engage.filings.models import Filing, FilingComment, FilingDraft, FilingKind
from engage.governance import names
from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Kind, Where
from engage.reports import YearUnknown, fiscal_year

LONGEST, LONGEST_COMMENT = 3_000, 600


class SummaryHard(Refusal):
    sentence = N_("Ce résumé est difficile: %(fault)s. Tout le monde le lira: écrivez-le comme à un voisin, en phrases de 20 mots au plus.")


class SectionTooLong(Refusal):
    sentence = N_("Une partie dépasse 3 000 lettres. Raccourcissez-la: on lit mieux une page que cinq.")


class CommentMissing(Refusal):
    sentence = N_("Écrivez le commentaire.")


class NobodySigns(Refusal):
    sentence = N_("Écrivez qui signe: nom et fonction.")


class NotReady(Refusal):
    sentence = N_("Ce document ne peut pas encore être signé. Voyez d’abord ce qui manque.")


class NothingNew(Refusal):
    sentence = N_("Rien n’a changé depuis la dernière version signée.")


def draft(act: Act, agreement_id: str, kind: FilingKind, year: str) -> FilingDraft:
    """The draft of a document, begun where it is not. Raises YearUnknown."""
    found = look_up(act, agreement_id, kind, year)
    act.session.add(found)
    act.session.flush()
    return found


def look_up(act: Act, agreement_id: str, kind: FilingKind, year: str) -> FilingDraft:
    """The draft as it stands; where there is none, an empty one that nobody keeps. Raises YearUnknown."""
    if kind == FilingKind.WORK_PLAN:
        if year != names.years_of_plan(act.day):
            raise YearUnknown
    else:
        fiscal_year(year)
    here = (FilingDraft.agreement_id == agreement_id, FilingDraft.kind == kind, FilingDraft.year == year)
    found = act.session.scalar(select(FilingDraft).where(*here))
    return found or FilingDraft(id=uuid4(), agreement_id=agreement_id, kind=kind, year=year)


def write(act: Act, draft: FilingDraft, texts: Mapping[str, str]) -> None:
    """Its sections, in French. Raises SummaryHard for a summary that not everyone reads, SectionTooLong."""
    told = {name: text.strip() for name, text in texts.items() if name in SECTIONS[FilingKind(draft.kind)]}
    if any(len(text) > LONGEST for text in told.values()):
        raise SectionTooLong
    found = reading(told.get("summary", ""))
    if found.longest or found.banned:
        raise SummaryHard(fault=", ".join(found.banned) or found.longest)
    for name, text in told.items():
        words.write(act.session, draft.id, name, {"fr": text})


def comment(act: Act, draft: FilingDraft, by: str, text: str) -> FilingComment:
    """Raises CommentMissing."""
    if not text.strip():
        raise CommentMissing
    made = FilingComment(draft_id=draft.id, by=by, text=text.strip()[:LONGEST_COMMENT], said_on=act.day)
    act.session.add(made)
    act.session.flush()
    return made


def settle(act: Act, comment: FilingComment) -> None:
    comment.settled_on = comment.settled_on or act.day
    act.session.flush()


def comments(session: Session, draft_id: UUID) -> Sequence[FilingComment]:
    """Those that wait first."""
    here = select(FilingComment).where(FilingComment.draft_id == draft_id)
    return session.scalars(here.order_by(FilingComment.settled_on.is_not(None), FilingComment.said_on, FilingComment.id)).all()


def commented(session: Session, agreement_ids: Collection[str]) -> list[tuple[FilingDraft, int]]:
    """Drafts with comments that wait, and how many."""
    waits = (FilingComment.settled_on.is_(None), FilingDraft.agreement_id.in_(agreement_ids))
    query = select(FilingDraft, func.count()).join(FilingComment, FilingComment.draft_id == FilingDraft.id).where(*waits)
    return [
        (draft, number) for draft, number in session.execute(query.group_by(FilingDraft.id).order_by(FilingDraft.kind, FilingDraft.year))
    ]


def sign(act: Act, draft: FilingDraft, by: str) -> Filing:
    """Freeze the document and write its hash in the ledger. A second signature is a new version, and the first one stays.

    Raises NobodySigns, NotReady, NothingNew.
    """
    if not by.strip():
        raise NobodySigns
    if any(gap.keeps for gap in gaps(act, draft)):
        raise NotReady
    before = latest_of(act.session, draft.id)
    document = compose(act, draft)
    if before is not None and document | {"on": ""} == before.read() | {"on": ""}:
        raise NothingNew
    body = frozen(document)
    made = Filing(
        draft_id=draft.id,
        agreement_id=draft.agreement_id,
        kind=draft.kind,
        year=draft.year,
        version=before.version + 1 if before else 1,
        signed_by=by.strip()[:120],
        signed_on=act.day,
        document=body,
        digest=sha256(body.encode()).hexdigest(),
    )
    act.session.add(made)
    act.session.flush()
    ledger.record(act, Where(draft.agreement_id, draft.id, "doc", 0), Kind.FILED, detail=made.digest)
    return made


def latest_of(session: Session, draft_id: UUID) -> Filing | None:
    return session.scalar(select(Filing).where(Filing.draft_id == draft_id).order_by(Filing.version.desc()).limit(1))


def version_of(session: Session, agreement_id: str, kind: str, year: str, version: int) -> Filing | None:
    here = (Filing.agreement_id == agreement_id, Filing.kind == kind, Filing.year == year, Filing.version == version)
    return session.scalar(select(Filing).where(*here))


def filed(session: Session, agreement_id: str) -> Sequence[Filing]:
    """Every signed version, the last first."""
    here = select(Filing).where(Filing.agreement_id == agreement_id)
    return session.scalars(here.order_by(Filing.signed_on.desc(), Filing.kind, Filing.version.desc())).all()


def latest_filed(session: Session, agreement_id: str, kind: str, year: str) -> Filing | None:
    here = (Filing.agreement_id == agreement_id, Filing.kind == kind, Filing.year == year)
    return session.scalar(select(Filing).where(*here).order_by(Filing.version.desc()).limit(1))
