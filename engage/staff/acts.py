"""Inviting staff, and signing in with a password and a code from an authenticator."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engage.kernel import attempts
from engage.kernel.act import Act
from engage.kernel.codes import base32, tidy
from engage.kernel.db import keys_of
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_
from engage.staff.models import Invitation, RecoveryCode, Role, Staff, StaffRole, StaffSession

INVITATION_LASTS = timedelta(days=7)
SESSION_LASTS = timedelta(hours=20)
PASSWORD_LENGTH = 12
RECOVERY_CODES, RECOVERY_LENGTH = 8, 12
SIGN_IN = "sign-in"
_hasher = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")


class InvitationOver(Refusal):
    sentence = N_("Cette invitation n’est plus valide. Demandez-en une nouvelle à la personne qui gère Engage.")


class PasswordTooShort(Refusal):
    sentence = N_("Le mot de passe doit avoir au moins 12 caractères. Une phrase de quatre mots convient très bien.")


class WrongSignIn(FailedAttempt):
    sentence = N_("Le courriel, le mot de passe ou le code ne va pas. Vérifiez les trois et essayez encore.")


class WrongPassword(FailedAttempt):
    sentence = N_("Le mot de passe d’aujourd’hui ne va pas.")


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
    if person is None or not _second_factor(act, person, code):
        raise WrongSignIn(SIGN_IN, account, place)
    return start_session(act, person)


def _second_factor(act: Act, person: Staff, code: str) -> bool:
    """A code of the authenticator, later than the last one used; or a recovery code, which then is used up."""
    step = _step(act, person.totp, code) if person.totp else None
    if step is not None and step > person.totp_step:
        person.totp_step = step
        return True
    lookup = keys_of(act.session).blind("recovery code", tidy(code))
    here = (RecoveryCode.staff_id == person.id, RecoveryCode.lookup == lookup, RecoveryCode.used_at.is_(None))
    found = act.session.scalar(select(RecoveryCode).where(*here).with_for_update())
    if found is None:
        return False
    found.used_at = act.at
    return True


def new_recovery_codes(act: Act, person: Staff) -> list[str]:
    """Eight fresh ones, to keep on paper; earlier ones open nothing any more."""
    act.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    codes = [base32(secrets.token_bytes(8), RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    keys = keys_of(act.session)
    act.session.add_all(RecoveryCode(staff_id=person.id, lookup=keys.blind("recovery code", code)) for code in codes)
    act.session.flush()
    return codes


def change_password(act: Act, person: Staff, old: str, new: str, token: str) -> None:
    """Every session but the one of this token ends. Raises PasswordTooShort, WrongPassword, SignInSlowed."""
    account = f"account {person.email}"
    if attempts.too_many(act.session, act.at, SIGN_IN, account, limit=5):
        raise SignInSlowed
    if len(new) < PASSWORD_LENGTH:
        raise PasswordTooShort
    try:
        _hasher.verify(person.password_hash or _NOBODY, old)
    except VerificationError:
        raise WrongPassword(SIGN_IN, account) from None
    person.password_hash = _hasher.hash(new)
    end_other_sessions(act, person, token)


def sessions(session: Session, person: Staff, at: datetime) -> Sequence[StaffSession]:
    """Those that are open, the last first."""
    here = (StaffSession.staff_id == person.id, StaffSession.ended_at.is_(None), StaffSession.started_at > at - SESSION_LASTS)
    return session.scalars(select(StaffSession).where(*here).order_by(StaffSession.started_at.desc(), StaffSession.id)).all()


def end_other_sessions(act: Act, person: Staff, token: str) -> None:
    """All but the one of this token."""
    lookup = keys_of(act.session).blind("staff session", token)
    for each in sessions(act.session, person, act.at):
        if each.token_lookup != lookup:
            each.ended_at = act.at
    act.session.flush()


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
