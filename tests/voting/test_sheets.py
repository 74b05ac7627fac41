"""Paper: two people read the same, no sheet twice, no ballot without its envelope, and every sheet accounted for."""

from __future__ import annotations

from uuid import uuid4

import pytest

from engage import voting
from engage.kernel.act import Act, Channel
from engage.voting import Door, ballot_box, sheets
from engage.voting.sheets import Entered
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.voting.test_reconciliation import differences
from tests.world import World, found, holder

ANA, BO, CY = uuid4(), uuid4(), uuid4()


def envelopes(world: World, number: int) -> None:
    with world.act(Channel.PAPER) as act:
        for _ in range(number):
            voting.accept_envelope(act, found(act, "BSL"), holder(act))


def printed(act: Act, size: int = 20, *, enveloped: bool = True) -> voting.SheetBatch:
    return sheets.print_sheets(act, found(act, "BSL"), size, large=False, enveloped=enveloped)


def test_sheets_are_numbered_through_all_batches(world: World) -> None:
    with world.act() as act:
        assert [printed(act, size).first for size in (20, 5, 1)] == [1, 21, 26]


def test_options_keep_their_number_and_turn_with_the_sheet(world: World) -> None:
    with world.act() as act:
        orders = {tuple(sheets.order_on(found(act, "BSL"), number)) for number in range(1, 19)}
    assert len(orders) == 9
    assert all(sorted(order) == list(range(1, 10)) for order in orders)


def test_a_ballot_counts_once_two_people_read_the_same(world: World) -> None:
    envelopes(world, 1)
    with world.act() as act:
        printed(act)
        vote = found(act, "BSL")
        assert sheets.enter_sheet(act, vote, 7, [4, 1], ANA) == Entered.FIRST
        assert sheets.enter_sheet(act, vote, 7, [4, 1], ANA) == Entered.FIRST, "the same eyes twice are one reading"
        assert sheets.half_entered(act.session, vote) == [7]
        assert sheets.enter_sheet(act, vote, 7, [1, 4], BO) == Entered.BOXED
        with pytest.raises(sheets.SheetUsed):
            sheets.enter_sheet(act, vote, 7, [1, 4], CY)
        assert sheets.envelopes_waiting(act.session, vote) == 0
    assert differences(world) == ""


def test_readings_that_differ_are_both_kept_until_one_is_read_again(world: World) -> None:
    envelopes(world, 1)
    with world.act() as act:
        printed(act)
        sheets.enter_sheet(act, found(act, "BSL"), 3, [1], ANA)
        assert sheets.enter_sheet(act, found(act, "BSL"), 3, [7], BO) == Entered.DIFFERS
    with world.act() as act:
        assert sheets.enter_sheet(act, found(act, "BSL"), 3, [7], ANA) == Entered.BOXED


def test_nobody_guesses_what_another_read(world: World) -> None:
    envelopes(world, 1)
    with world.act() as act:
        printed(act)
        sheets.enter_sheet(act, found(act, "BSL"), 3, [9], ANA)
        for number in (1, 2, 3):
            assert sheets.enter_sheet(act, found(act, "BSL"), 3, [number], BO) == Entered.DIFFERS
        with pytest.raises(sheets.ReadTooOften):
            sheets.enter_sheet(act, found(act, "BSL"), 3, [9], BO)
        assert sheets.enter_sheet(act, found(act, "BSL"), 3, [9], CY) == Entered.BOXED


def test_a_sheet_that_was_never_printed_or_has_no_envelope_is_refused(world: World) -> None:
    with world.act() as act:
        printed(act, 5)
        with pytest.raises(sheets.SheetUnknown):
            sheets.enter_sheet(act, found(act, "BSL"), 6, [1], ANA)
        sheets.enter_sheet(act, found(act, "BSL"), 5, [1], ANA)
        with pytest.raises(sheets.NoEnvelope), act.session.begin_nested():
            sheets.enter_sheet(act, found(act, "BSL"), 5, [1], BO)
    assert differences(world) == ""


def test_sheets_of_an_urn_are_anonymous(world: World) -> None:
    with world.act(Channel.PAPER) as act:
        printed(act, 5, enveloped=False)
        sheets.enter_sheet(act, found(act, "BSL"), 1, [1], ANA)
        assert sheets.enter_sheet(act, found(act, "BSL"), 1, [1], BO) == Entered.BOXED
    assert differences(world) == ""
    world.consultation("CODE", Door.CODED)
    with world.act() as act, pytest.raises(sheets.UrnNeedsOpenDoor):
        sheets.print_sheets(act, found(act, "CODE"), 5, large=False, enveloped=False)


def test_what_was_printed_is_used_spoiled_or_unused(world: World) -> None:
    envelopes(world, 2)
    with world.act() as act:
        batch = printed(act, 10)
        vote = found(act, "BSL")
        for number in (1, 2):
            for clerk in (ANA, BO):
                sheets.enter_sheet(act, vote, number, [number], clerk)
        assert sheets.accounts(act.session, vote)[0].difference is None
        sheets.count_batch(act, batch, spoiled=1, unused=6, explanation="")
        assert sheets.accounts(act.session, vote)[0].difference == 1
        sheets.count_batch(act, batch, spoiled=2, unused=6, explanation="")
        assert sheets.accounts(act.session, vote)[0].difference == 0
        with pytest.raises(sheets.CountsAreOff):
            sheets.count_batch(act, batch, spoiled=-1, unused=6, explanation="")


def test_paper_and_web_are_counted_together_and_no_reading_stays(world: World) -> None:
    world.people("BSL", [[2]] * 9)
    envelopes(world, 3)
    with world.act() as act:
        printed(act)
        for number in (1, 2, 3):
            for clerk in (ANA, BO):
                sheets.enter_sheet(act, found(act, "BSL"), number, [1, 9], clerk)
        sheets.enter_sheet(act, found(act, "BSL"), 4, [5], ANA)
    world.close()
    with world.act() as act:
        vote = found(act, "BSL")
        assert sorted(ballot_box.opened(act.session, vote.id, known=True)) == ["19"] * 3 + ["2"] * 9
        assert not voting.result_of(act.session, vote.id).read()["differs"]
        assert act.session.get_one(sheets.Sheet, (vote.id, 4)).readings == ""


def test_an_envelope_without_its_sheet_is_said_in_the_result(world: World) -> None:
    world.people("BSL", [[2]] * 10)
    envelopes(world, 1)
    world.close()
    with world.act() as act:
        assert voting.result_of(act.session, found(act, "BSL").id).read()["differs"]
