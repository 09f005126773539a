"""Making accounts, giving them a password, ending their sessions."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from livretpro.accounts.models import ActivationCode, Notice, ProviderLink, Session, User
from livretpro.accounts.passwords import is_long
from livretpro.accounts.rules import base_identifier, numbered

CODE_VALID = timedelta(days=14)
# No 0/O, 1/I/L: the code is read from a slip of paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 16


class BadCode(Exception):
    """The one-time code is unknown, used or past its date."""

    phrase = (
        "Ce code n’est pas valable : il a déjà servi, a plus de quatorze jours, "
        "ou est mal recopié. "
        "Demandez-en un autre à l’administrateur de votre établissement."
    )


def create_user(
    *, last_name: str, first_name: str, email: str = "", needs_long_password: bool = False
) -> User:
    """Make a person without a password; the identifier `prenom.nom` is made unique.

    Another school may take an identifier meanwhile: the next one is then free.
    """
    user = User(
        last_name=last_name,
        first_name=first_name,
        email=email,
        needs_long_password=needs_long_password,
    )
    user.set_unusable_password()
    for identifier in _free_identifiers(first_name, last_name):
        user.identifier = identifier
        if _inserted(user):
            break
    return user


def _free_identifiers(first_name: str, last_name: str) -> Iterator[str]:
    base = base_identifier(first_name, last_name)
    taken = set(
        User.objects.filter(identifier__startswith=base).values_list("identifier", flat=True)
    )
    return (name for name in numbered(base) if name not in taken)


def _inserted(user: User) -> bool:
    """Whether the account is made; False when its identifier was taken meanwhile."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return False
    return True


def issue_code(user: User, *, now: datetime, keep_access: bool = False) -> str:
    """Give `user` a new one-time code, valid 14 days; the former code ends.

    So do the password, the link to the provider and the sessions, unless `keep_access`: anybody can
    say that a password is forgotten, and must not close somebody else's account.
    """
    code = new_code()
    with transaction.atomic():
        ActivationCode.objects.update_or_create(
            user=user, defaults={"digest": _digest(code), "expires_at": now + CODE_VALID}
        )
        if not keep_access:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            ProviderLink.objects.filter(user=user).delete()
            end_sessions(user)
    return code


def new_code() -> str:
    """A one-time code as it is written on a slip: nobody's yet."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def standing_code(user: User) -> str:
    """The digest of the code of `user` that stands, empty when there is none: one query."""
    found = ActivationCode.objects.filter(user=user).values_list("digest", flat=True)
    return found.first() or ""


def replace_code(user: User, code: str, *, replaces: str, now: datetime) -> bool:
    """Have `code` take the place of the code whose digest is `replaces` (empty: of none); says
    whether it did. Another that was given meanwhile stays. Nothing else of the access changes."""
    kept = {"digest": _digest(code), "expires_at": now + CODE_VALID}
    if not replaces:
        return ActivationCode.objects.get_or_create(user=user, defaults=kept)[1]
    return bool(ActivationCode.objects.filter(user=user, digest=replaces).update(**kept))


def end_code(user: User) -> bool:
    """End the one-time code of `user`, if there is one; says whether there was."""
    return bool(ActivationCode.objects.filter(user=user).delete()[0])


def user_of_code(code: str, *, now: datetime) -> User:
    """Whose code this is; raises `BadCode`."""
    found = (
        ActivationCode.objects.select_related("user")
        .filter(digest=_digest(code), expires_at__gt=now, user__is_active=True)
        .first()
    )
    if found is None:
        raise BadCode
    return found.user


def activate(code: str, password: str, *, now: datetime) -> User:
    """Spend the code and set the password; sessions end.

    Raises `BadCode`, or `ValidationError` when the password is refused (the code is kept).
    """
    with transaction.atomic():
        user = user_of_code(code, now=now)
        validate_password(password, user)
        if not ActivationCode.objects.filter(user=user, digest=_digest(code)).delete()[0]:
            raise BadCode
        set_password(user, password)
    return user


def set_password(user: User, password: str, *, keep_session: str | None = None) -> None:
    """Set a checked password; codes end, and every session but that of the key `keep_session`."""
    end_code(user)
    user.set_password(password)
    user.has_long_password = is_long(password)
    user.save(update_fields=["password", "has_long_password"])
    end_sessions(user, keep_session=keep_session)


def end_sessions(user: User, *, keep_session: str | None = None) -> int:
    """End the sessions of `user`, but that of the key `keep_session`; how many ended."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=keep_session or "").delete()
    return ended


def notify(user: User, text: str, *, now: datetime) -> None:
    """Have something told to this person at the next sign-in."""
    Notice.objects.create(user=user, text=text[:300], made_at=now)


@transaction.atomic
def notices_to_show(user: User, *, now: datetime) -> list[str]:
    """What was not told yet, oldest first; it is told now. Two queries."""
    waiting = Notice.objects.select_for_update().filter(user=user, shown_at=None)
    texts = [notice.text for notice in waiting]
    if texts:
        Notice.objects.filter(user=user, shown_at=None).update(shown_at=now)
    return texts


def _digest(code: str) -> str:
    plain = code.replace("-", "").replace(" ", "").upper()
    return hashlib.sha256(plain.encode()).hexdigest()
