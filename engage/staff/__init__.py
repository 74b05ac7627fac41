"""Staff: the few people of a table, their roles, and their sign-in."""

from engage.staff.acts import (
    InvitationOver,
    PasswordTooShort,
    SignInSlowed,
    WrongPassword,
    WrongSignIn,
    accept,
    change_password,
    end_other_sessions,
    invitation,
    invite,
    new_recovery_codes,
    sessions,
    sign_in,
    sign_out,
    start_session,
)
from engage.staff.models import RecoveryCode, Role, Staff, StaffRole, StaffSession
from engage.staff.queries import by_session, holds, holds_in

__all__ = [
    "InvitationOver", "PasswordTooShort", "RecoveryCode", "Role", "SignInSlowed", "Staff", "StaffRole", "StaffSession", "WrongPassword",
    "WrongSignIn", "accept", "by_session", "change_password", "end_other_sessions", "holds", "holds_in", "invitation", "invite",
    "new_recovery_codes", "sessions", "sign_in", "sign_out", "start_session",
]  # fmt: skip
