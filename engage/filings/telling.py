"""A document in words: parts with their paragraphs and tables, in one language. Page, PDF, Word and spreadsheet are all made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency

from engage.committees import Support
from engage.feedback import Step
from engage.filings.gaps import SECTIONS, SENTENCES
from engage.filings.models import FilingKind
from engage.governance import MECHANISM_TYPES, StepKind, partners
from engage.kernel.words import N_, say
from engage.projects import ProjectState
from engage.reports.committees import DEBRIEF, PAPERS, PREPARATION
from engage.reports.participation import LEFT_OUT
from engage.reports.target import STATES

Document = Mapping[str, Any]
TITLES = {
    FilingKind.ACCOUNT: N_("Le compte de l’année"),
    FilingKind.WORK_PLAN: N_("Le plan d’action"),
    FilingKind.NOTE: N_("Où nous en sommes"),
}
SECTION_TITLES = {
    "summary": N_("En bref"),
    "said": N_("Ce que les gens ont dit"),
    "failed": N_("Ce qui n’a pas marché"),
    "next": N_("Ce qui vient"),
    "priorities": N_("Nos priorités"),
    "mobilisation": N_("Comment on rejoint les gens"),
    "devitalised": N_("Les lieux qui ont le moins"),
    "participation": N_("La place des gens qui vivent la pauvreté ou l’exclusion"),
    "equality": N_("Femmes et hommes, personnes handicapées"),
    "sharing": N_("Comment on dira les résultats"),
}
CHANNELS = {
    "web": N_("site"), "sms": N_("texto"), "voice": N_("appel"), "paper": N_("papier"), "kiosk": N_("tablette"), "assisted": N_("avec de l’aide"),
}  # fmt: skip
LEVELS = {"1": N_("consultés"), "2": N_("écoutés, avec une réponse"), "3": N_("bâtissent avec nous"), "4": N_("décident")}
GENDERS = {"woman": N_("femmes"), "man": N_("hommes"), "other": N_("autre genre")}
DISABILITIES = {"yes": N_("avec un handicap"), "no": N_("sans handicap")}
SUPPORTS = {
    Support.RIDE: N_("un trajet"),
    Support.CARE: N_("la garde des enfants"),
    Support.MEAL: N_("un repas"),
    Support.ALLOWANCE: N_("une allocation"),
    Support.INTERPRETER: N_("un interprète"),
    Support.READ_ALOUD: N_("les papiers lus à voix haute"),
    Support.ALLY: N_("une personne qui vient avec moi"),
}
OFFERED: dict[str, str] = SUPPORTS | {PAPERS: N_("papiers 7 jours avant"), PREPARATION: N_("préparation"), DEBRIEF: N_("retour après")}
STEPS = {
    StepKind.MET_ELECTED: N_("Rencontre avec les élus"),
    StepKind.BODY_NAMED: N_("Organisme nommé ou créé"),
    StepKind.TRUSTEE_NAMED: N_("Fiduciaire nommé"),
    StepKind.SIGNED: N_("Signature"),
    StepKind.FIRST_INSTALMENT: N_("Premier versement"),
    StepKind.PLAN_FILED: N_("Plan d’action déposé"),
    StepKind.AMENDED: N_("Changement"),
    StepKind.ENDED: N_("Fin"),
}
PROJECT_STATES = {
    ProjectState.PROPOSED: N_("Proposé"),
    ProjectState.STUDIED: N_("À l’étude"),
    ProjectState.FUNDED: N_("Payé par l’entente"),
    ProjectState.UNDER_WAY: N_("En cours"),
    ProjectState.FINISHED: N_("Fini"),
    ProjectState.REFUSED: N_("Pas choisi"),
}
ANSWERS = {Step.YES: N_("Oui"), Step.IN_PART: N_("En partie"), Step.NO: N_("Non, et voici pourquoi"), Step.DONE: N_("C’est fait")}


class Own(str):
    """Words that staff wrote: in French, whatever the language of the page."""


@dataclass
class Table:
    caption: str
    head: list[str]
    rows: list[list[str | int]]
    bars: bool = False
    """Whether its last column is drawn as well."""


@dataclass
class Part:
    title: str
    words: list[str] = field(default_factory=list)
    """What the table wrote, in French, a paragraph each."""
    notes: list[str] = field(default_factory=list)
    """Sentences of the catalogue."""
    tables: list[Table] = field(default_factory=list)


@dataclass
class Told:
    language: str
    title: str
    label: str
    lead: list[str]
    parts: list[Part]


class Teller:
    """One document in one language."""

    def __init__(self, document: Document, language: str) -> None:
        self.document, self.language = document, language

    def _(self, message: str, **params: object) -> str:
        return say(self.language, message, **params)

    def day(self, iso: str | None) -> str:
        told = format_date(date.fromisoformat(iso), "long", locale=self.language) if iso else ""
        return told.replace("1 ", "1er ", 1) if self.language == "fr" and iso and iso.endswith("-01") else told

    def money(self, dollars: int | None) -> str:
        french = self.language == "fr"
        pattern = "#,##0\xa0$" if french else "$#,##0"
        return "" if dollars is None else format_currency(dollars, "CAD", pattern, locale=self.language, currency_digits=False)

    def state(self, reading: str) -> str:
        return self._(STATES[reading])

    def project_state(self, state: str) -> str:
        return self._(PROJECT_STATES[ProjectState(state)])

    def people(self, printed: int) -> str | int:
        return printed or self._(N_("moins de 5"))

    def told(self) -> Told:
        parts = (part(self) for part in PARTS[FilingKind(self.document["kind"])])
        return Told(self.language, self.title(), self.document["label"], list(self.lead()), [part for part in parts if part is not None])

    def title(self) -> str:
        return f"{self._(TITLES[FilingKind(self.document['kind'])])} {self.document['year']}"

    def lead(self) -> Iterable[str]:
        document, name = self.document, "en" if self.language == "en" else "fr"
        yield self._(N_("Écrit le %(day)s. Règle %(rule)s."), day=self.day(document["on"]), rule=document["rule"])
        yield self._(N_("Plan: %(plan)s. Remis à: %(ministry)s."), plan=document["plan"][name], ministry=document["ministry"][name])

    def section(self, name: str) -> Part | None:
        text = self.document["words"].get(name, "")
        return Part(self._(SECTION_TITLES[name]), text.splitlines()) if text else None


def _section(name: str) -> Callable[[Teller], Part | None]:
    return lambda teller: teller.section(name)


def _target(told: Teller) -> Part | None:
    """The readings, the numbers behind them, and what is still missing."""
    target, part = told.document["target"], Part(told._(N_("Le but: des gens qui vivent la pauvreté ou l’exclusion prennent part")))
    if target:
        rows: list[list[str | int]] = [
            [told._(N_("Personnes connues")), told.people(target["people"])],
            [told._(N_("5 personnes ou plus")), told.state(target["minimal"])],
            [told._(N_("Elles décident aussi")), told.state(target["strong"])],
        ]
        part.tables.append(Table(told._(N_("Les deux lectures")), [told._(N_("Mesure")), told._(N_("Résultat"))], rows))
    else:
        part.notes.append(told._(N_("Aucune table n’est encore publiée pour cette année.")))
    if declared := told.document["declared"]:
        rows = [[told._(MECHANISM_TYPES[type]), Own(name), told.people(people), Own(source)] for type, name, people, source in declared]
        head = [told._(N_("Genre")), told._(N_("Nom")), told._(N_("Personnes")), told._(N_("Source"))]
        part.tables.append(Table(told._(N_("Déclaré par la région, sans preuve ici, jamais additionné")), head, rows))
    part.notes += [gap_in_words(told, code, params) for code, params in [*_unmet(told.document), *told.document["gaps"]]]
    return part


def _unmet(document: Document) -> Iterable[tuple[str, dict[str, Any]]]:
    """Which conditions of the readings do not hold, as far as published numbers tell."""
    if document["target"].get("minimal") == "too_few":
        yield "people", {}
    answers = document["participation"].get("answers", {"came": 0, "in_time": 0})
    if 2 * answers["in_time"] < answers["came"]:
        yield "answers", {}


def gap_in_words(told: Teller, code: str, params: Mapping[str, Any]) -> str:
    """One of `gaps.SENTENCES`, its section and its day as they are read."""
    worded = dict(params)
    if title := SECTION_TITLES.get(worded.get("section", "")):
        worded["section"] = told._(title)
    if "day" in worded:
        worded["day"] = told.day(worded["day"])
    return told._(SENTENCES[code], **worded)


def _figures(told: Teller) -> Part | None:
    row = told.document["participation"]
    if not row:
        return None
    part = Part(told._(N_("Comment les gens prennent part")))
    part.notes.append(told._(N_("Les nombres de gens sont arrondis à 5 près, pour que personne ne soit reconnu.")))
    for name, title, which, labels in (
        ("channels", N_("Par quels moyens"), N_("Moyen"), CHANNELS),
        ("levels", N_("Jusqu’où"), N_("Les gens sont"), LEVELS),
        ("gender", N_("Qui l’a dit"), N_("Genre"), GENDERS),
        ("disability", N_("Handicap, parmi qui l’a dit"), N_("Réponse"), DISABILITIES),
    ):
        if isinstance(counts := row.get(name), dict):
            rows: list[list[str | int]] = [[told._(label), told.people(counts[key])] for key, label in labels.items()]
            part.tables.append(
                Table(
                    told._(title),
                    [told._(which), told._(N_("Personnes") if labels in (GENDERS, DISABILITIES) else N_("Gestes"))],
                    rows,
                    bars=True,
                )
            )
    part.tables.append(
        Table(told._(N_("Instances, rencontres et réponses")), [told._(N_("Mesure")), told._(N_("Nombre"))], _measures(told, row))
    )
    return part


def _measures(told: Teller, row: Mapping[str, Any]) -> list[list[str | int]]:
    """Public bodies exactly; people and their acts as they were published."""
    rows: list[list[str | int]] = [
        [told._(N_("Rencontres de comités")), row["meetings"]],
        [told._(N_("Places gardées")), row["seats"]],
    ]
    rows += [
        [told._(N_("Offert: %(what)s"), what=told._(OFFERED[support])), told._(N_("%(number)s rencontres"), number=number)]
        for support, number in row["offered"].items()
        if number
    ]
    if isinstance(bodies := row.get("bodies"), dict):
        came = "/".join(str(told.people(each)) for each in bodies["came"])
        rows.append([told._(N_("Places gardées que tiennent des gens concernés")), told.people(bodies["filled"])])
        rows.append([told._(N_("Jamais seul·e")), told._(N_("oui") if bodies["never_alone"] else N_("non"))])
        rows.append([told._(N_("Présences des membres concernés")), came])
    if answers := row.get("answers"):
        for key, label in (
            ("came", N_("Avis reçus")),
            ("in_time", N_("Répondus en 90 jours")),
            ("changed", N_("Qui ont changé quelque chose")),
        ):
            rows.append([told._(label), told.people(answers[key])])
    if still := row.get("still_there"):
        rows.append([told._(N_("Encore là après 12 mois")), "/".join(str(told.people(each)) for each in still)])
    return rows + [
        [told._(N_("Genre d’instance: %(type)s"), type=told._(MECHANISM_TYPES[type])), _of(told, some, number)]
        for type, (some, number) in row["mechanisms"].items()
    ]


def _of(told: Teller, some: int, number: int) -> str:
    """P1: how many there are, and whether people in poverty take part in at least one: never in which."""
    return told._(N_("%(number)s, avec des gens concernés"), number=number) if some else str(number)


def _supports(told: Teller) -> Part | None:
    row, part = told.document["participation"], Part(told._(N_("Ce qui aide à venir")))
    if isinstance(given := row.get("supports"), dict):
        rows: list[list[str | int]] = [
            [told._(label), told.people(given[key][0]), told.people(given[key][1])] for key, label in SUPPORTS.items() if given[key][0]
        ]
        if rows:
            head = [told._(N_("Aide")), told._(N_("Demandée")), told._(N_("Donnée"))]
            part.tables.append(Table(told._(N_("Aides demandées, puis données")), head, rows))
    elif given == LEFT_OUT:
        part.notes.append(told._(N_("Les aides ne sont pas montrées: on y reconnaîtrait des gens.")))
    if cost := told.document["money"]["supports"]:
        part.notes.append(told._(N_("Elles ont coûté %(money)s, à 100 $ près."), money=told.money(cost)))
    return part if part.tables or part.notes else None


def _votes(told: Teller) -> Part | None:
    rows: list[list[str | int]] = [
        [
            Own(vote["question"]),
            told._(N_("trop peu de votes")) if vote["ballots"] is None else vote["ballots"],
            Own(", ".join(vote["chosen"])),
            _promise(told, vote),
        ]
        for vote in told.document["votes"]
    ]
    head = [told._(N_("Question")), told._(N_("Votes")), told._(N_("Choisi")), told._(N_("Promesse de la table"))]
    if not rows:
        return None
    part = Part(told._(N_("Les votes")), tables=[Table(told._(N_("Les votes, et ce que la table en fait")), head, rows)])
    part.tables += [_ranks(told, vote) for vote in told.document["votes"] if vote["ranks"]]
    return part


def _ranks(told: Teller, vote: Mapping[str, Any]) -> Table:
    head = [told._(N_("Réponse")), told._(N_("Rang pour tout le monde")), told._(N_("Rang pour les gens concernés"))]
    return Table(
        told._(N_("Le rang des priorités: %(code)s"), code=vote["code"]), head, [[Own(label), *ranks] for label, *ranks in vote["ranks"]]
    )


def _promise(told: Teller, vote: Mapping[str, Any]) -> str:
    if not vote["promise"]:
        return told._(N_("aucune encore"))
    if vote["kept_on"]:
        return Own(f"{vote['promise']} ✓ {vote['outcome']}")
    return Own(f"{vote['promise']} ({vote['due_on']})")


def _changed(told: Teller) -> Part | None:
    part = Part(told._(N_("Ce qui a changé")))
    if answers := told.document["answers"]:
        rows: list[list[str | int]] = [[told.day(on), told._(ANSWERS[Step(step)]), Own(text)] for step, text, on in answers]
        head = [told._(N_("Le jour")), told._(N_("Réponse")), told._(N_("Ce que la table a répondu"))]
        part.tables.append(Table(told._(N_("Les réponses aux avis")), head, rows))
    if decisions := told.document["decisions"]:
        rows = [[told.day(each["on"]), Own(each["committee"]), Own(f"{each['text']} {each['next']}")] for each in decisions]
        head = [told._(N_("Le jour")), told._(N_("Comité")), told._(N_("Décision, et ce qui suit"))]
        part.tables.append(Table(told._(N_("Les décisions des comités")), head, rows))
    return part if part.tables else None


def _committees(told: Teller) -> Part | None:
    rows: list[list[str | int]] = [
        [
            Own(each["name"]),
            Own(each["mandate"]),
            told._(LEVELS.get(str(each["level"]), N_("informés"))),
            f"{each['reserved']}/{each['seats']}",
        ]
        for each in told.document["committees"]
    ]
    head = [told._(N_("Comité")), told._(N_("Mandat")), told._(N_("Les gens y sont")), told._(N_("Places gardées"))]
    return Part(told._(N_("Les comités")), tables=[Table(told._(N_("Qui décide, et avec quelles places")), head, rows)]) if rows else None


def _partners(told: Teller) -> Part | None:
    rows: list[list[str | int]] = [
        [Own(name), told._(partners.KINDS[partners.PartnerKind(kind)]), told._(partners.COLLABORATIONS[way]), Own(commitment)]
        for name, kind, way, commitment in told.document["partners"]
    ]
    head = [told._(N_("Nom")), told._(N_("Genre")), told._(N_("Collaboration")), told._(N_("Engagement"))]
    return Part(told._(N_("Les partenaires")), tables=[Table(told._(N_("Qui agit avec la table")), head, rows)]) if rows else None


def _money(told: Teller) -> Part | None:
    money, part = told.document["money"], Part(told._(N_("L’argent")))
    rows: list[list[str | int]] = [
        [told._(label), told.money(money[key])]
        for key, label in (("first_instalment", N_("Pour préparer le plan")), ("grants", N_("Pour les projets")))
        if money[key] is not None
    ]
    if rows:
        part.tables.append(Table(told._(N_("Reçu dans l’année")), [told._(N_("Pour quoi")), told._(N_("Montant"))], rows))
    if money["projects"]:
        rows = [
            [
                Own(each["title"]),
                Own(each["carrier"]),
                told.money(each["granted"]),
                told.money(each["paid"]),
                told.project_state(each["state"]),
            ]
            for each in money["projects"]
        ]
        head = [told._(N_("Projet")), told._(N_("Porté par")), told._(N_("Accordé")), told._(N_("Versé")), told._(N_("État"))]
        part.tables.append(Table(told._(N_("Projets payés cette année")), head, rows))
    return part if part.tables else None


def _steps(told: Teller) -> Part | None:
    rows: list[list[str | int]] = [[told.day(on), told._(STEPS[StepKind(kind)]), Own(note)] for kind, on, note in told.document["steps"]]
    head = [told._(N_("Le jour")), told._(N_("Étape")), told._(N_("Note"))]
    return Part(told._(N_("La vie de l’entente")), tables=[Table(told._(N_("Ce qui s’est passé")), head, rows)]) if rows else None


PARTS: dict[FilingKind, tuple[Callable[[Teller], Part | None], ...]] = {
    FilingKind.ACCOUNT: (
        _section("summary"), _target, _figures, _section("said"), _changed, _votes, _supports, _section("failed"), _section("next"),
        _committees, _money, _steps,
    ),
    FilingKind.WORK_PLAN: (
        _section("summary"), _section("priorities"), _votes, _committees, _section("mobilisation"), _section("devitalised"), _partners,
        _section("participation"), _target, _figures, _section("equality"), _section("sharing"), _money,
    ),
    FilingKind.NOTE: (_section("summary"), _target, _steps, _changed, _money, _section("failed"), _section("next")),
}  # fmt: skip
"""What each kind of document tells, in order."""


def tell(document: Document, language: str) -> Told:
    return Teller(document, language).told()


def section_names(kind: FilingKind) -> dict[str, str]:
    """The sections that a table writes, by name, each with its title."""
    return {name: SECTION_TITLES[name] for name in SECTIONS[kind]}
