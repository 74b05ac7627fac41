"""The target: all 21 agreements, both readings, and nobody to be seen."""

from __future__ import annotations

import csv
import io
import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage import ledger, participants, reports, voting
from engage.ledger import Kind, Where
from engage.participants import ConsentKind, Status
from engage.reports.disclosure import People, total
from engage.staff import Role
from tests.world import World, found, hidden

YEAR = "2026-2027"


def people(world: World, number: int, status: Status = Status.TODAY) -> None:
    for voter in world.people("BSL", [[1]] * number):
        with world.act() as act:
            person = act.session.get_one(participants.Participant, voter)
            voting.say_more(act, found(act, "BSL"), person, status=status, consents={ConsentKind.COUNT: True})


def published(world: World) -> dict[str, object]:
    with world.act() as act:
        return reports.publish(act, "target", YEAR).read()


def row(document: dict[str, object], agreement: str = "A01") -> dict[str, object]:
    return next(each for each in document["agreements"] if each["agreement"] == agreement)


def test_all_agreements_stand_in_the_table(world: World) -> None:
    document = published(world)
    assert (document["all"], len(document["agreements"])) == (21, 21)
    assert {each["minimal"] for each in document["agreements"]} == {"no_data"}


@pytest.mark.parametrize(("number", "state", "shown"), [(1, "too_few", 0), (4, "too_few", 0), (5, "met", 5), (7, "met", 5), (8, "met", 10)])
def test_the_minimal_reading_needs_five_people(world: World, number: int, state: str, shown: int) -> None:
    people(world, number)
    found_row = row(published(world))
    assert (found_row["minimal"], found_row["people"], found_row["strong"]) == (state, shown, "not_met")


def test_before_no_and_silence_do_not_count(world: World) -> None:
    for status in (Status.BEFORE, Status.NO, Status.SILENT):
        people(world, 6, status)
    assert row(published(world))["minimal"] == "too_few"


def test_one_person_over_two_votes_is_one(world: World) -> None:
    world.consultation("DEUX")
    people(world, 4)
    with world.act() as act:
        for voter in act.session.query(participants.Participant).all():
            voting.cast_vote(act, found(act, "DEUX"), [2], participant=voter)
    assert row(published(world))["minimal"] == "too_few"


def test_anonymous_votes_are_nobody(world: World) -> None:
    with world.act() as act:
        for number in range(30):
            voting.cast_vote(act, found(act, "BSL"), [1], participant=None, draft=bytes([number]))
    assert row(published(world))["minimal"] == "too_few"


def test_a_reversed_fact_no_longer_counts(world: World) -> None:
    people(world, 5)
    with world.act() as act:
        fact = act.session.query(ledger.ParticipationFact).filter_by(status="today").first()
        ledger.reverse(act, fact)
    assert row(published(world))["minimal"] == "too_few"


def test_the_strong_reading_needs_seats_presence_and_answers(world: World) -> None:
    people(world, 5)
    table = Where("A01", uuid4(), "M1", 4)
    with world.act() as act:
        two = [ledger.Person(uuid4(), b"k" * 32) for _ in range(2)]
        for person in two:
            ledger.record(act, table, Kind.ATTENDED, person=person, status="today")
        for kind in (Kind.CONTRIBUTED, Kind.ANSWERED):
            ledger.record(act, Where("A01", uuid4(), "M5", 2), kind)
    assert row(published(world))["strong"] == "met"


def test_another_year_is_another_table(world: World) -> None:
    people(world, 6)
    world.later(days=365)
    assert row(published(world))["minimal"] == "met"
    with world.act() as act:
        assert row(reports.publish(act, "target", "2027-2028").read())["minimal"] == "no_data"


def test_a_table_is_published_once_a_month_at_most(world: World) -> None:
    people(world, 3)
    published(world)
    people(world, 3)
    with pytest.raises(reports.PublishedLately):
        published(world)
    browser = world.browser()
    assert json.loads(browser.get(f"/reports/target/{YEAR}.json").text)["agreements"][0]["people"] == 0
    world.later(days=29)
    assert row(published(world))["minimal"] == "met"


def test_page_csv_and_json_say_the_same(world: World) -> None:
    people(world, 8)
    published(world)
    browser = world.browser()
    document = json.loads(browser.get(f"/reports/target/{YEAR}.json").text)
    rows = list(csv.DictReader(io.StringIO(browser.get(f"/reports/target/{YEAR}.csv").text)))
    assert [each["agreement"] for each in rows] == [each["agreement"] for each in document["agreements"]]
    assert rows[0]["people"] == "10"
    assert rows[1]["people"] == "moins de 5"
    page = browser.get(f"/reports/target/{YEAR}").text
    for each in document["agreements"]:
        assert each["label"] in page


@pytest.mark.parametrize("year", ["2026", "2026-2028", "abcd-efgh", "20260-20261"])
def test_a_year_that_is_none_is_said(world: World, year: str) -> None:
    assert world.browser().get(f"/reports/target/{year}").status_code == 404
    with pytest.raises(reports.YearUnknown), world.act() as act:
        reports.publish(act, "target", year)


def test_an_administrator_publishes_and_the_ministry_reads(world: World) -> None:
    assert world.staff(Role.MINISTRY, None).post(f"/staff/reports/target/{YEAR}").status_code == 403
    browser = world.staff(Role.ADMINISTRATOR, None)
    page = browser.get("/staff/")
    assert browser.post(f"/staff/reports/target/{YEAR}", data=hidden(page)).status_code == 302
    assert browser.post(f"/staff/reports/target/{YEAR}", data=hidden(page)).status_code == 409


@given(st.integers(0, 100_000))
def test_a_printed_number_stands_for_several(exact: int) -> None:
    same = [other for other in range(max(0, exact - 6), exact + 7) if People.of(other) == People.of(exact)]
    assert len(same) >= 3
    assert (People.of(exact).published == 0) == (exact < 5)


@given(st.lists(st.integers(0, 40), max_size=21))
def test_a_total_says_nothing_the_cells_do_not(exact: list[int]) -> None:
    cells = [People.of(each) for each in exact]
    assert total(cells) == sum(cell.published for cell in cells)
