"""Texts as the provider keeps them, and the troubles it can make."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from engage.messaging.segments import measure

API_VERSION = "2010-04-01"
UNDER_WAY = frozenset({"accepted", "queued", "sending"})


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Trouble:
    """How the provider misbehaves towards a number. Each field is one trouble; they combine."""

    status: int = 0
    """Requests are answered with this: 4xx only when creating, 5xx whatever is asked about the number."""
    code: int = 0
    """The provider's own code for that answer."""
    throttled: int = 0
    """So many requests from now on are answered 429; it counts down in `FarEnd.troubles`."""
    per_second: int = 0
    """Creations beyond so many within a second are answered 429."""
    slow: float = 0.0
    """Seconds between acting and answering: what was asked is done even when the client gave up."""
    dropped: bool = False
    """What was asked is done, then the connection is cut without an answer."""
    fails: int = 0
    """Delivery fails later, with this ErrorCode."""
    early: bool = False
    """Callbacks arrive before the create call returns."""
    repeated: bool = False
    """Every callback comes twice."""
    shuffled: bool = False
    """Callbacks come last one first."""
    silent: bool = False
    """No callback ever comes; fetching tells the truth."""


@dataclass(frozen=True)
class Text:
    """One text as a handset shows it; `segments` counts parts, 0 for none."""

    mine: bool
    body: str
    segments: int


@dataclass(frozen=True)
class Sent:
    """What the site asked to send, kept as asked even when redacted since."""

    sid: str
    to: str
    from_: str
    body: str
    status_callback: str


@dataclass
class Message:
    """The Message resource, in one direction or the other."""

    account_sid: str
    to: str
    from_: str
    body: str
    direction: str
    status: str
    service: str = ""
    status_callback: str = ""
    sid: str = field(default_factory=lambda: "SM" + secrets.token_hex(16))
    error_code: int | None = None
    created: datetime = field(default_factory=now)
    sent: datetime | None = None

    def callback(self, status: str) -> dict[str, str]:
        """What is posted to the status address."""
        failed = {"ErrorCode": str(self.error_code)} if self.error_code and status in {"failed", "undelivered"} else {}
        service = {"MessagingServiceSid": self.service} if self.service else {}
        return {
            "MessageSid": self.sid,
            "SmsSid": self.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "To": self.to,
            "From": self.from_,
            "AccountSid": self.account_sid,
            "ApiVersion": API_VERSION,
            **service,
            **failed,
        }

    def document(self) -> dict[str, Any]:
        """As the API shows it. A messaging service tells the segments later, so says 0 at first."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        created = format_datetime(self.created)
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": created,
            "date_sent": format_datetime(self.sent) if self.sent else None,
            "date_updated": created,
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_ or None,
            "messaging_service_sid": self.service or None,
            "num_media": "0",
            "num_segments": "0" if self.status == "accepted" else str(measure(self.body).segments),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }
