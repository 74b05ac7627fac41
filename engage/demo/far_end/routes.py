"""The far end as others reach it: the provider's API, and the simulated handsets for the demo's pages."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from engage.demo.far_end.calls import Call, CallError
from engage.demo.far_end.messages import API_VERSION
from engage.demo.far_end.provider import Provider, Refused
from engage.demo.far_end.server import Request, Server
from engage.demo.far_end.twiml import BadTwiml
from engage.demo.far_end.webhooks import Unanswered

ACCEPTED: dict[str, frozenset[str]] = {
    "CreateMessage": frozenset({"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod"}),
    "FetchMessage": frozenset(),
    "UpdateMessage": frozenset({"Body"}),
    "DeleteMessage": frozenset(),
    "ListMessage": frozenset({"To", "From", "DateSent<", "DateSent>", "PageSize", "Page"}),
    "CreateCall": frozenset(
        {
            "To",
            "From",
            "Url",
            "Twiml",
            "Method",
            "FallbackUrl",
            "StatusCallback",
            "StatusCallbackEvent",
            "MachineDetection",
            "Timeout",
        }
    ),
    "FetchCall": frozenset(),
    "FetchRecording": frozenset(),
    "DeleteRecording": frozenset(),
}
"""The parameters played, by the provider's name of the operation; any other is refused rather than ignored."""

_OPERATIONS = {
    ("POST", "Messages", False): "CreateMessage",
    ("GET", "Messages", False): "ListMessage",
    ("GET", "Messages", True): "FetchMessage",
    ("POST", "Messages", True): "UpdateMessage",
    ("DELETE", "Messages", True): "DeleteMessage",
    ("POST", "Calls", False): "CreateCall",
    ("GET", "Calls", True): "FetchCall",
    ("GET", "Recordings", True): "FetchRecording",
    ("DELETE", "Recordings", True): "DeleteRecording",
}
_IDLE = {"state": "idle", "status": "", "direction": "", "heard": [], "seconds": 0, "expects": None, "dialled": ""}


@dataclass
class FarEnd(Provider):
    """A stand-in for Twilio on loopback, API 2010-04-01. `counts` holds answers as "CreateMessage 201"."""

    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._expected = "Basic " + base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        self._prefix = f"/{API_VERSION}/Accounts/{self.account_sid}/"
        self._server: Server | None = None

    def start(self, port: int = 0) -> Server:
        """Serve on loopback in threads, until `stop`, or until the server returned is shut down."""
        self._server = Server(port, self.answer)
        return self._server

    @property
    def address(self) -> str:
        """Where it is reached once started, in place of https://api.twilio.com."""
        assert self._server  # noqa: S101 - started first
        return self._server.address

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
        self.courier.stop()

    def settle(self, within: float = 10.0) -> None:
        """Wait for the callbacks and calls under way; raise the first TwiML that one of them could not play."""
        self.courier.settle(within)

    def answer(self, request: Request) -> tuple[int, Any]:
        if request.path in {"/handset", "/call"}:
            return self._page(request)
        kind, _, sid = request.path.removeprefix(self._prefix).removesuffix(".json").partition("/")
        operation = _OPERATIONS.get((request.method, kind, bool(sid)), "Unknown")
        status, document = 0, None
        try:
            if request.authorization != self._expected:
                raise Refused(401, 20003, "Authenticate")
            if operation == "Unknown" or not request.path.startswith(self._prefix):
                raise Refused(404, 20404, f"The requested resource {request.path} was not found")
            pairs = parse_qsl(request.query if request.method == "GET" else request.form, keep_blank_values=True)
            status, document = self._do(operation, sid, pairs)
        except Refused as refused:
            status, document = refused.status, _error(refused)
        finally:
            with self.lock:
                self.counts[f"{operation} {status}"] += 1
        return status, document

    def _do(self, operation: str, sid: str, pairs: list[tuple[str, str]]) -> tuple[int, Any]:
        params = dict(pairs)
        if unknown := params.keys() - ACCEPTED[operation]:
            raise Refused(400, 20001, f"Unknown parameters: {', '.join(sorted(unknown))}")
        if operation in ("DeleteMessage", "DeleteRecording"):
            (self.delete_message if operation == "DeleteMessage" else self.delete_recording)(sid)
            return 204, None
        if sid.endswith(".wav"):
            return 200, self.recording_media(sid.removesuffix(".wav"))
        deeds: dict[str, Callable[[], tuple[int, Any]]] = {
            "CreateMessage": lambda: (201, self.create_message(params)),
            "FetchMessage": lambda: (200, self.fetch_message(sid)),
            "UpdateMessage": lambda: (200, self.redact_message(sid, params)),
            "ListMessage": lambda: (200, self.list_messages(params)),
            "CreateCall": lambda: (201, self.create_call(params, [value for name, value in pairs if name == "StatusCallbackEvent"])),
            "FetchCall": lambda: (200, self.fetch_call(sid)),
            "FetchRecording": lambda: (200, self.fetch_recording(sid)),
        }
        return deeds[operation]()

    def _page(self, request: Request) -> tuple[int, Any]:
        """What the demo's pages ask: a handset's texts and its call."""
        params = dict(parse_qsl(request.query if request.method == "GET" else request.form, keep_blank_values=True))
        number = params.get("number", "")
        try:
            if request.path == "/handset" and request.method == "GET":
                with self.lock:
                    return 200, [asdict(text) for text in self.handsets.get(number, [])]
            if not number:
                return 400, {"error": "number is missing"}
            if request.path == "/handset":
                self.text_from(number, params.get("body", ""))
                return 200, {}
            if request.method == "POST":
                self._handle(number, params)
        except CallError as error:
            return 409, {"error": str(error)}
        except (BadTwiml, Unanswered) as error:
            return 502, {"error": str(error)}
        return 200, shown(self.call_of(number))

    def _handle(self, number: str, params: dict[str, str]) -> None:
        action = params.get("action", "")
        if action == "start":
            self.call(number)
            return
        call = self.call_of(number)
        if call is None:
            raise CallError("this handset has no call")
        deeds: dict[str, Callable[[], None]] = {
            "press": lambda: call.press(params.get("digits", "")),
            "speak": lambda: call.speak(params.get("words", "")),
            "wait": call.wait,
            "hangup": call.hang_up,
            "record": lambda: call.record(int(params.get("seconds", "8"))),
            "answer": call.answer,
        }
        if action not in deeds:
            raise CallError(f"no such action: {action!r}")
        deeds[action]()


def shown(call: Call | None) -> dict[str, Any]:
    """A call as the pages see it."""
    if call is None:
        return dict(_IDLE)
    return {
        "state": call.state,
        "status": call.status,
        "direction": call.direction,
        "heard": [asdict(line) for line in call.heard],
        "seconds": round(call.seconds, 1),
        "expects": asdict(call.expects) if call.expects else None,
        "dialled": call.dialled,
    }


def _error(refused: Refused) -> dict[str, Any]:
    return {
        "code": refused.code,
        "message": str(refused),
        "more_info": f"https://www.twilio.com/docs/errors/{refused.code}",
        "status": refused.status,
    }
