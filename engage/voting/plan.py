"""What a consultation can begin from: the nine priorities that Quebec's plan against poverty names itself, in plain words; and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from engage.kernel.words import N_

LONGEST = {"question": 200, "why": 400, "label": 60, "short": 20, "explanation": 120}
"""Letters of each text of a consultation and of an option."""
ARTICLES = ("le ", "la ", "les ", "l’", "l'", "un ", "une ", "des ", "du ")
ICONS = {
    "home": N_("maison"), "building-community": N_("quartier"), "bed": N_("lit"), "tent": N_("tente"), "soup": N_("repas"),
    "shopping-cart": N_("épicerie"), "plant": N_("jardin"), "trees": N_("parc"), "bus": N_("autobus"), "car": N_("auto"),
    "bike": N_("vélo"), "school": N_("école"), "book": N_("livre"), "bulb": N_("idée"), "pencil": N_("crayon"), "briefcase": N_("emploi"),
    "hammer": N_("travaux"), "tools": N_("outils"), "coin": N_("argent"), "shirt": N_("vêtement"), "stethoscope": N_("santé"),
    "pill": N_("remède"), "heart": N_("cœur"), "heart-handshake": N_("entraide"), "wheelchair": N_("accès"), "users": N_("groupe"),
    "friends": N_("amis"), "baby-carriage": N_("enfants"), "ball-football": N_("sport"), "music": N_("musique"), "palette": N_("arts"),
    "microphone": N_("parole"), "speakerphone": N_("annonce"), "wifi": N_("internet"), "phone": N_("téléphone"), "map-pin": N_("lieu"),
    "sun": N_("été"), "moon": N_("nuit"), "snowflake": N_("hiver"),
}  # fmt: skip
"""Pictures that an option may bear, each with its word."""


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


def shortened(label: str) -> str:
    """A name for texts: without its article, cut at a word."""
    bare = next((label[len(article) :] for article in ARTICLES if label.lower().startswith(article)), label)
    kept = bare if len(bare) <= LONGEST["short"] else bare[: LONGEST["short"] + 1].rsplit(" ", 1)[0][: LONGEST["short"]]
    return kept[:1].upper() + kept[1:]
