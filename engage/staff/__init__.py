"""Staff: the few people of a table, their roles, and their sign-in."""

from engage.staff.acts import InvitationOver, SignInSlowed, WrongSignIn, accept, invitation, invite, sign_in, sign_out, start_session
from engage.staff.models import Role, Staff, StaffRole
from engage.staff.queries import by_session, holds, holds_in

__all__ = [
    "InvitationOver", "Role", "SignInSlowed", "Staff", "StaffRole", "WrongSignIn", "accept", "by_session", "holds", "holds_in", "invitation",
    "invite", "sign_in", "sign_out", "start_session",
]  # fmt: skip
