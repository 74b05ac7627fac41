"""Options of a vote that is still a draft, in and out."""

from __future__ import annotations

from collections.abc import Iterator

from engage import voting
from engage.exchange.columns import Choice, Column, Number
from engage.exchange.kind import Kind, Row, Scope
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.voting import BallotKind, Proposed, Stage
from engage.voting.drafts import OF_OPTION
from engage.voting.plan import ICONS, LONGEST, shortened


class NumberSkipped(Refusal):
    sentence = N_("Les réponses se suivent: ce numéro devrait être %(next)s au plus.")


class NoCost(Refusal):
    sentence = N_("Ce vote ne partage pas un budget: ses réponses n’ont pas de prix. Videz la colonne «cost».")


class NoSuchVote(Refusal):
    sentence = N_("Aucun vote de vos ententes ne porte le mot-clé «%(code)s».")


class VoteMissing(Refusal):
    sentence = N_("Dites de quel vote ces propositions deviennent les réponses.")


_TEXTS = [(field, language, field if language == "fr" else f"{field}_{language}") for language in ("fr", "en") for field in OF_OPTION]
"""Field, language and column."""


class Options(Kind):
    key = ("consultation", "number")

    def __init__(self, act: Act, scope: Scope) -> None:
        super().__init__(act, scope)
        every = sorted(voting.of_agreements(act.session, scope.agreements), key=lambda each: each.code)
        self._votes = {each.code: each for each in every if scope.consultation.upper() in ("", each.code)}
        if scope.consultation and not self._votes:
            raise NoSuchVote(code=scope.consultation[:40])
        self._promised: list[str] = []
        self._proposed = {code: voting.proposed_of(act.session, each) for code, each in self._votes.items()}
        only = next(iter(self._votes)) if len(self._votes) == 1 else ""
        self.columns = (
            Choice("consultation", is_needed=True, default=only, keeps=True, values=list(self._votes)),
            Number("number", is_needed=True, least=1, most=99),
            Choice("icon", default="bulb", keeps=True, values=list(ICONS)),
            *(Column(column, is_needed=column == "label", keeps=column == "short", longest=LONGEST[field]) for field, _, column in _TEXTS),
            Number("cost", most=2_000_000_000),
        )

    def rows(self) -> Iterator[Row]:
        for code, proposed in self._proposed.items():
            for number, each in enumerate(proposed, start=1):
                texts = {column: getattr(each, field).get(language, "") for field, language, column in _TEXTS}
                own = {"consultation": code, "number": str(number), "icon": each.icon, "cost": str(each.cost or "")}
                yield own | texts

    def check(self, row: Row, before: Row | None) -> list[Refusal]:
        vote = self._votes[row["consultation"]]
        if vote.stage != Stage.DRAFT:
            raise voting.AlreadyOpen
        if row["cost"] and vote.kind != BallotKind.BUDGET:
            raise NoCost
        return []

    def write(self, row: Row, before: Row | None) -> None:
        proposed, number = self._proposed[row["consultation"]], int(row["number"])
        if number > len(proposed) + 1:
            raise NumberSkipped(next=len(proposed) + 1)
        texts: dict[str, dict[str, str]] = {}
        for field, language, column in _TEXTS:
            if language == "fr" or row[column] or (before and before[column]):
                texts.setdefault(field, {})[language] = row[column]
        texts["short"]["fr"] = texts["short"]["fr"] or shortened(row["label"])
        proposed[number - 1 : number] = [Proposed(row["icon"], "", **texts, cost=int(row["cost"]) if row["cost"] else None)]
        voting.write_options(self.act, self._votes[row["consultation"]], proposed)

    def only(self) -> str:
        """The code of the vote that is meant. Raises VoteMissing where several are."""
        if len(self._votes) != 1:
            raise VoteMissing
        return next(iter(self._votes))

    def number_of(self, label: str) -> str:
        """The number of the option of the only vote that bears this French name, or else the one that a new option takes from now on."""
        named = [each.label.get("fr") for each in self._proposed[self.only()]] + self._promised
        if label not in named:
            self._promised.append(label)
            return str(len(named) + 1)
        return str(named.index(label) + 1)
