"""Who may be drawn, and how fairly: leximin over profiles (Flanigan et al., Nature 596, 2021), in 1,000 tickets. Pure.

People who say the same of themselves are interchangeable, so the linear program has one row for each profile, not for each person.
The solver is HiGHS. Without quotas the draw is plain: everyone has the same chance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engage.committees.chance import TICKETS, commitment, sample
from engage.kernel.refusal import Refusal
from engage.kernel.solver import highs, solver
from engage.kernel.words import N_

MOST_FEATURES = 3
_EXACT = 1e-7
_MOST_NODES = 200
"""Of the search for the best rounding, which is good at once and perfect later: by count and not by clock, so that it comes out alike."""

Profile = tuple[str, ...]
Kind = tuple[int, ...]
"""How many of each profile one panel holds."""


class TooFewCandidates(Refusal):
    sentence = N_("Il y a %(people)s personnes pour %(seats)s places: un tirage ne sert pas. Offrez une place à chacune.")


class TooManyFeatures(Refusal):
    sentence = N_("Gardez 3 caractéristiques au plus: au-delà, les chances deviennent trop inégales.")


class QuotaImpossible(Refusal):
    sentence = N_("On ne peut pas respecter tous les nombres. Élargissez: %(relax)s")


@dataclass(frozen=True)
class Quota:
    """At least and at most so many of those who say `value` about `feature`."""

    feature: str
    value: str
    least: int
    most: int

    def told(self) -> str:
        return f"{self.feature} {self.value}: {self.least}-{self.most}"


@dataclass(frozen=True)
class Selection:
    """What is ready to be drawn."""

    minimum: float
    """The chance of whoever has the least, as good as the numbers allow (0 to 1)."""
    chances: dict[str, Fraction]
    """Of each person, as the tickets give it."""
    tickets: list[list[str]]
    """Empty for a plain draw, which picks from the pool itself."""

    @property
    def without_chance(self) -> list[str]:
        """Whoever no ticket holds, to be known before the draw."""
        return [who for who, chance in self.chances.items() if not chance]


def plain(pool: Sequence[str], seats: int) -> Selection:
    """Everyone has the same chance. Raises TooFewCandidates."""
    _check(len(pool), seats)
    chance = Fraction(seats, len(pool))
    return Selection(float(chance), dict.fromkeys(pool, chance), [])


def select(people: Mapping[str, Mapping[str, str]], quotas: Sequence[Quota], seats: int) -> Selection:
    """Chances as equal as the quotas allow, and the tickets that hold them. `people` maps who to what they say, by feature.

    The same people and quotas give the same tickets. Raises TooFewCandidates, TooManyFeatures, QuotaImpossible.
    """
    features = sorted({quota.feature for quota in quotas})
    if not features:
        return plain(sorted(people), seats)
    _check(len(people), seats)
    if len(features) > MOST_FEATURES:
        raise TooManyFeatures
    profile_of = {who: tuple(said.get(feature, "") for feature in features) for who, said in people.items()}
    room = _Room(Counter(profile_of.values()), features, quotas, seats)
    kinds = room.leximin()
    members = {profile: sorted(who for who in people if profile_of[who] == profile) for profile in room.profiles}
    tickets = _deal(room, kinds, members)
    drawn = Counter(who for ticket in tickets for who in ticket)
    return Selection(room.minimum, {who: Fraction(drawn[who], TICKETS) for who in people}, tickets)


def _check(people: int, seats: int) -> None:
    if not 0 < seats < people:
        raise TooFewCandidates(people=people, seats=seats)


class _Room:
    """The panels that the quotas allow, known by how many of each profile they hold."""

    def __init__(self, sizes: Counter[Profile], features: Sequence[str], quotas: Sequence[Quota], seats: int) -> None:
        self.profiles = sorted(sizes)
        self.sizes = [sizes[profile] for profile in self.profiles]
        self.quotas, self.seats = quotas, seats
        self.columns = [[profile[features.index(quota.feature)] == quota.value for profile in self.profiles] for quota in quotas]
        self.minimum = 0.0

    def panel(self, worth: Sequence[float]) -> tuple[Kind, float] | None:
        """The allowed panel that is worth most, each member of a profile counting `worth`; None where none is allowed."""
        model = solver()
        numbers = [model.addVariable(0, size, value, highs().HighsVarType.kInteger) for size, value in zip(self.sizes, worth, strict=True)]
        model.addConstr(model.qsum(numbers) == self.seats)
        for column, quota in zip(self.columns, self.quotas, strict=True):
            among = [number for number, has in zip(numbers, column, strict=True) if has]
            if among:
                model.addConstr(quota.least <= model.qsum(among) <= quota.most)
            elif quota.least > 0:
                return None
        model.setMaximize()
        model.solve()
        if model.getModelStatus() != highs().HighsModelStatus.kOptimal:
            return None
        found = tuple(round(model.val(number)) for number in numbers)
        return found, sum(number * value for number, value in zip(found, worth, strict=True))

    def leximin(self) -> dict[Kind, float]:
        """Weights of panels: the least chance as high as can be, then the next, and so on. Raises QuotaImpossible."""
        kinds = self._first_kinds()
        fixed: dict[int, float] = {place: 0.0 for place in range(len(self.profiles)) if not any(kind[place] for kind in kinds)}
        while len(fixed) < len(self.profiles):
            level, duals = self._level(kinds, fixed)
            if not fixed or max(fixed.values()) == 0:
                self.minimum = 0.0 if fixed else level
            tight = [place for place, dual in enumerate(duals) if place not in fixed and dual > _EXACT]
            fixed |= dict.fromkeys(tight or set(range(len(self.profiles))) - set(fixed), max(level, 0.0))
        return self._weights(kinds, fixed)

    def _first_kinds(self) -> list[Kind]:
        """A panel for each profile that can be in one. Raises QuotaImpossible."""
        kinds: dict[Kind, None] = {}
        for place in range(len(self.profiles)):
            found = self.panel([float(other == place) for other in range(len(self.profiles))])
            if found is None:
                raise QuotaImpossible(relax=self._to_relax())
            kinds[found[0]] = None
        return list(kinds)

    def _to_relax(self) -> str:
        """Each quota without which the others can be kept; where no single one is enough, all of them."""
        enough = []
        for quota in self.quotas:
            others = [other for other in self.quotas if other is not quota]
            without = _Room(Counter(dict(zip(self.profiles, self.sizes, strict=True))), [], [], self.seats)
            without.quotas = others
            without.columns = [column for column, other in zip(self.columns, self.quotas, strict=True) if other is not quota]
            if without.panel([0.0] * len(self.profiles)):
                enough.append(quota.told())
        return "; ".join(enough or [quota.told() for quota in self.quotas])

    def _level(self, kinds: list[Kind], fixed: Mapping[int, float]) -> tuple[float, list[float]]:
        """How high the least chance not yet fixed can go, and which profiles hold it back. Adds to `kinds` the panels that help."""
        while True:
            model = solver()
            weights = [model.addVariable() for _ in kinds]
            level = model.addVariable(0, 1, 1.0)
            rows = [
                model.addConstr(
                    model.qsum(weight * (kind[place] / size) for weight, kind in zip(weights, kinds, strict=True) if kind[place])
                    - (0 if place in fixed else 1) * level
                    >= max(fixed.get(place, 0.0) - _EXACT, 0.0)
                )
                for place, size in enumerate(self.sizes)
            ]
            one = model.addConstr(model.qsum(weights) == 1)
            model.setMaximize()
            model.solve()
            duals = [abs(model.constrDual(row)) for row in rows]
            found = self.panel([dual / size for dual, size in zip(duals, self.sizes, strict=True)])
            if found is None or found[0] in kinds or found[1] <= abs(model.constrDual(one)) + _EXACT:
                return model.val(level), duals
            kinds.append(found[0])

    def _weights(self, kinds: Sequence[Kind], fixed: Mapping[int, float]) -> dict[Kind, float]:
        """Panels and weights that give each profile what was fixed for it, as nearly as the solver's arithmetic allows."""
        model = solver()
        weights = [model.addVariable() for _ in kinds]
        short = model.addVariable(0, 1, 1.0)
        for place, size in enumerate(self.sizes):
            given = model.qsum(weight * (kind[place] / size) for weight, kind in zip(weights, kinds, strict=True) if kind[place])
            model.addConstr(given + short >= fixed[place])
        model.addConstr(model.qsum(weights) == 1)
        model.setMinimize()
        model.solve()
        return {kind: model.val(weight) for kind, weight in zip(kinds, weights, strict=True)}


def _rounded(room: _Room, weights: Mapping[Kind, float]) -> list[Kind]:
    """The weights in thousandths, whole, so that no profile is further from its chance than it must be."""
    kinds = list(weights)
    aims = [sum(weight * kind[place] for kind, weight in weights.items()) * TICKETS for place in range(len(room.profiles))]
    model = solver()
    model.setOptionValue("mip_max_nodes", _MOST_NODES)
    numbers = [model.addVariable(0, math.ceil(weights[kind] * TICKETS + 1), 0.0, highs().HighsVarType.kInteger) for kind in kinds]
    model.addConstr(model.qsum(numbers) == TICKETS)
    off = model.addVariable(0, highs().kHighsInf, 1.0)
    for place, (size, aim) in enumerate(zip(room.sizes, aims, strict=True)):
        given = model.qsum(number * kind[place] for number, kind in zip(numbers, kinds, strict=True) if kind[place])
        model.addConstr(given + size * off >= aim)
        model.addConstr(given - size * off <= aim)
    model.setMinimize()
    model.solve()
    return [kind for kind, number in zip(kinds, numbers, strict=True) for _ in range(round(model.val(number)))]


def _deal(room: _Room, weights: Mapping[Kind, float], members: Mapping[Profile, Sequence[str]]) -> list[list[str]]:
    """Who is on each ticket: every profile is a deck, shuffled each time it was dealt through, so that its people come equally often.

    The shuffling follows from the pool alone: whoever has it makes the same tickets.
    """
    everyone = sorted(who for names in members.values() for who in names)
    order = commitment("\n".join(everyone))
    tickets: list[list[str]] = [[] for _ in range(TICKETS)]
    rounded = _rounded(room, weights)
    numbered = sample(order, [f"{place}" for place in range(TICKETS)], TICKETS)
    for place, profile in enumerate(room.profiles):
        deck: list[str] = []
        rounds = 0
        for number, kind in zip(numbered, rounded, strict=True):
            ticket = tickets[int(number)]
            for _ in range(kind[place]):
                card = next((who for who in deck if who not in ticket), None)
                if card is None:
                    rounds += 1
                    deck += sample(commitment(f"{order}\n{profile}\n{rounds}"), members[profile], len(members[profile]))
                    card = next(who for who in deck if who not in ticket)
                deck.remove(card)
                ticket.append(card)
    return [sorted(ticket) for ticket in tickets]
