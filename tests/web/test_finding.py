"""Finding by words, never people; the first hour of a table, and what it has left to do."""

from __future__ import annotations

from engage.staff import Role
from tests.world import World, hidden, set_up


def search(world: World, role: Role, words: str, agreement: str = "A01") -> str:
    browser = world.staff(role, agreement)
    return browser.post("/staff/search/", data=hidden(browser.get("/staff/search/")) | {"q": words}).text


def test_things_are_found_without_accents_and_by_keyword(world: World) -> None:
    with world.act() as act:
        set_up(act)
    assert "Comité du logement" in search(world, Role.ORGANISER, "COMITE")
    assert "Comité du logement" in search(world, Role.WORKER, "logis")
    assert "/staff/consultations/" in search(world, Role.MANAGER, "bsl")


def test_nothing_is_found_beyond_ones_role_or_agreement(world: World) -> None:
    with world.act() as act:
        set_up(act)
    assert "Rien trouvé" in search(world, Role.ORGANISER, "comite", "A02")
    assert "Rien trouvé" in search(world, Role.CLERK, "comite")
    assert "/staff/consultations/" not in search(world, Role.WORKER, "bsl"), "helpers do not run votes"


def test_a_person_is_not_searched_for(world: World) -> None:
    assert world.card is not None
    page = search(world, Role.WORKER, world.card)
    assert "Une personne ne se cherche pas" in page
    assert "Rien trouvé" in page


def test_the_first_hour_counts_down(world: World) -> None:
    browser = world.staff(Role.MANAGER)
    there = "/staff/guide/first-hour/A01"
    before = browser.get(there).text.count("Fait:")
    world.staff(Role.ORGANISER)
    page = browser.get("/staff/account/")
    browser.post("/staff/account/codes", data=hidden(page))
    assert browser.get(there).text.count("Fait:") == before + 2
    assert "/staff/guide/first-hour/A01" in browser.get("/staff/").text
    assert world.staff(Role.ORGANISER, "A02").get(there).status_code == 404
