"""A vote under way travels as one encrypted hidden field: never in a cookie, an address or the database."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.participants import Participant


class BrokenDraft(Exception):
    """The field was altered, belongs to another consultation, the site's secret changed, or it is too old."""


@dataclass(frozen=True)
class Draft:
    participant: str | None
    """Id of the person behind a card; None for an anonymous vote."""
    choices: tuple[int, ...] = ()
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))
    """What makes an anonymous vote one vote, however often its page is sent."""
    page: str = ""
    """Random, new with each choice that is checked: its page sent again casts nothing anew."""
    receipt: str = ""
    replaced: bool = False
    """That vote took the place of an earlier one."""
    stage: str = "voting"
    """voting, done, or me: a page from after the vote cannot vote, one from before cannot answer in its name."""
    turn: int = 0
    """Of the person, when the page was opened: see `Participant.turn`."""
    number: str = ""
    """A phone number that a code was just sent to."""
    personal_code: str = ""
    """A code made in this very journey, to be told once."""
    begun_at: str = ""

    @classmethod
    def begin(cls, at: datetime) -> Draft:
        return cls(participant=None, begun_at=at.isoformat())

    def of(self, person: Participant) -> Draft:
        """The same page, opened by someone known."""
        return replace(self, participant=str(person.id), turn=person.turn, number="")

    @property
    def ends_at(self) -> datetime:
        return datetime.fromisoformat(self.begun_at) + LASTS

    def at_stage(self, stage: str) -> Draft:
        return replace(self, stage=stage)

    def seal(self, secret: str, consultation: UUID) -> str:
        nonce = secrets.token_bytes(12)
        plain = json.dumps(asdict(self)).encode().ljust(ONE_SIZE)
        return base64.urlsafe_b64encode(nonce + _cipher(secret).encrypt(nonce, plain, consultation.bytes)).decode()


LASTS = timedelta(hours=20)
ONE_SIZE = 352
"""Of a draft before it is sealed, whatever was chosen: a phone may keep it."""


class PersonGone(Refusal):
    sentence = N_("Ce code a été remplacé, ou n’est plus à personne. Rien n’a été envoyé. Recommencez à la première page.")


def person_of(session: Session, draft: Draft) -> Participant | None:
    """The person behind a draft; None for an anonymous one. Raises PersonGone for one who was erased, joined, or changed codes since."""
    if draft.participant is None:
        return None
    found = session.get(Participant, UUID(draft.participant))
    if found is None or found.turn != draft.turn:
        raise PersonGone
    return found


def unseal(text: str, secret: str, consultation: UUID, stage: str, at: datetime) -> Draft:
    """Raises BrokenDraft, also for a page begun over 20 hours ago or from another stage of the vote."""
    try:
        raw = base64.urlsafe_b64decode(text)
        values = json.loads(_cipher(secret).decrypt(raw[:12], raw[12:], consultation.bytes))
    except (binascii.Error, ValueError, InvalidTag) as error:
        raise BrokenDraft from error
    draft = Draft(**values | {"choices": tuple(values["choices"])})
    if draft.stage != stage or draft.ends_at < at:
        raise BrokenDraft
    return draft


def _cipher(secret: str) -> AESGCM:
    return AESGCM(sha256(b"engage draft " + secret.encode()).digest())
