"""Counting opened ballots: plain counts beside Equal Shares, and for each option why it passed or not. Pure."""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from engage.voting.shares import Ballots, Outcome, approvals, budget, grouped, places

FEW = 5
Tally = dict[str, Any]
"""JSON-ready: `rule`, `ballots`, `blank`, `counts`, `winners` (option numbers, in order), `greedy` (what the most chosen alone would
have given), `ties`, `tie_order`, and `why`: for each option `how` (shares, completed, none), `votes`, and `part`, how much of its price
its supporters could still pay together when it did not pass (1 is all of it). Of places, `seats`; of a budget, `envelope`, `costs` and `spent`."""


def tally(ballots: Iterable[Sequence[Hashable]], options: Sequence[Hashable], rules: Mapping[str, Any]) -> Tally:
    """The document of a count: `options` in their fixed order, under frozen `rules` (their `tie_order`, and `places` or `costs` and `envelope`)."""
    every = list(ballots)
    counted = Counter(tuple(ballot) for ballot in every)
    return tally_of(counted, options, rules)


def tally_of(counted: Mapping[tuple[Hashable, ...], int], options: Sequence[Hashable], rules: Mapping[str, Any]) -> Tally:
    """The same, from how many ballots made each choice."""
    groups: Ballots = grouped(counted)
    counts, tie_order = approvals(groups, options), rules["tie_order"]
    by_count = sorted((option for option in options if counts[option]), key=lambda option: (-counts[option], tie_order.index(option)))
    costs: dict[Hashable, int] = {option: rules["costs"][str(option)] for option in options} if "costs" in rules else {}
    if costs:
        outcome, greedy = budget(costs, groups, rules["envelope"], tie_order), _that_fit(by_count, costs, rules["envelope"])
        spent = sum(costs[option] for option in outcome.winners)
        own = {"rule": "equal-shares-cost/1", "envelope": rules["envelope"], "costs": rules["costs"], "spent": spent}
    else:
        outcome, greedy = places(options, groups, rules["places"], tie_order), by_count[: rules["places"]]
        own = {"rule": "equal-shares-unit/1", "seats": rules["places"]}
    how = {item.project: "shares" for item in outcome.bought} | dict.fromkeys(outcome.completed, "completed")
    return own | {
        "ballots": sum(counted.values()),
        "blank": counted.get((), 0),
        "counts": {str(option): counts[option] for option in options},
        "winners": outcome.winners,
        "greedy": greedy,
        "ties": _ties(outcome, counts),
        "tie_order": list(tie_order),
        "why": {
            str(option): {
                "how": how.get(option, "none"),
                "votes": counts[option],
                "part": float(100 * outcome.left[option] / costs.get(option, 1) // 1 / 100) if option not in how else 1,
            }
            for option in options
        },
    }


def _that_fit(by_count: Iterable[Hashable], costs: Mapping[Hashable, int], envelope: int) -> list[Hashable]:
    taken, left = [], envelope
    for option in by_count:
        if costs[option] <= left:
            taken.append(option)
            left -= costs[option]
    return taken


def _ties(outcome: Outcome, counts: Mapping[Hashable, int]) -> list[list[Hashable]]:
    """Options that the tie order put one before the other: at the same price, then at the same count where places stayed open."""
    ties = [[item.project, *item.tied_with] for item in outcome.bought if item.tied_with]
    for votes in sorted({counts[option] for option in outcome.completed}, reverse=True):
        alike = [option for option in counts if option in outcome.left and counts[option] == votes]
        ties += [alike] if len(alike) > 1 else []
    return ties


def blurred(counts: Mapping[str, int], ballots: int, noise: Callable[[], int] | None = None) -> dict[str, Any]:
    """Counts moved by chance, then to the nearest 5, everything under 5 told as 0: for ballots that anyone may have cast.

    Whoever cast all of them but one knows the exact edge at which a rounded count turns: rounding alone would tell that one. The
    noise is drawn once, at the count, two-sided geometric with a = exp(-1/2) (differential privacy: a choice of three options costs 3/2).
    """
    noise = noise or _two_sided_geometric
    return {"ballots": _rounded(ballots + noise()), "counts": {option: _rounded(votes + noise()) for option, votes in counts.items()}}


def _two_sided_geometric() -> int:
    """The difference of two geometric numbers, each counting the draws that exceed exp(-1/2)."""
    dice = secrets.SystemRandom()
    first, second = (int(math.log(1 - dice.random()) / -0.5) for _ in range(2))
    return first - second


def rounded_part(opening: Mapping[str, Any], whole: Tally) -> dict[str, Any]:
    """What one group chose, rounded; left out (None) wherever fewer than 5 others chose the same, for it would tell who they are.

    Under 10 in all it is left out whatever it is, so that what is left out says nothing.
    """
    part = {option: opening["today"].get(option, 0) for option in whole["counts"]}

    def told(votes: int, of_all: int) -> int | None:
        return _rounded(votes) if of_all >= 2 * FEW and (of_all - votes >= FEW or votes < FEW) else None

    counts = {option: told(votes, whole["counts"][option]) for option, votes in part.items()}
    return {"ballots": _rounded(opening["today_ballots"]), "counts": counts}


def _rounded(exact: int) -> int:
    return 0 if exact < FEW else (exact + 2) // 5 * 5
