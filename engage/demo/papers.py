"""What the table of the example owes and filed: the life of its agreement, partners, last year's account, a work plan, a note."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from engage import filings, projects, reports
from engage.filings import FilingKind
from engage.governance import Agreement, Signatory, StepKind, names, partners, practices, register
from engage.kernel.act import QUEBEC, Act, Channel, day_of, fiscal_year_of, year_before
from engage.kernel.db import Database
from engage.reports import declarations
from engage.reports.declarations import Declared

SIGNER = "Camille (fiction), coordonnatrice"
_PARTNERS = (
    ("MRC de Rimouski-Neigette (exemple)", "municipal", "money", "Prête une salle et paie les autobus."),
    ("CDC du Fleuve (exemple)", "cdc", "concertation", "Reçoit les rencontres."),
    ("Maison du coin (groupe fictif)", "community", "consultation", "Distribue les cartes et accompagne les gens."),
    ("CISSS (exemple)", "health", "services", "Une personne 2 jours par mois."),
)
_ACCOUNT = {
    "summary": "Des gens de 4 villages ont dit leurs priorités. Nous avons payé un jardin, et nous avons commencé un comité.",
    "said": "Les loyers montent trop vite. Sans auto, on ne va nulle part le soir.",
    "failed": "Deux villages n’ont pas été rejoints. Trop peu de gens ont su par un texto qu’il y avait un vote.",
    "next": "Un vote de plus, sur papier aussi. Un comité avec des places gardées.",
}
_PLAN = {
    "summary": "Nous agissons sur ce que les gens ont choisi: le logement, le transport et la nourriture. Ils décident avec nous.",
    "priorities": "Le logement d’abord, puis le transport le soir, puis la nourriture.",
    "mobilisation": "Des cartes dans les groupes, des textos, des appels, et du papier avec de l’aide.",
    "devitalised": "La Matanie et La Matapédia reçoivent une part de plus par personne.",
    "participation": "Chaque comité garde des places. On paie le trajet, la garde et le repas. Personne n’y est seul.",
    "equality": "On regarde qui vient, femmes, hommes et personnes handicapées, sans jamais montrer personne.",
    "sharing": "Une affiche dans chaque groupe, un texto à ceux qui le veulent, et cette page.",
}
_NOTE = {
    "summary": "Deux votes sont finis, un autre est ouvert. La navette du soir roule.",
    "failed": "Le vote de La Mitis a eu trop peu de gens pour donner un résultat.",
    "next": "Le comité du logement se réunit bientôt. Un appel de projets est ouvert.",
}


_PRACTICE = {
    "what": "Un repas chaud avant chaque vote, dans la salle même.",
    "for_whom": "Des gens qui ne viennent jamais aux rencontres.",
    "worked": "Ils restent pour parler, et ils votent sur place.",
    "failed": "Le soir, sans autobus, peu de gens peuvent venir.",
}


def last_year(start: datetime) -> str:
    return year_before(fiscal_year_of(day_of(start)))


def winter(start: datetime) -> datetime:
    """A noon of last year's February."""
    return datetime.combine(date(int(last_year(start)[5:]), 2, 3), time(12), QUEBEC)


def file_papers(db: Database, start: datetime, agreement_id: str) -> None:
    """After the tables of both years are published."""
    year, before = fiscal_year_of(day_of(start)), last_year(start)
    with db.write() as session:
        here = Act(session, Channel.WEB, start - timedelta(days=2))
        for kind, of, words in (
            (FilingKind.ACCOUNT, before, _ACCOUNT),
            (FilingKind.WORK_PLAN, names.years_of_plan(here.day), _PLAN),
            (FilingKind.NOTE, year, _NOTE),
        ):
            draft = filings.draft(here, agreement_id, kind, of)
            filings.write(here, draft, words)
            filings.sign(here, draft, SIGNER)
        under_way = filings.draft(here, agreement_id, FilingKind.ACCOUNT, year)
        filings.write(here, under_way, {"summary": _NOTE["summary"]})
        filings.comment(here, under_way, "Sacha (fiction)", "Il faut dire ce qui n’a pas marché à La Mitis.")


def prepare(db: Database, start: datetime, agreement_id: str) -> None:
    """What the tables of the year will tell of."""
    year, before = fiscal_year_of(day_of(start)), last_year(start)
    with db.write() as session:
        here = Act(session, Channel.WEB, start - timedelta(days=2))
        _agreement(here, agreement_id, date(int(before[:4]), 4, 22))
        for name, kind, way, commitment in _PARTNERS:
            partners.add(here, agreement_id, name=name, kind=kind, collaboration=way, commitment=commitment)
        projects.fill_envelope(here, agreement_id, before, first_instalment=projects.FIRST_INSTALMENT, grants=120_000)
        head_count = Declared(agreement_id, year, "M6", "Ateliers d’animation (exemple)", 23, "Rapport d’activité, page 4")
        declarations.declare(here, head_count, SIGNER)
        declarations.declare(here, Declared("A09", year, "M3", "Comité citoyen (exemple)", 12, "Procès-verbal du 3 mai"), SIGNER)
        own = Declared("APN", year, "M1", "Conseil (exemple)", 40, "Selon la règle du conseil", own_rules=True)
        declarations.declare(here, own, SIGNER)
        practices.share(here, agreement_id, **_PRACTICE)


def publish(db: Database, start: datetime) -> None:
    """The tables of last year, then of this one."""
    with db.write() as session:
        here = Act(session, Channel.WEB, start)
        for year in (last_year(start), fiscal_year_of(day_of(start))):
            for kind in reports.KINDS:
                reports.publish(here, kind, year)


def _agreement(here: Act, agreement_id: str, signed: date) -> None:
    agreement = here.session.get_one(Agreement, agreement_id)
    for kind, later, note in (
        (StepKind.MET_ELECTED, -60, ""),
        (StepKind.BODY_NAMED, -30, "Collectif régional de développement (exemple)"),
        (StepKind.SIGNED, 0, ""),
        (StepKind.FIRST_INSTALMENT, 40, "70 000 $"),
        (StepKind.PLAN_FILED, 200, "Première version"),
    ):
        who = (Signatory.MINISTRY, Signatory.BODY) if kind == StepKind.SIGNED else ()
        register.write_step(here, agreement, kind, signed + timedelta(days=later), signatories=who, note=note)
    places = [place.code for place in register.may_cover(here.session, agreement_id) if place.region_code == "01"]
    register.cover(here, agreement, places, signed, "Entente (exemple)")
