"""Signing in, by passkey or by password and code; showing again who one is; recovery codes and open sessions."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from engage.kernel import attempts
from engage.kernel.act import Act
from engage.kernel.codes import base32, tidy
from engage.kernel.db import keys_of
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_
from engage.staff import passkeys
from engage.staff.models import RecoveryCode, Staff, StaffSession
from engage.staff.passkeys import PasskeyRefused, Site

SESSION_LASTS = timedelta(hours=20)
PROOF_LASTS = timedelta(minutes=30)
"""How long after showing who one is grave acts do not ask again."""
PASSWORD_LENGTH = 12
RECOVERY_CODES, RECOVERY_LENGTH = 8, 12
SIGN_IN = "sign-in"
_hasher = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_urlsafe())


class PasswordTooShort(Refusal):
    sentence = N_("Le mot de passe doit avoir au moins 12 caractères. Une phrase de quatre mots convient très bien.")


class WrongSignIn(FailedAttempt):
    sentence = N_("Le courriel, le mot de passe ou le code ne va pas. Vérifiez les trois et essayez encore.")


class WrongPasskey(FailedAttempt):
    sentence = PasskeyRefused.sentence


class WrongPassword(FailedAttempt):
    sentence = N_("Le mot de passe d’aujourd’hui ne va pas.")


class WrongProof(FailedAttempt):
    sentence = N_("Le mot de passe ou le code ne va pas. Attendez le code suivant, puis essayez encore.")


class CodeNotRight(Refusal):
    sentence = N_("Ce code ne va pas. Attendez le suivant dans votre application, puis essayez encore.")


class SignInSlowed(Refusal):
    sentence = N_("Trop d’essais. Attendez 15 minutes, puis essayez encore.")


@dataclass(frozen=True)
class Proof:
    """How someone shows who they are: with a passkey's answer (JSON), or else with password and code."""

    password: str = ""
    code: str = ""
    passkey: str = ""


def set_password(act: Act, person: Staff, password: str, secret: str, code: str) -> None:
    """A password and an authenticator, proven by its code. Raises PasswordTooShort, CodeNotRight."""
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort
    step = _step(act, secret, code)
    if step is None:
        raise CodeNotRight
    person.password_hash, person.totp, person.totp_step = _hasher.hash(password), secret, step


def sign_in(act: Act, email: str, password: str, code: str, address: str) -> str:
    """The token of a new session. Raises WrongSignIn, or SignInSlowed per account and per address.

    An unknown account takes the same time as a known one.
    """
    email = email.strip().lower()
    account, place = f"account {email}", f"address {address}"
    _check_pace(act, account, 5)
    _check_pace(act, place, 30)
    person = act.session.scalar(select(Staff).where(Staff.email == email).with_for_update())
    try:
        _hasher.verify((person and person.password_hash) or _NOBODY, password)
    except VerificationError:
        raise WrongSignIn(SIGN_IN, account, place) from None
    if person is None or not _second_factor(act, person, code):
        raise WrongSignIn(SIGN_IN, account, place)
    return start_session(act, person)


def sign_in_by_passkey(act: Act, site: Site, answer: str, address: str) -> str:
    """The token of a new session. Raises WrongPasskey, or SignInSlowed per address."""
    place = f"address {address}"
    _check_pace(act, place, 30)
    try:
        return start_session(act, passkeys.owner(act, site, answer))
    except PasskeyRefused:
        raise WrongPasskey(SIGN_IN, place) from None


def prove(act: Act, person: Staff, token: str, site: Site, proof: Proof) -> None:
    """Someone signed in shows again who they are. Raises WrongProof, SignInSlowed."""
    account = f"account {person.email}"
    _check_pace(act, account, 5)
    if not _shows(act, person, site, proof):
        raise WrongProof(SIGN_IN, account)
    lookup = keys_of(act.session).blind("staff session", token)
    act.session.execute(update(StaffSession).where(StaffSession.token_lookup == lookup).values(proven_at=act.at))


def _shows(act: Act, person: Staff, site: Site, proof: Proof) -> bool:
    try:
        if proof.passkey:
            return passkeys.owner(act, site, proof.passkey).id == person.id
        _hasher.verify(person.password_hash or _NOBODY, proof.password)
    except (PasskeyRefused, VerificationError):
        return False
    return _second_factor(act, person, proof.code)


def _check_pace(act: Act, who: str, limit: int) -> None:
    if attempts.too_many(act.session, act.at, SIGN_IN, who, limit=limit):
        raise SignInSlowed


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


def recovery_codes_left(session: Session, person: Staff) -> int:
    here = (RecoveryCode.staff_id == person.id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*here)) or 0


def change_password(act: Act, person: Staff, old: str, new: str, token: str) -> None:
    """Every session but the one of this token ends. Raises PasswordTooShort, WrongPassword, SignInSlowed."""
    account = f"account {person.email}"
    _check_pace(act, account, 5)
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
    act.session.add(StaffSession(staff_id=person.id, token_lookup=lookup, started_at=act.at, proven_at=act.at))
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
