"""Two things at the same instant, on real engines: one person stays one, and a receipt stays true."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import select, text

from engage import participants, voting
from engage.kernel.act import Act, Channel
from engage.voting import ballot_box
from tests.voting.test_voting import counts
from tests.world import World, found, hidden, holder


def test_one_card_used_by_six_at_once_is_one_person(world: World) -> None:
    with world.act() as act:
        (card,) = participants.make_cards(act, "A01", "Groupe", 1)

    def enter(_: int) -> int:
        browser = world.browser()
        page = browser.get("/v/BSL")
        page = browser.post("/v/BSL", data=hidden(page) | {"code": card})
        page = browser.post("/v/BSL", data=hidden(page) | {"choices": "1"})
        return browser.post("/v/BSL", data=hidden(page)).status_code

    assert world.app is not None
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(enter, range(6))) == {200}
    assert counts(world) == (1, 1, 1)


def test_a_vote_under_way_is_in_the_box_when_it_is_opened(world: World) -> None:
    """The closing waits for a vote that holds the consultation open; a receipt that was shown is in the list."""
    world.people("BSL", [[1]] * 12)
    voted, receipts = threading.Event(), []

    def vote() -> None:
        with world.db.write() as session:
            act = Act(session, Channel.WEB, world.at)
            receipts.append(voting.cast_vote(act, found(act, "BSL"), [9], participant=holder(act)).receipt)
            voted.set()
            threading.Event().wait(0.5)

    voter = threading.Thread(target=vote)
    voter.start()
    voted.wait()
    world.close()
    voter.join()
    with world.act() as act:
        assert receipts[0] in ballot_box.receipt_codes(act.session, found(act, "BSL").id)


def test_no_file_keeps_the_choice_of_a_text(world: World) -> None:
    """Raw bytes and every row of the closed database, read with all keys that are left: no choice beside a number."""
    for body in ("VOTE", "1 4 7", "OUI"):
        world.text(body)
    world.people("BSL", [[2]] * 12)
    with world.db.read() as session:
        consultation_id = session.scalars(select(voting.Consultation.id)).one()
    world.close()
    assert not (world.config.keys_dir / "box" / f"{consultation_id}.key").exists()
    with world.db.read() as session:
        if not world.db.is_sqlite:
            live = session.scalar(text("SELECT count(*) FROM inbound_message"))
            pages = session.scalar(text("SELECT pg_relation_size('conversation') + pg_relation_size('inbound_message')"))
            assert live == 3
            assert pages <= 2 * 8192
    files = [path.read_bytes() for path in Path(world.config.home).rglob("*") if path.is_file()]
    assert not any("Logement, École".encode() in content for content in files)


def test_a_page_sent_many_times_at_once_is_one_vote(world: World) -> None:
    browser = world.browser()
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | {"of_age": "y", "residence": "none"})
    page = browser.post("/v/BSL", data=hidden(page) | {"choices": "1"})
    sent = hidden(page)

    def send(_: int) -> int:
        return world.browser().post("/v/BSL", data=sent).status_code

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(send, range(5))) == {200}
    assert counts(world) == (1, 1, 1)
