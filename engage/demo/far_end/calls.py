"""One call on the line: it plays the site's TwiML verb by verb, and does what the person at the handset does."""

from __future__ import annotations

import io
import math
import secrets
import threading
import wave
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from engage.demo.far_end import twiml
from engage.demo.far_end.messages import API_VERSION, now
from engage.demo.far_end.twiml import BadTwiml
from engage.demo.far_end.webhooks import Courier, Unanswered, Webhooks

LETTERS_PER_SECOND = 14
_RATE = 8_000
_DOCUMENTS = 20
_UNPROMPTED_RECORDING = 5
_SORRY = "We are sorry, an application error has occurred. Goodbye."


class CallError(ValueError):
    """The person at the handset does what this call does not wait for."""


@dataclass(frozen=True)
class Spoken:
    """One line heard: the words of a Say, or the address of a Play, which has no language."""

    text: str
    language: str


@dataclass(frozen=True)
class Expects:
    """What a Gather takes; `digits` is 0 for any number of them."""

    input: tuple[str, ...]
    digits: int
    finish_on_key: str
    timeout: int
    language: str
    hints: str


@dataclass(frozen=True)
class Recorded:
    """A voice that the provider keeps, until it is told to forget it."""

    call: Call
    sid: str
    seconds: int

    def wav(self) -> bytes:
        """A quiet tone of its length, 8 kHz in one channel of 8 bits, as the provider's are."""
        made = io.BytesIO()
        with wave.open(made, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(1)
            file.setframerate(_RATE)
            file.writeframes(bytes(128 + round(40 * math.sin(math.tau * 440 * tick / _RATE)) for tick in range(_RATE)) * self.seconds)
        return made.getvalue()

    def document(self) -> dict[str, Any]:
        """The Recording resource, as the API shows it."""
        account = self.call.webhooks.account_sid
        uri = f"/{API_VERSION}/Accounts/{account}/Recordings/{self.sid}"
        return {
            "account_sid": account,
            "api_version": API_VERSION,
            "call_sid": self.call.sid,
            "channels": 1,
            "conference_sid": None,
            "date_created": self.call.created,
            "date_updated": self.call.created,
            "duration": str(self.seconds),
            "encryption_details": None,
            "error_code": None,
            "media_url": f"https://api.twilio.com{uri}",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "source": "RecordVerb",
            "start_time": self.call.created,
            "status": "completed",
            "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
            "uri": f"{uri}.json",
        }


@dataclass
class Call:
    """`state` is ringing, listening, recording, dialled or ended; `status` is the provider's word for it.

    `seconds` estimates what the prompts heard so far take to say.
    """

    webhooks: Webhooks
    courier: Courier
    from_: str
    to: str
    direction: str
    url: str
    twiml: str = ""
    method: str = "POST"
    fallback: str = ""
    """TwiML, or the address of some, used when the site fails."""
    status_callback: str = ""
    events: frozenset[str] = frozenset({"completed"})
    detection: str = ""
    sid: str = field(default_factory=lambda: "CA" + secrets.token_hex(16))
    state: str = "ringing"
    status: str = "queued"
    answered_by: str = ""
    heard: list[Spoken] = field(default_factory=list)
    seconds: float = 0.0
    expects: Expects | None = None
    dialled: str = ""
    recordings: dict[str, Recorded] = field(default_factory=dict)
    created: str = field(default_factory=lambda: format_datetime(now()))
    _verbs: list[Element] = field(default_factory=list)
    _current: Element = field(default_factory=lambda: Element("Response"))
    _documents: int = 0
    _events_sent: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def handset(self) -> str:
        """The simulated number, whoever called."""
        return self.from_ if self.direction == "inbound" else self.to

    def ring(self) -> None:
        """The site's call reaches the handset."""
        with self._lock:
            self.report("initiated", "initiated")
            self.status = "ringing"
            self.report("ringing", "ringing")

    def answer(self, by: str = "human") -> None:
        """Someone, or a machine, takes a call that rings. An inbound call is taken by the site itself."""
        with self._lock:
            self._must_be("ringing")
            if self.detection:
                machine = "machine_end_beep" if self.detection == "DetectMessageEnd" else "machine_start"
                self.answered_by = machine if by == "machine" else "human"
            if self.direction != "inbound":
                self.status = "in-progress"
                self.report("answered", "in-progress")
            self._afresh()
            if self.twiml and not self.url:
                self._play(self.twiml)
            else:
                self._go(self.url, {}, self.method)

    def not_answered(self, status: str = "no-answer") -> None:
        """It rings in vain, if it still rings."""
        with self._lock:
            if self.state == "ringing":
                self._end(status)

    def press(self, keys: str) -> None:
        """Keys on the keypad. Fewer than the Gather asks for are sent once its timeout has passed, as the provider does."""
        with self._lock:
            if self.state == "recording":
                self.record(_UNPROMPTED_RECORDING, keys[:1])
                return
            expects = self._listening("dtmf")
            if not keys or set(keys) - set("0123456789*#"):
                raise CallError(f"no such keys: {keys!r}")
            finish = expects.finish_on_key
            digits, finished, _ = keys.partition(finish) if finish else (keys, "", "")
            if expects.digits and len(digits) >= expects.digits:
                digits, finished = digits[: expects.digits], ""
            self._gathered({"Digits": digits} | ({"FinishedOnKey": finished} if finished else {}), empty=not digits)

    def speak(self, words: str, confidence: float = 0.9) -> None:
        with self._lock:
            self._listening("speech")
            self._gathered({"SpeechResult": words, "Confidence": str(confidence)}, empty=not words)

    def wait(self) -> None:
        """Silence, until the timeout of what listens."""
        with self._lock:
            if self.state == "recording":
                self._afresh()
                self._run()
                return
            expects = self._listening(None)
            self._gathered({"Digits": ""} if "dtmf" in expects.input else {"SpeechResult": ""}, empty=True)

    def record(self, seconds: int, key: str = "#") -> None:
        """Speak for so long after the tone, then press a key; `key="hangup"` for hanging up instead."""
        with self._lock:
            self._must_be("recording")
            verb = self._current
            stops = verb.get("finishOnKey", "1234567890*#")
            if key != "hangup" and key not in stops:
                raise CallError(f"this recording ends on {stops!r}, not on {key!r}")
            sid = "RE" + secrets.token_hex(16)
            length = min(seconds, int(verb.get("maxLength", "3600")))
            self.recordings[sid] = Recorded(self, sid, length)
            what = {
                "RecordingSid": sid,
                "RecordingUrl": f"https://api.twilio.com/{API_VERSION}/Accounts/{self.webhooks.account_sid}/Recordings/{sid}",
                "RecordingDuration": str(length),
            }
            if callback := verb.get("recordingStatusCallback"):
                address = urljoin(self.url, callback)
                told = what | {
                    "AccountSid": self.webhooks.account_sid,
                    "CallSid": self.sid,
                    "RecordingStatus": "completed",
                    "RecordingChannels": "1",
                    "RecordingSource": "RecordVerb",
                }
                self.courier.later(0, lambda: self.webhooks.ask(address, told, verb.get("recordingStatusCallbackMethod", "POST").upper()))
            if key == "hangup":
                self._ended_while_recording(what | {"Digits": "hangup"})
            else:
                self._act(what | {"Digits": key})

    def returned(self, status: str = "completed", seconds: int = 60) -> None:
        """The party dialled is gone, or never came: completed, busy, no-answer, failed."""
        with self._lock:
            self._must_be("dialled")
            if self._current.get("action") is not None:
                self._act({"DialCallStatus": status, "DialCallSid": "CA" + secrets.token_hex(16), "DialCallDuration": str(seconds)})
            else:
                self._afresh()
                self._run()

    def hang_up(self, after: float | None = None) -> None:
        """The person hangs up, or refuses a call that rings; `after` seconds rather than when all was said."""
        with self._lock:
            self.seconds = self.seconds if after is None else after
            if self.state == "ended":
                raise CallError("this call is over")
            self._end("busy" if self.state == "ringing" else "completed")

    def report(self, event: str, status: str) -> None:
        if not self.status_callback or event not in self.events:
            return
        params = self._params() | {
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._events_sent),
            "Timestamp": format_datetime(now()),
        }
        if event == "completed":
            params["CallDuration"] = str(self.duration)
        self._events_sent += 1
        with suppress(Unanswered):
            self.webhooks.ask(self.status_callback, params)

    @property
    def duration(self) -> int:
        return max(1, round(self.seconds)) if self.status == "completed" else 0

    def _params(self) -> dict[str, str]:
        params = {
            "CallSid": self.sid,
            "AccountSid": self.webhooks.account_sid,
            "From": self.from_,
            "To": self.to,
            "Caller": self.from_,
            "Called": self.to,
            "CallStatus": self.status,
            "Direction": self.direction,
            "ApiVersion": API_VERSION,
        }
        return params | ({"AnsweredBy": self.answered_by} if self.answered_by else {})

    def _must_be(self, state: str) -> None:
        if self.state != state:
            raise CallError(f"this call is {self.state}, not {state}")

    def _listening(self, kind: str | None) -> Expects:
        self._must_be("listening")
        assert self.expects is not None  # noqa: S101 - set with the state
        if kind and kind not in self.expects.input:
            raise CallError(f"the site takes {' and '.join(self.expects.input)} here, not {kind}")
        return self.expects

    def _gathered(self, result: dict[str, str], *, empty: bool) -> None:
        if empty and self._current.get("actionOnEmptyResult") != "true":
            self._afresh()
            self._run()
        else:
            self._act(result)

    def _act(self, result: dict[str, str]) -> None:
        verb = self._current
        self._afresh()
        self._go(urljoin(self.url, verb.get("action", "")), result, verb.get("method", "POST").upper())

    def _afresh(self) -> None:
        self.expects, self._documents = None, 0

    def _go(self, url: str, extra: dict[str, str], method: str) -> None:
        self._documents += 1
        if self._documents > _DOCUMENTS:
            self._end("completed")
            raise BadTwiml(f"{url} redirects for ever")
        try:
            text = self.webhooks.ask(url, self._params() | extra, method)
        except Unanswered:
            text = self._fallen_back(url)
        self.url, self.status = url, "in-progress"
        self._play(text)

    def _fallen_back(self, failed: str) -> str:
        if self.fallback.startswith("http"):
            with suppress(Unanswered):
                return self.webhooks.ask(self.fallback, self._params() | {"ErrorCode": "11200", "ErrorUrl": failed})
        elif self.fallback:
            return self.fallback
        return f'<Response><Say language="en-US">{_SORRY}</Say></Response>'

    def _play(self, text: str) -> None:
        try:
            self._verbs = twiml.voice(text)
        except BadTwiml:
            self._end("completed")
            raise
        self._run()

    def _run(self) -> None:
        while self._verbs:
            verb = self._verbs.pop(0)
            self._current = verb
            match verb.tag:
                case "Say" | "Play" | "Pause":
                    self._hear(verb)
                case "Gather":
                    for prompt in verb:
                        self._hear(prompt)
                    self.state, self.expects = "listening", _expects(verb)
                    return
                case "Record":
                    self.state = "recording"
                    return
                case "Dial":
                    self.state, self.dialled = "dialled", "".join(verb.itertext()).strip()
                    return
                case "Redirect":
                    self._go(urljoin(self.url, (verb.text or "").strip()), {}, verb.get("method", "POST").upper())
                    return
                case "Reject":
                    self._end("busy" if verb.get("reason") == "busy" else "no-answer")
                    return
                case _:
                    break
        self._end("completed")

    def _hear(self, verb: Element) -> None:
        if verb.tag == "Pause":
            self.seconds += int(verb.get("length", "1"))
            return
        words = " ".join("".join(verb.itertext()).split())
        for _ in range(int(verb.get("loop", "1"))):
            self.heard.append(Spoken(words, verb.get("language", "en-US") if verb.tag == "Say" else ""))
            self.seconds += len(words) / LETTERS_PER_SECOND if verb.tag == "Say" else 0

    def _ended_while_recording(self, result: dict[str, str]) -> None:
        self.status = "completed"
        verb = self._current
        with suppress(Unanswered):
            self.webhooks.ask(urljoin(self.url, verb.get("action", "")), self._params() | result, verb.get("method", "POST").upper())
        self._end("completed")

    def _end(self, status: str) -> None:
        self.state, self.status, self.expects, self._verbs = "ended", status, None, []
        self.report("completed", status)

    def document(self) -> dict[str, Any]:
        """The Call resource, as the API shows it."""
        account = self.webhooks.account_sid
        uri = f"/{API_VERSION}/Accounts/{account}/Calls/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account,
            "answered_by": self.answered_by or None,
            "api_version": API_VERSION,
            "caller_name": None,
            "date_created": self.created,
            "date_updated": self.created,
            "direction": self.direction,
            "duration": str(self.duration) if self.state == "ended" else None,
            "end_time": None,
            "forwarded_from": None,
            "from": self.from_,
            "from_formatted": self.from_,
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "start_time": None,
            "status": self.status,
            "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": f"{uri}.json",
        }


def _expects(gather: Element) -> Expects:
    timeout = gather.get("timeout", "5")
    return Expects(
        tuple(gather.get("input", "dtmf").split()),
        int(gather.get("numDigits", "0")),
        gather.get("finishOnKey", "#"),
        5 if timeout == "auto" else int(timeout),
        gather.get("language", "en-US"),
        gather.get("hints", ""),
    )
