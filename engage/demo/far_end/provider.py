"""A stand-in for the phone provider: what its account holds, and what happens to texts and calls."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from engage.demo.far_end import twiml
from engage.demo.far_end.calls import Call, Recorded
from engage.demo.far_end.messages import API_VERSION, UNDER_WAY, Message, Sent, Text, Trouble, now
from engage.demo.far_end.server import Dropped
from engage.demo.far_end.webhooks import Courier, Unanswered, Webhooks
from engage.messaging.segments import measure

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_RING_SECONDS = "60"
_EVENTS = {"initiated", "ringing", "answered", "completed"}


class Refused(Exception):
    """An answer in the provider's own form of an error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass
class Provider:
    """One account, its number, and the site that its webhooks go to.

    Settings may change at any time: `troubles` and `answers` by handset number or "*" for all; `answers` says how a handset
    takes a call of the site (human, machine, busy, no-answer), and without one it rings until `Call.answer`; `fallback` is
    TwiML, or an address, for calls when the site fails; `lag` is how long a text takes; `quiet` keeps nothing but `taken`,
    which counts creations by the `id` in the query string of their StatusCallback.
    """

    account_sid: str
    auth_token: str
    site: str
    number: str
    troubles: dict[str, Trouble] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    fallback: str = ""
    lag: float = 0.3
    quiet: bool = False
    handsets: dict[str, list[Text]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    courier: Courier = field(default_factory=Courier)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.account_sid, self.auth_token)
        self._recent: dict[str, deque[float]] = {}

    def text_from(self, number: str, body: str, message_sid: str | None = None) -> str | None:
        """Someone writes to the table: the webhook is signed and posted as the provider does. Returns the reply."""
        message = Message(self.account_sid, self.number, number, body, "inbound", "received", sent=now())
        message.sid = message_sid or message.sid
        with self.lock:
            self.messages.setdefault(message.sid, message)
        self._show(number, body, mine=True)
        address = self.site + "/phone/sms"
        reply = self.webhooks.ask(
            address,
            {
                "MessageSid": message.sid,
                "SmsSid": message.sid,
                "SmsMessageSid": message.sid,
                "SmsStatus": "received",
                "AccountSid": self.account_sid,
                "From": number,
                "To": self.number,
                "Body": body,
                "NumMedia": "0",
                "NumSegments": str(measure(body).segments),
                "ApiVersion": API_VERSION,
            },
        )
        said = twiml.texts(reply)
        for words, callback in said:
            answer = Message(self.account_sid, number, self.number, words, "outbound-reply", "queued")
            answer.status_callback = urljoin(address, callback) if callback else ""
            self._take(answer)
        return "\n".join(words for words, _ in said) or None

    def call(self, number: str, to: str | None = None) -> Call:
        """Someone calls the table; the call has played its first document when this returns."""
        status = self.site + "/phone/voice/status"
        call = Call(self.webhooks, self.courier, number, to or self.number, "inbound", self.site + "/phone/voice")
        call.fallback, call.status_callback, call.status = self.fallback, status, "ringing"
        with self.lock:
            self.calls[call.sid] = call
        call.answer()
        return call

    def call_of(self, number: str) -> Call | None:
        """The last call of a handset."""
        with self.lock:
            return next((call for call in reversed(self.calls.values()) if call.handset == number), None)

    def create_message(self, form: Mapping[str, str]) -> dict[str, Any]:
        to, origin, service, body = (form.get(name, "") for name in ("To", "From", "MessagingServiceSid", "Body"))
        callback, validity = form.get("StatusCallback", ""), form.get("ValidityPeriod", "36000")
        _require(bool(to), 21604, "A 'To' phone number is required.")
        _require(bool(origin or service), 21603, "A 'From' phone number is required.")
        _require(bool(body), 21602, "Message body is required.")
        _require(len(body) <= 1600, 21617, "The concatenated message body exceeds the 1600 character limit")
        _require(bool(_E164.fullmatch(to)), 21211, f"Invalid 'To' Phone Number: {to}")
        _require(not callback or callback.startswith(("http://", "https://")), 21609, f"The 'StatusCallback' URL {callback} is not valid.")
        _require(validity.isdecimal() and 1 <= int(validity) <= 36000, 20422, f"Invalid Parameter ValidityPeriod: {validity}")
        trouble = self.troubled(to, creating=True)
        message = Message(self.account_sid, to, origin, body, "outbound-api", "accepted" if service else "queued", service, callback)
        document = message.document()
        with self.lock:
            if callback:
                self.taken.update(parse_qs(urlsplit(callback).query).get("id", ()))
            if not self.quiet:
                self.sent.append(Sent(message.sid, to, origin or service, body, callback))
        if not self.quiet:
            self._take(message, trouble)
        _suffer(trouble)
        return document

    def fetch_message(self, sid: str) -> dict[str, Any]:
        message = self._message(sid)
        _suffer(self.troubled(_handset(message)))
        return message.document()

    def redact_message(self, sid: str, form: Mapping[str, str]) -> dict[str, Any]:
        message = self._message(sid)
        _require(form.get("Body") == "", 20422, "Invalid Parameter Body: it can only be emptied")
        trouble = self.troubled(_handset(message))
        if message.status in UNDER_WAY:
            raise Refused(409, 20009, "Resource not complete")
        message.body = ""
        _suffer(trouble)
        return message.document()

    def delete_message(self, sid: str) -> None:
        message = self._message(sid)
        trouble = self.troubled(_handset(message))
        if message.status in UNDER_WAY:
            raise Refused(409, 20009, "Resource not complete")
        with self.lock:
            self.messages.pop(sid, None)
        _suffer(trouble)

    def list_messages(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Newest first."""
        _suffer(self.troubled(query.get("To", "*")))
        page, size = _count(query, "Page", 0), _count(query, "PageSize", 50)
        _require(1 <= size <= 1000, 20422, f"Invalid Parameter PageSize: {size}")
        after, before = (_moment(query[name]) if name in query else None for name in ("DateSent>", "DateSent<"))
        with self.lock:
            messages = [
                each
                for each in reversed(self.messages.values())
                if query.get("To", each.to) == each.to
                and query.get("From", each.from_) == each.from_
                and (after is None or each.created >= after)
                and (before is None or each.created <= before)
            ]
        shown = messages[page * size : (page + 1) * size]
        base = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages.json?"

        def uri(number: int) -> str:
            return base + urlencode({**query, "PageSize": size, "Page": number})

        return {
            "end": max(page * size + len(shown) - 1, 0),
            "first_page_uri": uri(0),
            "messages": [each.document() for each in shown],
            "next_page_uri": uri(page + 1) if len(messages) > (page + 1) * size else None,
            "page": page,
            "page_size": size,
            "previous_page_uri": uri(page - 1) if page else None,
            "start": page * size,
            "uri": uri(page),
        }

    def create_call(self, form: Mapping[str, str], events: Sequence[str]) -> dict[str, Any]:
        to, origin, url, document = (form.get(name, "") for name in ("To", "From", "Url", "Twiml"))
        timeout, method, detection = form.get("Timeout", _RING_SECONDS), form.get("Method", "POST"), form.get("MachineDetection", "")
        events = [event for each in events for event in each.split()] or ["completed"]
        _require(bool(to), 21201, "No 'To' number is specified")
        _require(bool(origin), 21213, "'From' phone number is required")
        _require(bool(_E164.fullmatch(to)), 21211, f"Invalid 'To' Phone Number: {to}")
        _require(bool(document) or url.startswith(("http://", "https://")), 21205, f"Url is not a valid URL: {url}")
        _require(timeout.isdecimal() and 1 <= int(timeout) <= 600, 20422, f"Invalid Parameter Timeout: {timeout}")
        _require(method in {"GET", "POST"}, 20422, f"Invalid Parameter Method: {method}")
        _require(detection in {"", "Enable", "DetectMessageEnd"}, 20422, f"Invalid Parameter MachineDetection: {detection}")
        _require(not set(events) - _EVENTS, 21626, f"Invalid StatusCallbackEvent: {events}")
        trouble = self.troubled(to, creating=True)
        fallback = form.get("FallbackUrl", "") or self.fallback
        call = Call(self.webhooks, self.courier, origin, to, "outbound-api", url, document, method, fallback)
        call.status_callback, call.events, call.detection = form.get("StatusCallback", ""), frozenset(events), detection
        made = call.document()
        with self.lock:
            self.calls[call.sid] = call
        self.courier.later(0, lambda: self._ring(call, float(timeout)))
        _suffer(trouble)
        return made

    def fetch_call(self, sid: str) -> dict[str, Any]:
        call = self.calls.get(sid)
        if call is None:
            raise _not_found(f"Calls/{sid}.json")
        return call.document()

    def _recording(self, sid: str) -> tuple[Call, Recorded]:
        with self.lock:
            found = next((call for call in self.calls.values() if sid in call.recordings), None)
        if found is None:
            raise _not_found(f"Recordings/{sid}.json")
        _suffer(self.troubled(found.handset))
        return found, found.recordings[sid]

    def fetch_recording(self, sid: str) -> dict[str, Any]:
        return self._recording(sid)[1].document()

    def recording_media(self, sid: str) -> bytes:
        return self._recording(sid)[1].wav()

    def delete_recording(self, sid: str) -> None:
        call, _ = self._recording(sid)
        call.recordings.pop(sid, None)

    def troubled(self, number: str, *, creating: bool = False) -> Trouble | None:
        """The trouble in force for a number; raised at once where it is a refusal."""
        if not self.troubles:
            return None
        with self.lock:
            key = number if number in self.troubles else "*"
            trouble = self.troubles.get(key)
            if trouble is None:
                return None
            throttled = trouble.throttled > 0
            if throttled:
                self.troubles[key] = replace(trouble, throttled=trouble.throttled - 1)
            elif creating and trouble.per_second:
                throttled = self._beyond(key, trouble.per_second)
        if throttled:
            raise Refused(429, 20429, "Too Many Requests")
        if trouble.status and (creating or trouble.status >= 500):
            raise Refused(trouble.status, trouble.code or (20500 if trouble.status >= 500 else 20001), "Trouble, as set")
        return trouble

    def _beyond(self, key: str, rate: int) -> bool:
        recent, at = self._recent.setdefault(key, deque()), time.monotonic()
        while recent and recent[0] <= at - 1:
            recent.popleft()
        if len(recent) >= rate:
            return True
        recent.append(at)
        return False

    def _message(self, sid: str) -> Message:
        message = self.messages.get(sid)
        if message is None:
            raise _not_found(f"Messages/{sid}.json")
        return message

    def _show(self, number: str, body: str, *, mine: bool) -> None:
        with self.lock:
            self.handsets.setdefault(number, []).append(Text(mine, body, measure(body).segments))

    def _take(self, message: Message, trouble: Trouble | None = None) -> None:
        """A text of the site is on its way: shown on its handset unless it fails, and reported after the lag."""
        trouble = trouble or Trouble()
        with self.lock:
            self.messages[message.sid] = message
        if not trouble.fails:
            self._show(message.to, message.body, mine=False)
        if trouble.early:
            self._deliver(message, trouble)
        else:
            self.courier.later(self.lag, lambda: self._deliver(message, trouble))

    def _deliver(self, message: Message, trouble: Trouble) -> None:
        message.error_code, message.sent = trouble.fails or None, now()
        message.status = "undelivered" if trouble.fails else "delivered"
        if trouble.silent or not message.status_callback:
            return
        statuses = ["sent", message.status]
        for status in reversed(statuses) if trouble.shuffled else statuses:
            for _ in range(2 if trouble.repeated else 1):
                with suppress(Unanswered):
                    self.webhooks.ask(message.status_callback, message.callback(status))

    def _ring(self, call: Call, timeout: float) -> None:
        call.ring()
        how = self.answers.get(call.to) or self.answers.get("*")
        if how is None:
            self.courier.later(timeout, call.not_answered)
        elif how in {"busy", "no-answer"}:
            call.not_answered(how)
        else:
            call.answer(how)


def _require(condition: bool, code: int, message: str) -> None:
    if not condition:
        raise Refused(400, code, message)


def _not_found(what: str) -> Refused:
    return Refused(404, 20404, f"The requested resource {what} was not found")


def _suffer(trouble: Trouble | None) -> None:
    if trouble and trouble.slow:
        time.sleep(trouble.slow)
    if trouble and trouble.dropped:
        raise Dropped


def _handset(message: Message) -> str:
    return message.from_ if message.direction == "inbound" else message.to


def _count(query: Mapping[str, str], name: str, default: int) -> int:
    value = query.get(name, str(default))
    _require(value.isdecimal(), 20422, f"Invalid Parameter {name}: {value}")
    return int(value)


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(400, 20422, f"Invalid Parameter DateSent: {value}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
