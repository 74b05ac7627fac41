"""Voting on the web: what goes wrong is said on the same page, and nothing is lost."""

from __future__ import annotations

import gzip
import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from engage import participants, voting
from engage.kernel import codes
from engage.voting import Door
from engage.voting.recount import recount
from engage.web.draft import BrokenDraft, Draft, unseal
from tests.test_every_door import web_vote
from tests.voting.test_voting import counts
from tests.world import World, found, hidden


def test_an_open_vote_without_a_card_is_anonymous(world: World) -> None:
    _, page = web_vote(world, [1, 4])
    assert "anonyme" in page.text
    with world.db.read() as session:
        assert session.query(voting.RollEntry).one().participant_id is None


def test_a_blank_vote_counts(world: World) -> None:
    web_vote(world, [])
    assert counts(world) == (1, 1, 1)


@pytest.mark.parametrize("known", [True, False])
def test_a_reloaded_receipt_page_shows_the_same_receipt_and_a_changed_choice_another(world: World, known: bool) -> None:
    browser, here = world.browser(), "/v/BSL"
    who = {"code": world.card} if known else {"of_age": "y", "residence": "none"}
    choosing = browser.post(here, data=hidden(browser.get(here)) | who)

    def receipts(picked: str) -> list[str]:
        checking = browser.post(here, data=hidden(choosing) | {"choices": picked})
        pages = [browser.post(here, data=hidden(checking)) for _ in range(2)]
        return [re.search('class="receipt">([0-9A-Z]{4}-[0-9A-Z]{4})<', page.text)[1] for page in pages]

    first, again = receipts("1")
    assert first == again
    changed, again = receipts("2")
    assert changed == again != first


def test_the_last_page_has_one_size_whatever_it_shows(world: World) -> None:
    browser = world.browser()
    choosing = hidden(browser.post("/v/BSL", data=hidden(browser.get("/v/BSL")) | {"code": world.card}))
    shown = [browser.post("/v/BSL", data=choosing | sent) for sent in ({"blank": "y"}, {"choices": "1"}, {"choices": ["2", "7", "9"]})]
    assert len({len(page.data) for page in shown}) == 1
    packed = [
        browser.post("/v/BSL", data=choosing | {"choices": each, "blank": "" if each else "y"}, headers={"Accept-Encoding": "gzip"}).data
        for each in ([], ["1"], ["2", "7", "9"])
    ]
    assert {len(page) for page in packed} == {4096}
    assert all("Vérifiez" in gzip.decompress(page).decode() for page in packed)
    assert len({len(hidden(page)["draft"]) for page in shown}) == 1, "nor does what it sends"


def test_sending_the_last_page_twice_is_one_vote(world: World) -> None:
    browser = world.browser()
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | {"of_age": "y", "residence": "100"})
    page = browser.post("/v/BSL", data=hidden(page) | {"choices": "1"})
    last = hidden(page)
    for _ in range(3):
        assert browser.post("/v/BSL", data=last).status_code == 200
    assert counts(world) == (1, 1, 1)


def test_a_vote_that_waited_is_taken_once_and_replaces_none(world: World) -> None:
    """What a phone sends when its line is back: its receipt in few words, a page that votes no more, or why not."""
    browser, here = world.browser(), "/v/BSL"
    choosing = browser.post(here, data=hidden(browser.get(here)) | {"code": world.card})
    first, second = (hidden(browser.post(here, data=hidden(choosing) | {"choices": picked})) | {"step": "sent"} for picked in "12")
    told = [browser.post(here, data=first | {"waited": "y"}).get_json() for _ in range(2)]
    assert told[0]["receipt"] == told[1]["receipt"]
    page = browser.post(here, data={"step": "resume", "place": "receipt", "draft": told[1]["draft"]})
    assert told[0]["receipt"] in page.text
    assert "remplace" not in page.text
    assert "déjà un vote" in browser.post(here, data=second | {"waited": "y"}).get_json()["why"]
    assert browser.post(here, data=second).get_json()["receipt"] != told[0]["receipt"], "whoever is there may change"
    assert "déjà un vote" in browser.post(here, data=first | {"waited": "y"}).get_json()["why"], "the older one stays behind"
    assert "attendu trop longtemps" in browser.post(here, data=first | {"draft": "x"}).get_json()["why"]
    assert counts(world) == (1, 1, 1)


def test_a_card_votes_again_and_replaces(world: World) -> None:
    web_vote(world, [1], world.card)
    _, page = web_vote(world, [2], world.card)
    assert "remplace" in page.text
    assert counts(world) == (1, 1, 1)


def test_a_vote_needs_and_leaves_no_cookie(world: World) -> None:
    """Each step from another browser, as where cookies are refused; and the first page is the same for everyone."""
    page = world.browser().get("/v/BSL")
    assert page.data == world.browser().get("/v/BSL").data
    for sent in ({"of_age": "y", "residence": "none"}, {"choices": ["1", "4"]}, {}):
        page = world.browser().post("/v/BSL", data=hidden(page) | sent)
        assert "Set-Cookie" not in page.headers
    assert re.search("[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)
    assert counts(world) == (1, 1, 1)


def test_a_form_sent_by_another_site_is_turned_away(world: World) -> None:
    page = world.browser().get("/v/BSL")
    sent = hidden(page) | {"of_age": "y", "residence": "none"}
    assert world.browser().post("/v/BSL", data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert world.browser().post("/v/BSL", data=sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"choices": ["1", "2", "3", "4"]}, "3 réponses au plus"),
        ({"choices": ["12"]}, "pas dans la liste"),
        ({"choices": ["x", "²"]}, "Choisissez au moins une réponse"),
        ({}, "Choisissez au moins une réponse"),
        ({"choices": ["1"], "blank": "y"}, "Gardez l’un ou l’autre"),
    ],
)
def test_a_bad_ballot_is_one_sentence(world: World, sent: dict[str, object], said: str) -> None:
    browser = world.browser()
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | {"of_age": "y", "residence": "none"})
    page = browser.post("/v/BSL", data=hidden(page) | sent)
    assert page.status_code == 409
    assert said in page.text
    assert counts(world) == (0, 0, 0)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"residence": "none"}, "14 ans"),
        ({"of_age": "y"}, "Dites où vous vivez"),
        ({}, "14 ans"),
        ({}, "Dites où vous vivez"),
        ({"of_age": "y", "residence": "elsewhere"}, "gens de la région"),
        ({"code": "123456789012", "of_age": "y", "residence": "none"}, "erreur dans ce code"),
        ({"code": "123456789014", "of_age": "y", "residence": "none"}, "ne trouvons pas ce code"),
    ],
)
def test_who_may_vote_is_asked_first(world: World, sent: dict[str, str], said: str) -> None:
    browser = world.browser()
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | sent)
    assert page.status_code == 409
    assert said in page.text


def test_a_coded_vote_asks_for_the_code(world: World) -> None:
    world.consultation("CODE", Door.CODED)
    browser = world.browser()
    page = browser.get("/v/CODE")
    assert "of_age" not in page.text
    page = browser.post("/v/CODE", data=hidden(page))
    assert "il faut un code" in page.text
    _, page = web_vote(world, [1], world.card, "CODE")
    assert "dans la boîte" in page.text


def test_a_card_of_another_region_is_said(world: World) -> None:
    with world.act() as act:
        card = participants.make_cards(act, "A02", "Ailleurs", 1)[0]
    browser = world.browser()
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | {"code": card})
    assert "autre région" in page.text


def test_guessing_cards_slows_down(world: World) -> None:
    browser = world.browser()
    page = browser.get("/v/BSL")
    for _ in range(70):
        browser.post("/v/BSL", data=hidden(page) | {"code": world.card[:-1] + "x"})
    assert browser.post("/v/BSL", data=hidden(page) | {"code": world.card}).status_code == 200, "slips of the finger are no guesses"
    for _ in range(60):
        browser.post("/v/BSL", data=hidden(page) | {"code": codes.card_code()})
    page = browser.post("/v/BSL", data=hidden(page) | {"code": world.card})
    assert "Trop d’essais" in page.text
    world.later(minutes=16)
    page = browser.post("/v/BSL", data=hidden(page) | {"code": world.card})
    assert page.status_code == 200


def test_a_vote_that_closes_meanwhile_is_said(world: World) -> None:
    browser = world.browser()
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | {"of_age": "y", "residence": "none"})
    page = browser.post("/v/BSL", data=hidden(page) | {"choices": "1"})
    world.close()
    page = browser.post("/v/BSL", data=hidden(page))
    assert page.status_code == 409
    assert "fini" in page.text


def test_a_draft_opens_nowhere_else(world: World) -> None:
    one, two = world.consultation("ONE"), world.consultation("TWO")
    sealed = replace(Draft.begin(world.at), choices=(1, 2)).seal("k" * 32, one)
    assert unseal(sealed, "k" * 32, one, "voting", world.at).choices == (1, 2)
    for text, secret, consultation in (
        (sealed, "k" * 32, two),
        (sealed, "x" * 32, one),
        (sealed[:-4], "k" * 32, one),
        ("é", "k" * 32, one),
    ):
        with pytest.raises(BrokenDraft):
            unseal(text, secret, consultation, "voting", world.at)
    for stage, at in (("done", world.at), ("voting", world.at + timedelta(hours=21))):
        with pytest.raises(BrokenDraft):
            unseal(sealed, "k" * 32, one, stage, at)


def test_the_same_place_in_english(world: World) -> None:
    browser = world.browser()
    page = browser.get("/en/v/BSL")
    assert 'lang="en"' in page.text
    assert "What are our 3 priorities?" in page.text
    assert 'href="/v/BSL"' in page.text
    page = browser.post("/en/v/BSL", data=hidden(page) | {"of_age": "y", "residence": "none"})
    page = browser.post("/v/BSL", data=hidden(page) | {"step": "resume", "place": "choose"})
    assert "Choisissez 1, 2 ou 3" in page.text
    page = browser.post("/en/v/BSL", data=hidden(page) | {"place": "choose", "choices": ["2", "5"]})
    assert sorted(re.findall(r'value="(\d)"[^>]*checked', page.text)) == ["2", "5"]
    page = browser.post("/v/BSL", data=hidden(page) | {"place": "choose", "blank": "y"})
    assert re.search('name="blank"[^>]*checked', page.text)


def test_a_result_can_be_recounted_from_its_download(world: World) -> None:
    world.people("BSL", [[1, 2]] * 9 + [[3]] * 4)
    world.close()
    browser = world.browser()
    document = browser.get("/v/BSL/ballots.json").text
    winners = recount(document, "shares", None)["winners"]
    with world.act() as act:
        assert winners == voting.result_of(act.session, found(act, "BSL").id).read()["decisive"]["winners"]


def test_nothing_can_be_downloaded_before_or_under_ten(world: World) -> None:
    world.people("BSL", [[1]] * 9)
    files = [f"/v/BSL/{name}" for name in ("ballots.json", "ballots.pb", "results.csv", "receipts.txt")]
    assert {world.browser().get(file).status_code for file in files} == {404}
    world.close()
    assert {world.browser().get(file).status_code for file in files} == {404}
    page = world.browser().get("/v/BSL/receipts").text
    assert "moins de 10 votes" in page
    assert "<pre>" not in page


def test_receipts_are_listed_sorted_at_closing_only(world: World) -> None:
    _, page = web_vote(world, [1], world.card)
    receipt = re.search('class="receipt">([0-9A-Z]{4}-[0-9A-Z]{4})<', page.text)[1]
    assert receipt not in world.browser().get("/v/BSL/receipts").text
    world.people("BSL", [[1]] * 10)
    world.close()
    listed = re.findall("[0-9A-Z]{4}-[0-9A-Z]{4}", re.search("<pre>(.*?)</pre>", world.browser().get("/v/BSL/receipts").text, re.DOTALL)[1])
    assert receipt in listed
    assert listed == sorted(listed)


def test_logs_hold_nothing_personal(world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    web_vote(world, [1, 4], world.card)
    for body in ("VOTE", "logement", "OUI", "A R"):
        world.text(body)
    world.webhook("/phone/sms/status?id=nonsense", {"MessageStatus": "sent"})
    world.work()
    written = caplog.text + "".join(capfd.readouterr())
    for planted in ("4185550101", world.card, "logement", "Logement", "VOTE"):
        assert planted not in written


def test_pages_carry_their_headers(world: World) -> None:
    answer = world.browser().get("/")
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers, "not where there is no HTTPS"
    world.config = replace(world.config, public_url="https://engage.test")
    world.leave()
    assert world.browser().get("/").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert world.browser().get("/trust").headers.get("Set-Cookie") is None


def test_a_receipt_page_cannot_vote_and_a_ballot_page_cannot_answer(world: World) -> None:
    browser, page = web_vote(world, [1, 4], world.card)
    assert browser.post("/v/BSL", data=hidden(page) | {"step": "cast"}).status_code == 409
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | {"code": world.card})
    assert browser.post("/v/BSL", data=hidden(page) | {"step": "save", "status": "today", "count": "y"}).status_code == 409


def test_a_vote_page_has_one_size_whatever_was_chosen(world: World) -> None:
    browser, sizes = world.browser(), set()
    for choices in (["1"], ["9"], ["7"], ["2"]):
        page = browser.get("/v/BSL")
        page = browser.post("/v/BSL", data=hidden(page) | {"of_age": "y", "residence": "none"})
        page = browser.post("/v/BSL", data=hidden(page) | {"choices": choices}, headers={"Accept-Encoding": "gzip"})
        sizes.add(len(page.data))
    assert sizes == {4096}


def test_a_number_left_for_the_result_opens_nothing_and_is_replaced(world: World) -> None:
    with world.act() as act:
        person = participants.by_card(act, world.card, "A01", asked_from="here")
        for number in ("+14185550177", "+14185550178"):
            participants.give_number(act, person, number)
        assert participants.number_of(act.session, person.id) is None, "nobody said yes there yet"
        assert not participants.confirm_number(act, "+14185550177")
        assert participants.confirm_number(act, "+14185550178")
        act.session.flush()
        assert participants.number_of(act.session, person.id) == "+14185550178"
        assert participants.people_behind(act, "+14185550178") == 0


def test_a_link_with_a_code_guesses_nothing(world: World) -> None:
    answers = {world.browser().get(f"/c/{code}").status_code for code in (world.card, codes.card_code(), "x")}
    assert answers == {200}
    assert world.browser().get(f"/c/{world.card}").headers["Cache-Control"] == "no-store"
