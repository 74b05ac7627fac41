"""The only module that calls the provider."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from engage.config import Config
from engage.messaging import NotSent, Parcel, Send, TryLater

SECONDS = 10
_BUSY = {429}


class _OtherHost(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client, spoken to another host where ENGAGE_TWILIO_API_URL says so."""

    def __init__(self, api_url: str) -> None:
        super().__init__(timeout=SECONDS)
        self.api_url = api_url

    def request(self, method: str, url: str, *rest: Any, **named: Any) -> Any:
        if self.api_url:
            url = url.replace("https://api.twilio.com", self.api_url, 1)
        return super().request(method, url, *rest, **named)


def sender(config: Config) -> Send:
    """What hands a text to the provider. Our own id travels in the status address, for the provider keeps none of ours."""
    client = Client(config.twilio_account_sid, config.twilio_auth_token, http_client=_OtherHost(config.twilio_api_url))

    def send(parcel: Parcel) -> str:
        origin = parcel.sender or config.twilio_from
        from_what = {"messaging_service_sid": origin} if origin.startswith("MG") else {"from_": origin}
        callback = f"{config.public_url}/phone/sms/status?{urlencode({'id': parcel.id})}"
        try:
            return str(client.messages.create(to=parcel.number, body=parcel.body, status_callback=callback, **from_what).sid)
        except TwilioRestException as error:
            if error.status in _BUSY:
                raise TryLater from error
            if 400 <= error.status < 500:
                raise NotSent(str(error.code)) from error
            raise

    return send
