"""The only module that calls the provider."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from engage.config import Config
from engage.messaging import NotSent, Parcel, TryLater

SECONDS = 10
_BUSY = 429
_GONE = 404
_DENIED = (401, 403)
log = logging.getLogger("engage.outgoing")
_LARGEST_VOICE = 8 * 1024 * 1024
_SHORTEST, _LONGEST = 60, 36_000
"""Seconds a text may wait at the provider, by its own limits."""


class _OtherHost(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client, spoken to another host where ENGAGE_TWILIO_API_URL says so."""

    def __init__(self, api_url: str) -> None:
        super().__init__(timeout=SECONDS)
        self.api_url = api_url

    def request(self, method: str, url: str, *rest: Any, **named: Any) -> Any:
        if self.api_url:
            url = url.replace("https://api.twilio.com", self.api_url, 1)
        return super().request(method, url, *rest, **named)

    def download(self, url: str, auth: tuple[str, str]) -> bytes:
        """A file, which the library has no call for: its own client turns every answer into text."""
        if self.api_url:
            url = url.replace("https://api.twilio.com", self.api_url, 1)
        answer = requests.get(url, auth=auth, timeout=SECONDS)
        answer.raise_for_status()
        return bytes(answer.content)


class Twilio:
    """Texts and calls through Twilio's own library. Our id travels in the addresses it calls back, for it keeps none of ours."""

    def __init__(self, config: Config) -> None:
        self.site = config.public_url
        self.origin = config.twilio_from
        self.client = Client(config.twilio_account_sid, config.twilio_auth_token, http_client=_OtherHost(config.twilio_api_url))

    def send(self, parcel: Parcel) -> str:
        try:
            return self._call(parcel) if parcel.by_voice else self._text(parcel)
        except TwilioRestException as error:
            if error.status in _DENIED:
                log.error("the provider refuses our account: check ENGAGE_TWILIO_ACCOUNT_SID and ENGAGE_TWILIO_AUTH_TOKEN")
            if error.status == _BUSY or error.status in _DENIED:
                raise TryLater from error
            if 400 <= error.status < 500:
                raise NotSent(str(error.code)) from error
            raise

    def _text(self, parcel: Parcel) -> str:
        origin = parcel.sender or self.origin
        valid = int((parcel.valid_until - parcel.started_at).total_seconds())
        made = self.client.messages.create(
            to=parcel.number,
            body=parcel.body,
            status_callback=self._address("/phone/sms/status", parcel),
            validity_period=min(max(valid, _SHORTEST), _LONGEST),
            **({"messaging_service_sid": origin} if origin.startswith("MG") else {"from_": origin}),
        )
        return str(made.sid)

    def _call(self, parcel: Parcel) -> str:
        made = self.client.calls.create(
            to=parcel.number,
            from_=parcel.sender or self.origin,
            url=self._address("/phone/voice/out", parcel),
            status_callback=self._address("/phone/voice/status", parcel),
            machine_detection="DetectMessageEnd",
            timeout=30,
        )
        return str(made.sid)

    def _address(self, path: str, parcel: Parcel) -> str:
        return f"{self.site}{path}?" + urlencode({"id": parcel.id, "try": parcel.attempt})

    def find(self, parcel: Parcel) -> str | None:
        since = parcel.started_at.astimezone(UTC) - timedelta(minutes=1)
        if parcel.by_voice:
            calls = self.client.calls.list(to=parcel.number, start_time_after=since, limit=20)
            return next((str(call.sid) for call in calls), None)
        texts = self.client.messages.list(to=parcel.number, date_sent_after=since, limit=50)
        return next((str(text.sid) for text in texts if text.body == parcel.body and _made(text) >= since), None)

    def redact(self, provider_id: str) -> None:
        try:
            self.client.messages(provider_id).update(body="")
        except TwilioRestException as error:
            if error.status != _GONE:
                raise TryLater from error

    def recording(self, provider_id: str) -> bytes | None:
        try:
            if self.client.recordings(provider_id).fetch().status != "completed":
                return None
        except TwilioRestException as error:
            if error.status == _GONE:
                return None
            raise
        account = self.client.account_sid
        heard = self.client.http_client.download(
            f"https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{provider_id}.wav", self.client.auth
        )
        return heard if len(heard) <= _LARGEST_VOICE else None

    def wipe_recording(self, provider_id: str) -> None:
        try:
            self.client.recordings(provider_id).delete()
        except TwilioRestException as error:
            if error.status != _GONE:
                raise


def _made(text: Any) -> datetime:
    """The listing filters by day only; a text without a date is taken as new."""
    return text.date_created or datetime.max.replace(tzinfo=UTC)
