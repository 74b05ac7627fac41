"""Whether a webhook really comes from the provider."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from flask import request
from twilio.request_validator import RequestValidator

from engage.doorway import premises


@cache
def _validator(token: str) -> Any:
    return RequestValidator(token)


def signed_address(environ: dict[str, Any], public_url: str) -> str:
    """The address the provider signed: our public one and the raw target, never the Host header."""
    raw: str = environ.get("RAW_URI") or ""
    if not raw.startswith("/"):
        raw = quote(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), safe="/%:@!$&'()*+,;=~-._")
        if environ.get("QUERY_STRING"):
            raw += "?" + environ["QUERY_STRING"]
    return public_url + raw.replace("'", "%27")


def is_genuine() -> bool:
    config = premises().config
    signature = request.headers.get("X-Twilio-Signature", "")
    if not signature or not config.twilio_auth_token:
        return False
    address = signed_address(request.environ, config.public_url)
    said = request.get_data(as_text=True) if request.is_json else request.form
    return bool(_validator(config.twilio_auth_token).validate(address, said, signature))
