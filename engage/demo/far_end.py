"""A stand-in for the phone provider, on loopback: it delivers texts to simulated handsets and posts signed webhooks.

Shared by the demo and the tests. It answers as Twilio's Messages resource does (API 2010-04-01).
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from engage.messaging.segments import measure


@dataclass(frozen=True)
class Text:
    """One text as a handset shows it; `segments` counts parts, 0 for none."""

    mine: bool
    body: str
    segments: int


@dataclass
class FarEnd:
    """The provider: an account, handsets by number, and where its webhooks go."""

    account_sid: str
    auth_token: str
    site: str
    number: str
    handsets: dict[str, list[Text]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def show(self, number: str, text: Text) -> None:
        with self.lock:
            self.handsets.setdefault(number, []).append(text)

    def text_from(self, number: str, body: str, message_sid: str | None = None) -> str | None:
        """Someone writes to the table: the webhook is signed and posted as the provider does. Returns the reply."""
        self.show(number, Text(True, body, measure(body).segments))
        sid = message_sid or "SM" + secrets.token_hex(16)
        reply = self.post(
            "/phone/sms",
            {
                "MessageSid": sid,
                "SmsMessageSid": sid,
                "AccountSid": self.account_sid,
                "From": number,
                "To": self.number,
                "Body": body,
                "NumMedia": "0",
                "NumSegments": str(measure(body).segments),
                "ApiVersion": "2010-04-01",
            },
        )
        said = ElementTree.fromstring(reply).findtext("Message")  # noqa: S314 - our own site's answer
        if said:
            self.show(number, Text(False, said, measure(said).segments))
        return said

    def post(self, path: str, params: dict[str, str]) -> str:
        address = self.site + path
        signature = RequestValidator(self.auth_token).compute_signature(address, params)
        request = urllib.request.Request(  # noqa: S310 - loopback
            address,
            urlencode(params).encode(),
            {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"},
        )
        with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310 - loopback
            return str(answer.read().decode())

    def accept(self, params: dict[str, str]) -> dict[str, object]:
        """A text the site sends: shown on its handset, then reported as delivered."""
        body, number = params.get("Body", ""), params.get("To", "")
        sid = "SM" + secrets.token_hex(16)
        self.show(number, Text(False, body, measure(body).segments))
        if callback := params.get("StatusCallback"):
            path = callback.removeprefix(self.site)
            report = {"MessageSid": sid, "MessageStatus": "delivered", "AccountSid": self.account_sid, "To": number}
            threading.Timer(0.3, self._report, (path, report)).start()
        return {
            "sid": sid,
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": body,
            "date_created": formatdate(),
            "date_updated": formatdate(),
            "date_sent": None,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": params.get("From"),
            "messaging_service_sid": params.get("MessagingServiceSid"),
            "num_media": "0",
            "num_segments": str(measure(body).segments),
            "price": None,
            "price_unit": "USD",
            "status": "queued",
            "subresource_uris": {},
            "to": number,
            "uri": f"/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}.json",
        }

    def _report(self, path: str, report: dict[str, str]) -> None:
        try:
            self.post(path, report)
        except urllib.error.URLError:
            return  # the site stopped meanwhile; a provider would try again

    def start(self, port: int = 0) -> ThreadingHTTPServer:
        """Serve on loopback in a thread; the caller shuts it down."""
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def _handler(far_end: FarEnd) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = parse_qs(urlsplit(self.path).query).get("number", [""])[0]
            with far_end.lock:
                thread = [asdict(text) for text in far_end.handsets.get(number, [])]
            self._answer(200, thread)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            params = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
            if self.path == "/handset":
                far_end.text_from(params["number"], params.get("body", ""))
                self._answer(200, {})
                return
            expected = "Basic " + base64.b64encode(f"{far_end.account_sid}:{far_end.auth_token}".encode()).decode()
            if self.headers.get("Authorization") != expected:
                self._answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
            elif self.path == f"/2010-04-01/Accounts/{far_end.account_sid}/Messages.json":
                self._answer(201, far_end.accept(params))
            else:
                self._answer(404, {"code": 20404, "message": "Not found", "status": 404})

        def _answer(self, status: int, document: object) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Bodies and numbers stay out of logs."""

    return Handler
