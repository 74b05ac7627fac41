"""Kiosks: a tablet lent for one vote, that forgets between two people and holds sealed ballots while it has no connection."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_der_private_key
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage import participants
from engage.kernel.act import Act, Channel
from engage.kernel.db import keys_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.voting.acts import cast_vote, check_channel, check_open, entry_of
from engage.voting.models import Consultation, Kiosk, KioskBallot

HELD = timedelta(minutes=5)


class KioskOver(Refusal):
    sentence = N_("Cette tablette n’est plus ouverte pour ce vote. Demandez à la personne qui la prête.")


class SealedBadly(Refusal):
    sentence = N_("Un vote de cette tablette ne se lit pas. Il n’a pas été gardé.")


@dataclass(frozen=True)
class Slip:
    """One ballot of a kiosk, unsealed: `nonce` makes it one, however often it is sent."""

    nonce: bytes
    code: str
    """A card's code; empty for nobody known."""
    choices: list[int]
    waited: bool = False
    """Held for a while without a connection: it does not replace a vote that may be newer."""


def open_kiosk(act: Act, consultation: Consultation, place: str) -> str:
    """Lend a tablet; returns the secret of its address. Raises ConsultationClosed, NotOpenYet, ChannelClosed."""
    check_open(act, consultation)
    check_channel(replace(act, channel=Channel.KIOSK), consultation)
    token = secrets.token_urlsafe(18)
    kiosk = Kiosk(consultation_id=consultation.id, token_lookup=keys_of(act.session).blind("kiosk", token), place=place, opened_at=act.at)
    act.session.add(kiosk)
    private = ec.generate_private_key(ec.SECP256R1())
    kiosk.key = base64.b64encode(private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()
    act.session.flush()
    return token


def by_token(session: Session, token: str) -> Kiosk:
    """Raises KioskOver for a closed or unknown one."""
    lookup = keys_of(session).blind("kiosk", token)
    kiosk = session.scalar(select(Kiosk).where(Kiosk.token_lookup == lookup, Kiosk.ended_at.is_(None)))
    if kiosk is None:
        raise KioskOver
    return kiosk


def of_consultation(session: Session, consultation: Consultation) -> Sequence[tuple[Kiosk, int]]:
    """Its kiosks, each with how many ballots it brought."""
    brought = select(func.count()).where(KioskBallot.kiosk_id == Kiosk.id).scalar_subquery()
    rows = select(Kiosk, brought).where(Kiosk.consultation_id == consultation.id).order_by(Kiosk.opened_at)
    return [(kiosk, number) for kiosk, number in session.execute(rows)]


def close_kiosk(act: Act, kiosk: Kiosk) -> None:
    """What the tablet still holds is lost to it: its page says so before."""
    kiosk.ended_at, kiosk.key = act.at, None


def public_key(kiosk: Kiosk) -> bytes:
    """What the tablet seals for: an uncompressed point of P-256."""
    return _private(kiosk).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _private(kiosk: Kiosk) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(base64.b64decode(kiosk.key or ""), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KioskOver
    return key


def unseal(kiosk: Kiosk, sealed: str, at: datetime) -> Slip:
    """A slip from base64 of: ephemeral point (65 bytes), nonce (12), ciphertext. AES-256-GCM under SHA-256 of the ECDH secret.

    P-256 because every browser's own cryptography has it. Raises SealedBadly.
    """
    try:
        raw = base64.b64decode(sealed, validate=True)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw[:65])
        secret = _private(kiosk).exchange(ec.ECDH(), point)
        said = json.loads(AESGCM(sha256(secret + raw[:65]).digest()).decrypt(raw[65:77], raw[77:], kiosk.id.bytes))
        waited = not abs(at.timestamp() - float(said["at"])) <= HELD.total_seconds()
        return Slip(bytes.fromhex(said["nonce"]), str(said["code"]), [int(number) for number in said["choices"]], waited)
    except (binascii.Error, InvalidTag, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise SealedBadly from error


class VotedElsewhere(Refusal):
    sentence = N_("Cette personne a déjà voté autrement. Ce vote-là reste.")


def take_in(act: Act, kiosk: Kiosk, slip: Slip, *, asked_from: str = "") -> str:
    """Cast one ballot of a kiosk and return its receipt; one that was taken before changes nothing, and its receipt is not told again.

    Raises what `by_card` and `cast_vote` raise: a wrong code is counted against the kiosk, never against its neighbours.
    """
    lookup = keys_of(act.session).blind("kiosk ballot", slip.nonce.hex())
    if act.session.get(KioskBallot, lookup) is not None:
        return ""
    consultation = act.session.get_one(Consultation, kiosk.consultation_id)
    person = None
    if slip.code:
        person = participants.by_card(act, slip.code, consultation.agreement_id, asked_from=f"kiosk {kiosk.id} {asked_from}")
        if slip.waited and entry_of(act, consultation, person) is not None:
            raise VotedElsewhere
    vote = cast_vote(act, consultation, slip.choices, participant=person, draft=slip.nonce)
    act.session.add(KioskBallot(lookup=lookup, kiosk_id=kiosk.id))
    act.session.flush()
    return vote.receipt
