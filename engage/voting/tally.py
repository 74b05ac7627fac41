"""Counting opened ballots: plain counts beside Equal Shares, and for each option why it passed or not. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from engage.voting.shares import approvals, grouped, places

FEW = 5
Tally = dict[str, Any]
"""JSON-ready: `ballots`, `blank`, `seats`, `rule`, `counts`, `winners` (option numbers, in order), `greedy` (the most chosen),
`ties`, `tie_order`, and `why`: for each option `how` (shares, completed, none), `votes`, and `places`, what its supporters could
still pay together when it did not pass (1 is a place)."""


def tally(ballots: Iterable[Sequence[Hashable]], options: Sequence[Hashable], k: int, tie_order: Sequence[Hashable]) -> Tally:
    """The document of a count: `options` in their fixed order, `k` places."""
    every = list(ballots)
    groups = grouped(every)
    counts = approvals(groups, options)
    outcome = places(options, groups, k, tie_order)
    how = {item.project: "shares" for item in outcome.bought} | dict.fromkeys(outcome.completed, "completed")
    greedy = sorted((option for option in options if counts[option]), key=lambda o: (-counts[o], tie_order.index(o)))[:k]
    ties = [[item.project, *item.tied_with] for item in outcome.bought if item.tied_with]
    by_count = Counter(counts[option] for option in options if option in outcome.left)
    ties += [
        [option for option in options if option in outcome.left and counts[option] == votes]
        for votes in sorted({counts[option] for option in outcome.completed}, reverse=True)
        if by_count[votes] > 1
    ]
    return {
        "rule": "equal-shares-unit/1",
        "seats": k,
        "ballots": len(every),
        "blank": sum(1 for ballot in every if not ballot),
        "counts": {str(option): counts[option] for option in options},
        "winners": outcome.winners,
        "greedy": greedy,
        "ties": ties,
        "tie_order": list(tie_order),
        "why": {
            str(option): {
                "how": how.get(option, "none"),
                "votes": counts[option],
                "places": round(float(outcome.left[option]), 2) if option in outcome.left else 1,
            }
            for option in options
        },
    }


def rounded(counts: Mapping[str, int], ballots: int) -> dict[str, Any]:
    """Counts to the nearest 5, everything under 5 told as 0, for ballots that anyone may have cast to lay one bare."""
    return {"ballots": _rounded(ballots), "counts": {option: _rounded(votes) for option, votes in counts.items()}}


def rounded_part(opening: Mapping[str, Any], whole: Tally) -> dict[str, Any]:
    """What one group chose, rounded; left out (None) wherever fewer than 5 others chose the same, for it would tell who they are."""
    part = {option: opening["today"].get(option, 0) for option in whole["counts"]}
    counts = {option: _rounded(votes) if whole["counts"][option] - votes >= FEW or votes < FEW else None for option, votes in part.items()}
    return {"ballots": _rounded(opening["today_ballots"]), "counts": counts}


def _rounded(exact: int) -> int:
    return 0 if exact < FEW else (exact + 2) // 5 * 5
