"""What a draft still lacks, named one by one: what keeps it from being signed, and what it will say of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from engage import committees, projects, voting
from engage.committees import meetings
from engage.filings.models import FilingComment, FilingDraft, FilingKind
from engage.governance import Agreement, partners, register
from engage.kernel.act import Act, day_of, fiscal_year_of, year_before
from engage.kernel.words import N_, Wordings
from engage.ledger import ParticipationFact
from engage.reports import fiscal_year, latest
from engage.reports.target import living, missing

SECTIONS = {
    FilingKind.ACCOUNT: ("summary", "said", "failed", "next"),
    FilingKind.WORK_PLAN: ("summary", "priorities", "mobilisation", "devitalised", "participation", "equality", "sharing"),
    FilingKind.NOTE: ("summary", "failed", "next"),
}
"""What the table writes itself, in order."""
NEEDED = {FilingKind.ACCOUNT: ("summary", "failed"), FilingKind.WORK_PLAN: ("summary", "participation"), FilingKind.NOTE: ("summary",)}
"""Sections without which nothing is signed: an account that says nothing of what failed is none."""
SENTENCES = {
    "year_not_over": N_("L’année finit le %(day)s: le compte se signe après."),
    "nothing_published": N_("Aucune table de %(year)s n’est publiée. Les chiffres des gens viennent d’elle: publiez-la d’abord."),
    "comments_open": N_("Commentaires à régler avant de signer: %(number)s."),
    "section_missing": N_("Cette partie est vide: %(section)s."),
    "people": N_("Première lecture: moins de 5 personnes connues, qui vivent la pauvreté ou l’exclusion, ont pris part."),
    "seats": N_("Seconde lecture: il faut 2 personnes ou plus dans un comité qui bâtit ou décide, à la moitié des rencontres."),
    "answers": N_("Seconde lecture: la moitié des avis ou plus doivent avoir une réponse."),
    "no_signature": N_("La signature de l’entente n’est pas datée: elle est présumée en vigueur."),
    "out_of_force": N_("Traces datées hors de l’entente, comptées quand même: %(number)s. Vérifiez sa signature et sa fin."),
    "no_territory": N_("Les territoires de l’entente ne sont pas inscrits."),
    "no_envelope": N_("L’argent reçu cette année n’est pas inscrit."),
    "no_partner": N_("Aucun partenaire n’est inscrit."),
    "without_promise": N_("Votes sans promesse de la table: %(number)s."),
    "late_promises": N_("Promesses en retard: %(number)s."),
    "late_papers": N_("Rencontres sans papiers 7 jours avant: %(number)s."),
}
FOR_THE_TABLE = {"people", "seats", "answers", "out_of_force"}
"""Counted on the day, for the table alone: a state that flips from one signature to the next would tell who just came. What everyone reads
of the readings comes from publications (`telling`)."""


@dataclass(frozen=True)
class Gap:
    code: str
    """Of `SENTENCES`."""
    keeps: bool = False
    """From being signed."""
    params: dict[str, Any] = field(default_factory=dict)


def period(draft: FilingDraft, day: date) -> tuple[date, date, str]:
    """First and last day that a document tells of, and the fiscal year of its figures. Raises YearUnknown."""
    if draft.kind == FilingKind.WORK_PLAN:
        year = fiscal_year_of(day)
        return fiscal_year(year_before(year))[0], day, year
    return *fiscal_year(draft.year), draft.year


def gaps(act: Act, draft: FilingDraft) -> list[Gap]:
    """Those that keep it from being signed first."""
    first, last, year = period(draft, act.day)
    found = [*_of_the_document(act, draft, last, year), *_of_the_year(act, draft.agreement_id, first, last)]
    if draft.kind == FilingKind.WORK_PLAN:
        found += [] if partners.of_agreement(act.session, draft.agreement_id) else [Gap("no_partner")]
    else:
        found += [Gap(code) for code in missing(act.session, draft.agreement_id, year)]
        found += [] if projects.envelope_of(act, draft.agreement_id, year) else [Gap("no_envelope")]
    return sorted(found, key=lambda gap: not gap.keeps)


def _of_the_document(act: Act, draft: FilingDraft, last: date, year: str) -> Iterable[Gap]:
    texts, kind = Wordings(act.session, [draft.id]), FilingKind(draft.kind)
    if kind == FilingKind.ACCOUNT and act.day <= last:
        yield Gap("year_not_over", True, {"day": last.isoformat()})
    if not latest(act.session, "participation", year):
        yield Gap("nothing_published", kind == FilingKind.ACCOUNT, {"year": year})
    waiting = select(func.count()).where(FilingComment.draft_id == draft.id, FilingComment.settled_on.is_(None))
    if number := act.session.scalar(waiting):
        yield Gap("comments_open", True, {"number": number})
    for section in SECTIONS[kind]:
        if not texts.text(draft.id, section, "fr"):
            yield Gap("section_missing", section in NEEDED[kind], {"section": section})


def _of_the_year(act: Act, agreement_id: str, first: date, last: date) -> Iterable[Gap]:
    if act.session.get_one(Agreement, agreement_id).is_presumed:
        yield Gap("no_signature")
    if not register.territories(act.session, agreement_id, last):
        yield Gap("no_territory")
    counted = {
        "without_promise": len(
            [vote for vote in voting.without_promise(act.session, [agreement_id]) if first <= day_of(vote.closes_at) <= last]
        ),
        "late_promises": sum(promise.is_late(act.day) for promise, _ in voting.due_soon(act.session, [agreement_id], act.day)),
        "late_papers": _late_papers(act.session, agreement_id, first, last),
        "out_of_force": _out_of_force(act.session, agreement_id, first, last),
    }
    for code, number in counted.items():
        if number:
            yield Gap(code, params={"number": number})


def _out_of_force(session: Session, agreement_id: str, first: date, last: date) -> int:
    agreement, fact = session.get_one(Agreement, agreement_id), ParticipationFact
    outside = [fact.on < agreement.starts_on] if agreement.starts_on else []
    outside += [fact.on > agreement.ends_on] if agreement.ends_on else []
    here = select(func.count()).select_from(fact).where(*living(first, last), fact.agreement_id == agreement_id, or_(false(), *outside))
    return session.scalar(here) or 0


def _late_papers(session: Session, agreement_id: str, first: date, last: date) -> int:
    held = [
        meeting
        for committee in committees.of_agreements(session, [agreement_id])
        for meeting in meetings.of_committee(session, committee.id)
        if first <= day_of(meeting.starts_at) <= last and not meeting.cancelled_on
    ]
    return sum(each.papers_on is None or each.papers_on > day_of(each.starts_at) - meetings.PAPERS_BEFORE for each in held)
