"""Feedback and projects on the web: two questions, a photo, being known, the table's desk, and odd input."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from engage import feedback, participants, projects
from engage.feedback import Feedback, Photo, Stage, moderation
from engage.kernel.act import Channel
from engage.projects import Money, Plan, Project, ProjectState
from engage.staff import Role
from tests.feedback.test_feedback import a_photo
from tests.feedback.test_phone import facts
from tests.web.test_odd_input import ODD, STRICTER
from tests.world import SHUTTLE, World, hidden

HERE = "/projects/NAVETTE"


def reference(text: str) -> str:
    return re.search(r'class="receipt">([\d-]+)<', text)[1]


def test_two_questions_are_enough_and_the_number_finds_the_answer(world: World) -> None:
    world.project()
    browser = world.browser()
    page = browser.post(HERE, data={"face": "2", "words": "Le bus passe trop tôt."})
    assert page.status_code == 200
    told = browser.post("/answer", data={"reference": reference(page.text)})
    for words in ("Le bus passe trop tôt.", "Réponse promise au plus tard le 2 août 2026"):
        assert words in told.text
    assert facts(world) == [("contributed", None)]
    assert browser.get(HERE).text.count("Le bus passe") == 0, "nothing is shown before it is read"


def test_whoever_wants_is_known_by_a_card_and_counted(world: World) -> None:
    world.project()
    page = world.browser().post(HERE, data={"words": "Trop tôt", "may_show": "y"})
    done = world.browser().post("/said", data=hidden(page) | {"code": world.card, "status": "today", "count": "y", "contact": "y"})
    assert "Ma page" in done.text
    assert facts(world) == [("contributed", "today")]
    mine = world.browser().post("/me", data={"step": "enter", "code": world.card})
    assert "Trop tôt" in mine.text
    draft = re.search('name="draft" value="([^"]*)"', mine.text)[1]
    said = re.search('name="feedback" value="([^"]*)"', mine.text)[1]
    world.browser().post("/me", data={"step": "show_words", "draft": draft, "feedback": said, "shown": "no"})
    with world.db.read() as session:
        assert not session.scalars(select(Feedback)).one().may_show


def test_another_persons_words_are_not_mine_to_touch(world: World) -> None:
    world.project()
    world.browser().post(HERE, data={"words": "À moi"})
    with world.act() as act:
        participants.by_card(act, world.card, "A01", asked_from="test")
    mine = world.browser().post("/me", data={"step": "enter", "code": world.card})
    draft = re.search('name="draft" value="([^"]*)"', mine.text)[1]
    with world.db.read() as session:
        other = str(session.scalars(select(Feedback.id)).one())
    for step in ("show_words", "look_again"):
        answer = world.browser().post("/me", data={"step": step, "draft": draft, "feedback": other, "shown": "yes"})
        assert answer.status_code == 409


def test_a_draft_of_one_contribution_opens_no_other(world: World) -> None:
    world.project()
    browser = world.browser()
    first, second = (hidden(browser.post(HERE, data={"words": words})) for words in ("Un", "Deux"))
    answer = browser.post("/said", data=first | {"said": second["said"], "code": world.card})
    assert answer.status_code == 409
    assert facts(world) == [("contributed", None)] * 2


def test_a_photo_waits_for_someone_to_describe_it(world: World) -> None:
    world.project()
    browser = world.browser()
    sent = {"words": "Pas de banc", "may_show": "y", "photo": (io.BytesIO(a_photo((300, 200))), "../../etc/passwd\0.jpg")}
    assert browser.post(HERE, data=sent, content_type="multipart/form-data").status_code == 200
    with world.act() as act:
        photo = act.session.scalars(select(Photo)).one()
        given = act.session.get_one(Feedback, photo.feedback_id)
        id = given.id
        moderation.show(act, given)
    assert browser.get(f"/photos/{id}").status_code == 404
    with world.act() as act:
        moderation.show(act, act.session.get_one(Feedback, id), description="Un arrêt sans banc")
    assert 'alt="Un arrêt sans banc"' in browser.get(f"/photos/{id}").text
    picture = browser.get(f"/photos/{id}.jpg")
    assert picture.mimetype == "image/jpeg"
    assert len(picture.data) + len(browser.get(f"/photos/{id}").data) < 30_000
    with world.act() as act:
        feedback.let_show(act, act.session.get_one(Feedback, id), given=False)
    assert browser.get(f"/photos/{id}.jpg").status_code == 404


def test_whoever_holds_the_number_can_erase_their_words(world: World) -> None:
    world.project()
    number = reference(world.browser().post(HERE, data={"face": "1", "words": "À effacer", "may_show": "y"}).text)
    gone = world.browser().post("/answer", data={"reference": number, "step": "erase"})
    assert "À effacer" not in gone.text
    with world.db.read() as session:
        kept = session.scalars(select(Feedback)).one()
        assert (kept.words, kept.face, kept.stage) == (None, 1, Stage.KEPT)
    assert facts(world) == [("contributed", None)]


def test_markup_in_words_is_words(world: World) -> None:
    world.project()
    world.browser().post(HERE, data={"words": "<script>alert(1)</script> & <b>gras</b>", "may_show": "y"})
    with world.act() as act:
        moderation.show(act, act.session.scalars(select(Feedback)).one())
    page = world.browser().get(HERE).text
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_one_address_is_slowed_and_a_shelters_line_is_not_shut_out(world: World) -> None:
    world.project()
    browser = world.browser()
    for place in range(60):
        assert browser.post(HERE, data={"words": f"Mot {place}"}).status_code == 200
    slowed = browser.post(HERE, data={"words": "Encore un"})
    assert slowed.status_code == 409
    assert "Encore un</textarea>" in slowed.text
    assert "C'est noté" in world.text("NAVETTE ça va")
    world.later(minutes=16)
    assert browser.post(HERE, data={"words": "Encore un"}).status_code == 200


def test_a_project_that_is_refused_hears_nobody_and_loses_nothing(world: World) -> None:
    world.project()
    with world.act() as act:
        project = act.session.scalars(select(Project)).one()
        plan = Plan("Maison", ProjectState.UNDER_WAY)
        projects.write_project(act, "A01", code="NAVETTE", texts=SHUTTLE, plan=plan, money=Money(), project=project)
    page = world.browser().post(HERE, data={"words": "Trop tard"})
    assert page.status_code == 409
    assert "autre chose" in page.text
    assert world.browser().post(HERE, data={"words": "Trop tard", "about": "other"}).status_code == 200


def test_the_table_reads_sorts_and_answers_and_another_table_sees_nothing(world: World) -> None:
    world.project()
    browser = world.browser()
    for words in ("Le bus est en retard", "Toujours en retard, le bus"):
        browser.post(HERE, data={"words": words, "may_show": "y"})
    table, other = world.staff(Role.ORGANISER), world.staff(Role.ORGANISER, "A02")
    page = table.get("/staff/feedback/")
    ids = re.findall(r'name="heard" value="([^"]+)"', page.text)
    assert len(ids) == 2
    assert "Toujours en retard" in table.get(f"/staff/feedback/{ids[0]}").text, "what reads alike is suggested"
    token = {"csrf_token": hidden(page, 1)["csrf_token"]}
    foreign = {"csrf_token": hidden(other.get("/staff/projects/new/A02"))["csrf_token"]}
    for address in (
        f"/staff/feedback/{ids[0]}",
        "/staff/feedback/procedure/A01",
        "/staff/feedback/card/A01",
        "/staff/feedback/export/A01.csv",
    ):
        assert other.get(address).status_code == 404, address
    assert "Toujours en retard" not in other.get("/staff/feedback/").text
    other.post("/staff/feedback/answer", data=foreign | {"heard": ids, "step": "yes", "text": "Oui."})
    table.post(f"/staff/feedback/{ids[0]}", data=token | {"step": "show", "shown": "Le bus est en retard"})
    done = table.post("/staff/feedback/answer", data=token | {"heard": ids, "step": "yes", "text": "Oui, il part plus tôt."})
    assert done.status_code == 302
    assert browser.get("/changed/A01").text.count("Oui, il part plus tôt.") == 1
    csv = table.get("/staff/feedback/export/A01.csv").data.decode("utf-8-sig")
    assert csv.count("answered") == 2
    assert "2026-05,NAVETTE,web" in csv


def test_an_alert_hides_who_until_it_is_opened_and_says_who_looked(world: World) -> None:
    world.project()
    world.text("je dors dehors")
    table = world.staff(Role.WORKER)
    page = table.get("/staff/feedback/alerts")
    assert "dehors" not in page.text
    assert "0101" not in page.text
    address = re.search(r'action="(/staff/feedback/alerts/[^"]+)"', page.text)[1]
    opened = table.post(address, data=hidden(page))
    assert "je dors dehors" in opened.text
    assert "0101" not in opened.text, "nobody asked for a call"
    assert "Camille" in opened.text
    assert world.staff(Role.WORKER, "A02").post(address, data={}).status_code == 404
    table.post(address, data=hidden(opened) | {"step": "close", "note": "Rien à faire"})
    assert "Aucun n’attend" in table.get("/staff/feedback/alerts").text


def test_a_card_filled_in_by_hand_finds_its_answer(world: World) -> None:
    world.project()
    clerk = world.staff(Role.CLERK)
    page = clerk.get("/staff/feedback/card/A01")
    card = {"reference": "1234 5678", "face": "2", "words": "Trop loin", "project": "NAVETTE"}
    assert "1234-5678" in clerk.post("/staff/feedback/card/A01", data=hidden(page) | card).text
    assert clerk.post("/staff/feedback/card/A01", data=hidden(page) | card | {"words": "Autre"}).status_code == 409
    assert "Trop loin" in world.browser().post("/answer", data={"reference": "1234-5678"}).text
    with world.db.read() as session:
        kept = session.scalars(select(Feedback)).one()
        assert (kept.channel, kept.stub) == (Channel.PAPER, "5678")


def test_with_help_the_words_are_the_persons_own(world: World) -> None:
    world.project()
    worker = world.staff(Role.WORKER)
    page = worker.get("/staff/assisted/")
    start = {"agreement": "A01", "organisation": "Maison du coin", "reason": "reading", "agreed": "y"}
    worker.post("/staff/assisted/", data=hidden(page) | start)
    page = worker.get("/staff/assisted/feedback/A01")
    told = {"words": "Trop cher", "code": world.card, "status": "today", "count": "y", "project": "NAVETTE"}
    assert "numéro de suivi" in worker.post("/staff/assisted/feedback/A01", data=hidden(page) | told).text
    assert facts(world) == [("contributed", "today")]
    with world.db.read() as session:
        assert session.scalars(select(Feedback)).one().stage == Stage.RECEIVED


PUBLIC = (HERE, "/say/A01", "/said", "/answer", "/calls/NAVETTE", "/say/A99", "/projects/NOPE")
FIELDS = (
    "face", "words", "may_show", "about", "reference", "step", "said", "draft", "place", "code", "number", "phone_code", "status", "proof", "title",
    "summary", "organisation", "asked", "name", "how", "short", "reason", "state", "starts_on", "ends_on", "granted", "paid", "granted_on", "option",
    "territory_code", "step_name_0", "step_due_0", "fund_source_0", "fund_dollars_0", "kind", "bars", "why", "question", "first_instalment", "grants",
    "committee", "dollars", "most", "opens_on", "closes_on", "meeting", "taken", "votes", "votes_reserved", "member", "project", "heard", "text",
    "decision", "shown", "description", "themes", "drop", "procedure", "note", "keep",
)  # fmt: skip


@STRICTER
def test_the_public_pages_answer_anything(world: World) -> None:
    world.project()
    for path in PUBLIC:
        for odd in ODD:
            for step in ("", "known", "proved", "resend", "contest", "show"):
                sent = dict.fromkeys(FIELDS, odd) | ({"step": step} if step else {})
                assert world.browser().post(path, data=sent).status_code in (200, 302, 400, 404, 409), (path, odd, step)


@STRICTER
def test_the_tables_pages_answer_anything(world: World) -> None:
    project = world.project()
    world.browser().post(HERE, data={"words": "Un mot", "may_show": "y"})
    table = world.staff(Role.ORGANISER)
    page = table.get("/staff/projects/new/A01")
    token = {"csrf_token": hidden(page)["csrf_token"]}
    with world.db.read() as session:
        said = session.scalars(select(Feedback.id)).one()
    there = "/staff/feedback/", "/staff/projects/"
    paths = [
        f"{there[0]}{said}", f"{there[0]}answer", f"{there[0]}procedure/A01", f"{there[0]}themes/A01", f"{there[0]}card/A01", f"{there[0]}x",
        f"{there[1]}new/A01", f"{there[1]}{project}/edit", f"{there[1]}{project}/eligibility", f"{there[1]}{project}/question",
        f"{there[1]}envelope/A01", f"{there[1]}import/A01", "/staff/calls/new/A01", "/staff/calls/x", "/staff/calls/x/choose/y",
        "/staff/assisted/feedback/A01", f"{there[0]}alerts/x",
    ]  # fmt: skip
    steps = ("", "show", "type", "tag", "names", "open", "late", "close")
    for place, path in enumerate(paths):
        for odd, step in [*((odd, "") for odd in ODD), *((ODD[(place + turn) % len(ODD)], step) for turn, step in enumerate(steps))]:
            sent = dict.fromkeys(FIELDS, odd) | ({"step": step} if step else {}) | token
            assert table.post(path, data=sent).status_code in (200, 302, 400, 404, 409), (path, odd, step)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_papers_fit_one_page_in_both_languages(world: World, language: str) -> None:
    project = world.project()
    table = world.staff(Role.ORGANISER)
    for address in ("A01/cards.pdf", f"poster/{project}.pdf"):
        paper = table.get(f"/staff/prints/feedback/{address}?lang={language}").data
        assert paper[:5] == b"%PDF-"
        assert b"/Type/Pages/Count 1/" in paper, address
    assert table.get("/staff/prints/feedback/A01/answers.pdf").status_code == 404, "nothing to hang yet"
