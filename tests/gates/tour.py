"""A walk through every page in every state and language, kept as the browser would get it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pyotp
from flask import template_rendered
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engage import assistance, campaigns, messaging, participants, reports, staff, voting
from engage.kernel.act import Channel
from engage.participants import ConsentKind, Status
from engage.staff import Role
from engage.voting import Door
from tests.gates import opinions, papers, seats
from tests.world import World, found, hidden


@dataclass
class Page:
    name: str
    language: str
    template: str
    html: str
    citizen: bool

    @property
    def id(self) -> str:
        return f"{self.language} {self.name}"


@dataclass
class Tour:
    world: World
    pages: list[Page] = field(default_factory=list)
    last_template: str = ""

    def see(self, name: str, answer: TestResponse, status: int = 200) -> TestResponse:
        """Keep what was answered; `status` is what it must be."""
        assert answer.status_code == status, (name, answer.status_code, answer.text[:2000])
        language = re.search('<html lang="([a-z]+)"', answer.text)[1]
        citizen = not self.last_template.startswith(("staff/", "assisted/", "demo/", "kiosk/"))
        self.pages.append(Page(name, language, self.last_template, answer.text, citizen))
        return answer


def walk(world: World) -> list[Page]:
    tour = Tour(world)

    def remember(sender: object, template: object, **_: object) -> None:
        if not template.name.startswith("components/") and template.name not in ("me/back.html", "assisted/banner.html"):
            tour.last_template = template.name

    with template_rendered.connected_to(remember, world.app):
        _prepare(world)
        for prefix in ("", "/en"):
            _citizen(tour, prefix)
            _staff(tour, prefix)
        _after_closing(tour)
    return tour.pages


def _prepare(world: World) -> None:
    world.consultation("CODE", Door.CODED)
    world.consultation("PEU", Door.CODED)
    world.people("PEU", [[1]] * 3)
    world.close("PEU")
    world.consultation("BLANC", Door.CODED)
    world.people("BLANC", [[]] * 12)
    world.close("BLANC")
    world.consultation("BIEN")
    voters = world.people("BIEN", [[1, 2, 3]] * 14 + [[4]] * 8 + [[1, 9]] * 10)
    with world.act() as act:
        for place, voter in enumerate(voters):
            person = act.session.get_one(participants.Participant, voter)
            status = Status.TODAY if place < 21 else Status.NO
            voting.say_more(act, found(act, "BIEN"), person, status=status, consents={ConsentKind.COUNT: True})
        for number in range(11):
            voting.cast_vote(act, found(act, "BIEN"), [5], participant=None, draft=bytes([number]))
        vote = found(act, "BIEN")
        voting.sheets.print_sheets(act, vote, 3, large=False, enveloped=False)
        for helper in (uuid4(), uuid4()):
            voting.sheets.enter_sheet(act, vote, 2, [5], helper)
    world.close("BIEN")
    world.people("BSL", [[1]] * 10)
    _prepare_decisions(world)


def _prepare_decisions(world: World) -> None:
    """A budget with a result, a vote that was cancelled, one that its table wants to cancel."""
    options = [voting.Proposed("bulb", "", {"fr": each}, {"fr": each}, {"fr": ""}, 600) for each in ("Un banc", "Un abri", "Un parc")]
    world.consultation("ARGENT", kind=voting.BallotKind.BUDGET, envelope=1_000, options=options, languages=("fr",))
    world.people("ARGENT", [[1, 2]] * 9 + [[2]] * 3)
    world.close("ARGENT")
    with world.act() as act:
        table = staff.Staff(email="table@example.org", name="Camille")
        act.session.add(table)
        act.session.flush()
        asking = table.id
        voting.keep_promise(act, found(act, "ARGENT"), promise="Le banc sera posé.", due_on=world.at.date() + timedelta(days=60))
        voting.keep_promise(act, found(act, "ARGENT"), promise="Le banc sera posé.", due_on=world.at.date(), outcome="Le banc est posé.")
        voting.keep_promise(act, found(act, "PEU"), promise="Nous rappelons les gens.", due_on=world.at.date() + timedelta(days=25))
        act.session.get_one(voting.Commitment, found(act, "PEU").id).due_on = world.at.date() - timedelta(days=1)
    for code in ("ANNULE", "RETRAIT"):
        world.consultation(code)
        with world.act() as act:
            grave, _ = voting.ask(act, found(act, code), voting.GraveKind.CANCEL, asking, reason="La question était fausse.")
            if code == "ANNULE":
                voting.opening.carry(act, grave)
    world.work()


def _citizen(tour: Tour, prefix: str) -> None:
    world, see = tour.world, tour.see
    browser = world.browser()
    see("home", browser.get(prefix + "/"))
    see("trust", browser.get(prefix + "/trust"))
    see("attestation", browser.get(prefix + "/language/en"))
    see("evidence", browser.get(prefix + "/evidence/"))
    see("target empty", browser.get(prefix + "/reports/target/2025-2026"))
    see("open data", browser.get(prefix + "/data/"))
    see("alliances", browser.get(prefix + "/alliances/"))
    see("an alliance without dates", browser.get(prefix + "/alliances/A02"))
    see("review empty", browser.get(prefix + "/reports/review/2025-2026"))
    see("participation empty", browser.get(prefix + "/reports/participation/2025-2026"))
    see("cancelled", browser.get(prefix + "/v/ANNULE"))
    see("about to be cancelled", browser.get(prefix + "/v/RETRAIT"))
    for code in ("BIEN", "PEU", "BLANC", "ARGENT"):
        see(f"results {code}", browser.get(f"{prefix}/v/{code}/results"))
    see("receipts", browser.get(prefix + "/v/BIEN/receipts"))
    see("receipts looked up", browser.post(prefix + "/v/BIEN/receipts", data={"receipt": "0000-0000"}))
    see("receipts before closing", browser.get(prefix + "/v/BSL/receipts"))
    see("not found", browser.get(prefix + "/v/NOPE"), 404)
    see("not allowed", browser.get(prefix + "/staff/sign-out"), 405)
    see("left", browser.get(prefix + "/leave"))
    see("offline", browser.get(prefix + "/offline"))
    _vote(tour, prefix, "BSL", "")
    _vote(tour, prefix, "CODE", world.card)
    _by_number(tour, prefix)
    _me(tour, prefix)
    _cards(tour, prefix, browser)
    seats.citizen(world, tour.see, prefix, proof_sent)
    seats.mine(world, tour.see, prefix)
    opinions.citizen(world, tour.see, prefix, proof_sent)
    page = browser.get(prefix + "/v/BSL")
    see("draft lost", browser.post(prefix + "/v/BSL", data=hidden(page) | {"step": "choose", "draft": "x"}), 409)


def _vote(tour: Tour, prefix: str, code: str, card: str) -> None:
    see, here = tour.see, f"{prefix}/v/{code}"
    browser = tour.world.browser()
    kind = "known" if card else "anonymous"
    page = see(f"welcome {kind}", browser.get(here))
    see(f"welcome {kind} with mistakes", browser.post(here, data=hidden(page) | {"code": "ABC" if card else ""}), 409)
    if not card:
        see("welcome elsewhere", browser.post(here, data=hidden(page) | {"of_age": "y", "residence": "elsewhere"}), 409)
    page = see(f"choose {kind}", browser.post(here, data=hidden(page) | {"code": card, "of_age": "y", "residence": "none"}))
    see(f"choose {kind} with mistakes", browser.post(here, data=hidden(page) | {"choices": list("1234")}), 409)
    see(f"check blank {kind}", browser.post(here, data=hidden(page) | {"blank": "y"}))
    page = see(f"check {kind}", browser.post(here, data=hidden(page) | {"choices": ["1", "9"]}))
    for place in ("check", "choose"):
        see(f"resumed {place} {kind}", browser.post(here, data=hidden(page) | {"step": "resume", "place": place}))
    page = see(f"receipt {kind}", browser.post(here, data=hidden(page)))
    if card:
        see("resumed receipt", browser.post(here, data=hidden(page) | {"step": "resume", "place": "receipt"}))
    if card:
        page = see("more", browser.post(here, data=hidden(page)))
        see("more resumed", browser.post(here, data=hidden(page) | {"step": "resume", "place": "more"}))
        see("more with mistakes", browser.post(here, data=hidden(page) | {"contact": "y", "number": "12"}), 409)
        told = {"status": "today", "count": "y", "contact": "y", "number": "418 555-0123"}
        see("thanks", browser.post(here, data=hidden(page) | told))


def proof_sent(world: World) -> str:
    """The last code that a page sent."""
    return [found_code[0] for parcel in world.sent if (found_code := re.search(r"\b\d{6}\b", parcel.body))][-1]


def _by_number(tour: Tour, prefix: str) -> None:
    """A vote behind a number that the page proves; the personal code is shown once."""
    world, see, here = tour.world, tour.see, prefix + "/v/CODE"
    browser, number = world.browser(), f"418 555-017{len(prefix)}"
    page = browser.get(here)
    see("welcome with a wrong number", browser.post(here, data=hidden(page) | {"number": "12"}), 409)
    page = see("prove", browser.post(here, data=hidden(page) | {"number": number}))
    see("prove wrong", browser.post(here, data=hidden(page) | {"proof": "0"}), 409)
    see("prove resumed", browser.post(here, data=hidden(page) | {"step": "resume", "place": "prove"}))
    world.work()
    page = browser.post(here, data=hidden(page) | {"proof": proof_sent(world)})
    page = browser.post(here, data=hidden(page) | {"choices": "2"})
    see("receipt with a personal code", browser.post(here, data=hidden(page)))


def _me(tour: Tour, prefix: str) -> None:
    """My page, with everything on it that can be there, and each of its steps."""
    world, here = tour.world, prefix + "/me"
    browser = world.browser()
    with world.act(Channel.ASSISTED) as act:
        person = participants.by_card(act, world.card, "A01", asked_from="tour")
        helper = staff.Staff(email=f"helper{len(prefix)}@example.org", name="Sacha")
        act.session.add(helper)
        act.session.flush()
        told = {"organisation": "Maison du coin", "reason": "reading", "by_phone": False, "agreed": True}
        help_now = assistance.start_help(act, helper, "A01", **told)
        for sampled in (True, False):
            assistance.helped(act, help_now, assistance.What.VOTE, person, found(act, "CODE")).sampled = sampled
        participants.give_number(act, person, f"+1418555016{len(prefix)}")
        (fresh,) = participants.make_cards(act, "A01", "Groupe", 1)

    def see(name: str, page: TestResponse, step: str, must_be: int = 200, **sent: str) -> TestResponse:
        draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
        return tour.see(name, browser.post(here, data={"step": step, "draft": draft} | sent), must_be)

    tour.see("my page asks who", browser.get(here))
    tour.see("my page knows nobody", browser.post(here, data={"step": "enter"}), 409)
    page = tour.see("my page", browser.post(here, data={"step": "enter", "code": world.card}))
    for name, step in (("my page resumed", "resume"), ("what is written of me", "evidence"), ("my answers", "answers")):
        see(name, page, step)
    see("my answers changed", page, "save_answers", status="today", count="y", contact="y")
    see("about me", page, "about")
    see("about me kept", page, "save_about", gender="woman")
    see("where to write, waiting", page, "contact")
    with world.act() as act:
        participants.confirm_number(act, f"+1418555016{len(prefix)}")
    see("where to write", page, "contact")
    see("where to write, wrong", page, "save_contact", 409, number="x")
    see(
        "when to write",
        page,
        "save_contact",
        number=f"418 555-016{len(prefix)}",
        from_hour="10",
        to_hour="12",
        weekdays_only="y",
        keeps="votes",
    )
    form = see("my new number", page, "number")
    see("my new number, wrong", form, "send", 409, number="1")
    form = see("my new number, proved", form, "send", number=f"418 555-015{len(prefix)}")
    see("my new number, not proved", form, "prove", 409, proof="0")
    world.work()
    see("moved", form, "prove", proof=proof_sent(world))
    page = browser.post(here, data={"step": "enter", "code": world.card})
    see("my new card", page, "card")
    see("my new card, wrong", page, "save_card", 409, code="1")
    see("my new card, taken", page, "save_card", code=fresh)
    world.card = fresh
    page = browser.post(here, data={"step": "enter", "code": fresh})
    see("not me", page, "helped", act=re.search('name="act" value="([^"]*)"', page.text)[1], theirs="no")
    see("erase", page, "erase")
    see("erased soon", page, "erase_now")
    see("not erased", page, "undo")
    see("withdrawn", page, "withdraw", vote="CODE")
    see("my page lost", page, "withdraw", 409, vote="CODE")
    draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
    assert browser.post(here, data={"step": "close", "draft": draft}).location == prefix + "/leave"
    see("my page closed", page, "see", 409)


def _cards(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    tour.see("card unknown", browser.post(prefix + "/c", data={"code": "0000"}), 409)
    tour.see("card mistyped", browser.post(prefix + "/c", data={"code": "123456789014"}), 409)
    tour.see("card typed in", browser.get(f"{prefix}/c/{tour.world.card}"))
    tour.see("card", browser.post(prefix + "/c", data={"code": tour.world.card}))
    with tour.world.act() as act:
        lonely = participants.make_cards(act, "A02", "Autre groupe", 1)[0]
    tour.see("card without votes", browser.post(prefix + "/c", data={"code": lonely}))


def _staff(tour: Tour, prefix: str) -> None:
    world, see = tour.world, tour.see
    browser = world.browser()
    page = see("sign in", browser.get(prefix + "/staff/sign-in"))
    see("sign in wrong", browser.post(prefix + "/staff/sign-in", data=hidden(page) | {"email": "x@y.z"}), 409)
    with world.act() as act:
        token = staff.invite(act, f"new{len(prefix)}@example.org", "Camille", Role.ORGANISER, "A01")
    page = see("invitation", browser.get(f"{prefix}/staff/invitation/{token}"))
    see("invitation wrong", browser.post(f"{prefix}/staff/invitation/{token}", data=hidden(page) | {"password": "court"}), 409)
    see("invitation over", browser.get(prefix + "/staff/invitation/nope"), 409)
    secret = hidden(page)["secret"]
    accepted = {"password": "quatre mots pas un de plus", "code": pyotp.TOTP(secret).at(world.at)}
    assert browser.post(f"{prefix}/staff/invitation/{token}", data=hidden(page) | accepted).status_code == 302
    see("desk", browser.get(prefix + "/staff/"))
    page = see("table", browser.get(prefix + "/staff/table/A01"))
    see("table wrong", browser.post(prefix + "/staff/table/A01", data=hidden(page) | {"text_name": "Reçu " * 9, "text_number": "1"}), 409)
    _studio(tour, prefix, browser)
    seats.staff(world, see, prefix, browser)
    opinions.staff(world, see, prefix, browser)
    _texts(tour, prefix, browser)
    page = see("voice prompts", browser.get(prefix + "/staff/voice/A01"))
    see("voice prompt wrong", browser.post(prefix + "/staff/voice/A01", data=hidden(page)), 409)
    sound = {"audio": (io.BytesIO(b"ID3" + bytes(200)), "bonjour.mp3")}
    assert browser.post(prefix + "/staff/voice/A01", data=hidden(page) | sound).status_code == 302
    see("voice prompts recorded", browser.get(prefix + "/staff/voice/A01"))
    elsewhere = world.staff(Role.ORGANISER, "A02", email=f"a02{len(prefix)}@example.org")
    see("texts without a table", elsewhere.get(prefix + "/staff/texts/"))
    see("voice prompts without a table", elsewhere.get(prefix + "/staff/voice/A02"))
    page = see("cards", browser.get(prefix + "/staff/cards/"))
    see("cards wrong", browser.post(prefix + "/staff/cards/", data=hidden(page) | {"agreement": "A01", "size": "0"}), 409)
    see("cards print", browser.post(prefix + "/staff/cards/", data=hidden(page) | {"agreement": "A01", "group": "Ici", "size": "3"}))
    see("cards of an old page", browser.post(prefix + "/staff/cards/pdf", data={"csrf_token": "old"}), 409)
    see(
        "cards of a batch without a name",
        browser.post(prefix + "/staff/cards/", data=hidden(page) | {"agreement": "A01", "mixed": "y", "size": "3"}),
    )
    see("cards made", browser.get(prefix + "/staff/cards/"))
    _prints(tour, prefix, browser)
    _help(tour, prefix, browser)
    _paper(tour, prefix, browser)
    _kiosk(tour, prefix, browser)
    _watch(tour, prefix, browser)
    ministry = world.staff(Role.MINISTRY, None, email=f"ministry{len(prefix)}@example.org")
    see("desk of the ministry", ministry.get(prefix + "/staff/"))
    see("not for you", ministry.get(prefix + "/staff/cards/"), 403)


def _studio(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    """A consultation from nothing to its promise, each decision about it, and what citizens see meanwhile."""
    world, see, there = tour.world, tour.see, prefix + "/staff/consultations"
    see("consultation new", browser.get(f"{there}/new"))
    for template in ("nine", "budget", "blank"):
        page = see(f"studio {template}", browser.get(f"{there}/new?from={template}"))
    see("studio wrong", browser.post(f"{there}/new", data=hidden(page) | {"agreement": "A01", "options-0-cost": "x"}), 409)
    written = {
        "agreement": "A01", "kind": "budget", "question": "Quels projets d’abord, enfin?", "why": "Pour notre plan.",
        "code": f"NEUF{len(prefix)}", "envelope": "10 000", "closes_on": (world.at + timedelta(days=9)).date().isoformat(),
        "places": "3", "level": "2", "minimum_age": "14", "channels": ["sms", "voice"], "languages": "en", "territories": ["080"],
        "options-0-label": "Un jardin", "options-0-cost": "4000", "options-0-explanation": "Des légumes.",
        "options-1-label": "Un abri", "options-1-cost": "7000", "grave_rule": "two", "key_mode": "trustees", "door": "coded",
    }  # fmt: skip
    see("studio looked at", browser.post(f"{there}/new", data=hidden(page) | written | {"look": "1"}))
    drafted = browser.post(f"{there}/new", data=hidden(page) | written)
    assert drafted.status_code == 302, drafted.text
    here = drafted.location
    see("consultation with faults", browser.get(here))
    see("studio again", browser.get(f"{here}/edit"))
    page = see("translation", browser.get(f"{here}/words/en"))
    see("translation of an old page", browser.post(f"{here}/words/en", data={"csrf_token": "old", "question": "What?"}), 409)
    told = {"question": "What first?", "why": "For our plan.", "explanation-1": "Food."}
    told |= {"label-1": "A garden", "short-1": "Garden", "label-2": "A shelter", "short-2": "Shelter"}
    assert browser.post(f"{here}/words/en", data=hidden(page) | told | {f"{name}-read": "y" for name in told}).status_code == 302
    page = see("consultation draft", browser.get(here))
    see("rehearsal", browser.get(f"{here}/try/v/NEUF{len(prefix)}"))
    see("rehearsal by text", browser.post(f"{here}/try/line", data={"said": ["VOTE"]}))
    see("rehearsal by call", browser.get(f"{here}/try/line?aloud=1"))
    see("discard", browser.get(f"{here}/discard"))
    see("trustees", browser.post(f"{here}/open", data=hidden(page)))
    see("consultation announced", browser.get(here))
    see("announced", world.browser().get(f"{prefix}/v/NEUF{len(prefix)}"))
    see("desk with a decision", browser.get(prefix + "/staff/"))
    with world.act() as act:
        decision = f"{there}/decisions/{voting.pending(act.session, found(act, f'NEUF{len(prefix)}').id).id}"
    _decide(tour, prefix, browser, here, decision)
    _promise(tour, prefix, browser)


def _decide(tour: Tour, prefix: str, browser: FlaskClient, here: str, decision: str) -> None:
    world, see = tour.world, tour.see
    see("second for whoever asked", browser.get(decision))
    see("second refused", browser.post(decision, data=hidden(browser.get(here))), 409)
    member = world.staff(Role.SECOND, email=f"second{len(prefix)}@example.org")
    page = see("second", member.get(decision))
    see("second confirmed", member.post(decision, data=hidden(page)))
    see("desk of a second person", member.get(prefix + "/staff/"))
    see("welcome to a budget", world.browser().get(f"{prefix}/v/NEUF{len(prefix)}"))
    see("consultation open", browser.get(here))
    voting.reconcile_votes(world.db, world.at)
    see("consultation checked", browser.get(here))
    for kind in ("extend", "close", "cancel"):
        page = see(f"decide {kind}", browser.get(f"{here}/decide/{kind}"))
        see(f"decide {kind} wrong", browser.post(f"{here}/decide/{kind}", data=hidden(page)), 409)
    until = {"until_on": (world.at + timedelta(days=12)).date().isoformat(), "until_time": "17:00"}
    assert browser.post(f"{here}/decide/extend", data=hidden(page) | until | {"reason": "La poste est en grève."}).status_code == 302
    see("welcome of an extended vote", world.browser().get(f"{prefix}/v/NEUF{len(prefix)}"))
    world.people(f"NEUF{len(prefix)}", [[1]] * 8 + [[2]] * 5)
    with world.act() as act:
        act.session.get_one(voting.Consultation, found(act, f"NEUF{len(prefix)}").id).stage = voting.Stage.FROZEN
    see("consultation that waits for words", browser.get(here))
    page = see("keys", browser.get(f"{here}/keys"))
    see("keys wrong", browser.post(f"{here}/keys", data=hidden(page) | {"first": "un", "second": "deux"}), 409)


def _promise(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    world, see = tour.world, tour.see
    with world.act() as act:
        bien = f"{prefix}/staff/consultations/{found(act, 'BIEN').id}"
    see("keys not awaited", browser.get(f"{bien}/keys"))
    page = see("promise", browser.get(f"{bien}/promise"))
    see("promise wrong", browser.post(f"{bien}/promise", data=hidden(page)), 409)
    said = {"promise": "La table écrira son plan.", "due_on": (world.at + timedelta(days=30)).date().isoformat()}
    assert browser.post(f"{bien}/promise", data=hidden(page) | said).status_code == 302
    see("promise made", browser.get(f"{bien}/promise"))
    see("consultation with a promise", browser.get(bien))
    see("results with a promise", world.browser().get(f"{prefix}/v/BIEN/results"))


def _help(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    world, see, here = tour.world, tour.see, prefix + "/staff/assisted/"
    page = see("help", browser.get(here + "?next=BSL"))
    see("help without a yes", browser.post(here, data=hidden(page) | {"agreement": "A01"}), 409)
    said = {"agreed": "y", "reason": "reading", "agreement": "A01", "organisation": "Maison du coin"}
    assert browser.post(here, data=hidden(page) | said).status_code == 302
    see("helping", browser.get(here))
    page = see("assisted", browser.get(here + "BSL"))
    see("assisted wrong", browser.post(here + "BSL", data=hidden(page, 1)), 409)
    told = {"code": world.card, "choices": "2"}
    see("assisted done", browser.post(here + "BSL", data=hidden(page, 1) | told))
    page = see("person", browser.get(here + "person"))
    see("person wrong", browser.post(here + "person", data=hidden(page, 1) | {"step": "number"}), 409)
    with world.act() as act:
        someone, _ = participants.join_by_phone(act, f"+1418555014{len(prefix)}")
        voting.cast_vote(act, found(act, "BSL"), [1], participant=someone)
    moved = {"step": "number", "number": f"418 555-014{len(prefix)}", "new_number": f"418 555-013{len(prefix)}"}
    see("person moved", browser.post(here + "person", data=hidden(page, 1) | moved))
    seats.helped(world, see, prefix, browser)
    opinions.helped(see, prefix, browser)
    world.later(minutes=40)
    see("assisted too late", browser.post(here + "BSL", data=hidden(page, 1) | told), 409)


def _paper(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    world, see = tour.world, tour.see
    with world.act() as act:
        here = f"{prefix}/staff/paper/{found(act, 'BSL').id}"
        (card,) = participants.make_cards(act, "A01", "Groupe", 1)
    page = see("paper", browser.get(here))
    see("paper wrong", browser.post(here, data=hidden(page) | {"size": "0"}), 409)
    assert browser.post(here, data=hidden(page) | {"size": "4", "large": "y"}).status_code == 302
    number = "5" if prefix else "1"
    page = see("envelope", browser.get(here + "/envelope"))
    see("envelope unsigned", browser.post(here + "/envelope", data=hidden(page)), 409)
    see("envelope accepted", browser.post(here + "/envelope", data=hidden(page) | {"code": card, "signed": "y"}))
    page = see("sheet", browser.get(here + "/sheet"))
    see("sheet wrong", browser.post(here + "/sheet", data=hidden(page)), 409)
    see("sheet read once", browser.post(here + "/sheet", data=hidden(page) | {"number": number, "choices": "3"}))
    other = world.staff(Role.CLERK, email=f"clerk{len(prefix)}@example.org")
    other_page = other.get(here + "/sheet")
    see("sheet read otherwise", other.post(here + "/sheet", data=hidden(other_page) | {"number": number, "choices": "4"}))
    see("sheet read twice", browser.post(here + "/sheet", data=hidden(page) | {"number": number, "choices": "4"}))
    shown = see("paper printed", browser.get(here))
    batch = re.search(rf'action="({here}/[0-9a-f-]+)"', shown.text)[1]
    see("paper counted wrong", browser.post(batch, data=hidden(shown) | {"spoiled": "99", "unused": "1"}), 409)
    assert browser.post(batch, data=hidden(shown) | {"spoiled": "0", "unused": "1"}).status_code == 302
    see("paper with a difference", browser.get(here))
    assert browser.post(batch, data=hidden(shown) | {"spoiled": "0", "unused": "3"}).status_code == 302
    see("paper accounted for", browser.get(here))
    see("desk of a clerk", other.get(prefix + "/staff/"))


def _prints(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    world, see = tour.world, tour.see
    with world.act() as act:
        here = {code: f"{prefix}/staff/prints/{found(act, code).id}" for code in ("BSL", "BIEN")}
    see("prints", browser.get(here["BSL"]))
    see("prints of a finished vote", browser.get(here["BIEN"]))


def _kiosk(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    world, see = tour.world, tour.see
    with world.act() as act:
        here = f"{prefix}/staff/kiosks/{found(act, 'BSL').id}"
        coded = voting.kiosks.open_kiosk(act, found(act, "CODE"), "Bibliothèque")
    page = see("kiosks", browser.get(here))
    see("kiosks wrong", browser.post(here, data=hidden(page)), 409)
    page = see("kiosk made", browser.post(here, data=hidden(page) | {"place": "Banque alimentaire"}))
    token = re.search(r"/kiosk/([\w-]+)</pre>", page.text)[1]
    see("kiosk", world.browser().get(f"{prefix}/kiosk/{token}"))
    see("kiosk coded", world.browser().get(f"{prefix}/kiosk/{coded}"))
    kiosk = re.search(rf'action="({here}/[0-9a-f-]{{36}})"', page.text)[1]
    assert browser.post(kiosk, data=hidden(page)).status_code == 302
    see("kiosks taken back", browser.get(here))
    see("kiosk over", world.browser().get(f"{prefix}/kiosk/{token}"), 409)


def _watch(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    world, see = tour.world, tour.see
    with world.act() as act:
        messaging.want_person(act, "A01", f"+1418555012{len(prefix)}", "morning", "fr")
        assistance.raise_alarm(act, "A01", assistance.AlarmKind.BATCH, prefix.encode(), "Groupe", 30)
        assistance.raise_alarm(act, "A01", assistance.AlarmKind.NUMBER, prefix.encode(), "", 5)
        assistance.explain_alarm(act, assistance.alarms(act.session, ["A01"])[0], "Une rencontre.")
    see("desk with things to look at", browser.get(prefix + "/staff/"))
    keeper = world.staff(staff.Role.ADMINISTRATOR, None)
    page = see("witnesses none", keeper.get(prefix + "/staff/witnesses/"))
    see("witness wrong", keeper.post(prefix + "/staff/witnesses/", data=hidden(page) | {"name": "x", "verifier": "x"}), 409)
    keeper.post(prefix + "/staff/witnesses/", data=hidden(page) | {"name": f"Ligue {prefix}", "verifier": ""})
    see("witnesses", keeper.get(prefix + "/staff/witnesses/"))
    page = see("alliance to write", browser.get(prefix + "/staff/alliances/A01"))
    token, day = {"csrf_token": hidden(page)["csrf_token"]}, (world.at - timedelta(days=9)).date().isoformat()
    see("step wrong", browser.post(prefix + "/staff/alliances/A01/steps", data=token | {"kind": "signed", "on": day}), 409)
    see("territories wrong", browser.post(prefix + "/staff/alliances/A01/territories", data=token | {"since": day}), 409)
    sent = {"kind": "signed", "on": day, "signatories": "ministry", "note": "Rimouski", "source": "Site"}
    assert browser.post(prefix + "/staff/alliances/A01/steps", data=token | sent).status_code == 302
    assert browser.post(prefix + "/staff/alliances/A01/territories", data=token | {"since": day, "territories": "070"}).status_code == 302
    see("alliance written", browser.get(prefix + "/staff/alliances/A01"))
    see("an alliance with dates", world.browser().get(prefix + "/alliances/A01"))
    papers.write(world, see, prefix, browser)
    page = see("incidents", browser.get(prefix + "/staff/incidents"))
    sent = {
        "agreement": "A01",
        "happened_on": "2026-05-01",
        "found_on": "2026-05-02",
        "what": "Une liste",
        "people": "3",
        "measures": "Broyée",
    }
    see("incident wrong", browser.post(prefix + "/staff/incidents", data=hidden(page) | sent | {"people": ""}), 409)
    assert browser.post(prefix + "/staff/incidents", data=hidden(page) | sent | {"is_serious": "y"}).status_code == 302
    see("incidents written", browser.get(prefix + "/staff/incidents"))


def _texts(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    see, world = tour.see, tour.world
    see("texts", browser.get(prefix + "/staff/texts/"))
    with world.act() as act:
        consultation = str(found(act, "BSL").id)
    page = see("text new", browser.get(f"{prefix}/staff/texts/new?consultation={consultation}"))
    written = {"consultation": consultation, "kind": "invitation", "body": "Il reste 3 jours pour voter. Merci.", "body_en": ""}
    new = prefix + "/staff/texts/new"
    see("text looked at", browser.post(new, data=hidden(page) | written | {"look": "1", "body": "Être là, c’est la concertation " * 5}))
    see("text wrong", browser.post(new, data=hidden(page) | written | {"body": "L’aide sociale"}), 409)
    made = browser.post(new, data=hidden(page) | written)
    assert made.status_code == 302, made.text
    page = see("text draft", browser.get(made.location))
    with world.act() as act:
        messaging.allow(act, "A01", parts_a_month=0, time_zone="America/Toronto")
    see("text too costly", browser.post(made.location, data=hidden(page) | {"step": "start"}), 409)
    with world.act() as act:
        messaging.allow(act, "A01", parts_a_month=500, time_zone="America/Toronto")
    assert browser.post(made.location, data=hidden(page) | {"step": "start"}).status_code == 302
    see("text queueing", browser.get(made.location))
    campaigns.carry_campaigns(world.db, world.at)
    day = world.at
    world.at = day.replace(hour=8)
    see("text at night", browser.get(made.location))
    world.at = day
    assert browser.post(made.location, data=hidden(page) | {"step": "pause"}).status_code == 302
    see("text paused", browser.get(made.location))
    assert browser.post(made.location, data=hidden(page) | {"step": "resume"}).status_code == 302
    world.work()
    world.work()
    see("text done", browser.get(made.location))
    see("texts sent", browser.get(prefix + "/staff/texts/"))


def _after_closing(tour: Tour) -> None:
    world, see = tour.world, tour.see
    with world.act() as act:
        for kind in reports.KINDS:
            reports.publish(act, kind, "2026-2027")
    papers.read(world, see)
    for prefix in ("", "/en"):
        see("target", world.browser().get(prefix + "/reports/target/2026-2027"))
        see("review", world.browser().get(prefix + "/reports/review/2026-2027"))
        see("participation", world.browser().get(prefix + "/reports/participation/2026-2027"))
        see("counting", world.browser().get(prefix + "/v/NEUF0"))
    world.app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise RuntimeError("a planted fault")

    broken.access = "test"  # type: ignore[attr-defined]
    world.app.view_functions["home.home"] = broken
    for prefix in ("", "/en"):
        see("our fault", world.browser().get(prefix + "/"), 500)
