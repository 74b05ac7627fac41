"""The Method of Equal Shares (Peters and Skowron, 2020), exact, with completion and with Add1. Pure.

Each voter gets the same share of the budget. A project passes when its supporters can pay for it together, each paying
at most the same price `rho` per unit of utility; the lowest `rho` passes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd


@dataclass(frozen=True)
class Bought:
    """A project that its supporters paid for: the most that any of them paid, and the projects that tied with it."""

    project: Hashable
    price: Fraction
    tied_with: tuple[Hashable, ...]


@dataclass
class Outcome:
    bought: list[Bought]
    left: dict[Hashable, Fraction]
    """For each project that did not pass: what its supporters still had together."""
    completed: list[Hashable] = field(default_factory=list)
    """Projects that filled places left open, by number of approvals."""

    @property
    def winners(self) -> list[Hashable]:
        return [item.project for item in self.bought] + self.completed


Ballots = Sequence[tuple[frozenset[Hashable], int]]
"""Distinct sets of approvals, each with how many voters cast it; blank ballots are left out."""


def grouped(ballots: Mapping[tuple[Hashable, ...], int] | Iterable[Collection[Hashable]]) -> Ballots:
    """From single ballots, or from how many made each choice."""
    groups: Counter[frozenset[Hashable]] = Counter()
    for ballot, voters in ballots.items() if isinstance(ballots, Mapping) else ((each, 1) for each in ballots):
        if ballot:
            groups[frozenset(ballot)] += voters
    return list(groups.items())


def approvals(ballots: Ballots, projects: Iterable[Hashable]) -> dict[Hashable, int]:
    counts = dict.fromkeys(projects, 0)
    for ballot, voters in ballots:
        for project in ballot:
            counts[project] += voters
    return counts


def equal_shares(
    costs: Mapping[Hashable, int], ballots: Ballots, share: Fraction, tie_order: Sequence[Hashable], *, cost_utility: bool
) -> Outcome:
    """Buy while some project is affordable. Utility is the cost of a project, or one a project. Ties go by `tie_order`.

    Exact: money is whole numbers of a unit that every purchase makes finer.
    """
    unit = share.denominator
    money = [share.numerator] * len(ballots)
    supporters = _supporters(costs, ballots)
    rank = {project: place for place, project in enumerate(tie_order)}
    # A project's rho only ever rises: one whose last known rho is above the best of this round needs no new look.
    # Rounding to a float reverses no order, so that floats may say what is skipped, and only exact numbers what is chosen.
    utility = costs if cost_utility else dict.fromkeys(costs, 1)
    votes = approvals(ballots, costs)
    bound = {project: cost / (utility[project] * votes[project]) for project, cost in costs.items() if votes[project] and cost > 0}
    bought: list[Bought] = []
    while bound:
        best = Fraction(0)
        tied: list[tuple[Hashable, int, int]] = []
        for project in sorted(bound, key=bound.__getitem__):
            if tied and bound[project] > float(best):
                break
            due, payers = _price(costs[project] * unit, votes[project], supporters[project], money, ballots)
            if payers == 0:
                del bound[project]
                continue
            rho = Fraction(due, payers * unit * utility[project])
            bound[project] = float(rho)
            if not tied or rho < best:
                best, tied = rho, [(project, due, payers)]
            elif rho == best:
                tied.append((project, due, payers))
        if not tied:
            break
        winner, due, payers = min(tied, key=lambda item: rank[item[0]])
        bought.append(Bought(winner, Fraction(due, payers * unit), tuple(project for project, *_ in tied if project != winner)))
        finer = payers // gcd(due, payers)
        unit *= finer
        money = [had * finer for had in money]
        price = due * finer // payers
        for i in supporters[winner]:
            money[i] = max(0, money[i] - price)
        del bound[winner]
    passed = {item.project for item in bought}
    left = {
        project: Fraction(sum(money[i] * ballots[i][1] for i in supporters[project]), unit) for project in costs if project not in passed
    }
    return Outcome(bought, left)


def _supporters(costs: Mapping[Hashable, int], ballots: Ballots) -> dict[Hashable, list[int]]:
    """For each project, the places of its ballots."""
    found: dict[Hashable, list[int]] = {project: [] for project in costs}
    for i, (ballot, _) in enumerate(ballots):
        for project in ballot:
            found[project].append(i)
    return found


def _price(due: int, payers: int, groups: list[int], money: list[int], ballots: Ballots) -> tuple[int, int]:
    """What is due from those who pay alike once the poorer gave all they had, and how many they are: 0 when all together have too little."""
    while payers:
        each = -(-due // payers)
        poorer = [i for i in groups if money[i] < each]
        if not poorer:
            break
        for i in poorer:
            due -= money[i] * ballots[i][1]
            payers -= ballots[i][1]
        groups = [i for i in groups if money[i] >= each]
    return due, payers


def places(options: Sequence[Hashable], ballots: Ballots, k: int, tie_order: Sequence[Hashable]) -> Outcome:
    """`k` places of unit cost, completed by approval count where the shares leave places open.

    With no voter who chose anything, nothing passes.
    """
    voters = sum(count for _, count in ballots)
    if voters == 0:
        return Outcome([], dict.fromkeys(options, Fraction(0)))
    outcome = equal_shares(dict.fromkeys(options, 1), ballots, Fraction(k, voters), tie_order, cost_utility=False)
    counts = approvals(ballots, options)
    rest = [option for option in options if option in outcome.left and counts[option] > 0]
    rest.sort(key=lambda option: (-counts[option], tie_order.index(option)))
    outcome.completed = rest[: max(0, k - len(outcome.bought))]
    return outcome


def budget(costs: Mapping[Hashable, int], ballots: Ballots, total: int, tie_order: Sequence[Hashable]) -> Outcome:
    """Projects within an envelope: cost utilities, and Add1, which raises every share by one dollar while the whole still fits.

    A share beyond 1,000 dollars is raised by a thousandth, rounded down: a few voters and much money would else take hours.
    """
    voters = sum(count for _, count in ballots)
    share = Fraction(total, voters) if voters else Fraction(0)
    last = equal_shares(costs, ballots, share, tie_order, cost_utility=True)
    supported = {project for project, votes in approvals(ballots, costs).items() if votes}
    while voters and len(last.bought) < len(supported):
        share += max(1, share // 1_000)
        outcome = equal_shares(costs, ballots, share, tie_order, cost_utility=True)
        if sum(costs[item.project] for item in outcome.bought) > total:
            break
        last = outcome
    return last
