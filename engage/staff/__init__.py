"""Staff: the few people of a table, their roles, their sign-in, and the log of what they did."""

from engage.staff import log, passkeys
from engage.staff.acts import (
    SEES_NOBODY,
    InvitationOver,
    LastKeeper,
    NoSuchEmail,
    PairForbidden,
    SameHand,
    accept,
    accept_by_passkey,
    add_to_team,
    give,
    hand_over,
    has_entered,
    invitation,
    invite,
    take,
    team,
)
from engage.staff.entering import (
    PasswordTooShort,
    Proof,
    SignInSlowed,
    WrongPassword,
    WrongProof,
    WrongSignIn,
    change_password,
    end_other_sessions,
    new_recovery_codes,
    prove,
    recovery_codes_left,
    sessions,
    sign_in,
    sign_in_by_passkey,
    sign_out,
    start_session,
)
from engage.staff.log import Asked, carry_seals
from engage.staff.models import LogEntry, LogSeal, Passkey, RecoveryCode, Role, Staff, StaffRole, StaffSession
from engage.staff.passkeys import PasskeyRefused, Site
from engage.staff.queries import by_session, holds, holds_in, is_proven

__all__ = [
    "Asked", "InvitationOver", "LastKeeper", "LogEntry", "LogSeal", "NoSuchEmail", "PairForbidden", "Passkey", "PasskeyRefused",
    "PasswordTooShort", "Proof", "RecoveryCode", "Role", "SEES_NOBODY", "SameHand", "SignInSlowed", "Site", "Staff", "StaffRole",
    "StaffSession", "WrongPassword", "WrongProof", "WrongSignIn", "accept", "accept_by_passkey", "add_to_team", "by_session",
    "carry_seals", "change_password", "end_other_sessions", "give", "hand_over", "has_entered", "holds", "holds_in", "invitation",
    "invite", "is_proven", "log", "new_recovery_codes", "passkeys", "prove", "recovery_codes_left", "sessions", "sign_in",
    "sign_in_by_passkey", "sign_out", "start_session", "take", "team",
]  # fmt: skip
