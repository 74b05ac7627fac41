"""Inviting staff, and signing in with a password and a code from an authenticator."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.kernel import attempts
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_
from engage.staff.models import Invitation, Role, Staff, StaffRole, StaffSession

INVITATION_LASTS = timedelta(days=7)
SESSION_LASTS = timedelta(hours=20)
PASSWORD_LENGTH = 12
SIGN_IN = "sign-in"
_hasher = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")


class InvitationOver(Refusal):
    sentence = N_("Cette invitation n’est plus valide. Demandez-en une nouvelle à la personne qui gère Engage.")


class PasswordTooShort(Refusal):
    sentence = N_("Le mot de passe doit avoir au moins 12 caractères. Une phrase de quatre mots convient très bien.")


class WrongSignIn(FailedAttempt):
    sentence = N_("Le courriel, le mot de passe ou le code ne va pas. Vérifiez les trois et essayez encore.")


class CodeNotRight(Refusal):
    sentence = N_("Ce code ne va pas. Attendez le suivant dans votre application, puis essayez encore.")


class SignInSlowed(Refusal):
    sentence = N_("Trop d’essais. Attendez 15 minutes, puis essayez encore.")


def invite(act: Act, email: str, name: str, role: Role, agreement_id: str | None) -> str:
    """Give a role and return the token of a fresh invitation link, valid seven days."""
    email = email.strip().lower()
    person = act.session.scalar(select(Staff).where(Staff.email == email))
    if person is None:
        person = Staff(email=email, name=name or email)
        act.session.add(person)
        act.session.flush()
    if not any(held.role == role and held.agreement_id == agreement_id for held in person.roles):
        person.roles.append(StaffRole(role=role, agreement_id=agreement_id))
    token = secrets.token_urlsafe(24)
    lookup = keys_of(act.session).blind("invitation", token)
    act.session.add(Invitation(staff_id=person.id, token_lookup=lookup, expires_at=act.at + INVITATION_LASTS))
    act.session.flush()
    return token


def invitation(session: Session, token: str, at: datetime) -> Invitation:
    """Raises InvitationOver when the link is unknown, used or too old."""
    lookup = keys_of(session).blind("invitation", token)
    found = session.scalar(select(Invitation).where(Invitation.token_lookup == lookup))
    if found is None or found.used_at or found.expires_at < at:
        raise InvitationOver
    return found


def accept(act: Act, token: str, password: str, secret: str, code: str) -> Staff:
    """Set the password and the authenticator of whoever was invited.

    Every other link and session of theirs ends. Raises InvitationOver, PasswordTooShort, CodeNotRight.
    """
    found = invitation(act.session, token, act.at)
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort
    person = act.session.get_one(Staff, found.staff_id, with_for_update=True)
    act.session.refresh(found)
    if found.used_at:
        raise InvitationOver
    step = _step(act, secret, code)
    if step is None:
        raise CodeNotRight
    for other in act.session.scalars(select(Invitation).where(Invitation.staff_id == person.id, Invitation.used_at.is_(None))):
        other.used_at = act.at
    for open_session in act.session.scalars(select(StaffSession).where(StaffSession.staff_id == person.id)):
        open_session.ended_at = open_session.ended_at or act.at
    person.password_hash = _hasher.hash(password)
    person.totp = secret
    person.totp_step = step
    act.session.flush()
    return person


def sign_in(act: Act, email: str, password: str, code: str, address: str) -> str:
    """The token of a new session. Raises WrongSignIn, or SignInSlowed per account and per address.

    An unknown account takes the same time as a known one.
    """
    email = email.strip().lower()
    account, place = f"account {email}", f"address {address}"
    if any(attempts.too_many(act.session, act.at, SIGN_IN, who, limit=limit) for who, limit in ((account, 5), (place, 30))):
        raise SignInSlowed
    person = act.session.scalar(select(Staff).where(Staff.email == email).with_for_update())
    try:
        _hasher.verify((person and person.password_hash) or _NOBODY, password)
    except VerificationError:
        raise WrongSignIn(SIGN_IN, account, place) from None
    step = _step(act, person.totp, code) if person and person.totp else None
    if person is None or step is None or step <= person.totp_step:
        raise WrongSignIn(SIGN_IN, account, place)
    person.totp_step = step
    return start_session(act, person)


def start_session(act: Act, person: Staff) -> str:
    token = secrets.token_urlsafe(24)
    lookup = keys_of(act.session).blind("staff session", token)
    act.session.add(StaffSession(staff_id=person.id, token_lookup=lookup, started_at=act.at))
    act.session.flush()
    return token


def sign_out(act: Act, token: str) -> None:
    lookup = keys_of(act.session).blind("staff session", token)
    found = act.session.scalar(select(StaffSession).where(StaffSession.token_lookup == lookup))
    if found:
        found.ended_at = act.at


def _step(act: Act, secret: str, code: str) -> int | None:
    """The 30-second step of a code that is right now, a step early or a step late (RFC 6238); None when it is wrong."""
    totp = pyotp.TOTP(secret)
    now = int(act.at.timestamp()) // totp.interval
    tidy = "".join(code.split())
    return next((step for step in (now, now - 1, now + 1) if secrets.compare_digest(totp.generate_otp(step).encode(), tidy.encode())), None)
