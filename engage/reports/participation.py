"""Participation, agreement by agreement (P1 to P3, P7 to P10, P13 and P14 of rule 2026-1), under the rule of small counts.

Public bodies are counted exactly: mechanisms, meetings, seats. People and their acts are printed to the nearest 5, "moins de 5" where
they are few; where fewer than 5 people stand behind an agreement's year, nothing more of them is told.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage import committees, feedback, governance
from engage.kernel.act import Act, fiscal_year_of
from engage.ledger import RULE, FactCount, Grade, Kind, ParticipationFact, counts
from engage.participants import AboutThen, Status
from engage.reports.attack import Cell
from engage.reports.committees import Indicators, indicators
from engage.reports.disclosure import FEW
from engage.reports.publishing import Draft
from engage.reports.target import living

MANY = 20
"""People from which a breakdown of them, or a share, is told."""
CHANNELS = ("web", "sms", "voice", "paper", "kiosk", "assisted")
LEVELS = ("1", "2", "3", "4")
LEFT_OUT = "left_out"


def participation(act: Act, year: str, first: date, last: date) -> Draft:
    """One row for every agreement in force in the year."""
    draft = Draft({})
    rows: dict[str, dict[str, Any]] = {}
    lived = counts.people(act.session, year)
    for agreement in governance.agreements(act.session):
        if agreement.in_force(first, last):
            told = _row(act, draft, agreement.id, first, last, lived.get(agreement.id, 0))
            rows[agreement.id] = {"agreement": agreement.id, "label": agreement.label} | told
    draft.may_be_left_out = {name: _taking_out(rows, name) for name in ("channels", "levels", *DIMENSIONS, "supports", "bodies")}
    draft.document = {
        "kind": "participation",
        "rule": RULE,
        "year": year,
        "published_on": act.day.isoformat(),
        "agreements": list(rows.values()),
        "all": len(rows),
    }
    return draft


def _taking_out(rows: Mapping[str, dict[str, Any]], name: str) -> Any:
    def take_out(agreement: str) -> None:
        rows[agreement][name] = LEFT_OUT

    return take_out


def _row(act: Act, draft: Draft, agreement_id: str, first: date, last: date, lived: int) -> dict[str, Any]:
    session = act.session
    seen = indicators(session, agreement_id, first, last)
    row: dict[str, Any] = {
        "mechanisms": {type: [int(seen.with_people[type] > 0), number] for type, number in sorted(seen.active.items())},
        "meetings": seen.held,
        "offered": dict(sorted(seen.offered.items())),
        "seats": seen.reserved,
    }
    row["people"] = draft.say(lived, "people", agreement_id)
    if lived < FEW:
        return row
    acts = _acts(session, agreement_id, fiscal_year_of(first))
    row["anonymous_acts"] = draft.say(acts.anonymous, "anonymous", agreement_id)
    row["highest_level"] = acts.highest
    row["levels"] = _breakdown(draft, "levels", agreement_id, acts.levels, LEVELS)
    row["channels"] = _breakdown(draft, "channels", agreement_id, acts.channels, CHANNELS)
    row["aided"] = draft.say(acts.aided, "aided", agreement_id)
    _tie(draft, agreement_id)
    row["answers"] = _answers(act, draft, agreement_id, first, last)
    row["supports"] = _supports(session, draft, agreement_id, first, last)
    row["still_there"] = _pair(draft, seen.still_there, "still there", agreement_id)
    row |= _about(session, draft, agreement_id, first, last)
    row["bodies"] = _bodies(draft, agreement_id, seen)
    return row


@dataclass
class Acts:
    """What people did in a year, each act that stands; what the table did, and what others declare (grade C), is not among them."""

    levels: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    anonymous: int = 0
    aided: int = 0
    highest: int = 0
    """The highest level at which someone in poverty or exclusion took part."""


def _acts(session: Session, agreement_id: str, year: str) -> Acts:
    facts = FactCount
    here = (*counts.standing(year, agreement_id), facts.kind != Kind.ANSWERED, facts.grade != Grade.DECLARED)
    parts = (facts.level, facts.channel, facts.grade, facts.is_anonymous, facts.status == Status.TODAY)
    found = Acts()
    for level, channel, grade, is_anonymous, is_lived, number in session.execute(
        select(*parts, func.sum(facts.number)).where(*here).group_by(*parts)
    ):
        found.levels[str(level)] += number
        found.channels[channel] += number
        found.anonymous += number * bool(is_anonymous)
        found.aided += number * (grade == Grade.AIDED)
        found.highest = max(found.highest, level if is_lived else 0)
    return found


def _breakdown(draft: Draft, name: str, agreement_id: str, counts: Mapping[str, int], parts: tuple[str, ...]) -> dict[str, int]:
    return {part: draft.say(counts.get(part, 0), name, agreement_id, part) for part in parts}


def _tie(draft: Draft, agreement_id: str) -> None:
    """What anyone knows: both breakdowns are of the same acts, people did at least one act each, helped acts are acts."""
    channels: dict[Cell, int] = {("channels", agreement_id, each): 1 for each in CHANNELS}
    levels: dict[Cell, int] = {("levels", agreement_id, each): -1 for each in LEVELS}
    draft.ties.append((channels | levels, 0, None))
    draft.ties.append((channels | {("people", agreement_id): -1}, 0, None))
    draft.ties.append((channels | {("aided", agreement_id): -1}, 0, None))
    draft.ties.append((channels | {("anonymous", agreement_id): -1, ("people", agreement_id): -1}, 0, None))


def _pair(draft: Draft, pair: tuple[int, int], *key: str) -> list[int]:
    """So many of so many."""
    draft.ties.append(({(*key, "of"): 1, (*key, "some"): -1}, 0, None))
    return [draft.say(number, *key, name) for name, number in zip(("some", "of"), pair, strict=True)]


def _answers(act: Act, draft: Draft, agreement_id: str, first: date, last: date) -> dict[str, int]:
    """P8: contributions of the year, those answered within 90 days, and those that changed something."""
    told = feedback.queries.answering(act.session, agreement_id, first, last, act.day)
    counts = {"came": told.came, "in_time": told.in_time, "late": told.late, "changed": told.changed}
    for part in ("in_time", "changed"):
        draft.ties.append(({("answers", agreement_id, "came"): 1, ("answers", agreement_id, part): -1}, 0, None))
    return {name: draft.say(number, "answers", agreement_id, name) for name, number in counts.items()}


def _supports(session: Session, draft: Draft, agreement_id: str, first: date, last: date) -> dict[str, list[int]]:
    """P14: needs asked for, and met."""
    told = committees.supports.year(session, [agreement_id], first, last)
    found = {}
    for support in committees.Support:
        key = ("supports", agreement_id, support.value)
        found[support.value] = [draft.say(told.asked[support], *key, "asked"), draft.say(told.given[support], *key, "given")]
        draft.ties.append(({(*key, "asked"): 1, (*key, "given"): -1}, 0, None))
    return found


DIMENSIONS = {"gender": ("woman", "man", "other"), "disability": ("yes", "no")}
"""P13: what people may say of themselves that is told, one dimension at a time."""


def _about(session: Session, draft: Draft, agreement_id: str, first: date, last: date) -> dict[str, dict[str, int] | None]:
    """P13: from 20 people up who said it, as they said it when they acted."""
    facts = ParticipationFact
    here = (*living(first, last), facts.agreement_id == agreement_id, facts.status == Status.TODAY, facts.level >= 1)
    query = select(facts.person_id, AboutThen).join(AboutThen, AboutThen.fact_id == facts.id).where(*here, facts.person_id.is_not(None))
    said: dict[str, dict[Any, str]] = {name: {} for name in DIMENSIONS}
    for person_id, row in session.execute(query):
        answers = json.loads(row.answers or "{}")
        for name, known in said.items():
            if answer := answers.get(name):
                known[person_id] = answer
    return {name: _dimension(draft, name, agreement_id, Counter(known.values())) for name, known in said.items()}


def _dimension(draft: Draft, name: str, agreement_id: str, counts: Counter[str]) -> dict[str, int] | None:
    if counts.total() < MANY:
        return None
    parts = DIMENSIONS[name]
    draft.ties.append(({("people", agreement_id): 1} | {(name, agreement_id, each): -1 for each in parts}, 0, None))
    return {each: draft.say(counts[each], name, agreement_id, each) for each in parts}


def _bodies(draft: Draft, agreement_id: str, seen: Indicators) -> dict[str, Any] | None:
    """P4 to P6, only with two deciding bodies or more and 5 people or more in them; yes or no for bodies, people to the nearest 5."""
    if seen.active["M1"] + seen.active["M2"] < 2 or seen.filled < FEW:
        return None
    draft.ties.append(({("bodies", agreement_id, "filled"): 1}, 0, seen.reserved))
    return {
        "filled": draft.say(seen.filled, "bodies", agreement_id, "filled"),
        "never_alone": seen.never_alone == seen.with_any,
        "came": _pair(draft, seen.came, "bodies", agreement_id, "came"),
    }


def as_lines(document: Mapping[str, Any]) -> Iterable[list[str]]:
    """One line for each printed number: agreement, indicator, part, value, then year, rule and day."""
    for row in document["agreements"]:
        for name, told in row.items():
            if name in ("agreement", "label") or told is None:
                continue
            for part, value in told.items() if isinstance(told, dict) else [("", told)]:
                yield [row["agreement"], name, part, _cell(name, value), document["year"], document["rule"], document["published_on"]]


def as_csv(document: Mapping[str, Any]) -> str:
    """The lines of `as_lines`, with their names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["agreement", "indicator", "part", "value", "year", "rule", "published_on"])
    writer.writerows(as_lines(document))
    return out.getvalue()


EXACT = ("mechanisms", "meetings", "offered", "seats", "highest_level")
"""What is of public bodies, and printed as it is."""


def _cell(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "/".join(_cell(name, each) for each in value)
    if value == LEFT_OUT or isinstance(value, bool) or name in EXACT:
        return str(value)
    return str(value) if value else "moins de 5"
