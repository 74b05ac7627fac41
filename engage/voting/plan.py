"""What a consultation can begin from: the nine priorities that Quebec's plan against poverty names itself, in plain words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proposed:
    """An option before it has a number: texts by language. `official` is the plan's own word; `short` fits a text (GSM-7)."""

    icon: str
    official: str
    label: dict[str, str]
    short: dict[str, str]
    explanation: dict[str, str]
    cost: int | None = None
    """Dollars, where a budget is shared."""


QUESTION = {"fr": "Quelles sont nos 3 priorités?", "en": "What are our 3 priorities?"}
WHY = {
    "fr": "La table prépare son plan pour la région. Vos choix disent par où commencer.",
    "en": "The table is making its plan for the region. Your choices say where to start.",
}
NINE = (
    Proposed(
        "home",
        "habitation",
        {"fr": "Le logement", "en": "Housing"},
        {"fr": "Logement", "en": "Housing"},
        {"fr": "Un toit sûr, à un prix qu’on peut payer.", "en": "A safe home, at a price people can pay."},
    ),
    Proposed(
        "ball-football",
        "loisirs",
        {"fr": "Les loisirs", "en": "Leisure"},
        {"fr": "Loisirs", "en": "Leisure"},
        {"fr": "Du sport, des sorties et de la culture pour tous.", "en": "Sports, outings and culture for everyone."},
    ),
    Proposed(
        "soup",
        "sécurité alimentaire",
        {"fr": "La nourriture", "en": "Food"},
        {"fr": "Nourriture", "en": "Food"},
        {"fr": "Manger à sa faim, chaque jour.", "en": "Enough good food, every day."},
    ),
    Proposed(
        "school",
        "prévention du décrochage scolaire",
        {"fr": "L’école", "en": "School"},
        {"fr": "École", "en": "School"},
        {"fr": "Aider les jeunes à rester à l’école.", "en": "Help young people stay in school."},
    ),
    Proposed(
        "briefcase",
        "insertion socioprofessionnelle",
        {"fr": "L’emploi", "en": "Work"},
        {"fr": "Emploi", "en": "Work"},
        {"fr": "Trouver un travail et le garder.", "en": "Find a job and keep it."},
    ),
    Proposed(
        "tent",
        "itinérance",
        {"fr": "L’itinérance", "en": "Homelessness"},
        {"fr": "Itinérance", "en": "Homelessness"},
        {"fr": "Aider les gens qui n’ont pas de toit.", "en": "Help people who have no home."},
    ),
    Proposed(
        "wheelchair",
        "accessibilité universelle",
        {"fr": "L’accès pour tous", "en": "Access for all"},
        {"fr": "Accès", "en": "Access"},
        {"fr": "Des lieux et des services où chacun peut entrer.", "en": "Places and services that everyone can use."},
    ),
    Proposed(
        "heart-handshake",
        "lutte contre les préjugés",
        {"fr": "Le respect", "en": "Respect"},
        {"fr": "Respect", "en": "Respect"},
        {"fr": "Moins de préjugés, plus de respect.", "en": "Less prejudice, more respect."},
    ),
    Proposed(
        "bus",
        "transport",
        {"fr": "Le transport", "en": "Transport"},
        {"fr": "Transport", "en": "Transport"},
        {"fr": "Se déplacer sans auto, à bas prix.", "en": "Get around without a car, at low cost."},
    ),
)
