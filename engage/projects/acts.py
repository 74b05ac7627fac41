"""Writing a project down, following its money and its steps, and saying what the fund may pay for."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from engage import committees, governance, voting
from engage.kernel import words
from engage.kernel.act import Act, fiscal_year_of
from engage.kernel.plain import gives_away, reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.messaging import measure, plain
from engage.projects.models import Bar, CallForProjects, Envelope, Milestone, OtherFund, Project, ProjectKind, ProjectState

WORDS = ("title", "short", "summary", "reason")
"""`title`, its discreet `short` name in texts, `summary` in plain words, and the `reason` of a refusal."""
LONGEST_TITLE, LONGEST_SHORT, LONGEST_SUMMARY = 80, 24, 600
KEYWORD = "[A-Z0-9]{3,12}"
MOST_DOLLARS = 100_000_000
ALL_AGREEMENTS = 160_100_000
"""Dollars of the plan of 2024-2029 for every agreement together, over its years."""
FIRST_INSTALMENT = 70_000
"""Dollars that come with the work plan, before grants."""


class ProjectWordsMissing(Refusal):
    sentence = N_("Écrivez le titre du projet, son nom court, ce qu’il fait en une ou deux phrases, et qui le porte.")


class ProjectHard(Refusal):
    sentence = N_("Ce résumé est difficile: %(fault)s. Écrivez-le comme à un voisin, en phrases de 20 mots au plus.")


class ShortTitleWrong(Refusal):
    sentence = N_("Le nom court va dans les textos: 24 lettres au plus, discret, sans lettre qui coûte plus cher. À changer: %(why)s")


class ProjectKeyword(Refusal):
    sentence = N_("Ce mot-clé est mal écrit ou déjà pris. Prenez 3 à 12 lettres ou chiffres, sans espace.")


class MoneyWrong(Refusal):
    sentence = N_("On ne verse pas plus que ce qui est accordé. Écrivez des dollars entiers.")


class NotEligible(Refusal):
    sentence = N_("Le fonds ne paie pas ce genre de dépense. Cochez ce qui s’applique, et écrivez pourquoi.")


class ReasonMissing(Refusal):
    sentence = N_("Un refus se dit avec sa raison, en une phrase.")


class EnvelopeSpent(Refusal):
    sentence = N_("Il reste %(left)s $ dans l’enveloppe de %(year)s. Ce projet en demande %(needed)s $.")


@dataclass(frozen=True)
class Money:
    """Whole dollars."""

    asked: int = 0
    granted: int = 0
    paid: int = 0
    granted_on: date | None = None


@dataclass(frozen=True)
class Plan:
    """What a project is, beside its words and its money."""

    organisation: str
    state: ProjectState = ProjectState.PROPOSED
    kind: str = ""
    territory_code: str = ""
    option_id: UUID | None = None
    is_devitalised: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    hears: bool = False


Purse = dict[tuple[str, str], int | None]
"""Dollars left by agreement and fiscal year, None without an envelope: summed once where many projects are written one after another."""


def write_project(
    act: Act,
    agreement_id: str,
    *,
    code: str,
    texts: Mapping[str, dict[str, str]],
    plan: Plan,
    money: Money,
    project: Project | None = None,
    is_proposal: bool = False,
) -> Project:
    """A new project, or one written anew. `texts` holds `WORDS`, each by language; `is_proposal` as for `check_project`.

    Raises ProjectWordsMissing, ShortTitleWrong, ProjectHard, ProjectKeyword, MoneyWrong, ReasonMissing, EnvelopeSpent.
    """
    check_project(texts, plan, money, is_proposal=is_proposal)
    code = free_code(act, code, project.id if project else None)
    check_envelope(act, agreement_id, money, project, {})
    places = dict(governance.places_of(act.session, agreement_id, act.day))
    plan = replace(
        plan,
        kind=plan.kind if plan.kind in set(ProjectKind) else "",
        territory_code=plan.territory_code if plan.territory_code in places else "",
    )
    project = put_down(act, agreement_id, code=code, texts=texts, plan=plan, money=money, project=project)
    act.session.flush()
    return project


def put_down(
    act: Act, agreement_id: str, *, code: str, texts: Mapping[str, dict[str, str]], plan: Plan, money: Money, project: Project | None
) -> Project:
    """What `write_project` does once all was checked, for whoever checks many at once, and flushes them."""
    is_new = project is None
    if project is None:
        project = Project(agreement_id=agreement_id, made_on=act.day)
        act.session.add(project)
    project.code, project.organisation = code, plan.organisation.strip()
    project.state, project.kind = plan.state, plan.kind
    project.territory_code = plan.territory_code or None
    project.option_id = plan.option_id
    project.is_devitalised, project.hears = plan.is_devitalised, plan.hears
    project.starts_on, project.ends_on = plan.starts_on, plan.ends_on
    project.asked, project.granted, project.paid = money.asked, money.granted, money.paid
    project.granted_on = (money.granted_on or act.day) if money.granted else None
    told = {field: {tag: text.strip() for tag, text in texts.get(field, {}).items()} for field in WORDS}
    (words.begin if is_new else words.write_fields)(act.session, project.id, told)
    return project


def check_project(texts: Mapping[str, dict[str, str]], plan: Plan, money: Money, *, is_proposal: bool = False) -> None:
    """What a project says of itself, before anything is looked up.

    What was only proposed (`is_proposal`) is in other people's words, and nobody beside the table reads it: it need not be plain, nor have a
    short name yet. Raises ProjectWordsMissing, ShortTitleWrong, ProjectHard, MoneyWrong, ReasonMissing.
    """
    check_words(texts, plan.organisation, is_plain=not is_proposal)
    if not is_proposal or texts.get("short", {}).get("fr", "").strip():
        check_short(texts)
    if not 0 <= money.paid <= money.granted <= MOST_DOLLARS or not 0 <= money.asked <= MOST_DOLLARS:
        raise MoneyWrong
    if plan.state == ProjectState.REFUSED and not texts.get("reason", {}).get("fr", "").strip():
        raise ReasonMissing


def check_words(texts: Mapping[str, dict[str, str]], organisation: str, *, is_plain: bool = True) -> None:
    """What the table writes is plain; what people propose need not be. Raises ProjectWordsMissing, ProjectHard."""
    title, summary = (texts.get(field, {}).get("fr", "").strip() for field in ("title", "summary"))
    if not (title and summary and organisation.strip()) or len(title) > LONGEST_TITLE or len(summary) > LONGEST_SUMMARY:
        raise ProjectWordsMissing
    if is_plain and (fault := hardness(summary)):
        raise ProjectHard(fault=fault)


def hardness(summary: str) -> str:
    """What makes a summary hard to read: its banned words, or its longest sentence; empty for a plain one."""
    found = reading(summary)
    return ", ".join(found.banned) or found.longest


def check_short(texts: Mapping[str, dict[str, str]]) -> None:
    """Raises ShortTitleWrong."""
    for short in filter(None, (text.strip() for text in texts.get("short", {"fr": " "}).values())):
        why = " ".join(measure(plain(short)).costly) or gives_away(short) or (short if len(short) > LONGEST_SHORT else "")
        if why:
            raise ShortTitleWrong(why=why)
    if not texts.get("short", {}).get("fr", "").strip():
        raise ProjectWordsMissing


def free_code(act: Act, code: str, own: UUID | None = None) -> str:
    """The word of a poster, in capitals. Raises ProjectKeyword for one that is no word or leads elsewhere."""
    code = code.strip().upper()
    same = act.session.scalar(select(Project.id).where(Project.code == code, Project.id != own))
    called = act.session.scalar(select(CallForProjects.id).where(CallForProjects.code == code, CallForProjects.id != own))
    taken = same or called or voting.by_code(act.session, code) or committees.by_code(act.session, code)
    if not re.fullmatch(KEYWORD, code) or taken:
        raise ProjectKeyword
    return code


def check_envelope(act: Act, agreement_id: str, money: Money, project: Project | None, purse: Purse) -> None:
    """A grant beyond what is left is refused, where the table wrote down what it has. Raises EnvelopeSpent."""
    more = money.granted - (project.granted if project else 0)
    if not more:
        return
    year = fiscal_year_of(money.granted_on or act.day)
    if (agreement_id, year) not in purse:
        envelope = envelope_of(act, agreement_id, year)
        purse[agreement_id, year] = left(act, envelope) if envelope else None
    remaining = purse[agreement_id, year]
    if remaining is not None:
        if more > max(remaining, 0):
            raise EnvelopeSpent(left=remaining, year=year, needed=money.granted)
        purse[agreement_id, year] = remaining - more


def grant(act: Act, project: Project, dollars: int) -> None:
    """From this year's envelope. Raises MoneyWrong, EnvelopeSpent."""
    if not 0 <= dollars <= MOST_DOLLARS or dollars < project.paid:
        raise MoneyWrong
    check_envelope(act, project.agreement_id, Money(granted=dollars), project, {})
    project.granted, project.granted_on = dollars, act.day if dollars else None
    act.session.flush()


def envelope_of(act: Act, agreement_id: str, year: str) -> Envelope | None:
    return act.session.scalar(select(Envelope).where(Envelope.agreement_id == agreement_id, Envelope.year == year))


def granted_in(act: Act, agreement_id: str, year: str) -> Sequence[Project]:
    """Projects that the envelope of a year pays for."""
    first = date(int(year[:4]), 4, 1)
    within = Project.granted_on.between(first, date(first.year + 1, 3, 31))
    return act.session.scalars(select(Project).where(Project.agreement_id == agreement_id, within, Project.granted > 0)).all()


def left(act: Act, envelope: Envelope) -> int:
    """Dollars of a year's envelope that no project has yet."""
    granted = sum(each.granted for each in granted_in(act, envelope.agreement_id, envelope.year))
    return envelope.first_instalment + envelope.grants - granted


def fill_envelope(act: Act, agreement_id: str, year: str, *, first_instalment: int, grants: int) -> Envelope:
    """What an agreement receives in a year. Raises MoneyWrong."""
    if not (0 <= first_instalment <= MOST_DOLLARS and 0 <= grants <= MOST_DOLLARS):
        raise MoneyWrong
    envelope = envelope_of(act, agreement_id, year)
    if envelope is None:
        envelope = Envelope(agreement_id=agreement_id, year=year)
        act.session.add(envelope)
    envelope.first_instalment, envelope.grants = first_instalment, grants
    act.session.flush()
    return envelope


@dataclass(frozen=True)
class Basis:
    """How an envelope was set, as published: dollars, then words; empty where nothing is."""

    prior: int = 0
    increase: int = 0
    deprivation: str = ""
    density: str = ""
    source: str = ""


def found_on(act: Act, envelope: Envelope, basis: Basis) -> None:
    """Write down the published basis of an envelope. Raises MoneyWrong."""
    if not (0 <= basis.prior <= MOST_DOLLARS and 0 <= basis.increase <= MOST_DOLLARS):
        raise MoneyWrong
    envelope.prior, envelope.increase = basis.prior, basis.increase
    envelope.deprivation, envelope.density, envelope.source = (
        text.strip()[:200] for text in (basis.deprivation, basis.density, basis.source)
    )
    act.session.flush()


def check_eligibility(act: Act, project: Project, *, kind: str, bars: Collection[str], why: str) -> bool:
    """Go through the guided list: a kind that the fund pays, nothing that bars it, and the reason in words. Returns whether it may be paid.

    Raises NotEligible where neither a kind nor a bar is given, or no reason is written.
    """
    project.kind = kind if kind in set(ProjectKind) else ""
    project.bars = " ".join(each for each in Bar if each in bars)
    if not why.strip() or not (project.kind or project.bars):
        raise NotEligible
    project.eligibility, project.checked_on = why.strip()[:LONGEST_SUMMARY], act.day
    act.session.flush()
    return is_eligible(project)


def is_eligible(project: Project) -> bool:
    return bool(project.kind) and not project.bars


def set_milestones(act: Act, project: Project, steps: Sequence[tuple[str, date, bool]]) -> None:
    """The steps of a project, in order: name, day, and whether it is done. A step that was done keeps the day it was."""
    before = {(words.Wordings(act.session, [each.id]).text(each.id, "name", "fr")): each.done_on for each in milestones(act, project)}
    act.session.execute(delete(Milestone).where(Milestone.project_id == project.id))
    for name, due_on, is_done in steps:
        made = Milestone(project_id=project.id, due_on=due_on, done_on=(before.get(name) or act.day) if is_done else None)
        act.session.add(made)
        act.session.flush()
        words.write(act.session, made.id, "name", {"fr": name})


def milestones(act: Act, project: Project) -> Sequence[Milestone]:
    return act.session.scalars(select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.due_on, Milestone.id)).all()


def set_other_funds(act: Act, project: Project, funds: Sequence[tuple[str, int]]) -> None:
    """Money of others for the same project: who, and dollars. Raises MoneyWrong."""
    if any(not 0 < dollars <= MOST_DOLLARS for _, dollars in funds):
        raise MoneyWrong
    act.session.execute(delete(OtherFund).where(OtherFund.project_id == project.id))
    act.session.add_all(OtherFund(project_id=project.id, source=source, dollars=dollars) for source, dollars in funds)
    act.session.flush()


def other_funds(act: Act, project: Project) -> Sequence[OtherFund]:
    return act.session.scalars(select(OtherFund).where(OtherFund.project_id == project.id).order_by(OtherFund.source)).all()


def contact_of(project: Project) -> dict[str, str]:
    """`name`, `number`, `how`; empty once it is forgotten."""
    return dict(json.loads(project.contact or "{}"))
