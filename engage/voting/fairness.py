"""Whether a ballot leans: words that push, options told at length beside bare ones, names that sound alike. Hints, never a judge. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engage.kernel.words import N_, folded

PUSHING = (
    "enfin", "évidemment", "clairement", "bien sûr", "meilleur", "meilleure", "pire", "indispensable", "urgent", "urgente", "essentiel",
    "essentielle", "nécessaire", "gaspillage", "gaspiller", "moderne", "excellent", "excellente", "malheureusement", "heureusement",
    "inutile", "seulement", "vraiment", "tellement", "scandaleux", "génial", "géniale", "bien meilleur",
)  # fmt: skip
LEADING = (
    "ne pensez-vous pas",
    "n’est-ce pas",
    "n'est-ce pas",
    "êtes-vous d’accord",
    "êtes-vous d'accord",
    "ne faut-il pas",
    "faut-il enfin",
)
LONGER = 2.5
"""An option explained at this many times the length of another is pushed by it."""


@dataclass(frozen=True)
class Hint:
    """A sentence of the catalogue, with what fills it."""

    sentence: str
    params: dict[str, object]


@dataclass(frozen=True)
class Shown:
    """An option as people will read it, in French."""

    label: str
    short: str
    explanation: str
    icon: str = ""


def hints(question: str, why: str, options: Sequence[Shown]) -> list[Hint]:
    """What a second reader would point at. Order is no concern: on a page it turns from one voter to the next."""
    found = [
        Hint(N_("«%(word)s» dans la question ou le pourquoi pousse vers une réponse."), {"word": word})
        for word in _pushing(f"{question} {why}")
    ]
    leading = next((start for start in LEADING if start in question.lower()), "")
    if leading:
        found.append(Hint(N_("«%(words)s» appelle un oui. Demandez sans souffler la réponse."), {"words": leading}))
    for option in options:
        sentence = N_("«%(word)s» vante ou abaisse la réponse «%(label)s».")
        found += [Hint(sentence, {"word": word, "label": option.label}) for word in _pushing(f"{option.label} {option.explanation}")]
        if re.match(r"\W*\d", option.short):
            found.append(
                Hint(
                    N_("Le nom court «%(label)s» commence par un chiffre: par texto, on le prendrait pour un numéro."),
                    {"label": option.short},
                )
            )
    explained = [option for option in options if option.explanation]
    if explained and len(explained) < len(options):
        bare = next(option for option in options if not option.explanation)
        found.append(
            Hint(N_("«%(label)s» n’a pas d’explication, d’autres en ont une. Expliquez-les toutes, ou aucune."), {"label": bare.label})
        )
    found += _lengths(
        [(option.label, option.explanation) for option in explained], N_("«%(long)s» est expliquée bien plus longuement que «%(short)s».")
    )
    found += _lengths(
        [(option.label, option.label) for option in options if option.label], N_("Le nom «%(long)s» est bien plus long que «%(short)s».")
    )
    return found + _same_pictures(options) + _alike(options)


def _pushing(text: str) -> list[str]:
    return [word for word in PUSHING if re.search(rf"(?<!\w){word}(?!\w)", text.lower())]


def _lengths(told: list[tuple[str, str]], sentence: str) -> list[Hint]:
    if len(told) < 2:
        return []
    (long, most), (short, least) = max(told, key=lambda each: len(each[1])), min(told, key=lambda each: len(each[1]))
    return [Hint(sentence, {"long": long, "short": short})] if len(most) > LONGER * len(least) and len(most) > 20 else []


def _same_pictures(options: Sequence[Shown]) -> list[Hint]:
    seen: dict[str, str] = {}
    pairs = [(seen.setdefault(option.icon, option.label), option.label) for option in options if option.icon]
    sentence = N_("«%(one)s» et «%(other)s» ont la même image: qui lit peu les confondrait.")
    return [Hint(sentence, {"one": one, "other": other}) for one, other in pairs if one != other]


def _alike(options: Sequence[Shown]) -> list[Hint]:
    """Short names of which one begins another: a hurried reply would be both."""
    shorts = [(option.short, folded(option.short)) for option in options if option.short]
    return [
        Hint(N_("«%(one)s» et «%(other)s» se ressemblent: par texto ou à voix haute, on les confondrait."), {"one": one, "other": other})
        for one, first in shorts
        for other, second in shorts
        if first != second and second.startswith(first)
    ]
