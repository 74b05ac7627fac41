"""Who works at a table: inviting, giving and ending roles, and handing everything over."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.staff import entering, passkeys
from engage.staff.models import Invitation, Passkey, RecoveryCode, Role, Staff, StaffRole, StaffSession
from engage.staff.passkeys import Site

INVITATION_LASTS = timedelta(days=7)
SEES_NOBODY = (Role.MINISTRY, Role.AUDITOR)
"""Roles that go with no other: who counts people must not see them, and who looks over a team is not of it."""


class InvitationOver(Refusal):
    sentence = N_("Cette invitation n’est plus valide. Demandez-en une nouvelle à la personne qui gère Engage.")


class PairForbidden(Refusal):
    sentence = N_("Le ministère et la vérification ne vont avec aucun autre rôle. Donnez ce rôle à une autre personne.")


class LastKeeper(Refusal):
    sentence = N_("Cette personne est la seule à gérer cette équipe. Donnez d’abord ce rôle à quelqu’un d’autre.")


class SameHand(Refusal):
    sentence = N_("C’est la même personne. Écrivez le courriel de celle qui prend la suite.")


class NoSuchEmail(Refusal):
    sentence = N_("Écrivez un courriel, par exemple camille@exemple.org.")


def invite(act: Act, email: str, name: str, role: Role, agreement_id: str | None) -> str:
    """Give a role and return the token of a fresh invitation link, valid seven days. Raises PairForbidden, NoSuchEmail."""
    email = email.strip().lower()
    user, _, host = email.partition("@")
    if not user or "." not in host or len(email) > 254:
        raise NoSuchEmail
    person = act.session.scalar(select(Staff).where(Staff.email == email))
    if person is None:
        person = Staff(email=email, name=name.strip() or email)
        act.session.add(person)
        act.session.flush()
    give(act, person, role, agreement_id)
    return _invitation(act, person)


def add_to_team(act: Act, email: str, name: str, role: Role, agreement_id: str | None, reach: Collection[str | None]) -> str:
    """Give a role, as whoever names people in `reach` does; the token of a link, or nothing for who has a way in beyond that reach.

    A link lets someone choose a new password: it must not open what its giver may not give. Raises PairForbidden, NoSuchEmail.
    """
    token = invite(act, email, name, role, agreement_id)
    person = act.session.scalars(select(Staff).where(Staff.email == email.strip().lower())).one()
    if has_entered(act.session, [person.id]) and any(held.agreement_id not in reach for held in person.roles):
        lookup = keys_of(act.session).blind("invitation", token)
        act.session.execute(delete(Invitation).where(Invitation.token_lookup == lookup))
        return ""
    return token


def give(act: Act, person: Staff, role: Role, agreement_id: str | None) -> None:
    """Raises PairForbidden."""
    if any(held.role == role and held.agreement_id == agreement_id for held in person.roles):
        return
    others = {held.role for held in person.roles} - {role}
    if others and (role in SEES_NOBODY or others & set(SEES_NOBODY)):
        raise PairForbidden
    person.roles.append(StaffRole(role=role, agreement_id=agreement_id))
    act.session.flush()


def _invitation(act: Act, person: Staff) -> str:
    token = secrets.token_urlsafe(24)
    lookup = keys_of(act.session).blind("invitation", token)
    act.session.add(Invitation(staff_id=person.id, token_lookup=lookup, expires_at=act.at + INVITATION_LASTS))
    act.session.flush()
    return token


def take(act: Act, role: StaffRole) -> None:
    """End a role; who holds none any more is signed out. Raises LastKeeper for the last who could name another."""
    person = role.staff
    if role.role in (Role.MANAGER, Role.ADMINISTRATOR) and not _others_keep(act.session, person, role.agreement_id):
        raise LastKeeper
    person.roles.remove(role)
    act.session.delete(role)
    act.session.flush()
    if not person.roles:
        _sign_out(act, person)


def _others_keep(session: Session, person: Staff, agreement_id: str | None) -> bool:
    keeping = select(StaffRole.id).where(StaffRole.staff_id != person.id, StaffRole.role.in_((Role.MANAGER, Role.ADMINISTRATOR)))
    here = StaffRole.agreement_id.is_(None)
    return session.scalar(keeping.where(here | (StaffRole.agreement_id == agreement_id) if agreement_id else here).limit(1)) is not None


def hand_over(act: Act, leaver: Staff, email: str, name: str, reach: Collection[str | None]) -> str:
    """Every role that the leaver holds in those agreements goes to someone else, who gets an invitation: its token, as `add_to_team` gives it.

    Nothing has to be moved: what a table does belongs to its agreement, never to who did it. Raises SameHand, NoSuchEmail, PairForbidden.
    """
    if email.strip().lower() == leaver.email:
        raise SameHand
    held = [role for role in leaver.roles if role.agreement_id in reach]
    token = ""
    for role in held:
        token = add_to_team(act, email, name, Role(role.role), role.agreement_id, reach)
    for role in held:
        leaver.roles.remove(role)
        act.session.delete(role)
    act.session.flush()
    if not leaver.roles:
        _sign_out(act, leaver)
    return token


def _sign_out(act: Act, person: Staff) -> None:
    for each in act.session.scalars(select(StaffSession).where(StaffSession.staff_id == person.id, StaffSession.ended_at.is_(None))):
        each.ended_at = act.at
    act.session.flush()


def team(session: Session, agreement_ids: Sequence[str]) -> Sequence[Staff]:
    """Who holds a role in one of the agreements, or everywhere, by name."""
    here = StaffRole.agreement_id.in_(agreement_ids) | StaffRole.agreement_id.is_(None)
    return session.scalars(select(Staff).where(Staff.id.in_(select(StaffRole.staff_id).where(here))).order_by(Staff.name, Staff.id)).all()


def has_entered(session: Session, people: Collection[UUID]) -> set[UUID]:
    """Those of them who took up an invitation once."""
    used = select(Invitation.staff_id).where(Invitation.staff_id.in_(list(people)), Invitation.used_at.is_not(None))
    return set(session.scalars(used))


def invitation(session: Session, token: str, at: datetime) -> Invitation:
    """Raises InvitationOver when the link is unknown, used or too old."""
    lookup = keys_of(session).blind("invitation", token)
    found = session.scalar(select(Invitation).where(Invitation.token_lookup == lookup))
    if found is None or found.used_at or found.expires_at < at:
        raise InvitationOver
    return found


def accept(act: Act, token: str, password: str, secret: str, code: str) -> Staff:
    """Set the password and the authenticator of whoever was invited. Raises InvitationOver, PasswordTooShort, CodeNotRight."""
    person = _take_up(act, token)
    entering.set_password(act, person, password, secret, code)
    act.session.flush()
    return person


def accept_by_passkey(act: Act, token: str, site: Site, answer: str, name: str) -> Staff:
    """Keep the passkey of whoever was invited. Raises InvitationOver, PasskeyRefused, PasskeysFull."""
    person = _take_up(act, token)
    passkeys.add(act, person, site, answer, name)
    return person


def _take_up(act: Act, token: str) -> Staff:
    """Whoever was invited, to begin anew: every other link, session and way in of theirs ends."""
    found = invitation(act.session, token, act.at)
    person = act.session.get_one(Staff, found.staff_id, with_for_update=True)
    act.session.refresh(found)
    if found.used_at:
        raise InvitationOver
    for other in act.session.scalars(select(Invitation).where(Invitation.staff_id == person.id, Invitation.used_at.is_(None))):
        other.used_at = act.at
    for ways in (Passkey, RecoveryCode):
        act.session.execute(delete(ways).where(ways.staff_id == person.id))
    person.password_hash, person.totp = "", None
    _sign_out(act, person)
    return person
