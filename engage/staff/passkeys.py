"""Passkeys (WebAuthn): a key that lives in someone's device, opened with a finger, a face or the device's own code.

The library is imported where a key is used: it takes half a second that no other page owes.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.kernel import attempts
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.staff.models import Passkey, Staff

CHALLENGE_LASTS = timedelta(minutes=5)
CHALLENGE = "passkey challenge"
MOST = 10
"""Passkeys of one person."""


class PasskeyRefused(Refusal):
    sentence = N_("Cette clé d’accès n’a pas été reconnue. Essayez encore, ou entrez avec votre mot de passe.")


class PasskeysFull(Refusal):
    sentence = N_("Vous avez déjà 10 clés d’accès. Enlevez-en une d’abord.")


class LastWayIn(Refusal):
    sentence = N_("C’est votre seule façon d’entrer. Faites d’abord une autre clé d’accès.")


@dataclass(frozen=True)
class Site:
    """What a passkey is bound to: it opens nothing at another address."""

    public_url: str

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or ""

    @property
    def origin(self) -> str:
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def creation(session: Session, person: Staff, site: Site, at: datetime) -> str:
    """What a browser needs to make a passkey: JSON, good for five minutes."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers import structs  # noqa: PLC0415

    known = [structs.PublicKeyCredentialDescriptor(id=each.credential) for each in of_person(session, person)]
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Engage",
        user_name=person.email,
        user_id=person.id.bytes,
        user_display_name=person.name,
        challenge=_challenge(session, at),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=structs.UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=known,
    )
    return webauthn.options_to_json(options)


def request(session: Session, site: Site, at: datetime) -> str:
    """What a browser needs to show a passkey: JSON, good for five minutes. It names nobody: the device knows whose it is."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=_challenge(session, at), user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options)


def add(act: Act, person: Staff, site: Site, answer: str, name: str) -> Passkey:
    """Keep the public half of the passkey that a browser just made. Raises PasskeyRefused, PasskeysFull."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    if len(of_person(act.session, person)) >= MOST:
        raise PasskeysFull
    challenge = _spend(act, answer)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused from error
    if act.session.scalar(select(Passkey).where(Passkey.credential == made.credential_id)):
        raise PasskeyRefused
    passkey = Passkey(
        staff_id=person.id,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        uses=made.sign_count,
        name=name.strip()[:60],
        made_at=act.at,
    )
    act.session.add(passkey)
    act.session.flush()
    return passkey


def owner(act: Act, site: Site, answer: str) -> Staff:
    """Whose passkey signed a browser's answer. Raises PasskeyRefused."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    challenge = _spend(act, answer)
    try:
        credential = base64url_to_bytes(json.loads(answer)["rawId"])
        passkey = act.session.scalar(select(Passkey).where(Passkey.credential == credential).with_for_update())
        if passkey is None:
            raise PasskeyRefused
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    passkey.uses, passkey.used_at = shown.new_sign_count, act.at
    return act.session.get_one(Staff, passkey.staff_id)


def remove(act: Act, person: Staff, passkey: Passkey) -> None:
    """Raises LastWayIn for the only one of someone without a password."""
    if not person.password_hash and len(of_person(act.session, person)) == 1:
        raise LastWayIn
    act.session.delete(passkey)
    act.session.flush()


def of_person(session: Session, person: Staff) -> Sequence[Passkey]:
    return session.scalars(select(Passkey).where(Passkey.staff_id == person.id).order_by(Passkey.made_at, Passkey.id)).all()


def _challenge(session: Session, at: datetime) -> bytes:
    """Random, dated and marked as ours, so that asking for one writes nothing."""
    bare = int(at.timestamp()).to_bytes(8) + secrets.token_bytes(16)
    return bare + keys_of(session).blind(CHALLENGE, bare.hex())


def _spend(act: Act, answer: str) -> bytes:
    """The challenge that an answer signs: ours, fresh, and used this once. Raises PasskeyRefused."""
    try:
        told = json.loads(answer)["response"]["clientDataJSON"]
        client = json.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))
        challenge = base64.urlsafe_b64decode(client["challenge"] + "=" * (-len(client["challenge"]) % 4))
    except (ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    bare, mark = challenge[:24], challenge[24:]
    ours = secrets.compare_digest(mark, keys_of(act.session).blind(CHALLENGE, bare.hex()))
    age = act.at.timestamp() - int.from_bytes(bare[:8])
    if (
        not ours
        or not -1 <= age <= CHALLENGE_LASTS.total_seconds()
        or attempts.too_many(act.session, act.at, CHALLENGE, bare.hex(), limit=1)
    ):
        raise PasskeyRefused
    attempts.count(act.session, act.at, CHALLENGE, bare.hex())
    return challenge
