"""The second factor: a code of six digits from an application, or a recovery code (spec 08).

Kept by allauth; its secrets are encrypted under a key that is outside the database.
"""

from collections.abc import Iterable

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from django.db import transaction

from livretpro.accounts.models import User
from livretpro.hidden import KeyChanged, hide, reveal

KEY = "second_facteur"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks of the second factor."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": (
            "Ce code n’est pas le bon, ou il a déjà servi : attendez le suivant, vérifiez l’heure "
            "de votre téléphone, ou prenez un code de secours."
        )
    }

    def get_totp_label(self, user: User) -> str:
        """What the application shows beside the code."""
        return user.identifier

    def encrypt(self, text: str) -> str:
        """Secrets do not stand in clear in the database."""
        return hide(text, key=KEY)

    def decrypt(self, encrypted_text: str) -> str:
        """The reverse of `encrypt`. Raises `KeyChanged`."""
        return reveal(encrypted_text, key=KEY)


class WrongCode(Exception):
    """The code does not come from the secret that was shown."""

    phrase = (
        "Ce code ne correspond pas : vérifiez que l’application affiche LivretPro, "
        "que l’heure de votre téléphone est juste, et recopiez le code affiché maintenant."
    )


def holds_second_factor(user: User) -> bool:
    """Whether this person has one: one query."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def holders_of_second_factor(users: Iterable[int]) -> set[int]:
    """Which of these people have one: one query."""
    found = Authenticator.objects.filter(user__in=list(users), type=Authenticator.Type.TOTP)
    return set(found.values_list("user_id", flat=True))


@transaction.atomic
def set_second_factor(user: User, secret: str, code: str) -> list[str]:
    """Keep the secret once a code proves that the application has it; give the recovery codes.

    Raises `WrongCode`. A factor that stands already is kept: the codes are those it has.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if not holds_second_factor(user):
        if not validate_totp_code(secret, code.replace(" ", "")):
            raise WrongCode
        TOTP.activate(user, secret)
    return list(RecoveryCodes.activate(user).get_unused_codes())


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """New recovery codes; the former ones end."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(user).get_unused_codes())


def recovery_codes_left(user: User) -> int:
    """How many recovery codes can still be used: one query."""
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    try:
        return len(RecoveryCodes(held).get_unused_codes()) if held else 0
    except KeyChanged:
        return 0


def remove_second_factor(user: User) -> bool:
    """Remove factor and recovery codes; says whether there was something."""
    return bool(Authenticator.objects.filter(user=user).delete()[0])
