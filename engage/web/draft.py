"""A vote under way travels as one encrypted hidden field: never in a cookie, an address or the database."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class BrokenDraft(Exception):
    """The field was altered, belongs to another consultation, or the site's secret changed."""


@dataclass(frozen=True)
class Draft:
    participant: str | None
    """Id of the person behind a card; None for an anonymous vote."""
    choices: tuple[int, ...] = ()
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))
    """What makes an anonymous vote one vote, however often its page is sent."""
    receipt: str = ""

    def seal(self, secret: str, consultation: UUID) -> str:
        nonce = secrets.token_bytes(12)
        plain = json.dumps(asdict(self)).encode()
        return base64.urlsafe_b64encode(nonce + _cipher(secret).encrypt(nonce, plain, consultation.bytes)).decode()


def unseal(text: str, secret: str, consultation: UUID) -> Draft:
    """Raises BrokenDraft."""
    try:
        raw = base64.urlsafe_b64decode(text)
        values = json.loads(_cipher(secret).decrypt(raw[:12], raw[12:], consultation.bytes))
    except (binascii.Error, ValueError, InvalidTag) as error:
        raise BrokenDraft from error
    return Draft(**values | {"choices": tuple(values["choices"])})


def _cipher(secret: str) -> AESGCM:
    return AESGCM(sha256(b"engage draft " + secret.encode()).digest())
