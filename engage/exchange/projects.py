"""Projects in and out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from engage import governance
from engage.committees import Committee
from engage.exchange.columns import Choice, Column, Day, Flag, NotAllowed, Number, Word
from engage.exchange.kind import Kind, Row, Scope
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings
from engage.projects import CallForProjects, Money, Plan, Project, ProjectKeyword, ProjectKind, ProjectState
from engage.projects.acts import (
    KEYWORD,
    LONGEST_SHORT,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Purse,
    check_envelope,
    check_project,
    hardness,
    put_down,
)
from engage.voting import Consultation

_TEXTS = {name: (name, "fr") for name in ("title", "short", "summary", "reason")} | {
    f"{name}_en": (name, "en") for name in ("title", "short", "summary")
}
"""Field and language of each column of words."""


class ProposalHard(Refusal):
    sentence = N_("Ce résumé est difficile: %(fault)s. Le projet reste une proposition: récrivez-le avant de le montrer.")


class KeywordMeans(Refusal):
    sentence = N_("Le code «%(code)s» veut déjà dire autre chose dans un texto. Prenez un autre mot-clé.")


class AnotherAgreement(Refusal):
    sentence = N_("Ce mot-clé est celui d’un projet d’une autre entente.")


class Projects(Kind):
    key = ("code",)

    def __init__(self, act: Act, scope: Scope) -> None:
        super().__init__(act, scope)
        self.columns = (
            self.agreement(),
            Word("code", is_needed=True),
            Column("title", is_needed=True, longest=LONGEST_TITLE),
            Column("short", longest=LONGEST_SHORT),
            Column("summary", is_needed=True, longest=LONGEST_SUMMARY),
            Column("organisation", is_needed=True),
            Choice("state", default=ProjectState.PROPOSED.value, keeps=True, values=[each.value for each in ProjectState]),
            Choice("kind", values=[each.value for each in ProjectKind]),
            Column("territory", longest=3),
            Flag("devitalised"),
            Day("starts_on"),
            Day("ends_on"),
            Number("asked", default="0"),
            Number("granted", default="0"),
            Number("paid", default="0"),
            Day("granted_on", keeps=True),
            Column("reason", longest=LONGEST_SUMMARY),
            Flag("hears"),
            Column("title_en", longest=LONGEST_TITLE),
            Column("short_en", longest=LONGEST_SHORT),
            Column("summary_en", longest=LONGEST_SUMMARY),
        )
        self._ids: dict[str, UUID] = {}
        self._places: dict[str, set[str]] = {}
        self._purse: Purse = {}

    def rows(self) -> Iterator[Row]:
        found = self.act.session.scalars(
            select(Project).where(Project.agreement_id.in_(self.scope.agreements)).order_by(Project.code)
        ).all()
        texts = Wordings(self.act.session, [each.id for each in found])
        for each in found:
            self._ids[each.code] = each.id
            values = {
                "agreement": each.agreement_id, "code": each.code, "organisation": each.organisation, "state": each.state, "kind": each.kind,
                "territory": each.territory_code, "devitalised": int(each.is_devitalised), "starts_on": each.starts_on,
                "ends_on": each.ends_on, "asked": each.asked, "granted": each.granted, "paid": each.paid, "granted_on": each.granted_on,
                "hears": int(each.hears),
            }  # fmt: skip
            told = {name: texts.latest(each.id, *field)[0] for name, field in _TEXTS.items()}
            yield {name: "" if value is None else str(value) for name, value in values.items()} | told

    def check(self, row: Row, before: Row | None) -> list[Refusal]:
        if before is not None and before["agreement"] != row["agreement"]:
            raise AnotherAgreement
        if before is None and (row["code"] in self._taken or not re.fullmatch(KEYWORD, row["code"])):
            raise ProjectKeyword
        if before is None and self.scope.means_already(row["code"]):
            raise KeywordMeans(code=row["code"])
        places = self._places_of(row["agreement"])
        if row["territory"] and row["territory"] not in places:
            raise NotAllowed(column="territory", value=row["territory"], values=", ".join(sorted(places)))
        check_project(_texts(row), _plan(row), _money(row), is_proposal=_is_proposal(row))
        fault = hardness(row["summary"]) if _is_proposal(row) else ""
        return [ProposalHard(fault=fault)] if fault else []

    @cached_property
    def _taken(self) -> set[str]:
        """Words that lead elsewhere already."""
        codes = (Project.code, CallForProjects.code, Consultation.code, Committee.code)
        return {word for code in codes for word in self.act.session.scalars(select(code))}

    def _places_of(self, agreement_id: str) -> set[str]:
        if agreement_id not in self._places:
            self._places[agreement_id] = {code for code, _ in governance.places_of(self.act.session, agreement_id, self.act.day)}
        return self._places[agreement_id]

    def write(self, row: Row, before: Row | None) -> None:
        project = self.act.session.get_one(Project, self._ids[row["code"]]) if before else None
        money = _money(row)
        check_envelope(self.act, row["agreement"], money, project, self._purse)
        plan = _plan(row, project.option_id if project else None)
        put_down(self.act, row["agreement"], code=row["code"], texts=_texts(row), plan=plan, money=money, project=project)


def _is_proposal(row: Row) -> bool:
    return row["state"] == ProjectState.PROPOSED and row["hears"] == "0"


def _texts(row: Row) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for name, (field, language) in _TEXTS.items():
        texts.setdefault(field, {})[language] = row[name]
    return texts


def _plan(row: Row, option_id: UUID | None = None) -> Plan:
    return Plan(
        row["organisation"],
        ProjectState(row["state"]),
        row["kind"],
        row["territory"],
        option_id,
        row["devitalised"] == "1",
        _day(row["starts_on"]),
        _day(row["ends_on"]),
        row["hears"] == "1",
    )


def _money(row: Row) -> Money:
    return Money(int(row["asked"]), int(row["granted"]), int(row["paid"]), _day(row["granted_on"]))


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None
