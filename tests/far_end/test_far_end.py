"""The far end is held to the provider's published OpenAPI, to its own library, and to what it does on a bad day."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from engage.demo.far_end import ACCEPTED, BadTwiml, Call, CallError, Expects, FarEnd, Spoken, Trouble, Unanswered
from engage.phone.outgoing import _OtherHost
from tests.conftest import vectors
from tests.far_end.site import Params, Site

OPENAPI = json.loads(vectors("sms/twilio_api_v2010.openapi.json").read_text(encoding="utf-8"))
ACCOUNT, TOKEN = "AC" + "1" * 32, "token-of-the-tests"
TABLE, PHONE, OTHER = "+14185550190", "+14185550101", "+14185550102"
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method, path, operation)
    for path, methods in OPENAPI["paths"].items()
    for method, operation in methods.items()
    if method in {"get", "post", "delete"}
}


def json_schema(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a null type; a reference is followed, for its siblings count for nothing."""
    if isinstance(node, list):
        return [json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    if reference := node.get("$ref"):
        target: Any = OPENAPI
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        return json_schema(target)
    schema = {key: json_schema(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [schema, {"type": "null"}]} if node.get("nullable") else schema


def held_to(operation: str, status: int, document: Any) -> None:
    """A document of exactly the published fields, each of its published form."""
    schema = json_schema(OPERATIONS[operation][2]["responses"][str(status)]["content"]["application/json"]["schema"])
    jsonschema.validate(document, schema | {"additionalProperties": False})
    parts = document["messages"] if operation == "ListMessage" else [document]
    part = schema["properties"]["messages"]["items"] if operation == "ListMessage" else schema
    for each in parts:
        assert each.keys() == part["properties"].keys()


def raw(far_end: FarEnd, method: str, path: str, auth: tuple[str, str] = (ACCOUNT, TOKEN), **form: str) -> tuple[int, Any]:
    names = {name.replace("_after", ">").replace("_before", "<"): value for name, value in form.items()}
    address = f"{far_end.address}/2010-04-01/Accounts/{ACCOUNT}/{path}.json" + ("?" + urlencode(names) if method == "GET" else "")
    headers = {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}
    request = urllib.request.Request(address, urlencode(names).encode() if method == "POST" else None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def page(far_end: FarEnd, path: str, **form: str) -> tuple[int, Any]:
    address = far_end.address + path
    try:
        with urllib.request.urlopen(address, urlencode(form).encode() if form else None, timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site(TOKEN)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def far_end(site: Site) -> Iterator[FarEnd]:
    far_end = FarEnd(ACCOUNT, TOKEN, site.address, TABLE, lag=0)
    far_end.start()
    yield far_end
    far_end.stop()


@pytest.fixture
def client(far_end: FarEnd) -> Iterator[Client]:
    other = _OtherHost(far_end.address)
    yield Client(ACCOUNT, TOKEN, http_client=other)
    other.session.close()


@pytest.fixture
def send(client: Client, site: Site) -> Callable[..., str]:
    def send(to: str = PHONE, body: str = "Bonjour", id: str = "7") -> str:
        return str(client.messages.create(to=to, from_=TABLE, body=body, status_callback=f"{site.address}/status?id={id}").sid)

    return send


# The resources, as published


def test_every_answer_is_of_the_published_form(far_end: FarEnd, site: Site) -> None:
    status, made = raw(
        far_end, "POST", "Messages", To=PHONE, From=TABLE, Body="Reçu", StatusCallback=site.address + "/status", ValidityPeriod="60"
    )
    assert (status, made["status"], made["num_segments"], made["to"]) == (201, "queued", "1", PHONE)
    held_to("CreateMessage", status, made)
    with pytest.raises(jsonschema.ValidationError):
        held_to("CreateMessage", status, made | {"num_segments": 1})
    far_end.settle()
    sid = made["sid"]
    status, fetched = raw(far_end, "GET", f"Messages/{sid}")
    held_to("FetchMessage", status, fetched)
    assert (fetched["status"], fetched["body"]) == ("delivered", "Reçu")
    status, listed = raw(far_end, "GET", "Messages", To=PHONE)
    held_to("ListMessage", status, listed)
    assert [each["sid"] for each in listed["messages"]] == [sid]
    status, redacted = raw(far_end, "POST", f"Messages/{sid}", Body="")
    held_to("UpdateMessage", status, redacted)
    assert redacted["body"] == ""
    assert raw(far_end, "DELETE", f"Messages/{sid}") == (204, None)
    assert raw(far_end, "GET", f"Messages/{sid}")[0] == 404
    status, call = raw(far_end, "POST", "Calls", To=PHONE, From=TABLE, Url=site.address + "/voice")
    held_to("CreateCall", status, call)
    status, call = raw(far_end, "GET", f"Calls/{call['sid']}")
    held_to("FetchCall", status, call)


def test_only_published_parameters_are_accepted(far_end: FarEnd) -> None:
    for operation, accepted in ACCEPTED.items():
        published = OPERATIONS[operation][2]
        names = {each["name"] for each in published.get("parameters", ()) if each["in"] == "query"}
        for content in published.get("requestBody", {}).get("content", {}).values():
            names |= content["schema"]["properties"].keys()
        assert accepted <= names, operation
    status, error = raw(far_end, "POST", "Messages", To=PHONE, From=TABLE, Body="a", Text="b")
    assert (status, error["code"]) == (400, 20001)
    assert "Text" in error["message"]


@pytest.mark.parametrize(
    ("method", "path", "form", "status", "code"),
    [
        ("POST", "Messages", {"From": TABLE, "Body": "a"}, 400, 21604),
        ("POST", "Messages", {"To": PHONE, "Body": "a"}, 400, 21603),
        ("POST", "Messages", {"To": PHONE, "From": TABLE}, 400, 21602),
        ("POST", "Messages", {"To": PHONE, "From": TABLE, "Body": ""}, 400, 21602),
        ("POST", "Messages", {"To": PHONE, "From": TABLE, "Body": "a" * 1601}, 400, 21617),
        ("POST", "Messages", {"To": "418", "From": TABLE, "Body": "a"}, 400, 21211),
        ("POST", "Messages", {"To": PHONE, "From": TABLE, "Body": "a", "StatusCallback": "/status"}, 400, 21609),
        ("POST", "Messages", {"To": PHONE, "From": TABLE, "Body": "a", "ValidityPeriod": "36001"}, 400, 20422),
        ("GET", "Messages", {"PageSize": "many"}, 400, 20422),
        ("GET", "Messages/SM" + "0" * 32, {}, 404, 20404),
        ("POST", "Messages/SM" + "0" * 32, {"Body": ""}, 404, 20404),
        ("GET", "Recordings", {}, 404, 20404),
        ("POST", "Calls", {"From": TABLE, "Twiml": "<Response/>"}, 400, 21201),
        ("POST", "Calls", {"To": PHONE, "Twiml": "<Response/>"}, 400, 21213),
        ("POST", "Calls", {"To": PHONE, "From": TABLE}, 400, 21205),
        ("POST", "Calls", {"To": PHONE, "From": TABLE, "Url": "http://127.0.0.1", "Timeout": "0"}, 400, 20422),
        ("GET", "Calls/CA" + "0" * 32, {}, 404, 20404),
    ],
)
def test_errors_have_the_providers_form_and_codes(far_end: FarEnd, method: str, path: str, form: Params, status: int, code: int) -> None:
    answered, error = raw(far_end, method, path, **form)
    assert (answered, error["code"]) == (status, code)
    assert error.keys() == {"code", "message", "more_info", "status"}
    assert error["status"] == status
    assert error["more_info"].endswith(f"/{code}")
    assert far_end.sent == []


def test_wrong_credentials(far_end: FarEnd) -> None:
    status, error = raw(far_end, "POST", "Messages", (ACCOUNT, "wrong"), To=PHONE, From=TABLE, Body="a")
    assert (status, error["code"]) == (401, 20003)
    assert far_end.counts == {"CreateMessage 401": 1}


# The provider's own library


def test_the_library_creates_fetches_lists_redacts_and_deletes(
    far_end: FarEnd, client: Client, site: Site, send: Callable[..., str]
) -> None:
    sid = send(body="Votre vote: 1 4")
    far_end.settle()
    message = client.messages(sid).fetch()
    assert (message.status, message.to, message.from_, message.error_code) == ("delivered", PHONE, TABLE, None)
    assert message.date_created.tzinfo is not None
    client.messages(sid).update(body="")
    assert client.messages(sid).fetch().body == ""
    assert far_end.sent[0].body == "Votre vote: 1 4"
    client.messages(sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.messages(sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)
    assert far_end.counts["UpdateMessage 200"] == 1


def test_the_library_lists_by_number_and_date_over_several_pages(far_end: FarEnd, client: Client, send: Callable[..., str]) -> None:
    sids = [send() for _ in range(5)]
    send(OTHER)
    assert [each.sid for each in client.messages.list(to=PHONE, page_size=2)] == sids[::-1]
    hour = timedelta(hours=1)
    at = datetime.now(UTC)
    assert len(client.messages.list(to=PHONE, date_sent_after=at - hour, date_sent_before=at + hour)) == 5
    assert client.messages.list(to=PHONE, date_sent_after=at + hour) == []


def test_a_messaging_service_accepts_and_counts_segments_later(far_end: FarEnd, client: Client, site: Site) -> None:
    service = "MG" + "2" * 32
    made = client.messages.create(to=PHONE, messaging_service_sid=service, body="Bonjour", status_callback=site.address + "/status")
    assert (made.status, made.num_segments, made.messaging_service_sid) == ("accepted", "0", service)
    far_end.settle()
    assert site.to("/status")[0]["MessagingServiceSid"] == service
    assert client.messages(made.sid).fetch().num_segments == "1"


def test_what_is_under_way_cannot_be_redacted_yet(far_end: FarEnd, client: Client, send: Callable[..., str]) -> None:
    far_end.lag = 60
    sid = send()
    with pytest.raises(TwilioRestException) as early:
        client.messages(sid).update(body="")
    assert (early.value.status, early.value.code) == (409, 20009)


# Texts


def test_status_callbacks_say_what_the_provider_says_and_are_signed_with_their_query(
    far_end: FarEnd, site: Site, send: Callable[..., str]
) -> None:
    sid = send(id="a%20b%2Bc")
    far_end.settle()
    assert site.statuses() == ["sent", "delivered"]
    assert site.asked[0].query == {"id": "a b+c"}
    assert site.to("/status")[1] == {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
        "To": PHONE,
        "From": TABLE,
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
    }
    assert far_end.webhooks.asked == {"/status 200": 2}
    assert [(each.sid, each.to, each.from_, each.body) for each in far_end.sent] == [(sid, PHONE, TABLE, "Bonjour")]


def test_a_text_of_a_person_is_kept_and_can_be_redacted(far_end: FarEnd, client: Client, site: Site) -> None:
    site.pages["/phone/sms"] = "<Message>Reçu</Message>"
    assert far_end.text_from(PHONE, "VOTE", "SM" + "5" * 32) == "Reçu"
    (asked,) = site.to("/phone/sms")
    assert (asked["MessageSid"], asked["Body"], asked["NumMedia"]) == ("SM" + "5" * 32, "VOTE", "0")
    inbound = client.messages("SM" + "5" * 32).fetch()
    assert (inbound.direction, inbound.status, inbound.body) == ("inbound", "received", "VOTE")
    assert client.messages(inbound.sid).update(body="").body == ""
    assert [(text.mine, text.body) for text in far_end.handsets[PHONE]] == [(True, "VOTE"), (False, "Reçu")]


@pytest.mark.parametrize("attribute", ["action", "statusCallback"])
def test_a_reply_has_a_sid_and_its_status_is_posted(far_end: FarEnd, client: Client, site: Site, attribute: str) -> None:
    site.pages["/phone/sms"] = f'<Message {attribute}="/status?id=3"><Body>Relisez: 1 et 4</Body></Message><Message>Deux</Message>'
    assert far_end.text_from(PHONE, "1 4") == "Relisez: 1 et 4\nDeux"
    far_end.settle()
    assert site.statuses() == ["sent", "delivered"]
    reply = client.messages(site.to("/status")[0]["MessageSid"]).fetch()
    assert (reply.direction, reply.body) == ("outbound-reply", "Relisez: 1 et 4")
    assert far_end.sent == []


@pytest.mark.parametrize("verbs", ["<Say>Non</Say>", "<Message/>", '<Message to="+1">a</Message>', "<Message><Media>x</Media></Message>"])
def test_a_reply_that_the_provider_would_not_send(far_end: FarEnd, site: Site, verbs: str) -> None:
    site.pages["/phone/sms"] = verbs
    with pytest.raises(BadTwiml):
        far_end.text_from(PHONE, "VOTE")


def test_no_reply_and_no_site(far_end: FarEnd, site: Site) -> None:
    assert far_end.text_from(PHONE, "ARRET") is None
    site.pages["/phone/sms"] = 503
    with pytest.raises(Unanswered) as failed:
        far_end.text_from(PHONE, "VOTE")
    assert failed.value.status == 503


# Troubles


@pytest.mark.parametrize(("status", "code"), [(400, 21610), (400, 21211), (403, 21408), (500, 20500), (503, 20503)])
def test_refused_at_creation_for_one_number(far_end: FarEnd, send: Callable[..., str], status: int, code: int) -> None:
    far_end.troubles[PHONE] = Trouble(status=status, code=code)
    with pytest.raises(TwilioRestException) as refused:
        send()
    assert (refused.value.status, refused.value.code) == (status, code)
    send(OTHER)
    assert [each.to for each in far_end.sent] == [OTHER]


def test_a_refusal_to_send_does_not_keep_from_redacting_but_a_breakdown_does(
    far_end: FarEnd, client: Client, send: Callable[..., str]
) -> None:
    sid = send()
    far_end.settle()
    far_end.troubles[PHONE] = Trouble(status=400, code=21610)
    client.messages(sid).update(body="")
    far_end.troubles[PHONE] = Trouble(status=500)
    with pytest.raises(TwilioRestException):
        client.messages(sid).update(body="")


def test_throttled_for_the_next_requests(far_end: FarEnd, send: Callable[..., str]) -> None:
    far_end.troubles["*"] = Trouble(throttled=2)
    for _ in range(2):
        with pytest.raises(TwilioRestException) as busy:
            send()
        assert (busy.value.status, busy.value.code) == (429, 20429)
    send()
    assert far_end.counts == {"CreateMessage 429": 2, "CreateMessage 201": 1}


def test_throttled_beyond_a_rate(far_end: FarEnd) -> None:
    far_end.troubles["*"] = Trouble(per_second=3)
    answers = [raw(far_end, "POST", "Messages", To=PHONE, From=TABLE, Body="a")[0] for _ in range(5)]
    assert answers == [201, 201, 201, 429, 429]


def test_slow_means_done_though_the_client_gave_up(far_end: FarEnd, client: Client, send: Callable[..., str]) -> None:
    far_end.troubles["*"] = Trouble(slow=0.4)
    client.http_client.timeout = 0.1
    with pytest.raises(requests.exceptions.Timeout):
        send()
    assert len(far_end.sent) == 1
    assert far_end.taken == {"7": 1}


def test_dropped_means_done_without_an_answer(far_end: FarEnd, send: Callable[..., str]) -> None:
    far_end.troubles["*"] = Trouble(dropped=True)
    with pytest.raises(requests.exceptions.ConnectionError):
        send()
    assert len(far_end.sent) == 1
    far_end.troubles.clear()
    send()
    assert far_end.taken == {"7": 2}


@pytest.mark.parametrize("code", [30003, 30005, 30006])
def test_fails_later(far_end: FarEnd, client: Client, site: Site, send: Callable[..., str], code: int) -> None:
    far_end.troubles[PHONE] = Trouble(fails=code)
    sid = send()
    far_end.settle()
    assert site.statuses() == ["sent", "undelivered"]
    assert [params.get("ErrorCode") for params in site.to("/status")] == [None, str(code)]
    assert (client.messages(sid).fetch().status, client.messages(sid).fetch().error_code) == ("undelivered", code)
    assert PHONE not in far_end.handsets


@pytest.mark.parametrize(
    ("trouble", "statuses"),
    [
        (Trouble(repeated=True), ["sent", "sent", "delivered", "delivered"]),
        (Trouble(shuffled=True), ["delivered", "sent"]),
        (Trouble(shuffled=True, fails=30003), ["undelivered", "sent"]),
        (Trouble(silent=True), []),
    ],
)
def test_callbacks_out_of_order(
    far_end: FarEnd, client: Client, site: Site, send: Callable[..., str], trouble: Trouble, statuses: list[str]
) -> None:
    far_end.troubles["*"] = trouble
    sid = send()
    far_end.settle()
    assert site.statuses() == statuses
    assert client.messages(sid).fetch().status == ("undelivered" if trouble.fails else "delivered")


def test_callbacks_before_the_create_call_returns(far_end: FarEnd, site: Site, send: Callable[..., str]) -> None:
    far_end.lag = 60
    far_end.troubles["*"] = Trouble(early=True)
    send()
    assert site.statuses() == ["sent", "delivered"]


def test_a_site_that_is_gone_spoils_nothing(far_end: FarEnd, site: Site, client: Client) -> None:
    client.messages.create(to=PHONE, from_=TABLE, body="a", status_callback="http://127.0.0.1:9/status")
    far_end.settle()
    assert far_end.webhooks.asked == {"/status 0": 2}


# Quick


def test_quiet_mode_only_tells_duplicates(far_end: FarEnd) -> None:
    far_end.quiet = True

    def many(first: int) -> None:
        with requests.Session() as session:
            session.auth = (ACCOUNT, TOKEN)
            for id in range(first, first + 50):
                form = {"To": PHONE, "From": TABLE, "Body": "a", "StatusCallback": f"http://127.0.0.1:9/s?id={id}"}
                address = f"{far_end.address}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
                assert session.post(address, form, timeout=5).status_code == 201

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(many, [0, 50, 100, 149]))
    assert len(far_end.taken) == 199
    assert far_end.taken.most_common(1) == [("149", 2)]
    assert (far_end.sent, far_end.messages, far_end.handsets) == ([], {}, {})


# Calls


MENU = (
    '<Gather action="/phone/voice/key" numDigits="1" timeout="8"><Say language="fr-CA">Pour voter, faites le 1.</Say></Gather>'
    "<Redirect>/phone/voice?turn=1</Redirect>"
)


def answered(far_end: FarEnd, site: Site, verbs: str, **pages: str) -> Call:
    site.pages |= {"/phone/voice": verbs} | {f"/phone/{path}": page for path, page in pages.items()}
    return far_end.call(PHONE)


def test_an_inbound_call_from_greeting_to_end(far_end: FarEnd, site: Site) -> None:
    site.pages["/phone/voice/key"] = lambda params: (
        f'<Say language="fr-CA">Vous avez fait le {params["Digits"]}.</Say><Pause length="2"/><Hangup/>'
    )
    call = answered(far_end, site, f'<Say language="fr-CA">Bonjour.</Say><Play loop="2">/son.mp3</Play>{MENU}')
    assert call.heard == [
        Spoken("Bonjour.", "fr-CA"),
        Spoken("/son.mp3", ""),
        Spoken("/son.mp3", ""),
        Spoken("Pour voter, faites le 1.", "fr-CA"),
    ]
    assert (call.state, call.expects) == ("listening", Expects(("dtmf",), 1, "#", 8, "en-US", ""))
    assert call.seconds == pytest.approx(32 / 14)
    (first,) = site.to("/phone/voice")
    assert (
        first.items()
        >= {
            "CallSid": call.sid,
            "AccountSid": ACCOUNT,
            "From": PHONE,
            "To": TABLE,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
        }.items()
    )
    call.press("1")
    assert site.to("/phone/voice/key")[0].items() >= {"Digits": "1", "CallSid": call.sid, "CallStatus": "in-progress"}.items()
    assert (call.heard[-1].text, call.state, call.expects) == ("Vous avez fait le 1.", "ended", None)
    assert call.seconds == pytest.approx(52 / 14 + 2)
    (end,) = site.to("/phone/voice/status")
    assert (end["CallStatus"], end["CallDuration"]) == ("completed", "6")
    with pytest.raises(CallError):
        call.press("1")


def test_silence_falls_through_to_the_next_verbs(far_end: FarEnd, site: Site) -> None:
    call = answered(far_end, site, MENU)
    call.wait()
    assert [(each.path, each.query) for each in site.asked] == [("/phone/voice", {}), ("/phone/voice", {"turn": "1"})]
    assert all(each.genuine for each in site.asked)
    call.hang_up()
    assert call.state == "ended"


def test_silence_is_posted_where_the_site_asks(far_end: FarEnd, site: Site) -> None:
    call = answered(far_end, site, '<Gather actionOnEmptyResult="true" action="key?a=1"><Say>?</Say></Gather>', key="<Hangup/>")
    call.wait()
    assert site.to("/phone/key")[0]["Digits"] == ""
    assert site.asked[1].query == {"a": "1"}


@pytest.mark.parametrize(
    ("attributes", "keys", "digits", "finished"),
    [
        ('numDigits="4"', "1234", "1234", None),
        ('numDigits="4"', "123456", "1234", None),
        ('numDigits="4"', "12", "12", None),
        ('numDigits="4"', "12#", "12", "#"),
        ('finishOnKey="*"', "1#2*9", "1#2", "*"),
        ('finishOnKey=""', "12#", "12#", None),
        ('input="dtmf speech"', "7", "7", None),
    ],
)
def test_keys(far_end: FarEnd, site: Site, attributes: str, keys: str, digits: str, finished: str | None) -> None:
    call = answered(far_end, site, f'<Gather action="/phone/key" {attributes}/>', key="<Hangup/>")
    call.press(keys)
    (asked,) = site.to("/phone/key")
    assert (asked["Digits"], asked.get("FinishedOnKey")) == (digits, finished)


def test_the_finishing_key_alone_is_silence(far_end: FarEnd, site: Site) -> None:
    call = answered(far_end, site, '<Gather action="/phone/key"/><Say>Rien.</Say>')
    call.press("#")
    assert (call.heard, site.to("/phone/key")) == ([Spoken("Rien.", "en-US")], [])


def test_speech(far_end: FarEnd, site: Site) -> None:
    gather = '<Gather action="/phone/said" input="dtmf speech" language="fr-CA" hints="logement, revenu"><Say>?</Say></Gather>'
    call = answered(far_end, site, gather, said="<Hangup/>")
    assert call.expects == Expects(("dtmf", "speech"), 0, "#", 5, "fr-CA", "logement, revenu")
    call.speak("logement")
    assert site.to("/phone/said")[0].items() >= {"SpeechResult": "logement", "Confidence": "0.9"}.items()


def test_what_the_site_does_not_listen_to(far_end: FarEnd, site: Site) -> None:
    call = answered(far_end, site, MENU)
    with pytest.raises(CallError, match="takes dtmf here"):
        call.speak("logement")
    with pytest.raises(CallError, match="no such keys"):
        call.press("A")
    with pytest.raises(CallError, match="not recording"):
        call.record(3)


def test_an_empty_action_is_the_current_address_and_get_is_signed_too(far_end: FarEnd, site: Site) -> None:
    site.pages["/phone/menu"] = lambda params: (
        "<Hangup/>" if "Digits" in params else '<Gather method="GET" numDigits="1"><Say>?</Say></Gather>'
    )
    call = answered(far_end, site, "<Redirect>menu?lang=fr</Redirect>")
    call.press("2")
    last = site.asked[-2]
    assert (last.path, last.method, last.genuine, last.params) == ("/phone/menu", "GET", True, {})
    assert last.query.items() >= {"lang": "fr", "Digits": "2"}.items()


def test_a_recording(far_end: FarEnd, site: Site) -> None:
    record = '<Record action="/phone/kept" maxLength="30" recordingStatusCallback="/phone/ready"/><Say>Rien reçu.</Say>'
    call = answered(far_end, site, record, kept="<Say>Merci.</Say>")
    assert call.state == "recording"
    with pytest.raises(CallError, match="not listening"):
        call.speak("bla")
    call.record(45)
    (kept,) = site.to("/phone/kept")
    assert (kept["RecordingDuration"], kept["Digits"], kept["RecordingSid"]) == ("30", "#", next(iter(call.recordings)))
    assert kept["RecordingUrl"].endswith(next(iter(call.recordings)))
    far_end.settle()
    assert site.to("/phone/ready")[0]["RecordingStatus"] == "completed"
    silent = far_end.call(PHONE)
    silent.wait()
    assert silent.heard[-1].text == "Rien reçu."
    gone = far_end.call(PHONE)
    gone.record(5, key="hangup")
    assert site.to("/phone/kept")[-1].items() >= {"Digits": "hangup", "CallStatus": "completed"}.items()
    assert gone.state == "ended"
    keyed = far_end.call(PHONE)
    keyed.press("5")
    assert site.to("/phone/kept")[-1]["Digits"] == "5"


def test_a_person_is_dialled(far_end: FarEnd, site: Site) -> None:
    call = answered(far_end, site, f"<Dial><Number>{OTHER}</Number></Dial><Say>Au revoir.</Say>")
    assert (call.state, call.dialled) == ("dialled", OTHER)
    call.returned()
    assert (call.heard[-1].text, call.state) == ("Au revoir.", "ended")
    call = answered(far_end, site, f'<Dial action="/phone/after">{OTHER}</Dial>')
    call.returned("busy")
    assert site.to("/phone/after")[0]["DialCallStatus"] == "busy"


def test_a_call_rejected(far_end: FarEnd, site: Site) -> None:
    call = answered(far_end, site, '<Reject reason="busy"/>')
    assert (call.state, call.status) == ("ended", "busy")


@pytest.mark.parametrize(
    "verbs",
    [
        "<Speak>a</Speak>",
        "<Gather/>",
        "<Say/>",
        "<Dial/>",
        '<Say language="fr-QC">a</Say>',
        '<Gather language="fr"><Say>a</Say></Gather>',
        '<Gather input="voice"><Say>a</Say></Gather>',
        '<Gather numDigit="1"><Say>a</Say></Gather>',
        '<Gather numDigits="one"><Say>a</Say></Gather>',
        '<Gather numDigits="0"><Say>a</Say></Gather>',
        '<Gather finishOnKey="12"><Say>a</Say></Gather>',
        '<Gather actionOnEmptyResult="yes"><Say>a</Say></Gather>',
        '<Gather method="PUT"><Say>a</Say></Gather>',
        "<Gather><Hangup/></Gather>",
        "<Message>a</Message>",
        "<Say>a",
        "<Redirect>/phone/voice</Redirect>",
    ],
)
def test_a_document_that_the_provider_would_refuse(far_end: FarEnd, site: Site, verbs: str) -> None:
    with pytest.raises(BadTwiml):
        answered(far_end, site, verbs)
    call = far_end.call_of(PHONE)
    assert call
    assert call.state == "ended"


def test_a_site_that_fails_is_replaced_by_the_fallback(far_end: FarEnd, site: Site) -> None:
    site.pages["/phone/voice"] = 500
    assert far_end.call(PHONE).heard == [Spoken("We are sorry, an application error has occurred. Goodbye.", "en-US")]
    far_end.fallback = '<Response><Say language="fr-CA">Rappelez plus tard.</Say></Response>'
    assert far_end.call(PHONE).heard == [Spoken("Rappelez plus tard.", "fr-CA")]
    site.pages["/other"] = '<Say language="fr-CA">Une panne.</Say>'
    far_end.fallback = site.address + "/other"
    assert far_end.call(PHONE).heard == [Spoken("Une panne.", "fr-CA")]
    assert site.to("/other")[0]["ErrorCode"] == "11200"


def test_a_site_that_takes_too_long_is_replaced_too(far_end: FarEnd, site: Site) -> None:
    far_end.fallback = '<Response><Say language="fr-CA">Rappelez.</Say></Response>'
    far_end.webhooks.patience = 0.05
    site.slow = 0.3
    assert far_end.call(PHONE).heard == [Spoken("Rappelez.", "fr-CA")]
    time.sleep(0.3)


# Calls of the site


def place(client: Client, site: Site, **more: Any) -> str:
    return str(
        client.calls.create(to=PHONE, from_=TABLE, url=site.address + "/back?id=4", status_callback=site.address + "/end", **more).sid
    )


@pytest.mark.parametrize(("by", "told"), [("human", "human"), ("machine", "machine_start")])
def test_a_call_of_the_site_is_answered(far_end: FarEnd, client: Client, site: Site, by: str, told: str) -> None:
    far_end.answers[PHONE] = by
    site.pages["/back"] = MENU
    sid = place(client, site, machine_detection="Enable", status_callback_event=["initiated", "ringing", "answered", "completed"])
    far_end.settle()
    call = far_end.calls[sid]
    assert (call.state, call.heard[0].language, call.handset) == ("listening", "fr-CA", PHONE)
    (asked,) = site.to("/back")
    assert (
        asked.items() >= {"AnsweredBy": told, "Direction": "outbound-api", "To": PHONE, "From": TABLE, "CallStatus": "in-progress"}.items()
    )
    assert client.calls(sid).fetch().answered_by == told
    call.hang_up()
    assert [params["CallStatus"] for params in site.to("/end")] == ["initiated", "ringing", "in-progress", "completed"]
    assert [params["SequenceNumber"] for params in site.to("/end")] == list("0123")
    assert site.to("/end")[-1]["CallDuration"] == "2"
    assert site.to("/phone/voice/status") == []


@pytest.mark.parametrize("how", ["busy", "no-answer"])
def test_a_call_of_the_site_is_not_answered(far_end: FarEnd, client: Client, site: Site, how: str) -> None:
    far_end.answers["*"] = how
    sid = place(client, site)
    far_end.settle()
    assert client.calls(sid).fetch().status == how
    assert [(params["CallStatus"], params["CallDuration"]) for params in site.to("/end")] == [(how, "0")]
    assert site.to("/back") == []


def test_a_call_of_the_site_rings_until_its_timeout(far_end: FarEnd, client: Client, site: Site) -> None:
    sid = place(client, site, timeout=1)
    deadline = time.monotonic() + 5
    while far_end.calls[sid].state == "ringing" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert far_end.calls[sid].status == "no-answer"


def test_a_call_of_the_site_may_bring_its_words(far_end: FarEnd, client: Client, site: Site) -> None:
    far_end.answers["*"] = "human"
    call = client.calls.create(to=PHONE, from_=TABLE, twiml='<Response><Say language="fr-CA">Bonjour.</Say></Response>')
    far_end.settle()
    assert far_end.calls[call.sid].heard == [Spoken("Bonjour.", "fr-CA")]
    assert site.asked == []


def test_what_a_call_chokes_on_out_of_sight_is_said_when_settling(far_end: FarEnd, client: Client, site: Site) -> None:
    far_end.answers["*"] = "human"
    site.pages["/back"] = "<Speak>a</Speak>"
    place(client, site)
    with pytest.raises(BadTwiml, match="unknown verb <Speak>"):
        far_end.settle()


def test_a_call_is_refused_like_a_text(far_end: FarEnd, client: Client, site: Site) -> None:
    far_end.troubles[PHONE] = Trouble(status=400, code=21215)
    with pytest.raises(TwilioRestException) as refused:
        place(client, site)
    assert refused.value.code == 21215
    assert far_end.calls == {}


# The demo's pages


def test_the_pages_text_and_call(far_end: FarEnd, site: Site) -> None:
    site.pages |= {"/phone/sms": "<Message>Reçu</Message>", "/phone/voice": MENU, "/phone/voice/key": '<Say language="fr-CA">Merci.</Say>'}
    assert page(far_end, "/handset", number=PHONE, body="VOTE") == (200, {})
    query = "?" + urlencode({"number": PHONE})
    assert page(far_end, "/handset" + query)[1][1] == {"mine": False, "body": "Reçu", "segments": 1}
    assert page(far_end, "/call" + query)[1]["state"] == "idle"
    assert page(far_end, "/call", number=PHONE, action="press", digits="1")[0] == 409
    status, call = page(far_end, "/call", number=PHONE, action="start")
    assert (status, call["state"], call["heard"]) == (200, "listening", [{"text": "Pour voter, faites le 1.", "language": "fr-CA"}])
    assert call["expects"]["digits"] == 1
    assert page(far_end, "/call", number=PHONE, action="wait")[1]["state"] == "listening"
    assert page(far_end, "/call", number=PHONE, action="speak", words="logement")[0] == 409
    assert page(far_end, "/call", number=PHONE, action="sing")[0] == 409
    assert page(far_end, "/call", number=PHONE, action="press", digits="1")[1]["state"] == "ended"
    assert page(far_end, "/call" + query)[1]["heard"][-1]["text"] == "Merci."
    assert page(far_end, "/call", action="start")[0] == 400
    site.pages["/phone/voice"] = "<Speak/>"
    assert page(far_end, "/call", number=PHONE, action="start") == (502, {"error": "unknown verb <Speak>"})


def test_the_pages_answer_a_call_of_the_site(far_end: FarEnd, client: Client, site: Site) -> None:
    site.pages["/back"] = MENU
    place(client, site)
    far_end.settle()
    query = "?" + urlencode({"number": PHONE})
    assert page(far_end, "/call" + query)[1]["state"] == "ringing"
    assert page(far_end, "/call", number=PHONE, action="answer")[1]["state"] == "listening"
    assert page(far_end, "/call", number=PHONE, action="hangup")[1]["status"] == "completed"
