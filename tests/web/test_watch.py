"""What waits for a person of the table."""

from __future__ import annotations

from engage import messaging
from engage.staff import Role
from tests.world import PHONE, World, hidden


def test_whoever_wants_a_call_is_shown_until_it_is_made(world: World) -> None:
    with world.act() as act:
        messaging.want_person(act, "A01", PHONE, "evening", "fr")
    assert "418 555-0101" not in world.staff(Role.CLERK).get("/staff/").text
    worker = world.staff(Role.WORKER)
    desk = worker.get("/staff/")
    assert "418 555-0101" in desk.text
    assert "le soir" in desk.text
    with world.act() as act:
        (id,) = (callback.id for callback in messaging.callbacks(act.session, ["A01"]))
    worker.post(f"/staff/callbacks/{id}", data=hidden(desk))
    assert "418 555-0101" not in worker.get("/staff/").text


def test_incidents_are_written_down_and_handed_over(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    page = browser.get("/staff/incidents")
    sent = {
        "agreement": "A01",
        "happened_on": "2026-05-01",
        "found_on": "2026-05-02",
        "what": "=Liste perdue",
        "people": "12",
        "measures": "Broyeur",
    }
    wrong = browser.post("/staff/incidents", data=hidden(page) | sent | {"found_on": "hier"})
    assert wrong.status_code == 409
    assert "Liste perdue" in wrong.text
    assert browser.post("/staff/incidents", data=hidden(page) | sent | {"is_serious": "y"}).status_code == 302
    assert "avisez la Commission" in browser.get("/staff/incidents").text
    register = browser.get("/staff/incidents.csv")
    assert register.mimetype == "text/csv"
    assert "'=Liste perdue" in register.text
    assert "Liste" not in world.staff(Role.ORGANISER, "A02").get("/staff/incidents").text
