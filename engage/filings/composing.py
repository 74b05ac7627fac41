"""What a document says, gathered in one place: figures from published tables, the acts of public bodies, and the table's own words.

Nobody is in it. People are counted by the table published last, under the rule of small counts; words of people are never frozen, for
their authors may take them back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import committees, governance, projects, reports, voting
from engage.committees import Decision
from engage.feedback import OfficialResponse
from engage.feedback.responses import ANSWERS
from engage.filings.gaps import FOR_THE_TABLE, SECTIONS, gaps, period
from engage.filings.models import FilingDraft, FilingKind
from engage.governance import Agreement, names, partners, register
from engage.kernel.act import Act, day_of
from engage.kernel.words import Wordings
from engage.ledger import RULE
from engage.reports import declarations, fiscal_year
from engage.voting import Commitment

NEAREST = 100
"""Dollars to which the cost of supports is rounded: a small sum would tell of one person."""


def compose(act: Act, draft: FilingDraft) -> dict[str, Any]:
    """The document of a draft as it stands, JSON-ready. Days are ISO 8601, money is whole dollars, and of people 0 stands for "moins de 5"."""
    session, first, last, year = act.session, *period(draft, act.day)
    agreement = session.get_one(Agreement, draft.agreement_id)
    texts = Wordings(session, [draft.id])
    figures = {kind: _row(session, kind, year, agreement.id) for kind in reports.KINDS}
    document = {
        "kind": draft.kind,
        "agreement": agreement.id,
        "label": agreement.label,
        "body": agreement.mandated_body_2024_2029 or agreement.mandated_body_2017_2023,
        "plan": names.called("plan", act.day),
        "ministry": names.called("ministry", act.day),
        "year": draft.year,
        "figures_of": year,
        "rule": RULE,
        "on": act.day.isoformat(),
        "published_on": figures["participation"].pop("published_on", None),
        "target": {name: figures["target"][name] for name in ("people", "minimal", "strong") if name in figures["target"]},
        "participation": {name: value for name, value in figures["participation"].items() if name not in ("agreement", "label")},
        "declared": declarations.told(session, agreement.id, year),
        "words": {name: text for name in SECTIONS[FilingKind(draft.kind)] if (text := texts.text(draft.id, name, "fr"))},
        "votes": _votes(session, agreement.id, first, last),
        "decisions": _decisions(session, agreement.id, first, last),
        "answers": _answers(session, agreement.id, first, last),
        "committees": _committees(act, agreement.id, last),
        "partners": [[each.name, each.kind, each.collaboration, each.commitment] for each in partners.of_agreement(session, agreement.id)],
        "money": _money(act, draft, year),
        "steps": [[each.kind, each.on.isoformat(), each.note] for each in register.steps(session, agreement.id) if first <= each.on <= last],
        "gaps": [[gap.code, gap.params] for gap in gaps(act, draft) if not gap.keeps and gap.code not in FOR_THE_TABLE],
    }  # fmt: skip
    return {name: _printable(value) for name, value in document.items()}


def _printable(value: Any) -> Any:
    """Without the signs that no printer knows and that a word processor refuses: those of control, but for the end of a line."""
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return re.sub(r"[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", value) if isinstance(value, str) else value


def frozen(document: Mapping[str, Any]) -> str:
    """The bytes that are hashed, as text."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _row(session: Session, kind: str, year: str, agreement_id: str) -> dict[str, Any]:
    """An agreement's row in the table published last; empty where there is none."""
    found = reports.latest(session, kind, year)
    if found is None:
        return {}
    document = found.read()
    row: dict[str, Any] = next((each for each in document["agreements"] if each["agreement"] == agreement_id), {})
    return row | {"published_on": document["published_on"]}


def _votes(session: Session, agreement_id: str, first: date, last: date) -> list[dict[str, Any]]:
    found = []
    for vote in voting.of_agreements(session, [agreement_id]):
        result = voting.result_of(session, vote.id)
        if result is None or not vote.is_published or not first <= day_of(vote.closes_at) <= last:
            continue
        texts, tally = voting.wordings(session, vote), result.read()
        labels = {option.number: texts.text(option.id, "label", "fr") for option in vote.options}
        promise, said = session.get(Commitment, vote.id), voting.promise_of(session, vote.id, "fr")
        found.append(
            {
                "code": vote.code,
                "question": texts.text(vote.id, "question", "fr"),
                "ballots": tally["decisive"]["ballots"] if tally["enough"] else None,
                "chosen": [labels[number] for number in tally["decisive"]["winners"]] if tally["enough"] else [],
                "promise": said.promise,
                "due_on": promise and promise.due_on.isoformat(),
                "kept_on": promise and promise.kept_on and promise.kept_on.isoformat(),
                "outcome": said.outcome,
                "ranks": _ranks(tally, labels),
            }
        )
    return found


def _ranks(tally: Mapping[str, Any], labels: Mapping[int, str]) -> list[list[Any]]:
    """P11: each option with its rank for everyone, and for those who live in poverty or exclusion, where enough of them said so."""
    today = tally.get("today")
    if not tally["enough"] or not today or None in today["counts"].values():
        return []
    ranks = [_rank(counts) for counts in (tally["decisive"]["counts"], today["counts"])]
    order = sorted(labels, key=lambda number: (ranks[0][str(number)], number))
    return [[labels[number], *(rank[str(number)] for rank in ranks)] for number in order]


def _rank(counts: Mapping[str, int]) -> dict[str, int]:
    """1 is the most chosen; equals share their rank."""
    return {option: 1 + sum(other > count for other in counts.values()) for option, count in counts.items()}


def _decisions(session: Session, agreement_id: str, first: date, last: date) -> list[dict[str, Any]]:
    query = select(Decision).where(Decision.agreement_id == agreement_id, Decision.made_on.between(first, last))
    made = session.scalars(query.order_by(Decision.made_on, Decision.id)).all()
    texts = Wordings(session, [*(each.id for each in made), *(each.committee_id for each in made)])
    return [
        {
            "committee": texts.text(each.committee_id, "name", "fr"),
            "text": texts.text(each.id, "text", "fr"),
            "on": each.made_on.isoformat(),
            "next": texts.text(each.id, "next", "fr"),
            "done_on": each.done_on and each.done_on.isoformat(),
        }
        for each in made
    ]


def _answers(session: Session, agreement_id: str, first: date, last: date) -> list[list[str]]:
    """What the table answered to people, and so what changed: the step, the words, the day."""
    here = (
        OfficialResponse.agreement_id == agreement_id,
        OfficialResponse.step.in_(ANSWERS),
        OfficialResponse.made_on.between(first, last),
    )
    made = session.scalars(select(OfficialResponse).where(*here).order_by(OfficialResponse.made_on, OfficialResponse.id)).all()
    texts = Wordings(session, [each.id for each in made])
    return [[each.step, texts.text(each.id, "text", "fr"), each.made_on.isoformat()] for each in made]


def _committees(act: Act, agreement_id: str, last: date) -> list[dict[str, Any]]:
    """Bodies that sit and had begun by then, as anyone may read them: their mandate, and how many of their seats are reserved."""
    session = act.session
    sitting = committees.sitting(session, agreement_id)
    texts = Wordings(session, [each.id for each in sitting])
    levels = {each.id: each.level for each in governance.mechanisms(session, [agreement_id]) if each.starts_on <= last}
    found = []
    for each in (each for each in sitting if each.mechanism_id in levels):
        seats = committees.seats(act, each.id)
        found.append(
            {
                "name": texts.text(each.id, "name", "fr"),
                "mandate": texts.text(each.id, "mandate", "fr"),
                "level": levels[each.mechanism_id],
                "seats": len(seats),
                "reserved": sum(seat.is_reserved for seat in seats),
            }
        )
    return found


def _money(act: Act, draft: FilingDraft, year: str) -> dict[str, Any]:
    """What supports cost only over a year that is over: a sum that moves would tell what someone was just given."""
    agreement_id, is_over = draft.agreement_id, act.day > fiscal_year(year)[1]
    envelope = projects.envelope_of(act, agreement_id, year)
    granted: Sequence[projects.Project] = projects.granted_in(act, agreement_id, year)
    titles = projects.titles(act.session, [each.id for each in granted], "fr")
    cost = committees.supports.year(act.session, [agreement_id], *fiscal_year(year)).total // 100 if is_over else 0
    return {
        "first_instalment": envelope and envelope.first_instalment,
        "grants": envelope and envelope.grants,
        "supports": (cost + NEAREST // 2) // NEAREST * NEAREST,
        "projects": [
            {"title": titles[each.id], "carrier": each.organisation, "granted": each.granted, "paid": each.paid, "state": each.state}
            for each in granted
        ],
    }
