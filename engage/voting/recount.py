"""Recomputing a published result from its ballots alone, with nothing of the database. Pure."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any

from engage.voting.shares import Ballots, approvals, budget, grouped
from engage.voting.tally import tally, tally_of


class NotBallots(Exception):
    """The file is neither our download nor a Pabulib file; the message says what is missing."""


def recount(text: str, rule: str, seats: int | None) -> dict[str, Any]:
    """`winners`, `counts`, `ties` and `why`, from the text of a file. Rule `counts` takes the most chosen. Raises NotBallots."""
    return _ours(text, rule, seats) if text.lstrip().startswith("{") else _pabulib(text, rule, seats)


def _ours(text: str, rule: str, seats: int | None) -> dict[str, Any]:
    try:
        document = json.loads(text)
        ballots = [[int(number) for number in ballot] for ballot in document["ballots"]]
        rules = dict(document["rules"])
        if seats:
            rules["places"] = seats
        found = tally(ballots, [int(number) for number in document["options"]], rules)
    except (ValueError, KeyError, TypeError) as error:
        raise NotBallots(f"no result download of ours: {error}") from error
    winners = found["winners"] if rule == "shares" else found["greedy"]
    return {"winners": winners, "counts": found["counts"], "ties": found["ties"], "why": found["why"]}


def _sections(text: str) -> dict[str, list[dict[str, str]]]:
    sections: dict[str, list[dict[str, str]]] = {}
    rows: list[dict[str, str]] = []
    header: list[str] | None = None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(";")]
        if cells[0] in ("META", "PROJECTS", "VOTES") and len(cells) == 1:
            rows, header = sections.setdefault(cells[0], []), None
        elif header is None:
            header = cells
        elif line.strip():
            rows.append(dict(zip(header, cells, strict=False)))
    return sections


def _own_pabulib(meta: dict[str, str], costs: dict[Hashable, int], ballots: Ballots, rule: str, total: int) -> dict[str, Any]:
    own: dict[str, Any] = {"tie_order": meta["tie_order"].split(",")}
    own |= {"envelope": total, "costs": costs} if "cost" in meta["engage_rule"] else {"places": total}
    found = tally_of({tuple(sorted(map(str, ballot))): voters for ballot, voters in ballots}, list(costs), own)
    winners = [int(each) for each in (found["winners"] if rule == "shares" else found["greedy"])]
    return {"winners": winners, "counts": found["counts"], "ties": found["ties"], "why": found["why"]}


def _pabulib(text: str, rule: str, seats: int | None) -> dict[str, Any]:
    """A Pabulib file (pabulib.org/format): approval votes, Equal Shares with cost utilities and Add1, ties by file order.

    One of ours names its own rule and tie order.
    """
    try:
        sections = _sections(text)
        meta = {row["key"]: row["value"] for row in sections["META"]}
        costs: dict[Hashable, int] = {row["project_id"]: int(row["cost"]) for row in sections["PROJECTS"]}
        ballots = grouped([row["vote"].split(",") if row["vote"] else [] for row in sections["VOTES"]])
        total = int(meta["budget"])
        if "engage_rule" in meta:
            return _own_pabulib(meta, costs, ballots, rule, seats or total)
    except (KeyError, ValueError) as error:
        raise NotBallots(f"no Pabulib file: {error} is missing or wrong") from error
    order = list(costs)
    counts = approvals(ballots, order)
    if rule == "counts":
        winners, left = [], total
        for project in sorted(order, key=lambda each: -counts[each])[: seats or len(order)]:
            if costs[project] <= left:
                winners.append(project)
                left -= costs[project]
        return {"winners": winners, "counts": counts, "ties": [], "why": {}}
    outcome = budget(costs, ballots, total, order)
    why = {
        str(item.project): {"how": "shares", "votes": counts[item.project], "highest_payment": round(float(item.price), 2)}
        for item in outcome.bought
    } | {
        str(project): {"how": "none", "votes": counts[project], "supporters_had": round(float(had), 2), "cost": costs[project]}
        for project, had in outcome.left.items()
    }
    ties = [[item.project, *item.tied_with] for item in outcome.bought if item.tied_with]
    return {"winners": outcome.winners, "counts": counts, "ties": ties, "why": why}
