"""What an outsider works out from published numbers: the attacker finds what is known to leak, and nothing from what we publish."""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage import ledger, participants, reports
from engage.kernel.act import Act, Channel
from engage.ledger import Kind, Where
from engage.reports import publishing
from engage.reports.attack import Contradiction, Statement, attack
from engage.reports.disclosure import People
from engage.reports.publishing import Draft, Sayings, WouldLeak, interval, leaks
from tests.conftest import vectors
from tests.world import World, found

YEAR = "2026-2027"


def test_the_attacker_recovers_every_published_bound() -> None:
    """sdcTable's problem: nine hidden cells, of which one comes back exactly."""
    with vectors("sdc/sdctable_problemdata.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    value = {(row["v1"], row["v2"]): int(row["freq"]) for row in rows}
    statements = [Statement({(v, c): 1 for c in "abcd"}, value[v, "total"], value[v, "total"]) for v in "wxyz"]
    statements += [Statement({(v, c): 1 for v in "wxyz"}, value["total", c], value["total", c]) for c in "abcd"]
    shown = [(row["v1"], row["v2"]) for row in rows if row["status"] == "s" and "total" not in (row["v1"], row["v2"])]
    bounds = attack([*statements, *(Statement.of(cell, value[cell], value[cell]) for cell in shown)])
    hidden = {(row["v1"], row["v2"]): (int(row["attack_low"]), int(row["attack_up"])) for row in rows if row["status"] == "u"}
    assert {cell: bounds[cell] for cell in hidden} == hidden
    assert bounds["w", "b"] == (47, 47)


def test_what_contradicts_itself_is_no_table() -> None:
    with pytest.raises(Contradiction):
        attack([Statement.of(("a",), 3, 4), Statement({("a",): 1, ("b",): 1}, 0, 2)])


def say(day: str, ties: list[object] | None = None, **cells: int) -> Sayings:
    return Sayings(day, {(name, YEAR, day): printed for name, printed in cells.items()}, ties or [])


def test_a_total_that_narrows_a_cell_is_seen() -> None:
    whole = say("1", women=10, men=10, people=15)
    tie = ({("people", YEAR, "1"): 1, ("women", YEAR, "1"): -1, ("men", YEAR, "1"): -1}, 0, None)
    assert leaks([whole]) == []
    assert {cell[0] for cell in leaks([Sayings("1", whole.cells, [tie])])} >= {"women", "men"}
    few = say("1", women=0, men=10, people=15)
    exact = ({("people", YEAR, "1"): 1, ("women", YEAR, "1"): -1, ("men", YEAR, "1"): -1}, 0, 0)
    assert ("women", YEAR, "1") in leaks([Sayings("1", few.cells, [exact])]), "few, but surely not none"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_two_publications_one_after_the_other_say_nothing_more(exact: list[int], more: list[int]) -> None:
    first = say("2026-10-01", **{f"c{place}": People.of(number).published for place, number in enumerate(exact)})
    then = [number + more[place] for place, number in enumerate(exact)]
    second = say("2026-11-01", **{f"c{place}": People.of(number).published for place, number in enumerate(then)})
    assert leaks([first, second]) == []


def test_a_count_that_went_down_is_not_taken_for_a_contradiction() -> None:
    assert leaks([say("1", people=10), say("2", people=0)]) == []


def draft_of(people: int, women: int, men: int) -> publishing.Compute:
    def compute(act: Act, year: str, first: date, last: date) -> Draft:
        draft = Draft({"published_on": act.day.isoformat(), "gender": "told"})
        draft.say(people, "people", "A01")
        draft.say(women, "gender", "A01", "woman")
        draft.say(men, "gender", "A01", "man")
        draft.ties.append(({("people", "A01"): 1, ("gender", "A01", "woman"): -1, ("gender", "A01", "man"): -1}, 0, None))
        draft.may_be_left_out["gender"] = lambda agreement: draft.document.update(gender="left out")
        return draft

    return compute


def test_a_breakdown_that_would_leak_is_left_out_and_a_table_refused(world: World) -> None:
    with world.act() as act:
        kept = publishing.publish(act, "x", "2024-2025", draft_of(40, 10, 10)).read()
        assert kept["gender"] == "told"
    with world.act() as act:
        left = publishing.publish(act, "y", YEAR, draft_of(16, 8, 8)).read()
        assert left["gender"] == "left out"
        assert [key for key, _ in left["says"]["cells"]] == [["people", "A01"]]

    def stubborn(act: Act, year: str, first: date, last: date) -> Draft:
        draft = draft_of(16, 8, 8)(act, year, first, last)
        draft.may_be_left_out.clear()
        return draft

    with pytest.raises(WouldLeak, match="gender A01"), world.act() as act:
        publishing.publish(act, "z", "2025-2026", stubborn)


def fill(world: World, people: int, days: int, dice: random.Random) -> None:
    """People who take part over some days, by all channels, some of them several times."""
    with world.act() as act:
        where = Where("A01", found(act, "BSL").mechanism_id, "M4", 1)
        for _ in range(people):
            person, _code = participants.join_by_phone(act, f"+1418{dice.randint(2_000_000, 9_999_999)}")
            known = participants.person_in(act, person, "A01")
            for _ in range(dice.randint(1, 3)):
                channel = dice.choice([Channel.WEB, Channel.SMS, Channel.VOICE, Channel.ASSISTED])
                again = Act(act.session, channel, act.at)
                ledger.record(again, where, Kind.VOTE_CAST, person=known, status="today")
    world.later(days=days)


def test_a_year_of_publications_recovers_nobody_and_every_figure_comes_again_from_plain_sql(world: World) -> None:
    dice = random.Random(3)
    for people in (3, 9, 14):
        fill(world, people, 30, dice)
        with world.act() as act:
            for kind in reports.KINDS:
                reports.publish(act, kind, YEAR)
    with world.db.read() as session:
        said = publishing.said_before(session)
        assert len(said) == 6
        assert leaks(said) == []
        document = reports.latest(session, "participation", YEAR).read()
        row = next(each for each in document["agreements"] if each["agreement"] == "A01")
        cursor = session.connection().exec_driver_sql
        people = cursor("SELECT count(DISTINCT person_id) FROM participation_fact WHERE status = 'today' AND level >= 1").scalar_one()
        channels = Counter(dict(cursor("SELECT channel, count(*) FROM participation_fact WHERE kind = 'vote_cast' GROUP BY channel").all()))
        aided = cursor("SELECT count(*) FROM participation_fact WHERE grade = 'A-aided'").scalar_one()
    assert people == 26
    assert row["people"] == People.of(people).published
    assert {name: printed for name, printed in row["channels"].items() if channels[name]} == {
        name: People.of(number).published for name, number in channels.items()
    }
    assert row["aided"] == People.of(aided).published
    target = world.browser().get(f"/reports/target/{YEAR}.json").json
    assert next(each for each in target["agreements"] if each["agreement"] == "A01")["people"] == row["people"]
    lines = list(csv.DictReader(world.browser().get(f"/reports/participation/{YEAR}.csv").text.splitlines()))
    assert {"agreement": "A01", "indicator": "people", "part": "", "value": str(row["people"])}.items() <= next(
        line for line in lines if line["indicator"] == "people" and line["agreement"] == "A01"
    ).items()
    assert world.browser().get(f"/reports/participation/{YEAR}").status_code == 200
    for path in ("nothing/2026-2027.csv", "nothing/2026-2027.json", "participation/2026.json", "participation/2020-2021.csv"):
        assert world.browser().get(f"/reports/{path}").status_code == 404


def test_few_people_leave_nothing_but_institutions(world: World) -> None:
    fill(world, 4, 1, random.Random(5))
    with world.act() as act:
        document = reports.publish(act, "participation", YEAR).read()
    row = next(each for each in document["agreements"] if each["agreement"] == "A01")
    assert row["people"] == 0
    assert not {"channels", "levels", "aided", "gender", "answers"} & row.keys()


@given(st.integers(0, 100_000))
def test_a_printed_number_is_read_as_it_was_made(exact: int) -> None:
    low, high = interval(People.of(exact).published)
    assert low <= exact <= high
