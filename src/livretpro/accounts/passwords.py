"""What a password must be (CNIL 2022-100; spec 08, Accounts)."""

from typing import Any

from django.core.exceptions import ValidationError

MINIMUM = 12
MINIMUM_ADMINISTRATOR = 16


def is_long(password: str) -> bool:
    """Whether a password would do for an administrator."""
    return len(password) >= MINIMUM_ADMINISTRATOR


class LengthByRoleValidator:
    """Twelve characters, sixteen for an administrator."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` when `password` is too short for `user`."""
        minimum = self._minimum(user)
        if len(password) < minimum:
            raise ValidationError(
                f"Le mot de passe compte {len(password)} caractères : il en faut {minimum}.",
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        """The rule, in one sentence."""
        return (
            f"Au moins {MINIMUM} caractères, {MINIMUM_ADMINISTRATOR} pour un administrateur. "
            "Une suite de quelques mots convient."
        )

    @staticmethod
    def _minimum(user: Any) -> int:
        longer = getattr(user, "needs_long_password", False)
        return MINIMUM_ADMINISTRATOR if longer else MINIMUM
