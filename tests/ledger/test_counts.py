"""Counts that the sequencer keeps: at any time what a recount gives, and what the facts that stand come to."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from uuid import UUID, uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from click.testing import CliRunner, Result
from sqlalchemy import select, text, update

from engage import ledger
from engage.cli import main
from engage.kernel.act import Act, Channel, fiscal_year_of
from engage.kernel.db import Base
from engage.ledger import NOT_PEOPLE, FactCount, Grade, Kind, ParticipationFact, PersonCount, Where, book
from engage.ledger.models import LIVED_TODAY
from engage.participants import Status
from tests.conftest import ENGINES
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.ledger.test_book import faults, people_who_count
from tests.world import World

HALL, MAIL = Where("A01", uuid4(), "M1", 3), Where("A02", uuid4(), "M5", 0)


def command(world: World, *arguments: str) -> Result:
    env = dict.fromkeys(key for key in os.environ if key.startswith("ENGAGE_"))
    env |= {"ENGAGE_HOME": str(world.config.home), "ENGAGE_DATABASE_URL": world.config.database_url}
    return CliRunner().invoke(main, ["ledger", "recount", *arguments], env=env)


def sequenced(world: World) -> None:
    with world.db.write() as session:
        while ledger.sequence(session, world.at):
            pass


def by_hand(world: World) -> tuple[Counter[tuple[str, str, UUID]], Counter[tuple[object, ...]]]:
    """Both counts by the words of the rule, fact by fact."""
    with world.db.read() as session:
        facts = session.scalars(select(ParticipationFact)).all()
    reversed_ones = {fact.reverses_id for fact in facts}
    people: Counter[tuple[str, str, UUID]] = Counter()
    alike: Counter[tuple[object, ...]] = Counter()
    for fact in facts:
        if fact.id in reversed_ones or fact.kind == Kind.REVERSED:
            continue
        where = (fiscal_year_of(fact.on), fact.agreement_id)
        what = (fact.mechanism_id, fact.mechanism_type, fact.kind, fact.level, fact.channel, fact.grade)
        alike[*where, *what, fact.status or "", fact.person_id is None] += 1
        if fact.person_id and fact.status == Status.TODAY and fact.grade != Grade.DECLARED and fact.level and fact.kind not in NOT_PEOPLE:
            people[*where, fact.person_id] += 1
    return people, alike


def kept(world: World) -> tuple[dict[tuple[object, ...], int], dict[tuple[object, ...], int]]:
    with world.db.read() as session:
        people, alike = ([tuple(row) for row in session.execute(select(table.__table__))] for table in (PersonCount, FactCount))
    return {row[:-1]: row[-1] for row in people}, {row[:-1]: row[-1] for row in alike}


def something_happens(act: Act, dice: random.Random, people: list[ledger.Person], year: int) -> None:
    """Any kind of fact of anyone, a reversal (of a reversal too), or a fact set right."""
    on = date(year, 1, 1) + timedelta(days=dice.choice([0, 88, 89, 90, 91, 200, 364]))
    then = Act(act.session, dice.choice(list(Channel)), act.at.replace(year=on.year, month=on.month, day=on.day))
    facts = act.session.scalars(select(ParticipationFact).order_by(ParticipationFact.id)).all()
    gone = {fact.reverses_id for fact in facts}
    standing = [fact for fact in facts if fact.id not in gone]
    acts = [fact for fact in standing if fact.kind != Kind.REVERSED]
    person, status = dice.choice([(None, None), *((each, dice.choice(list(Status))) for each in people)])
    what = dice.random()
    if acts and what < 0.25:
        ledger.reverse(then, dice.choice(acts))
    elif acts and what < 0.4:
        ledger.set_right(then, dice.choice(acts), person, status)
    else:
        kind = dice.choice([each for each in Kind if each != Kind.REVERSED])
        ledger.record(then, dice.choice([HALL, MAIL]), kind, person=person, status=status, grade=dice.choice(list(Grade)))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_counts_are_those_of_the_facts(world: World, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches are small, so that a reversal often gets its place before what it takes back, in its batch or in one before."""
    monkeypatch.setattr(book, "BATCH", 3)
    dice, people = random.Random(seed), [ledger.Person(uuid4(), b"k" * 32) for _ in range(4)]
    for _ in range(4):
        with world.act() as act:
            for _ in range(12):
                something_happens(act, dice, people, dice.choice([2026, 2027]))
            ledger.sequence(act.session, world.at)
        with world.db.read() as session:
            assert list(ledger.counts.faults(session)) == [], "even while facts wait"
    sequenced(world)
    assert kept(world) == by_hand(world)
    with world.db.write() as session:
        ledger.counts.recount(session)
    assert kept(world) == by_hand(world)


def test_people_are_counted_once_a_year_and_agreement(world: World) -> None:
    one, two = (ledger.Person(uuid4(), b"k" * 32) for _ in range(2))
    with world.act() as act:
        first, _second = (ledger.record(act, HALL, Kind.ATTENDED, person=one, status=Status.TODAY) for _ in range(2))
        other = ledger.record(act, HALL, Kind.ATTENDED, person=two, status=Status.TODAY)
        ledger.record(act, MAIL, Kind.ATTENDED, person=two, status=Status.TODAY)
        ledger.reverse(act, first)
    sequenced(world)
    with world.db.read() as session:
        assert ledger.counts.people(session, "2026-2027") == {"A01": 2}
        assert ledger.counts.people(session, "2025-2026") == {}
    with world.act() as act:
        ledger.set_right(act, other, two, Status.BEFORE)
    sequenced(world)
    with world.db.read() as session:
        assert ledger.counts.people(session, "2026-2027") == {"A01": 1}
        assert [row.person_id for row in session.scalars(select(PersonCount))] == [one.id], "nobody stays with a count of 0"


def test_a_tampered_count_is_named_and_mended(world: World) -> None:
    people_who_count(world)
    assert command(world).exit_code == 0
    with world.db.write() as session:
        person = session.scalars(select(PersonCount.person_id).order_by(PersonCount.person_id)).first()
        session.execute(update(PersonCount).where(PersonCount.person_id == person).values(number=7))
        session.execute(text("DELETE FROM fact_count WHERE kind = 'rules_fixed'"))
        session.add(PersonCount(year="2030-2031", agreement_id="A03", person_id=uuid4(), number=1))
    told = command(world)
    assert told.exit_code == 1
    assert f"7 is kept where the facts give 1, for year 2026-2027, agreement_id A01, person_id {person}" in told.output
    assert "0 is kept where the facts give 1" in told.output
    assert "1 is kept where the facts give 0, for year 2030-2031" in told.output
    assert set(faults(world)) == set(told.output.splitlines())
    assert command(world, "--mend").exit_code == 0
    assert command(world).exit_code == 0
    assert faults(world) == []
    assert kept(world) == by_hand(world)


def test_the_floor_above_says_today_alike() -> None:
    assert LIVED_TODAY == Status.TODAY


@pytest.mark.parametrize("config", ENGINES, indirect=True)
def test_the_migration_counts_what_was_placed_before_it(world: World) -> None:
    """Its words are its own, not those of the recount. Two years of facts, some reversed."""
    people_who_count(world)
    person = ledger.Person(uuid4(), b"k" * 32)
    with world.act() as act:
        days = [replace(act, at=act.at + timedelta(days=number)) for number in range(0, 730, 5)]
        facts = [ledger.record(day, HALL, Kind.ATTENDED, person=person, status=Status.TODAY) for day in days]
        for fact in facts[::3]:
            ledger.reverse(act, fact)
    sequenced(world)
    before = kept(world)
    with world.db.engine.connect() as connection, connection.begin():
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for table in ("person_count", "fact_count"):
                context.impl.drop_table(Base.metadata.tables[table])
            Operations(context).drop_index("ix_participation_fact_attended", "participation_fact")
            import_module("engage.migrations.versions.0013_counts").upgrade()
    assert kept(world) == before == by_hand(world)
