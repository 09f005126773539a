"""Who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend

from livretpro.accounts.models import User
from livretpro.rows import rows_where


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, which signs in; every request then asks for its person."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, None when the account is gone or closed. One query."""
        return next(iter(rows_where(User, "id = %s AND is_active", [user_id])), None)
