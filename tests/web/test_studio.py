"""The studio in a browser without script: from nothing to an open vote, tried out first, translated, and decided."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engage import participants, voting
from engage.kernel.words import Wording
from engage.ledger import ParticipationFact
from engage.participants.cards import REHEARSAL_CODE
from engage.participants.models import Card
from engage.staff import Role
from engage.voting import RollEntry, Stage
from tests.conftest import ON_SQLITE
from tests.world import World, found, hidden

HERE = "/staff/consultations"


def fields(page: TestResponse) -> dict[str, object]:
    """What a browser would send of the studio's form, untouched."""
    form = page.text[page.text.index("<form method") : page.text.index("</form>", page.text.index("<form method"))]
    sent: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search('name="([^"]*)"', tag), re.search('value="([^"]*)"', tag)
        if not name:
            continue
        if 'type="checkbox"' in tag or 'type="radio"' in tag:
            if " checked" in tag:
                sent.setdefault(name[1], []).append(value[1])
        else:
            sent[name[1]] = value[1].replace("&#39;", "'") if value else ""
    sent |= dict(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL))
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        sent[name] = chosen[1] if chosen else ""
    return sent


def draft(browser: FlaskClient, template: str = "nine", **differs: object) -> str:
    """The address of a draft made from a template."""
    page = browser.get(f"{HERE}/new?from={template}")
    kept = browser.post(
        f"{HERE}/new", data={"why": "La table prépare son plan."} | {name: value for name, value in fields(page).items() if value} | differs
    )
    assert kept.status_code == 302, re.findall(r'<div class="mistakes.*?</div>', kept.text, re.DOTALL)
    return kept.location


def test_a_template_becomes_an_announced_vote_in_three_pages(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="PLAN27")
    page = browser.get(here)
    assert "Tout est prêt" in page.text
    assert browser.post(f"{here}/open", data=hidden(page)).status_code == 302
    announced = world.browser().get("/v/PLAN27").text
    assert "Ce vote ouvre le" in announced
    assert "Le logement" in announced
    world.later(hours=49)
    world.work()
    assert "Où vivez-vous" in world.browser().get("/v/PLAN27").text
    with world.act() as act:
        vote = found(act, "PLAN27")
        assert (vote.languages, len(vote.options)) == ("fr en", 9)
    assert "What are our 3 priorities?" in world.browser().get("/en/v/PLAN27").text


def test_a_blank_page_becomes_a_budget(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    rows = {
        "question": "Quels projets d’abord?", "envelope": "10000",
        "options-0-label": "Le jardin du quartier", "options-0-explanation": "Des légumes pour tous.", "options-0-cost": "4000",
        "options-0-icon": "plant",
        "options-1-label": "Un abri d’autobus", "options-1-explanation": "Attendre au sec.", "options-1-cost": "7000", "options-1-icon": "bus",
    }  # fmt: skip
    here = draft(browser, "budget", code="ARGENT", **rows)
    page = browser.get(here).text
    assert "10\xa0000\xa0$" in page
    assert "1 Jardin du quartier 4000$ 2 Abri d'autobus 7000$" in page.replace("&#39;", "'"), "short names are made from the names"
    assert "1: Le jardin du quartier, 4000 dollars." in page
    with world.act() as act:
        voting.open_consultation(act, found(act, "ARGENT"))
    browser = world.browser()
    ballot = browser.post("/v/ARGENT", data=hidden(browser.get("/v/ARGENT")) | {"of_age": "y", "residence": "none"})
    assert "Un abri d’autobus (7\xa0000\xa0$)" in ballot.text
    assert "Il y a 10\xa0000\xa0$ à partager." in ballot.text


def test_a_look_shows_everything_and_keeps_nothing(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    sent = fields(browser.get(f"{HERE}/new?from=blank")) | {
        "look": "1", "code": "NEUF", "question": "Quel est le meilleur mécanisme?",
        "options-0-label": "Les loisirs", "options-1-label": "les loisirs", "options-1-short": "Autre",
    }  # fmt: skip
    page = browser.post(f"{HERE}/new", data=sent)
    assert page.status_code == 200
    for told in (
        "1 Loisirs 2 Autre",
        "partie(s)",
        "Mot à éviter: mécanisme",
        "«meilleur»",
        "Deux réponses ont le même nom",
    ):
        assert told in page.text, told
    with world.act() as act:
        assert voting.by_code(act.session, "NEUF") is None
        assert not act.session.scalar(select(func.count()).where(Wording.text == "Quel est le meilleur mécanisme?"))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"closes_on": "2026-05-01"}, "La date de fin est déjà passée"),
        ({"closes_on": ""}, "Choisissez un jour"),
        ({"closes_on": "hier"}, "Choisissez un jour"),
        ({"closes_on": "2027-03-14", "closes_time": "02:30"}, "on avance l’heure"),
        ({"closes_on": "9999-12-31", "closes_time": "23:59"}, "Choisissez un jour"),
        ({"opens_on": "2026-06-30", "closes_on": "2026-06-01"}, "vient avant l’ouverture"),
        ({"code": "BSL"}, "porte déjà ce mot-clé"),
        ({"code": "é"}, "3 à 12 lettres"),
        ({"question": ""}, "La question n’est pas écrite"),
        ({"places": "9"}, "va de 1 à 5"),
        ({"minimum_age": "3"}, "L’âge minimal"),
        ({"level": "x"}, "Dites ce que vous ferez"),
    ],
)
def test_a_mistake_loses_nothing(world: World, sent: dict[str, str], told: str) -> None:
    browser = world.staff(Role.ORGANISER)
    page = browser.get(f"{HERE}/new?from=nine")
    answer = browser.post(f"{HERE}/new", data=fields(page) | {"code": "NEUF", "why": "Une raison à garder."} | sent)
    assert answer.status_code == 409
    assert told in answer.text
    assert "Une raison à garder." in answer.text
    assert 'value="Le transport"' in answer.text


def test_a_draft_is_edited_and_what_it_was_copied_from_stays(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    with world.act() as act:
        original = str(found(act, "BSL").id)
    page = browser.get(f"{HERE}/new?from={original}")
    assert 'value="Le logement"' in page.text
    here = draft(browser, original, code="COPIE")
    edited = browser.post(f"{here}/edit", data=fields(browser.get(f"{here}/edit")) | {"options-8-label": "Les autobus"})
    assert edited.status_code == 302
    with world.act() as act:
        vote = found(act, "COPIE")
        texts = voting.wordings(act.session, vote)
        assert texts.text(vote.options[8].id, "label", "fr") == "Les autobus"
        assert voting.labels(act.session, found(act, "BSL"), "fr")[9] == "Le transport"
    assert "La traduction (en) n’est pas toute écrite et relue" in browser.get(here).text
    assert browser.get(f"{HERE}/{original}/edit").status_code == 409


def test_a_translation_counts_once_it_is_read(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    rows = {"options-0-label": "Un toit", "options-1-label": "Un repas", "question": "Quoi?", "languages": ["en"]}
    here = draft(browser, "blank", code="TOITS", places="1", **rows)
    page = browser.get(f"{here}/words/en")
    written = {"question": "What?", "why": "For the plan.", "label-1": "A roof", "short-1": "Roof", "label-2": "A meal", "short-2": "Meal"}
    assert browser.post(f"{here}/words/en", data=hidden(page) | written).status_code == 302
    assert "n’est pas toute écrite et relue" in browser.get(here).text
    read = {f"{name}-read": "y" for name in written}
    browser.post(f"{here}/words/en", data=hidden(page) | written | read)
    assert "Tout est prêt" in browser.get(here).text
    assert browser.get(f"{here}/words/xx").status_code == 302
    assert browser.get(f"{here}/words/fr").status_code == 302


def test_a_rehearsal_is_the_real_thing_and_leaves_no_trace(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="ESSAI", door="coded")

    def traces() -> list[object]:
        with world.db.read() as session:
            counts = [session.scalar(select(func.count()).select_from(model)) for model in (Card, RollEntry, ParticipationFact)]
            return [*counts, session.scalar(select(voting.Consultation.stage).where(voting.Consultation.code == "ESSAI"))]

    before = traces()
    vote = f"{here}/try/v/ESSAI"
    page = browser.get(vote)
    assert "Essai: rien n’est gardé" in page.text
    assert f'action="{vote}"' in page.text
    page = browser.post(vote, data=hidden(page) | {"code": REHEARSAL_CODE})
    page = browser.post(vote, data=hidden(page) | {"choices": ["1", "9"]})
    page = browser.post(vote, data=hidden(page))
    assert "Votre vote est" in page.text
    line = f"{here}/try/line"
    page = browser.post(line, data={"said": ["ESSAI"]})
    page = browser.post(line, data={"said": ["ESSAI", "1 9"]})
    assert "Votre choix: Logement, Transport" in page.text
    page = browser.post(line, data={"said": ["ESSAI", "1 9", "OUI"]})
    assert "Vote noté" in page.text
    assert "Bonjour, ici" in browser.get(f"{line}?aloud=1").text
    assert traces() == before == [*before[:3], Stage.DRAFT]
    assert not world.db.keys.has_box(voting_id(world, "ESSAI"))
    assert world.browser().get("/v/ESSAI").status_code == 404


def voting_id(world: World, code: str) -> object:
    with world.act() as act:
        return found(act, code).id


def test_a_rehearsal_is_for_the_editors_of_its_table_and_leads_nowhere_else(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="ESSAI")
    assert world.browser().get(f"{here}/try/v/ESSAI").location == "/staff/sign-in"
    for role, agreement in ((Role.WORKER, "A01"), (Role.ORGANISER, "A02"), (Role.MINISTRY, None)):
        assert world.staff(role, agreement).get(f"{here}/try/v/ESSAI").status_code == 404
    assert browser.get(f"{here}/try/staff/").status_code == 404
    assert browser.get("/line").status_code == 404
    with world.act() as act:
        open_one = found(act, "BSL").id
    assert browser.get(f"{HERE}/{open_one}/try/v/BSL").status_code == 404, "a vote that is open is no trial"
    assert browser.get(f"/en{here}/try/v/ESSAI").status_code == 200


def test_a_rehearsal_knows_nobody(world: World) -> None:
    """Nothing is counted there, wrong guesses neither: so no card, no number and no code of anyone may be found in it."""
    world.text("VOTE")
    world.text("1")
    code = re.search(r"code: (\d{4})", world.text("OUI"))[1]
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="ESSAI", door="coded")
    vote = f"{here}/try/v/ESSAI"
    page = browser.get(vote)
    assert browser.post(vote, data=hidden(page) | {"code": world.card}).status_code == 409
    assert browser.post(vote, data=hidden(page) | {"number": "418 555-0101", "phone_code": code}).status_code == 409
    assert browser.post(f"{here}/try/me", data={"step": "enter", "code": world.card}).status_code == 409
    assert browser.post(f"{here}/try/me", data={"step": "enter", "number": "418 555-0101", "phone_code": code}).status_code == 409


def test_a_rehearsal_says_what_keeps_the_vote_from_opening(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, "blank", code="VIDE", question="Quoi?")
    answer = browser.get(f"{here}/try/v/VIDE")
    assert answer.status_code == 409
    assert "Il faut de 2 à 9 réponses" in answer.text or "Il manque" in answer.text


def test_trustees_words_are_shown_once_and_open_the_box(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="TROIS", key_mode="trustees", door="coded")
    shown = browser.post(f"{here}/open", data=hidden(browser.get(here)))
    words = [" ".join(re.findall(r"<li>(\w+)</li>", each)) for each in re.findall(r'<ol class="words".*?</ol>', shown.text, re.DOTALL)]
    assert [len(each.split()) for each in words] == [20, 20, 20]
    assert f"<li>{words[0].split()[5]}</li>" not in browser.get(here).text
    world.later(hours=49)
    world.work()
    assert "Trois personnes ont chacune un morceau de la clé" in world.browser().get("/v/TROIS").text
    world.people("TROIS", [[1]] * 12)
    world.later(days=30)
    world.work()
    page = world.staff(Role.ORGANISER, email="autre@example.org").get(f"{here}/keys")
    browser = world.staff(Role.ORGANISER, email="encore@example.org")
    page = browser.get(f"{here}/keys")
    wrong = browser.post(f"{here}/keys", data=hidden(page) | {"first": words[0], "second": "un deux trois"})
    assert wrong.status_code == 409
    assert "Les mots de la personne 2" in wrong.text
    assert browser.post(f"{here}/keys", data=hidden(page) | {"first": words[0], "second": words[2]}).status_code == 302
    world.work()
    assert "12 personnes ont voté" in world.browser().get("/v/TROIS/results").text


def test_a_promise_is_public_and_late_when_it_is(world: World) -> None:
    world.people("BSL", [[1]] * 12)
    world.close()
    browser = world.staff(Role.ORGANISER)
    with world.act() as act:
        here = f"{HERE}/{found(act, 'BSL').id}"
    assert "dites ce que vous ferez du résultat" in browser.get("/staff/").text
    page = browser.get(f"{here}/promise")
    for sent in (
        {"promise": "", "due_on": "2026-07-01"},
        {"promise": "Un plan.", "due_on": ""},
        {"promise": "Un plan.", "due_on": "2020-01-01"},
    ):
        assert browser.post(f"{here}/promise", data=hidden(page) | sent).status_code == 409
    promised = {"promise": "La table écrira son plan.", "due_on": "2026-07-01"}
    assert browser.post(f"{here}/promise", data=hidden(page) | promised).status_code == 302
    results = world.browser().get("/v/BSL/results").text
    assert "La table écrira son plan." in results
    assert "Promis pour le 1er juillet 2026." in results
    world.later(days=70)
    assert "En retard." in world.browser().get("/v/BSL/results").text
    browser = world.staff(Role.ORGANISER, email="plus-tard@example.org")
    assert "en retard, promis pour le 1er juillet 2026" in browser.get("/staff/").text
    sent = promised | {"due_on": "2027-01-01", "outcome": "Le plan est adopté."}
    browser.post(f"{here}/promise", data=hidden(browser.get(f"{here}/promise")) | sent)
    results = world.browser().get("/v/BSL/results").text
    assert "Le plan est adopté." in results
    assert "En retard." not in results
    with world.act() as act:
        assert act.session.get(voting.Commitment, found(act, "BSL").id).due_on.isoformat() == "2026-07-01", "the day once promised stays"


def test_the_team_sees_how_it_goes_in_fives_only(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    for number in range(7):
        world.text("VOTE", f"+141855501{number:02d}")
        world.text("1 9", f"+141855501{number:02d}")
        if number < 6:
            world.text("OUI", f"+141855501{number:02d}")
    with world.act() as act:
        here, id = f"{HERE}/{found(act, 'BSL').id}", found(act, "BSL").id
        assert voting.turnout_by_channel(act.session, id) == {"sms": 5}
        assert voting.journey.steps(act.session, id) == {"sms": [5, 5, 5]}
    page = browser.get(here).text
    assert "texto: 5" in page
    assert "Où les gens s’arrêtent" in page


def test_a_proof_is_looked_up_by_text_and_by_call(world: World) -> None:
    world.text("VOTE")
    world.text("1 9")
    proof = re.search(r"Preuve: (\w{4}-\w{4})", world.text("OUI"))[1]
    assert "Les listes paraissent à la fin" in world.text(f"preuve {proof}")
    assert world.text("RESULTAT").startswith("Table Bas-Saint-Laurent: aucun vote n'est encore fini")
    world.people("BSL", [[1]] * 12)
    world.close()
    assert world.text(f"Preuve {proof.lower().replace('-', ' ')}").startswith("Oui, cette preuve est dans la liste du vote BSL")
    assert "dans aucune liste" in world.text("preuve 0000-0000")
    assert "résultat du vote BSL: Logement" in world.text("résultat")
    with world.act() as act:
        keypad = str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "2223334455667777889999")
        found_code = voting.receipt_keyed(act.session, found(act, "BSL").id, proof.replace("-", "").translate(keypad))
        assert found_code.translate(keypad) == proof.replace("-", "").translate(keypad)
        assert participants.people_behind(act, "+14185550101") == 1
    assert world.later(days=1) is None
    with world.act() as act:
        assert found(act, "BSL").closes_at > world.at - timedelta(days=60)


@pytest.mark.parametrize("after", ["interests", "promise"])
def test_a_draft_is_discarded_with_all_that_hangs_on_it(world: World, after: str) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="JETE")
    sent = {"interests": {"organisations": "Banque"}, "promise": {"promise": "Bâtir", "due_on": "2026-08-01"}}[after]
    page = browser.get(here if after == "interests" else f"{here}/promise")
    assert browser.post(f"{here}/{after}", data=hidden(page) | sent).status_code == 302
    assert browser.post(f"{here}/discard", data=hidden(browser.get(f"{here}/discard"))).status_code == 302
    assert browser.get(here).status_code == 404


def test_what_was_announced_is_never_discarded(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="GARDE")
    browser.post(f"{here}/open", data=hidden(browser.get(here)))
    (given_up,) = re.findall("/staff/consultations/decisions/[0-9a-f-]+/withdraw", browser.get(here).text)
    browser.post(given_up, data=hidden(browser.get(here)))
    refused = browser.post(f"{here}/discard", data=hidden(browser.get(f"{here}/discard")))
    assert (refused.status_code, "a déjà été annoncé" in refused.text) == (409, True)
    assert browser.get(f"{here}/edit").status_code == 200


@pytest.mark.parametrize("day", ["9999-12-30", "2031-01-01"])
def test_a_vote_ends_within_two_years(world: World, day: str) -> None:
    browser = world.staff(Role.ORGANISER)
    form = fields(browser.get("/staff/consultations/new?from=nine"))
    page = browser.post("/staff/consultations/new", data=form | {"code": "LONG", "closes_on": day})
    assert "dans les deux ans" in page.text


@ON_SQLITE
@pytest.mark.parametrize("code", ["ARRET", "stop", "AIDE", "Menu", "VOTE", "RESULTAT", "OUI", "147", "PLACE", "RETIRER"])
def test_a_poster_never_asks_for_a_word_that_says_something_else(world: World, code: str) -> None:
    browser = world.staff(Role.ORGANISER)
    page = browser.get(f"{HERE}/new?from=nine")
    answer = browser.post(f"{HERE}/new", data=fields(page) | {"code": code})
    assert (answer.status_code, "veut déjà dire autre chose" in answer.text) == (409, True)


def test_a_translation_read_beside_an_older_french_is_not_read(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="PARLER", question="Quoi d’abord?")
    old = browser.get(f"{here}/words/en")
    edit = browser.get(f"{here}/edit")
    browser.post(f"{here}/edit", data=fields(edit) | {"question": "Faut-il fermer le lieu?"})
    browser.post(f"{here}/words/en", data=hidden(old) | {"question": "What first?", "question-read": "y"})
    with world.act() as act:
        vote = found(act, "PARLER")
        assert voting.wordings(act.session, vote).status(vote.id, "question", "en") == "draft"


def test_english_that_staff_wrote_is_not_replaced_by_ours(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="TOITS")
    page = browser.get(f"{here}/words/en")
    browser.post(f"{here}/words/en", data=hidden(page) | {"label-1": "A roof for all"})
    assert browser.post(f"{here}/edit", data=fields(browser.get(f"{here}/edit"))).status_code == 302
    with world.act() as act:
        vote = found(act, "TOITS")
        assert voting.wordings(act.session, vote).text(vote.options[0].id, "label", "en") == "A roof for all"


def test_what_someone_else_changed_meanwhile_is_neither_announced_nor_written_over(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    here = draft(browser, code="BOUGE")
    seen, edit = browser.get(here), browser.get(f"{here}/edit")
    assert browser.post(f"{here}/edit", data=fields(edit) | {"places": "2"}).status_code == 302
    refused = browser.post(f"{here}/open", data=hidden(seen))
    assert (refused.status_code, "a changé ce vote" in refused.text) == (409, True)
    stale = browser.post(f"{here}/edit", data=fields(edit) | {"places": "4"})
    assert (stale.status_code, "a changé ce vote" in stale.text, fields(stale)["places"]) == (409, True, "4")
    assert browser.post(f"{here}/edit", data=fields(stale)).status_code == 302
    assert browser.post(f"{here}/open", data=hidden(browser.get(here))).status_code == 302
