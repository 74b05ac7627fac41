"""Equal Shares against published results, and what it promises for any ballots."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engage.voting.recount import NotBallots, recount
from engage.voting.shares import approvals, budget, equal_shares, grouped, places
from engage.voting.tally import tally
from tests.conftest import vectors

ELECTIONS = sorted(vectors("abcvoting").glob("*.yaml"))
BALLOTS = st.lists(st.sets(st.integers(1, 9), max_size=3), max_size=40)


def test_wieliczka_elects_its_thirty_projects() -> None:
    text = vectors("pabulib/poland_wieliczka_2023.pb").read_text(encoding="utf-8-sig")
    rows = [line.split(";") for line in text[text.index("PROJECTS") : text.index("VOTES")].splitlines()[1:]]
    selected = {row[0] for row in rows[1:] if row[rows[0].index("selected")] == "1"}
    costs = {row[0]: int(row[1 if rows[0][1] == "cost" else 2]) for row in rows[1:]}
    winners = recount(text, "shares", None)["winners"]
    assert set(winners) == selected
    assert (len(winners), sum(costs[winner] for winner in winners)) == (30, 995_079)


@pytest.mark.parametrize("path", ELECTIONS, ids=lambda path: path.stem)
def test_reference_committees(path: object) -> None:
    election = yaml.safe_load(path.read_text())
    ballots = grouped(election["profile"])
    options = list(range(election["num_cand"]))
    listed = [
        sorted(committee)
        for rule in election["compute"]
        if rule["rule_id"] == "equal-shares-with-av-completion"
        for committee in rule["result"] or []
    ]
    assert listed
    assert sorted(places(options, ballots, election["committeesize"], options).winners) in listed


def textbook(costs: dict[int, int], voters: list[set[int]], share: Fraction, order: list[int], *, cost_utility: bool) -> list[object]:
    """Equal Shares as it is defined, voter by voter: what passed, at what price, tied with what."""
    money, bought = [share] * len(voters), []
    while True:
        prices = {}
        for project in costs.keys() - {project for project, _, _ in bought}:
            purses = sorted(money[i] for i, voter in enumerate(voters) if project in voter)
            due = Fraction(costs[project])
            for place, purse in enumerate(purses):
                if purse >= due / (len(purses) - place):
                    prices[project] = due / (len(purses) - place)
                    break
                due -= purse
        rho = {project: price / (costs[project] if cost_utility else 1) for project, price in prices.items()}
        tied = [project for project in order if project in rho and rho[project] == min(rho.values())]
        if not tied:
            return bought
        bought.append((tied[0], prices[tied[0]], set(tied[1:])))
        money = [had - min(had, prices[tied[0]]) if tied[0] in voter else had for had, voter in zip(money, voters, strict=True)]


@given(
    st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=1, max_size=14),
    st.lists(st.integers(1, 12), min_size=6, max_size=6),
    st.fractions(min_value=0, max_value=8, max_denominator=12),
    st.permutations(range(1, 7)),
    st.booleans(),
)
def test_the_fast_way_is_the_textbook_way(voters: list[set[int]], prices: list[int], share: Fraction, order: list[int], cost: bool) -> None:
    costs = dict(enumerate(prices, 1))
    outcome = equal_shares(costs, grouped(voters), share, order, cost_utility=cost)
    bought = [(item.project, item.price, set(item.tied_with)) for item in outcome.bought]
    assert bought == textbook(costs, voters, share, order, cost_utility=cost)
    spent = sum(costs[item.project] for item in outcome.bought)
    assert spent <= share * len(voters)
    assert all(left < costs[project] for project, left in outcome.left.items())


@given(
    st.lists(st.sets(st.integers(1, 6)), max_size=12),
    st.lists(st.integers(1, 30), min_size=6, max_size=6),
    st.integers(1, 60),
    st.permutations(range(1, 7)),
)
def test_add1_is_the_last_share_that_fits(ballots: list[set[int]], prices: list[int], total: int, order: list[int]) -> None:
    """Shares rise by 1 until the next would buy too much, or there is nothing left to buy."""
    costs, voters = dict(enumerate(prices, 1)), [ballot for ballot in ballots if ballot]
    winners: list[object] = []
    for more in itertools.count():
        share = Fraction(total, len(voters) or 1) + more
        bought = [project for project, _, _ in textbook(costs, voters, share, order, cost_utility=True)]
        if sum(costs[project] for project in bought) > total:
            break
        winners = bought
        if len(bought) == len(set().union(*voters)):
            break
    assert budget(costs, grouped(ballots), total, order).winners == winners


@given(BALLOTS, st.integers(1, 5), st.permutations(range(1, 10)))
def test_no_bloc_that_agrees_and_is_large_enough_is_left_out(ballots: list[set[int]], k: int, order: list[int]) -> None:
    voters = [ballot for ballot in ballots if ballot]
    outcome = places(range(1, 10), grouped(ballots), k, order)
    for option in range(1, 10):
        supporters = [ballot for ballot in voters if option in ballot]
        if supporters and len(supporters) * k >= len(voters):
            assert any(set(ballot) & set(outcome.winners) for ballot in supporters)


@given(BALLOTS, st.integers(1, 5), st.permutations(range(1, 10)))
def test_a_tally_adds_up(ballots: list[set[int]], k: int, order: list[int]) -> None:
    document = tally([sorted(ballot) for ballot in ballots], list(range(1, 10)), {"places": k, "tie_order": order})
    assert document["ballots"] == len(ballots)
    assert document["blank"] == sum(not ballot for ballot in ballots)
    assert sum(document["counts"].values()) == sum(map(len, ballots))
    assert len(document["winners"]) == min(k, sum(1 for votes in document["counts"].values() if votes))
    assert len(set(document["winners"])) == len(document["winners"])
    assert all(document["counts"][str(winner)] for winner in document["winners"])


def test_only_blank_ballots_choose_nothing() -> None:
    assert tally([[], []], [1, 2], {"places": 1, "tie_order": [1, 2]})["winners"] == []


def test_nobody_pays_more_than_a_share() -> None:
    ballots = grouped([[1], [1], [2], [2, 1]])
    outcome = equal_shares({1: 1, 2: 1}, ballots, Fraction(1, 2), [1, 2], cost_utility=False)
    assert all(item.price <= Fraction(1, 2) for item in outcome.bought)


def test_ties_go_by_the_order_drawn() -> None:
    ballots = [[1], [2]] * 5
    assert tally(ballots, [1, 2], {"places": 1, "tie_order": [2, 1]})["winners"] == [2]
    first = tally(ballots, [1, 2], {"places": 1, "tie_order": [1, 2]})
    assert (first["winners"], first["ties"]) == ([1], [[1, 2]])


def test_a_budget_is_shared_within_its_envelope() -> None:
    rules = {"envelope": 100, "costs": {"1": 60, "2": 50, "3": 40, "4": 200}, "tie_order": [1, 2, 3, 4]}
    told = tally([[1, 2]] * 5 + [[3]] * 4 + [[]], [1, 2, 3, 4], rules)
    assert (told["winners"], told["spent"], told["blank"]) == ([1, 3], 100, 1)
    assert told["why"]["4"] == {"how": "none", "votes": 0, "part": 0.0}
    assert 0 < told["why"]["2"]["part"] < 1
    assert told["greedy"] == [1, 3]


def test_much_money_and_few_voters_are_counted_at_once() -> None:
    """The last share is some 10,000 steps away, not a billion."""
    costs = {"1": 1_999_999_999, "2": 1_500_000_000, "3": 5}
    told = tally([[1]] * 4 + [[2]] * 5 + [[3]], [1, 2, 3], {"envelope": 2_000_000_000, "costs": costs, "tie_order": [1, 2, 3]})
    assert told["spent"] <= 2_000_000_000
    assert told["winners"] == [2, 3]


def test_a_budget_that_could_buy_everything_wanted_stops_there() -> None:
    """A project that nobody chose never ends the raising of the shares."""
    rules = {"envelope": 1_000, "costs": {"1": 10, "2": 10}, "tie_order": [1, 2]}
    assert tally([[1]] * 3, [1, 2], rules)["winners"] == [1]


def test_our_own_download_recounts() -> None:
    found = recount('{"rules": {"places": 1, "tie_order": [2, 1]}, "options": [1, 2], "ballots": [[1], [1], [2], []]}', "shares", None)
    assert (found["winners"], found["counts"]) == ([1], {"1": 2, "2": 1})


@pytest.mark.parametrize("text", ["", "{}", "{", "META\nkey;value\n", '{"ballots": [["x"]]}'])
def test_a_file_that_holds_no_ballots_is_said(text: str) -> None:
    with pytest.raises(NotBallots):
        recount(text, "shares", None)


def test_approvals_count_people_not_papers() -> None:
    assert approvals(grouped([[1, 2], [1], [1, 2]]), [1, 2, 3]) == {1: 3, 2: 2, 3: 0}
